"""A year of working mornings with two workers: what is due is done once, and never on a holiday."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.members import Member, member
from intake.directory.organisation import organisation
from intake.enquiries import handle
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, Status
from intake.operate.morning import Morning
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite

START = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context(), time_machine.travel(START, tick=False):
        yield


def someone(email: str) -> Member:
    found = member(organisation(), email)
    assert found
    return found


def coordinator() -> Member:
    return someone("internationellt@ljungby.example")


def reminders() -> list[OutgoingMail]:
    asked = sa.select(OutgoingMail).where(
        sa.or_(
            OutgoingMail.key.contains("/reminder/"), OutgoingMail.key.contains("/question_again/")
        )
    )
    return list(db.session.scalars(asked.order_by(OutgoingMail.id)))


@on_sqlite
def test_a_year_with_two_workers() -> None:
    late = make.enquiry()
    handle.take(late, by=coordinator())
    unopened = make.enquiry()
    handle.hand_over(unopened, "barn-utbildning", by=coordinator())
    asked = make.enquiry()
    school = someone("internationellt.barn-utbildning@ljungby.example")
    handle.opened(asked, by=school)
    handle.ask(asked, "Hur många?", by=school)
    parked = make.enquiry()
    handle.park(parked, date(2027, 1, 6), "Utlysningen öppnar då.", by=coordinator())
    db.session.commit()
    references = [e.reference for e in (late, unopened, asked, parked)]

    workers = [Morning(), Morning()]
    for days in range(365):
        for hour in (3, 12):
            with time_machine.travel(START.replace(hour=hour) + timedelta(days=days), tick=False):
                for worker in workers:
                    worker()

    sent = reminders()
    assert sent
    for mail in sent:
        there = clock.local(mail.created_at)
        assert clock.is_working_day(there.date()), there
        assert there.hour >= 8
    keys = Counter(
        (event.enquiry_id, event.data["key"])
        for event in db.session.scalars(sa.select(Event).filter_by(act=Act.REMINDED))
    )
    assert set(keys.values()) == {1}
    assert len(sent) == len(keys)

    by_case = {r: [m for m in sent if m.about == r] for r in references}
    first = {r: clock.local(mails[0].created_at).date() for r, mails in by_case.items()}
    assert first[late.reference] == date(2026, 11, 10)  # promised by the 9th
    assert first[unopened.reference] == date(2026, 11, 5)  # three working days
    assert first[asked.reference] == date(2026, 11, 16)  # ten working days
    # The sixth of January is a holiday, so the next morning wakes it.
    assert first[parked.reference] == date(2027, 1, 7)
    woken = sa.select(Event).filter_by(act=Act.WOKEN, enquiry_id=parked.id)
    assert [clock.local(e.at).date() for e in db.session.scalars(woken)] == [date(2027, 1, 7)]
    assert "Hur många?" in by_case[asked.reference][0].text
    assert by_case[unopened.reference][0].to_address == "internationellt@ljungby.example"


def test_two_workers_at_the_same_moment(app: Flask) -> None:
    for _number in range(4):
        handle.take(make.enquiry(), by=coordinator())
    db.session.commit()
    db.session.close()
    gate = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            gate.wait(10)
            Morning()()

    with time_machine.travel(datetime(2026, 11, 10, 9, tzinfo=UTC), tick=True):
        threads = [threading.Thread(target=work) for _worker in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(reminders()) == 4


def test_what_nobody_opened_goes_back() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    db.session.commit()
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        Morning()()
    stored = db.session.get_one(Enquiry, enquiry.id)
    assert stored.department_id is None
    assert stored.status == Status.ASSESSING
    assert stored.coordinator_from == date(2026, 11, 10)
