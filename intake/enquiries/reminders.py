"""What the clock does by itself on working mornings: remind, ask again, wake, take back.

One function looks at one enquiry and does whatever is due. The history says what was done, and is
read while the enquiry is held, so that nothing is done twice: not with two workers, not after a
restart, not by a second look on the same day.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.directory.values import Organisation, Person, Post
from intake.enquiries import attention, desk_letters, dispatch, models
from intake.enquiries.acts import say_no_longer_theirs, take_from_department, take_up
from intake.enquiries.attention import Need
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, Status, record
from intake.outbox import queue

MORNING = 8  # o'clock in Sweden: nobody is reminded at night (S3)


def is_time(now: datetime) -> bool:
    """Is it a working day in Sweden, and no longer night?"""
    there = clock.local(now)
    return clock.is_working_day(there.date()) and there.hour >= MORNING


def due(today: date) -> list[int]:
    """Ids of the enquiries that something may be due about, in the order in which they came.

    Whatever :func:`look_after` does, the coordinator has to do with from that day on, but for
    asking the sender again and for the last day to apply. Three indexes hold just these; a morning
    does not read all the others.
    """
    listed: Any = sa.text(models.LISTED)
    asked: Any = sa.text(models.WAITING)
    for_a_call: Any = sa.text(models.FOR_A_CALL)
    until = today + timedelta(days=max(attention.call_days(organisation())))
    all_of_them = sa.union_all(
        sa.select(Enquiry.id).where(listed, Enquiry.coordinator_from <= today),
        sa.select(Enquiry.id).where(listed, asked),
        sa.select(Enquiry.id).where(listed, for_a_call, Enquiry.call_by.between(today, until)),
    )
    # Each once, and in order: asked to do that, SQLite reads all enquiries instead.
    return sorted(set(db.session.scalars(all_of_them)))


class _Reminder(NamedTuple):
    """Something that somebody is to be reminded of, once: *key* tells it from every other."""

    need: Need
    key: str
    to: Person
    department: Post | None = None  # whose it is, or was, if she is told of what they have not done


def look_after(enquiry_id: int) -> None:
    """Do what is due about one enquiry today, in the caller's transaction. Whoever is to be
    reminded of several things gets one letter that names them all.
    """
    enquiry = db.session.get_one(Enquiry, enquiry_id, with_for_update=True, populate_existing=True)
    house = organisation()
    needs = attention.needs(enquiry, house)

    due = []
    if Need.AWAKE in needs:
        due.append(_wake(enquiry, house))
    elif Need.UNOPENED in needs:
        due.append(_return(enquiry, house))
    due += _reminders(enquiry, house)
    due = [each for each in due if not _done(enquiry, each.key)]
    for address in dict.fromkeys(each.to.email.casefold() for each in due):
        _remind(enquiry, [each for each in due if each.to.email.casefold() == address], house)
    if enquiry.question_at:
        _ask_again(enquiry, enquiry.question_at, house)


def _wake(enquiry: Enquiry, house: Organisation) -> _Reminder:
    until = enquiry.parked_until
    take_up(enquiry)
    if enquiry.status != Status.WITH_DEPARTMENT:  # else it is asked anew whether it wants it
        enquiry.news_at = enquiry.news_at or clock.now()
    record(enquiry, Act.WOKEN, by="system")
    attention.reckon(enquiry, house)
    return _Reminder(Need.AWAKE, f"awake/{until}", _owner(enquiry, house))


def _return(enquiry: Enquiry, house: Organisation) -> _Reminder:
    department, since = enquiry.department_id, enquiry.handed_over_at
    crossed = take_from_department(enquiry, house)
    enquiry.news_at = enquiry.news_at or clock.now()
    record(enquiry, Act.RETURNED, by="system", department=department, other_authority=crossed)
    attention.reckon(enquiry, house)
    theirs = house.department(department)
    if theirs is not None:
        coordinator = posts.coordinator(house, clock.today()).person
        say_no_longer_theirs(
            enquiry,
            theirs.id,
            by="system",
            known_to=coordinator.email.casefold(),
            unopened=True,
        )
    return _Reminder(Need.UNOPENED, f"returned/{since}", _owner(enquiry, house), theirs)


def _reminders(enquiry: Enquiry, house: Organisation) -> Iterator[_Reminder]:
    """What is to be remembered about it today, the most pressing first."""
    needs, owner = attention.needs(enquiry, house), _owner(enquiry, house)
    if Need.LATE in needs and enquiry.due_on:
        late = _Reminder(Need.LATE, f"late/{enquiry.due_on}{_time(enquiry.due_on, house)}", owner)
        yield late
        yield from _again(enquiry, late, house)
    if stage := _call_stage(enquiry, house):
        yield _Reminder(Need.CALL, f"call/{enquiry.call_by}/{stage}", owner)
    if Need.PLANNED in needs:
        yield _Reminder(Need.PLANNED, f"planned/{enquiry.next_action_by}", owner)


def _time(due_on: date, house: Organisation) -> str:
    """Which time it is that somebody is reminded of what stays late: as often as an open case is to
    give a sign of life.
    """
    times = ((clock.today() - due_on).days - 1) // house.facts["promise"]["life_days"]
    return f"/{times}" if times else ""


def _again(enquiry: Enquiry, late: _Reminder, house: Organisation) -> Iterator[_Reminder]:
    """The coordinator hears of what is late some working days after its owner, if that is somebody
    else: she has been reminded then, and is not told twice.
    """
    coordinator, told = posts.coordinator(house, clock.today()).person, _done(enquiry, late.key)
    addresses = {late.to.email.casefold(), told.data["to"].casefold() if told else ""}
    if told is None or coordinator.email.casefold() in addresses:
        return
    days = house.facts["promise"]["coordinator_days"]
    if clock.today() >= clock.add_working_days(clock.local(told.at).date(), days):
        theirs = house.department(enquiry.department_id)
        key = late.key.replace("late", "late-again", 1)
        yield _Reminder(Need.LATE, key, coordinator, theirs)


def _call_stage(enquiry: Enquiry, house: Organisation) -> int | None:
    """Which of the days before the last day to apply has come: of those that have passed, the
    latest alone.
    """
    if enquiry.call_by is None or enquiry.status not in attention.BEFORE_APPLYING:
        return None
    left = (enquiry.call_by - clock.today()).days
    reached = (days for days in attention.call_days(house) if 0 <= left <= days)
    return min(reached, default=None)


def _ask_again(enquiry: Enquiry, asked_at: datetime, house: Organisation) -> None:
    again_on = clock.add_working_days(
        clock.local(asked_at).date(), house.facts["promise"]["ask_again_days"]
    )
    key = f"question/{asked_at.isoformat()}"
    if clock.today() < again_on or _done(enquiry, key):
        return
    if not dispatch.may_write_to_sender(enquiry):
        return
    if queue.has_failed(enquiry.reference, enquiry.email):  # the coordinator knows of it
        return
    asked = next(e for e in reversed(enquiry.history) if e.act == Act.ASKED)
    signs = house.post(asked.by_role)
    record(enquiry, Act.REMINDED, by="system", keys=[key], needs=["question"], to="sender")
    letter = desk_letters.question_again(enquiry, asked.data["text"], house, signs)
    dispatch.send(enquiry, letter, "question_again", to="sender")


def _remind(enquiry: Enquiry, due: list[_Reminder], house: Organisation) -> None:
    """One letter about all that is *due*, which is one person's."""
    needs, to = [each.need for each in due], due[0].to
    keys = [each.key for each in due]
    record(enquiry, Act.REMINDED, by="system", keys=keys, needs=needs, to=to.email)
    letter = desk_letters.reminder(enquiry, needs, house, to, department=due[0].department)
    dispatch.send(enquiry, letter, "reminder", to=to.email)


def _done(enquiry: Enquiry, key: str) -> Event | None:
    """When that was reminded of, if it was. In older history each line has one key."""
    reminded = (event for event in enquiry.history if event.act == Act.REMINDED)
    return next(
        (e for e in reminded if key in e.data.get("keys", ()) or key == e.data.get("key")), None
    )


def _owner(enquiry: Enquiry, house: Organisation) -> Person:
    """Who has it: whoever holds the department's post today, else the coordinator."""
    return posts.holder(house, enquiry.department_id, clock.today()).person
