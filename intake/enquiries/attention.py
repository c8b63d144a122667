"""Whose turn it is, since when, and what comes first: worked out anew after everything that
happens to an enquiry.

Two dates are kept: from when the coordinator, and from when the department has something to do.
So "needs action" is one range of an index, and time alone moves an enquiry into it: one that is
overdue, not opened, or has been parked long enough is there the next morning without anybody's
doing.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from intake import clock
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries.access import has_it
from intake.enquiries.models import NOT_AT_DEPARTMENT, Enquiry
from intake.enquiries.steps import Status

#: Statuses in which a department has the idea.
AT_DEPARTMENT = frozenset(Status) - frozenset(map(Status, NOT_AT_DEPARTMENT))


class Need(StrEnum):
    """Why something is to be done about an enquiry."""

    NEW = "new"  # nobody has confirmed yet where it belongs
    NEWS = "news"  # the sender has written
    MAIL = "mail"  # a letter about it failed
    UNOPENED = "unopened"  # the department has not looked at it
    DECIDE = "decide"  # the department is asked whether it wants it
    PLANNED = "planned"  # the day of the next action has come
    CALL = "call"  # the last day to apply is near, or has passed
    AWAKE = "awake"  # it was parked until now
    SILENT = "silent"  # the sender has not answered a question
    LATE = "late"


#: Statuses in which nothing has been applied for yet.
BEFORE_APPLYING = frozenset(
    {
        Status.RECEIVED,
        Status.ASSESSING,
        Status.WITH_DEPARTMENT,
        Status.DEVELOPING,
        Status.APPLYING,
    }
)


class Rank(IntEnum):
    """In which part of the list of what is to be done an enquiry stands: the first that fits.

    None of them comes with time alone, so each is kept, and an index holds it. What is late is not
    among them: it becomes so by itself.
    """

    NEW = 0  # nobody has confirmed yet where it belongs
    NEWS = 1  # something has happened: the sender has written, it came back, a letter failed
    DECIDE = 2  # the department is asked whether it wants it
    REST = 3


class Promise(StrEnum):
    """What the sender has been promised next."""

    ANSWER = "answer"  # a first answer by a person
    ASSESSMENT = "assessment"
    DECISION = "decision"  # the department says whether it wants to develop it
    LIFE = "life"  # a sign of life, time and again


#: What is not the department's to do, and what is not the coordinator's.
NOT_THE_DEPARTMENTS = frozenset({Need.NEW, Need.UNOPENED})
NOT_THE_COORDINATORS = frozenset({Need.DECIDE})


def reckon(enquiry: Enquiry, house: Organisation) -> None:
    """Work out anew what is due next, and from when it is whose turn."""
    next_promise = promised(enquiry, house)
    enquiry.due_on = next_promise and next_promise[1]
    enquiry.rank = _rank(enquiry)
    needs = list(_needs(enquiry, house))
    enquiry.coordinator_from = min(
        (day for need, day in needs if need not in NOT_THE_COORDINATORS), default=None
    )
    at_department = enquiry.department_id is not None
    for_department = [
        day for need, day in needs if at_department and need not in NOT_THE_DEPARTMENTS
    ]
    enquiry.department_from = min(for_department, default=None)


def _rank(enquiry: Enquiry) -> Rank:
    if enquiry.status == Status.RECEIVED:
        return Rank.NEW
    if enquiry.news_at or enquiry.mail_failed_at:
        return Rank.NEWS
    return Rank.DECIDE if enquiry.status == Status.WITH_DEPARTMENT else Rank.REST


def needs(enquiry: Enquiry, house: Organisation) -> list[Need]:
    """What is to be done about it today."""
    today = clock.today()
    return [need for need, day in _needs(enquiry, house) if day <= today]


def needs_of(member: Member, enquiry: Enquiry, house: Organisation) -> list[Need]:
    """What *member* is to do about it today: nothing of this, if they only take part in it."""
    if not has_it(member, enquiry):
        return []
    others = NOT_THE_COORDINATORS if member.coordinates else NOT_THE_DEPARTMENTS
    return [need for need in needs(enquiry, house) if need not in others]


def decide_by(enquiry: Enquiry, house: Organisation) -> date:
    """Until when the department that it was handed to is asked whether it wants to develop it."""
    since = enquiry.handed_over_at or clock.now()
    return clock.add_working_days(_day(since), house.facts["promise"]["department_days"])


def asked_by(enquiry: Enquiry, house: Organisation) -> date | None:
    """Until when the department that has *enquiry* is asked for its answer, on the page as in the
    mail to it; None if it has answered, or has not got it.

    While nobody has confirmed that it belongs there, that is the day before our first answer is
    due, if there is still time.
    """
    if enquiry.handed_over_at is None:
        return None
    if enquiry.status == Status.WITH_DEPARTMENT:
        return decide_by(enquiry, house)
    if enquiry.status != Status.RECEIVED:
        return None
    since, day = _day(enquiry.handed_over_at), clock.working_day_before(enquiry.answer_by)
    return day if day >= since else max(enquiry.answer_by, clock.add_working_days(since, 1))


def due_for(member: Member, enquiry: Enquiry, house: Organisation) -> date | None:
    """By when *member* is to act: a department, by the day that it was asked for; whoever has
    answered, and the coordinator, by the next promise to the sender; who only takes part, by none.
    """
    if not has_it(member, enquiry):
        return None
    asked = None if member.coordinates else asked_by(enquiry, house)
    return asked or enquiry.due_on


def call_days(house: Organisation) -> list[int]:
    """How many days of the calendar before the last day to apply its owner is reminded of it."""
    promise = house.facts["promise"]
    return [promise[key] for key in ("call_first_days", "call_next_days", "call_last_days")]


def promised(enquiry: Enquiry, house: Organisation) -> tuple[Promise, date] | None:
    """The next promise to keep, and by when. Nothing is due while the sender is asked."""
    promise = house.facts["promise"]
    status = Status(enquiry.status)

    if enquiry.suspected or status in (Status.CLOSED, Status.PARKED):
        return None
    if enquiry.first_answer_at is None:
        return Promise.ANSWER, enquiry.answer_by
    if enquiry.question_at:
        return None
    if status in (Status.RECEIVED, Status.ASSESSING) and enquiry.assessment_by >= _day(
        enquiry.first_answer_at
    ):
        return Promise.ASSESSMENT, enquiry.assessment_by
    if status is Status.WITH_DEPARTMENT and enquiry.handed_over_at:
        return Promise.DECISION, decide_by(enquiry, house)
    alive = enquiry.alive_at or enquiry.received_at
    return Promise.LIFE, clock.working_day_from(_day(alive) + timedelta(days=promise["life_days"]))


def _needs(enquiry: Enquiry, house: Organisation) -> Iterator[tuple[Need, date]]:
    """Everything that is or will be to do if nothing happens, and from which day on."""
    promise = house.facts["promise"]
    status = Status(enquiry.status)

    if enquiry.mail_failed_at:
        yield Need.MAIL, _day(enquiry.mail_failed_at)
    if enquiry.suspected:
        return
    if enquiry.news_at:
        yield Need.NEWS, _day(enquiry.news_at)
    if status is Status.CLOSED:
        return
    if status is Status.RECEIVED:
        yield Need.NEW, _day(enquiry.received_at)
    if status is Status.PARKED and enquiry.parked_until:
        yield Need.AWAKE, enquiry.parked_until
        return
    if enquiry.question_at:
        yield (
            Need.SILENT,
            clock.add_working_days(_day(enquiry.question_at), 2 * promise["ask_again_days"]),
        )
    if status in (Status.RECEIVED, Status.WITH_DEPARTMENT) and enquiry.handed_over_at:
        yield Need.DECIDE, _day(enquiry.handed_over_at)
        if not enquiry.seen_by_department_at:
            opened_by = clock.add_working_days(_day(enquiry.handed_over_at), promise["open_days"])
            yield Need.UNOPENED, opened_by
    if enquiry.next_action_by:
        yield Need.PLANNED, enquiry.next_action_by
    if enquiry.call_by and status in BEFORE_APPLYING:
        yield Need.CALL, enquiry.call_by - timedelta(days=min(call_days(house)))
    if enquiry.due_on:
        yield Need.LATE, enquiry.due_on + timedelta(days=1)


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
