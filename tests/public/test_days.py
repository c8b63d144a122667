"""Days and times as residents read them: those of Sweden, whatever the server's clock says."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from tests import make
from tests.page import Page


def sent_at(page: Page, moment: str) -> str:
    """Send an idea at that moment (UTC); what its status page says then."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        fields = page.get("/sv/enquiry").fields() | make.IDEA
        return page.get(page.post("/sv/enquiry/submit", fields, 303).location).text


def stored(app: Flask) -> list[Enquiry]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Enquiry).order_by(Enquiry.id)))


def test_the_new_year_begins_in_sweden(page: Page, app: Flask) -> None:
    moments = ("12-31T22:59:59", "12-31T23:30:00", "12-31T23:59:59")
    for moment in (*(f"2026-{m}" for m in moments), "2027-12-31T22:30:00", "2027-12-31T23:30:00"):
        sent_at(page, moment)
    assert [enquiry.reference for enquiry in stored(app)] == [
        "EU-2026-0001", "EU-2027-0001", "EU-2027-0002", "EU-2027-0003", "EU-2028-0001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-12-31T23:30:00", "1 januari 2027 klockan 00:30"),
        ("2026-06-30T22:30:00", "1 juli 2026 klockan 00:30"),
        ("2027-03-28T00:59:00", "28 mars 2027 klockan 01:59"),  # a minute before summer time
        ("2027-03-28T01:00:00", "28 mars 2027 klockan 03:00"),
        ("2026-10-25T00:59:00", "25 oktober 2026 klockan 02:59"),  # and before it ends
        ("2026-10-25T01:00:00", "25 oktober 2026 klockan 02:00"),
    ],
)
def test_when_it_came_in(page: Page, app: Flask, moment: str, shown: str) -> None:
    day, _, clock = shown.partition(" klockan ")
    status = sent_at(page, moment)
    assert shown in status
    assert f"{day}, {clock}" in status
    with app.app_context():
        receipt = sa.select(OutgoingMail.text).where(OutgoingMail.key.endswith("/receipt/1"))
        written = db.session.scalars(receipt).one()
    assert day in written
    assert clock in written


@pytest.mark.parametrize(
    ("moment", "answer", "assessment"),
    [
        # From Saturday half past midnight: Easter Monday is free, and that night the clocks change.
        ("2027-03-26T23:30:00", date(2027, 4, 5), date(2027, 4, 19)),
        # From Friday half past midnight, into winter time.
        ("2026-10-22T22:30:00", date(2026, 10, 30), date(2026, 11, 13)),
        # Midsummer's Eve, and then a plain summer.
        ("2026-06-17T22:30:00", date(2026, 6, 26), date(2026, 7, 10)),
        # From 22 December: three eves, three holidays and Epiphany.
        ("2026-12-21T23:30:00", date(2027, 1, 4), date(2027, 1, 19)),
        # The same minute in Sweden counts from the same day, whatever the date is in UTC.
        ("2026-12-22T22:30:00", date(2027, 1, 4), date(2027, 1, 19)),
    ],
)
def test_promises(page: Page, app: Flask, moment: str, answer: date, assessment: date) -> None:
    status = sent_at(page, moment)
    [enquiry] = stored(app)
    assert (enquiry.answer_by, enquiry.assessment_by) == (answer, assessment)
    months = "januari februari mars april maj juni juli augusti september oktober november december"
    for day in (answer, assessment):
        assert f"{day.day} {months.split()[day.month - 1]} {day.year}" in status
