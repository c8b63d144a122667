"""What is to be done about an enquiry, in words: the same in lists, on its page and in the morning.

Each line says what to do, with whom and since when; why it is to be done, :mod:`attention` knows.
"""

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake import clock
from intake.db import db
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries import attention
from intake.enquiries.attention import Need, Promise
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, Status
from intake.enquiries.wording import as_subject, name
from intake.i18n import day

#: The same for many at once, in which each is about another day and department.
OF_MANY = {
    Need.NEW: _l("New: confirm where it belongs."),
    Need.NEWS: _l("The sender or a department has written, or the idea came back."),
    Need.MAIL: _l("An email about it could not be delivered."),
    Need.UNOPENED: _l("The department has not opened it."),
    Need.DECIDE: _l("The department is asked whether it wants to develop it."),
    Need.PLANNED: _l("The day of the next action has come."),
    Need.CALL: _l("The last day to apply is near."),
    Need.AWAKE: _l("It has been parked long enough."),
    Need.SILENT: _l("The sender has not answered our question."),
    Need.LATE: _l("A promise to the sender is late."),
}

#: What is promised to the sender next.
PROMISES = {
    Promise.ANSWER: _l("First answer"),
    Promise.ASSESSMENT: _l("First assessment"),
    Promise.DECISION: _l("The department’s answer"),
    Promise.LIFE: _l("News to the sender"),
}

#: What is news, by the line of history that made it so.
NEWS_ACTS = (
    Act.REPLIED,
    Act.WITHDRAWN,
    Act.SENT_BACK,
    Act.FOLLOWER_WROTE,
    Act.CONTRIBUTED,
    Act.LEFT_ALONE,
    Act.RETURNED,
    Act.DEPARTMENT_GONE,
    Act.WOKEN,
)
#: Who wakes an idea by hand knows of it.
_IS_NEWS = Event.act.in_(NEWS_ACTS) & sa.not_(
    (Event.act == Act.WOKEN) & (Event.by_role != "system")
)


def latest_news(ids: Sequence[int]) -> dict[int, Event]:
    """What the latest news is of each enquiry of which there is any."""
    if not ids:
        return {}
    chosen = Event.id.in_(ids_of_news(ids))
    return by_enquiry(db.session.scalars(sa.select(Event).where(chosen).order_by(Event.id)))


def ids_of_news(ids: Sequence[int]) -> sa.Select[int]:
    """The question for the lines of history that may tell it; see :func:`by_enquiry`."""
    return (
        sa.select(sa.func.max(Event.id))
        .where(Event.enquiry_id.in_(ids), _IS_NEWS)
        .group_by(Event.enquiry_id, Event.act == Act.CONTRIBUTED)
    )


def by_enquiry(events: Iterable[Event]) -> dict[int, Event]:
    """Which of *events*, oldest first, tells the news of each enquiry: the latest, unless it only
    came besides something that waited already, such as a message of the sender's.
    """
    news: dict[int, Event] = {}
    for event in events:
        if is_news(event) and not (event.data.get("besides") and event.enquiry_id in news):
            news[event.enquiry_id] = event
    return news


def is_news(event: Event) -> bool:
    """Is it one of these lines?"""
    by_hand = event.act == Act.WOKEN and event.by_role != "system"
    return event.act in NEWS_ACTS and not by_hand


def lines(
    needs: Sequence[Need],
    enquiry: Enquiry,
    news: Event | None,
    house: Organisation,
    *,
    coordinates: bool,
) -> list[str]:
    """Each of *needs* as a sentence, in the current language.

    :param news: the line of history that is the latest news; see :func:`latest_news`.
    :param coordinates: said to the coordinator; else to the department that has it.
    """
    said = []
    for need in needs:
        if need is Need.NEWS:
            said.append(_news(news, house))
        elif need is Need.LATE:
            said += _late(enquiry, house, coordinates=coordinates)
        else:
            said.append(_line(need, enquiry, house))
    return said


def _news(event: Event | None, house: Organisation) -> str:
    act = event.act if event else Act.REPLIED
    if event and act in (Act.SENT_BACK, Act.RETURNED, Act.DEPARTMENT_GONE):
        whom = _name_of(event, house)
        if act == Act.SENT_BACK:
            return _("%(department)s has sent it back. Read why.", department=whom)
        if act == Act.DEPARTMENT_GONE:
            return _(
                "%(department)s no longer exists. Hand it over again, or take it.",
                department=whom,
            )
        return _(
            "%(department)s has not opened it. Hand it over again, or take it.", department=whom
        )
    if event and act == Act.CONTRIBUTED:
        return _("%(department)s has answered. Read it.", department=_name_of(event, house))
    if act == Act.WOKEN:
        return str(OF_MANY[Need.AWAKE])
    if act == Act.WITHDRAWN:
        return _("The sender has withdrawn it. Stop what is under way.")
    if event and act == Act.FOLLOWER_WROTE:
        return _(
            "The sender of %(reference)s, which is part of it, has written. Read and answer.",
            reference=event.data["to"],
        )
    if act == Act.LEFT_ALONE:
        return _("The idea that it goes on in was withdrawn. Decide what becomes of this one.")
    return _("The sender has written. Read and answer.")


def _name_of(event: Event, house: Organisation) -> str:
    department = house.department(event.data["department"])
    return name(department) if department else _("The department")


def of_participant(who: Member, enquiry: Enquiry, house: Organisation) -> str:
    """The same for whoever only takes part: whose it is, and whether they have answered."""
    has_it = as_subject(house.post(enquiry.department_id), house)
    if enquiry.status == Status.CLOSED:
        return _("%(who)s had it. You need not do anything more.", who=has_it)
    if waits_for(who, enquiry):
        return _("%(who)s has it, and waits for your answer.", who=has_it)
    return _("%(who)s has it. You have answered.", who=has_it)


def waits_for(who: Member, enquiry: Enquiry) -> bool:
    """Has a department of theirs, which takes part in it, not answered yet?"""
    return any(
        each.answered_at is None
        for each in enquiry.participations
        if each.department_id in who.departments
    )


def _late(enquiry: Enquiry, house: Organisation, *, coordinates: bool) -> Iterator[str]:
    promise = attention.promised(enquiry, house)
    if promise is None:
        return
    kind, until = promise[0], day(promise[1])
    department = house.department(enquiry.department_id)
    if department and coordinates:
        whom = name(department)
        if kind is Promise.DECISION:
            yield _("Remind %(whom)s: a decision was due by %(day)s.", whom=whom, day=until)
        else:
            yield _("Remind %(whom)s: the sender was to hear by %(day)s.", whom=whom, day=until)
    elif kind is Promise.ANSWER:
        yield _("Answer the sender: promised by %(day)s.", day=until)
    elif kind is Promise.ASSESSMENT:
        yield _("Assess it: promised by %(day)s.", day=until)
    elif kind is Promise.LIFE:
        yield _("Tell the sender how it is going: promised by %(day)s.", day=until)
    # Of a decision, DECIDE says it already.


def _line(need: Need, enquiry: Enquiry, house: Organisation) -> str:
    department = house.department(enquiry.department_id)
    whom = name(department) if department else _("the department")
    if need is Need.NEW:
        return _("New: confirm where it belongs.")
    if need is Need.MAIL:
        return _("An email about it did not arrive. See which.")
    if need is Need.UNOPENED and enquiry.handed_over_at:
        since = day(enquiry.handed_over_at)
        return _("Remind %(whom)s: not opened since %(day)s.", whom=whom, day=since)
    if need is Need.DECIDE and (until := attention.asked_by(enquiry, house)):
        return _("Do you want to develop the idea? Answer by %(day)s.", day=day(until, "near"))
    if need is Need.PLANNED and enquiry.next_action_by:
        return _("Do what was planned for %(day)s.", day=day(enquiry.next_action_by))
    if need is Need.CALL and enquiry.call_by:
        last = day(enquiry.call_by, "near")
        if enquiry.call_by < clock.today():
            return _("The last day to apply was %(day)s. Say how it went.", day=last)
        return _("Apply by %(day)s: that is the last day.", day=last)
    if need is Need.AWAKE and enquiry.parked_until:
        rested = day(enquiry.parked_until)
        return _("It was parked until %(day)s. Take it up again.", day=rested)
    if need is Need.SILENT and enquiry.question_at:
        asked = day(enquiry.question_at)
        return _("The sender has not answered the question of %(day)s. Call, or close.", day=asked)
    return str(OF_MANY[need])
