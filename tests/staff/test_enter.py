"""Entering an idea that came by telephone, on a visit, by letter or mail."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.members import member
from intake.directory.organisation import organisation
from intake.enquiries import attachments, inbox
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk

THURSDAY = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
ADDRESS = "/staff/enquiries/new"
TOLD = {
    "channel": "phone",
    "came_on": "2026-11-02",
    "came_at": "14:05",
    "language": "en",
    "title": "Bänkar längs ån",
    "description": "Hon vill att det finns bänkar längs hela stigen utmed ån i stan.",
    "sender_kind": "resident",
    "name": "Ulla Exempel",
    "phone": "0372-000 00",
}


@pytest.fixture(autouse=True)
def thursday(app: Flask) -> Any:
    with time_machine.travel(THURSDAY):
        yield


def enter(page: Page, code: int = 303, **changes: Any) -> Any:
    form = page.get(ADDRESS).fields("enter") | TOLD | changes
    return page.post(ADDRESS, form, code, content_type="multipart/form-data")


def only(app: Flask) -> Enquiry:
    found = db.session.scalars(sa.select(Enquiry)).one()
    assert isinstance(found, Enquiry)
    return found


def mails() -> list[str]:
    kinds = sa.select(OutgoingMail.key).order_by(OutgoingMail.id)
    return [key.split("/")[1] for key in db.session.scalars(kinds)]


def test_it_counts_from_the_day_on_which_it_came_in(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    done = enter(page, email="ulla@exempel.example", phone="")
    with app.app_context():
        enquiry = only(app)
        assert clock.local(enquiry.received_at) == datetime(
            2026, 11, 2, 14, 5, tzinfo=clock.STOCKHOLM
        )
        assert enquiry.answer_by == date(2026, 11, 9)
        assert (enquiry.channel, enquiry.language) == ("phone", "en")
        first = enquiry.history[0]
        assert (first.by_role, first.by_email) == ("coordinator", desk.COORDINATOR)
        assert mails()[-1] == "receipt"
        assert "coordinator" not in mails()  # she has just written it herself
    case = page.get(f"/staff/enquiries/{enquiry.reference}")
    assert "per telefon" in case.text
    assert "per telefon" in page.get("/staff/").text
    assert done.location == f"/staff/enquiries/{enquiry.reference}/entered"


def test_the_link_is_shown_to_whoever_entered_it_and_opens_the_page(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    entered = page.get(enter(page, came_at="").location)
    link = next(e for e in entered.tree.iter("code")).text
    status = page.get(link.removeprefix("http://ideer.ljungby.example"))
    assert "We wrote down your idea, which we received on 2 November 2026 by telephone." in (
        status.text
    )

    with app.app_context():
        reference = only(app).reference
    address = f"/staff/enquiries/{reference}/entered"
    with time_machine.travel(datetime(2026, 11, 5, 10, 25, tzinfo=UTC)):
        page.get(address)
    with time_machine.travel(datetime(2026, 11, 5, 10, 31, tzinfo=UTC)):
        desk.sign_in(page)
        page.get(address, 303)
    other = Page(app)
    with app.app_context():
        enquiry = only(app)
        enquiry.department_id = "teknik"
        db.session.commit()
    desk.sign_in(other, desk.TEKNIK)
    other.get(address, 303)


def test_an_unknown_time_is_not_told(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    enter(page, came_at="", email="ulla@exempel.example", language="sv")
    with app.app_context():
        receipt = db.session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.key.like("%/receipt/1"))
        ).one()
    assert "kom in den 2 november 2026." in receipt.text
    assert "00" not in receipt.text.split("kom in den")[1].split("\n")[0]


def test_what_has_lain_too_long_says_so(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    entered = page.get(
        enter(page, came_on="2026-10-01", email="ulla@exempel.example", language="sv").location
    )
    assert "Svara i dag" in entered.text
    with app.app_context():
        receipt = db.session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.key.like("%/receipt/1"))
        ).one()
        assert "Vi är sena" in receipt.text
        assert only(app).coordinator_from is not None


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"came_on": "2026-11-06"}, "came_on"),
        ({"came_on": "2026-11-05", "came_at": "10:31"}, "came_on"),
        ({"came_on": "2020-11-05"}, "came_on"),
        ({"came_on": ""}, "came_on"),
        ({"channel": "form"}, "channel"),
        ({"phone": ""}, "email"),
        ({"no_contact": "y"}, "phone"),
    ],
)
def test_what_cannot_be_is_refused_and_all_is_kept(
    app: Flask, page: Page, changes: dict[str, str], field: str
) -> None:
    desk.sign_in(page)
    refused = enter(page, 422, **changes)
    assert f'id="{field}-error"' in refused.html
    kept = refused.fields("enter")
    assert kept["description"] == TOLD["description"]
    assert kept["submission_id"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Enquiry)) == 0


def test_entered_twice_it_is_one(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    form = page.get(ADDRESS).fields("enter") | TOLD
    first = page.post(ADDRESS, form, 303)
    again = page.post(ADDRESS, form, 303)
    assert first.location == again.location
    with app.app_context():
        only(app)


def test_neither_limits_nor_signs_of_spam_hold(app: Flask, page: Page) -> None:
    app.config["LIMIT_ENQUIRIES"] = 0
    desk.sign_in(page)
    links = " ".join(f"https://exempel{n}.example" for n in range(9))
    enter(page, description=f"Hon läste upp alla dessa: {links}")
    with app.app_context():
        assert not only(app).suspected


def test_a_letter_comes_along(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    file = (BytesIO(b"Brevet, avskrivet."), "brev.txt")
    location = enter(page, channel="letter", files=file).location
    with app.app_context():
        [[kept]] = attachments.of(only(app)).values()
        assert kept.name == "brev.txt"
    assert "brev.txt" in page.get(location.removesuffix("/entered")).text


def test_what_a_contact_enters_is_the_departments_and_the_coordinator_hears(
    app: Flask, page: Page
) -> None:
    desk.sign_in(page, desk.TEKNIK)
    done = enter(page, description="Eleverna i skolan vill ha ett utbyte med en skola utomlands.")
    page.get(done.location)
    with app.app_context():
        enquiry = only(app)
        assert enquiry.department_id == "teknik"
        assert enquiry.status == "received"
        assert enquiry.chosen_department is None
        assert enquiry.history[0].by_role == "teknik"
        assert enquiry.seen_by_department_at is not None
        assert mails()[-1:] == ["coordinator"]
        copy = db.session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.key.like("%/coordinator/1"))
        ).one()
        assert "Tekniska förvaltningen, som har skrivit in den" in copy.text
        who = desk.coordinator()
        assert inbox.counts(who)[inbox.View.ACTION] == 1


def test_a_contact_has_no_other_departments_to_choose(app: Flask, page: Page) -> None:
    desk.sign_in(page, desk.TEKNIK)
    enter(page, 422, department="barn-utbildning")


def test_a_period_of_the_inbox_goes_by_when_they_came_in(app: Flask, page: Page) -> None:
    with app.app_context():
        for day in (1, 3):
            with time_machine.travel(datetime(2026, 11, day, 9, tzinfo=UTC)):
                make.enquiry(title=f"Den {day} november")
    desk.sign_in(page)
    enter(page, came_on="2026-11-02")
    with app.app_context():
        make.enquiry(title="I dag")
        found = [
            row.title
            for first, last in (
                (date(2026, 11, 2), date(2026, 11, 3)),
                (date(2026, 11, 3), date(2026, 11, 5)),
            )
            for row in inbox.listed(
                member(organisation(), desk.COORDINATOR),  # type: ignore[arg-type]
                inbox.View.ALL,
                inbox.Filter(first_day=first, last_day=last),
                None,
                organisation(),
            ).rows
        ]
    assert found == ["Bänkar längs ån", "Den 3 november", "I dag", "Den 3 november"]


@on_sqlite
def test_only_a_form_with_files_may_be_large(page: Page) -> None:
    """Any other is read into memory whole, before anybody is asked who it is."""
    much = {"description": "x" * 2_000_000}
    page.post("/staff/enquiries/new", much, 303)
    desk.sign_in(page, desk.READER)
    page.post("/staff/enquiries/new", much, 303)
    desk.sign_in(page)
    assert "10 MB" in page.post("/staff/enquiries/new", much, 413).text
