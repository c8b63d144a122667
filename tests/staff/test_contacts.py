"""My page, and the coordinator's page of contacts: absence, "still me", letters."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.directory.models import Contact
from intake.directory.organisation import organisation
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk

SCHOOL = "internationellt.barn-utbildning@ljungby.example"
DAYS = {"first_day": "2026-12-07", "last_day": "2026-12-11"}
ABSENCE = datetime(2026, 12, 8, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> object:
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC)) as traveller:
        yield traveller


def go_away(page: Page, where: str = "/staff/me", **changes: str) -> Page:
    form = page.get(where).fields("away-form") | DAYS | changes
    return page.post(where, form, 303)


def test_a_cover_opens_the_cases_on_these_days_alone(page: Page, app: Flask) -> None:
    with app.app_context():
        case = f"/staff/enquiries/{make.enquiry().reference}"
    desk.sign_in(page, SCHOOL)
    go_away(page, cover=desk.TEKNIK)
    shown = page.get("/staff/me").text
    assert "Ersätter: Kontaktperson" in shown or "Stands in: International contact" in shown
    assert "1 öppen idé" in shown or "1 open idea" in shown

    desk.sign_in(page, desk.TEKNIK)
    page.get(case, 404)
    with time_machine.travel(ABSENCE):
        desk.sign_in(page, desk.TEKNIK)
        page.get(case)
        with app.app_context():
            make.enquiry()
            mails = {e.data["to"] for e in make_history()}
        assert desk.TEKNIK in mails
        assert SCHOOL not in mails
    with time_machine.travel(datetime(2026, 12, 12, 9, tzinfo=UTC)):
        desk.sign_in(page, desk.TEKNIK)
        page.get(case, 404)


def make_history() -> list[sa.Row]:
    from intake.enquiries.models import Event

    latest = sa.select(sa.func.max(Event.enquiry_id)).scalar_subquery()
    return list(db.session.scalars(sa.select(Event).filter_by(act="mailed", enquiry_id=latest)))


@on_sqlite
def test_an_absence_is_removed(page: Page) -> None:
    desk.sign_in(page, SCHOOL)
    go_away(page)
    page.post("/staff/me", page.get("/staff/me").fields("back-1"), 303)
    page.get("/staff/me")
    assert "back-1" not in page.get("/staff/me").html


@on_sqlite
def test_days_in_the_wrong_order_are_told(page: Page) -> None:
    desk.sign_in(page, SCHOOL)
    form = page.get("/staff/me").fields("away-form")
    wrong = form | {"first_day": "2026-12-11", "last_day": "2026-12-07"}
    said = page.post("/staff/me", wrong, 422)
    assert 'href="#last_day"' in said.html
    assert 'value="2026-12-11"' in said.html  # what was typed stays
    page.post("/staff/me", form, 422)
    page.post("/staff/me", form | DAYS | {"cover": "stranger@example.org"}, 422)
    page.post("/staff/me", form | {"act": "else"}, 400)
    page.post("/staff/me", form | {"act": "back", "days": "x"}, 400)


@on_sqlite
def test_looking_confirms_nothing_and_the_button_does(page: Page, app: Flask) -> None:
    desk.sign_in(page, SCHOOL)
    page.get("/staff/me")
    assert contact(app, SCHOOL).confirmed is None
    page.post("/staff/me", page.get("/staff/me").fields("confirm"), 303)
    assert str(contact(app, SCHOOL).confirmed) == "2026-12-01"


@on_sqlite
def test_letters_are_a_choice(page: Page, app: Flask) -> None:
    desk.sign_in(page, SCHOOL)
    form = page.get("/staff/me").fields("letters-form")
    page.post("/staff/me", form | {"digest": "y"}, 303)
    assert contact(app, SCHOOL).digest
    page.post("/staff/me", page.get("/staff/me").fields("letters-form") | {"digest": "y"}, 303)
    assert contact(app, SCHOOL).digest
    page.post("/staff/me", form, 303)
    assert not contact(app, SCHOOL).digest


@on_sqlite
def test_the_coordinator_looks_after_everybody(page: Page, app: Flask) -> None:
    with app.app_context():
        asked = sa.select(Contact).filter_by(email=SCHOOL)
        row = db.session.scalars(asked).one()
        row.failed_at = row.asked_at = datetime(2026, 10, 1, 9, tzinfo=UTC)
        number = row.id
        db.session.commit()
        app.extensions.pop("organisation", None)
    desk.sign_in(page)
    where = f"/staff/contacts/{number}"
    listed = page.get("/staff/contacts")
    assert where in listed.html
    for words in ("Mejlen kommer inte fram", "Har inte svarat"):
        assert words in listed.text

    page.post(where, page.get(where).fields("confirm"), 303)
    go_away(page, where)
    with time_machine.travel(ABSENCE):
        desk.sign_in(page)
        text = page.get("/staff/contacts").text
    assert "Borta till och med" in text
    assert "Mejlen kommer inte fram" not in text
    page.get("/staff/contacts/999", 404)


@on_sqlite
def test_the_page_says_since_when_somebody_is_here_and_when_we_ask(page: Page, app: Flask) -> None:
    with app.app_context():
        row = db.session.scalars(sa.select(Contact).filter_by(email=SCHOOL)).one()
        row.since, row.confirmed = date(2026, 9, 1), None
        number = row.id
        db.session.commit()
    desk.sign_in(page)
    for path in ("/staff/contacts", f"/staff/contacts/{number}"):
        text = page.get(path).text
        assert "Finns här sedan den 1 september 2026." in text
        assert "frågar första gången omkring den 3 mars 2027" in text

    page.post(f"/staff/contacts/{number}", page.get(path).fields("confirm"), 303)
    text = page.get(path).text
    assert "1 december 2026" in text
    assert "omkring den 2 juni 2027" in text
    assert "första gången" not in text


@on_sqlite
def test_my_page_speaks_of_absence(page: Page) -> None:
    desk.sign_in(page, SCHOOL)
    assert ">Frånvaro</h2>" in page.get("/staff/me").html


@on_sqlite
def test_what_comes_to_an_absent_coordinator_waits(page: Page) -> None:
    """It cannot go on to the coordinator."""
    desk.sign_in(page)
    go_away(page)
    assert "ligger kvar tills du är tillbaka" in page.get("/staff/me").text
    assert "går till samordnaren" not in page.get("/staff/me").text
    go_away(page, cover=desk.TEKNIK)
    assert "ligger kvar tills du är tillbaka" not in page.get("/staff/me").text


@on_sqlite
def test_whoever_left_covers_no_more(page: Page, app: Flask) -> None:
    with app.app_context():
        case = f"/staff/enquiries/{make.enquiry().reference}"
    desk.sign_in(page, SCHOOL)
    go_away(page, cover=desk.TEKNIK)
    with time_machine.travel(ABSENCE):
        desk.sign_in(page, desk.TEKNIK)
        page.get(case)
        with app.app_context():
            row = db.session.scalars(sa.select(Contact).filter_by(email=desk.TEKNIK)).one()
            row.active = False
            db.session.commit()
            app.extensions.pop("organisation", None)
        assert "inte längre tillgång" in page.get(case, 403).text


def contact(app: Flask, email: str) -> Contact:
    with app.app_context():
        return organisation().held_by(email)[0][1]
