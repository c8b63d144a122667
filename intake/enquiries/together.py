"""Several departments on one idea: one has it, or the coordinator, and others take part.

Whoever takes part reads the case, writes notes and answers; all else stays with whoever has it.
Nothing is committed here, and who may do what stands in ``staff/permissions.py``.
"""

from collections.abc import Collection, Iterable, Iterator

import sqlalchemy as sa
from flask_babel import gettext as _

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.directory.posts import Holder
from intake.directory.values import Organisation, Person
from intake.enquiries import dispatch, to_do, together_letters
from intake.enquiries.access import participating, participations
from intake.enquiries.acts import done, must_be_open, receiver, who
from intake.enquiries.border import crosses
from intake.enquiries.models import Enquiry, Event, Participation
from intake.enquiries.steps import Act, NotAllowed, record
from intake.enquiries.wording import as_subject, name


def involve(enquiry: Enquiry, department_id: str, text: str, *, by: Member) -> None:
    """Ask a department to take part. Its contact gets a letter, and may read the case from now on;
    so does whoever has it, unless it is they who ask.

    :param text: what they should say or do; for staff alone.
    :raises NotAllowed: that department has it or takes part already, nobody is there, or the case
        is closed.
    """
    must_be_open(enquiry)
    house = organisation()
    holder, has_it = receiver(department_id, house), house.post(enquiry.department_id)
    if holder.post.id == has_it.id:
        raise NotAllowed(
            _("%(who)s has it already.", who=as_subject(has_it, house)), "department_id"
        )
    if _of(enquiry, department_id):
        raise NotAllowed(_("%(who)s takes part already.", who=name(holder.post)), "department_id")
    enquiry.participations.append(Participation(department_id=department_id, since=clock.now()))
    done(
        enquiry,
        Act.INVOLVED,
        by,
        why=text,
        department=department_id,
        standing=holder.standing,
        missing=holder.missing,
        other_authority=crosses(has_it, holder.post),
    )
    role, to = who(by, enquiry), holder.person.email
    asks = house.post(role)
    letter = together_letters.involved(enquiry, text, house, holder.person, holder.post, asks)
    dispatch.send(enquiry, letter, "involved", to=to, by=role, asked=department_id)
    if enquiry.department_id:
        told = {by.email, to.casefold()}
        for person in people([enquiry.department_id], house, told=told):
            letter = together_letters.beside(enquiry, text, house, person, holder.post, asks)
            dispatch.send(enquiry, letter, "beside", to=person.email, by=role)


def contribute(enquiry: Enquiry, text: str, *, by: Member) -> None:
    """Answer as a department that takes part: news for whoever has the case, who gets a letter.

    :raises NotAllowed: no department of theirs takes part any more, or the case is closed.
    """
    must_be_open(enquiry)
    own = _own(enquiry, by)
    if own is None:
        raise NotAllowed(_("Your department does not take part in it."))
    house, now, role = organisation(), clock.now(), own.department_id
    besides = _tells_other_news(enquiry)
    own.answered_at = now
    enquiry.news_at = enquiry.news_at or now
    done(enquiry, Act.CONTRIBUTED, by, role=role, why=text, department=role, besides=besides)
    holder = _holder(enquiry, house)
    question = question_to(enquiry, role)
    letter = together_letters.contributed(
        enquiry, text, house, holder, house.posts[role], asked=question.why if question else ""
    )
    dispatch.send(enquiry, letter, "contributed", to=holder.email, by=role)


def part(enquiry: Enquiry, department_id: str, why: str, *, by: Member) -> None:
    """Let a department take part no longer. If it leaves, whoever has the case gets a letter; if
    they end it, the department does.

    :raises NotAllowed: it does not take part.
    """
    own, house = _of(enquiry, department_id), organisation()
    if own is None:
        raise NotAllowed(_("It no longer takes part."), "department_id")
    leaves = participating(by, enquiry) is not None
    if leaves and department_id not in by.departments:
        raise NotAllowed(_("Choose a department from the list."), "department_id")
    department, role = house.posts[department_id], department_id if leaves else who(by, enquiry)
    enquiry.participations.remove(own)
    done(enquiry, Act.PARTED, by, role=role, why=why, department=department_id)
    if leaves:
        to = _holder(enquiry, house)
        letter = together_letters.left(enquiry, why, house, to, department)
        dispatch.send(enquiry, letter, "parted", to=to.email, by=role)
        return
    ends = house.post(role)
    for person in people([department_id], house, told={by.email}):
        letter = together_letters.ended(enquiry, why, house, person, department, ends)
        dispatch.send(enquiry, letter, "parted", to=person.email, by=role)


def leave(enquiry: Enquiry, department_id: str) -> None:
    """That department no longer takes part in *enquiry*, if it did."""
    if own := _of(enquiry, department_id):
        enquiry.participations.remove(own)


def ask_again(enquiry: Enquiry, holder: Holder, house: Organisation) -> None:
    """Ask somebody else of a department that takes part, because the first did not get the letter:
    whatever its last question was.
    """
    asked = question_to(enquiry, holder.post.id)
    if asked is None:
        return
    asks = house.post(asked.by_role)
    letter = together_letters.involved(enquiry, asked.why, house, holder.person, holder.post, asks)
    dispatch.send(enquiry, letter, "involved", to=holder.person.email, asked=holder.post.id)


def end_unreached(enquiry: Enquiry, department_id: str) -> None:
    """Nobody in the department could be told that it is asked, so it does not take part."""
    leave(enquiry, department_id)
    record(enquiry, Act.PARTED, by="system", department=department_id, because="unreached")


def tell_closed(enquiry: Enquiry, by: Member) -> None:
    """Tell those who take part that they need do nothing more, because *by* has closed it: as
    ``acts.tell_department`` tells whoever had it, who is not told twice.
    """
    house, role = organisation(), who(by, enquiry)
    closes = house.post(role)
    theirs = [
        each.department_id
        for each in participations(enquiry)
        if each.department_id not in by.departments
    ]
    told = {by.email, _holder(enquiry, house).email.casefold()}
    for person in people(theirs, house, told=told):
        letter = together_letters.closed(enquiry, house, person, closes)
        dispatch.send(enquiry, letter, "no_longer_yours", to=person.email, by=role)


def everybody(enquiry: Enquiry, house: Organisation) -> list[Person]:
    """Who is at work on it today: whoever has it, then those who take part, each person once."""
    holder = _holder(enquiry, house)
    theirs = [each.department_id for each in participations(enquiry)]
    return [holder, *people(theirs, house, told={holder.email.casefold()})]


def people(
    departments: Iterable[str], house: Organisation, *, told: Collection[str]
) -> Iterator[Person]:
    """Who answers for these *departments* today, where anybody does: each person once, and without
    whoever is *told* already.
    """
    known = set(told)
    for department_id in departments:
        holder = posts.holder(house, department_id, clock.today())
        address = holder.person.email.casefold()
        if holder.standing != "coordinator" and address not in known:
            known.add(address)
            yield holder.person


def end_without_department(house: Organisation) -> None:
    """Departments that have left the organisation take part in nothing any more, as the history
    tells.
    """
    gone = [post.id for post in house.posts.values() if not post.active]
    if not gone:
        return
    theirs = (
        sa.select(Enquiry)
        .join(Participation, Participation.enquiry_id == Enquiry.id)
        .where(Participation.department_id.in_(gone))
        .order_by(Enquiry.id)
        .with_for_update(of=Enquiry)
    )
    for enquiry in db.session.scalars(theirs).unique().all():
        for each in participations(enquiry):
            if each.department_id in gone:
                enquiry.participations.remove(each)
                record(
                    enquiry,
                    Act.PARTED,
                    by="system",
                    department=each.department_id,
                    because="gone",
                )


def question_to(enquiry: Enquiry, department_id: str) -> Event | None:
    """What a department that takes part was asked, and by whom."""
    asked = (
        event
        for event in reversed(enquiry.history)
        if event.act == Act.INVOLVED and event.data["department"] == department_id
    )
    return next(asked, None)


def _of(enquiry: Enquiry, department_id: str) -> Participation | None:
    theirs = (each for each in enquiry.participations if each.department_id == department_id)
    return next(theirs, None)


def _own(enquiry: Enquiry, member: Member) -> Participation | None:
    """As what *member* answers: for a department that has not answered yet, if there is one."""
    if participating(member, enquiry) is None:
        return None
    theirs = [e for e in participations(enquiry) if e.department_id in member.departments]
    return min(theirs, key=lambda each: each.answered_at is not None)


def _tells_other_news(enquiry: Enquiry) -> bool:
    """Does something wait that is not an answer of this kind, such as a message of the sender's?
    Then that stays what is told to be done: whoever reads this answer sees the other too.
    """
    if enquiry.news_at is None:
        return False
    news = to_do.latest_news([enquiry.id]).get(enquiry.id)
    return news is not None and news.act != Act.CONTRIBUTED


def _holder(enquiry: Enquiry, house: Organisation) -> Person:
    return posts.holder(house, enquiry.department_id, clock.today()).person
