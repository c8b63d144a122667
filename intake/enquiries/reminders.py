"""What the clock does by itself on working mornings: remind, ask again, wake, take back.

One function looks at one enquiry and does whatever is due. The history says what was done, and is
read while the enquiry is held, so that nothing is done twice: not with two workers, not after a
restart, not by a second look on the same day.
"""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.organisation import Organisation, Person, Post, organisation
from intake.enquiries import attention, desk_letters, dispatch, models
from intake.enquiries.acts import take_from_department, take_up
from intake.enquiries.attention import Need
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, record
from intake.outbox import queue

MORNING = 8  # o'clock in Sweden: nobody is reminded at night (S3)
AGAIN_AFTER = 3  # working days until the coordinator hears of what its owner was reminded of


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


def look_after(enquiry_id: int) -> None:
    """Do what is due about one enquiry today, in the caller's transaction."""
    enquiry = db.session.get_one(Enquiry, enquiry_id, with_for_update=True, populate_existing=True)
    house, today = organisation(), clock.today()
    needs = attention.needs(enquiry, house)

    if Need.AWAKE in needs:
        _wake(enquiry, house)
    elif Need.UNOPENED in needs:
        _return(enquiry, house)
    needs = attention.needs(enquiry, house)  # whose turn it is has changed by that
    if Need.LATE in needs and enquiry.due_on:
        owner, coordinator = _owner(enquiry, house), posts.coordinator(house, today).person
        _remind(enquiry, Need.LATE, f"late/{enquiry.due_on}", house, owner)
        if today >= clock.add_working_days(enquiry.due_on, 1 + AGAIN_AFTER):
            theirs = house.department(enquiry.department_id)
            again = f"late-again/{enquiry.due_on}"
            _remind(enquiry, Need.LATE, again, house, coordinator, theirs)
    if Need.PLANNED in needs:
        planned = f"planned/{enquiry.next_action_by}"
        _remind(enquiry, Need.PLANNED, planned, house, _owner(enquiry, house))
    if enquiry.call_by:
        _remind_of_call(enquiry, enquiry.call_by, house)
    if enquiry.question_at:
        _ask_again(enquiry, enquiry.question_at, house)


def _wake(enquiry: Enquiry, house: Organisation) -> None:
    until = enquiry.parked_until
    take_up(enquiry)
    if enquiry.department_id is None:  # a department is asked anew whether it wants it
        enquiry.news_at = enquiry.news_at or clock.now()
    record(enquiry, Act.WOKEN, by="system")
    attention.reckon(enquiry, house)
    _remind(enquiry, Need.AWAKE, f"awake/{until}", house, _owner(enquiry, house))


def _return(enquiry: Enquiry, house: Organisation) -> None:
    department, since = enquiry.department_id, enquiry.handed_over_at
    crossed = take_from_department(enquiry, house)
    enquiry.news_at = enquiry.news_at or clock.now()
    record(enquiry, Act.RETURNED, by="system", department=department, other_authority=crossed)
    attention.reckon(enquiry, house)
    coordinator = posts.coordinator(house, clock.today()).person
    theirs = house.department(department)
    _remind(enquiry, Need.UNOPENED, f"returned/{since}", house, coordinator, theirs)


def _remind_of_call(enquiry: Enquiry, last: date, house: Organisation) -> None:
    """Once at each of the days before the last day to apply; of those that have passed, the
    latest alone.
    """
    left = (last - clock.today()).days
    reached = [days for days in attention.call_days(house) if 0 <= left <= days]
    if reached and enquiry.status in attention.BEFORE_APPLYING:
        key = f"call/{last}/{min(reached)}"
        _remind(enquiry, Need.CALL, key, house, _owner(enquiry, house))


def _ask_again(enquiry: Enquiry, asked_at: datetime, house: Organisation) -> None:
    again_on = clock.add_working_days(
        clock.local(asked_at).date(), house.facts["promise"]["ask_again_days"]
    )
    key = f"question/{asked_at.isoformat()}"
    if clock.today() < again_on or _was_done(enquiry, key):
        return
    if not dispatch.may_write_to_sender(enquiry):
        return
    if queue.has_failed(enquiry.reference, enquiry.email):  # the coordinator knows of it
        return
    asked = next(e for e in reversed(enquiry.history) if e.act == Act.ASKED)
    signs = house.department(asked.by_role) or house.coordinator
    record(enquiry, Act.REMINDED, by="system", key=key, need="question", to="sender")
    letter = desk_letters.question_again(enquiry, asked.data["text"], house, signs)
    dispatch.send(enquiry, letter, "question_again", to="sender")


def _remind(
    enquiry: Enquiry,
    need: Need,
    key: str,
    house: Organisation,
    to: Person,
    department: Post | None = None,
) -> None:
    if _was_done(enquiry, key):
        return
    record(enquiry, Act.REMINDED, by="system", key=key, need=need, to=to.email)
    letter = desk_letters.reminder(enquiry, need, house, to, department=department)
    dispatch.send(enquiry, letter, "reminder", to=to.email)


def _was_done(enquiry: Enquiry, key: str) -> bool:
    return any(e.act == Act.REMINDED and e.data["key"] == key for e in enquiry.history)


def _owner(enquiry: Enquiry, house: Organisation) -> Person:
    """Who has it: whoever holds the department's post today, else the coordinator."""
    return posts.holder(house, enquiry.department_id, clock.today()).person
