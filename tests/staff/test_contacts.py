"""My page, and the coordinator's page of contacts: absence, "still me", letters."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.directory.models import Contact
from intake.directory.organisation import organisation
from intake.enquiries import desk_letters
from intake.enquiries.attention import Need
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk

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
    desk.sign_in(page, desk.SCHOOL)
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
        assert desk.SCHOOL not in mails
    with time_machine.travel(datetime(2026, 12, 12, 9, tzinfo=UTC)):
        desk.sign_in(page, desk.TEKNIK)
        page.get(case, 404)


def make_history() -> list[sa.Row]:
    from intake.enquiries.models import Event

    latest = sa.select(sa.func.max(Event.enquiry_id)).scalar_subquery()
    return list(db.session.scalars(sa.select(Event).filter_by(act="mailed", enquiry_id=latest)))


@on_sqlite
def test_an_absence_is_removed(page: Page) -> None:
    desk.sign_in(page, desk.SCHOOL)
    go_away(page)
    page.post("/staff/me", page.get("/staff/me").fields("back-1"), 303)
    page.get("/staff/me")
    assert "back-1" not in page.get("/staff/me").html


@on_sqlite
def test_days_in_the_wrong_order_are_told(page: Page) -> None:
    desk.sign_in(page, desk.SCHOOL)
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
    desk.sign_in(page, desk.SCHOOL)
    page.get("/staff/me")
    assert contact(app, desk.SCHOOL).confirmed is None
    page.post("/staff/me", page.get("/staff/me").fields("confirm"), 303)
    assert str(contact(app, desk.SCHOOL).confirmed) == "2026-12-01"


@on_sqlite
def test_letters_are_a_choice(page: Page, app: Flask) -> None:
    desk.sign_in(page, desk.SCHOOL)
    form = page.get("/staff/me").fields("letters-form")
    page.post("/staff/me", form | {"digest": "y"}, 303)
    assert contact(app, desk.SCHOOL).digest
    page.post("/staff/me", page.get("/staff/me").fields("letters-form") | {"digest": "y"}, 303)
    assert contact(app, desk.SCHOOL).digest
    page.post("/staff/me", form, 303)
    assert not contact(app, desk.SCHOOL).digest


@on_sqlite
def test_the_coordinator_looks_after_everybody(page: Page, app: Flask) -> None:
    with app.app_context():
        asked = sa.select(Contact).filter_by(email=desk.SCHOOL)
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
        row = db.session.scalars(sa.select(Contact).filter_by(email=desk.SCHOOL)).one()
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
    desk.sign_in(page, desk.SCHOOL)
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
    desk.sign_in(page, desk.SCHOOL)
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


@on_sqlite
def test_whoever_covers_does_not_lengthen_it(page: Page, app: Flask) -> None:
    """Else one day as the coordinator could become years."""
    where = f"/staff/contacts/{contact(app, desk.COORDINATOR).number}"
    desk.sign_in(page)
    go_away(page, cover=desk.SOCIAL)
    with time_machine.travel(ABSENCE):
        desk.sign_in(page, desk.SOCIAL)
        form = page.get(where).fields("away-form") | {"first_day": "2026-12-14"}
        form |= {"last_day": "2026-12-18", "cover": desk.SOCIAL}
        said = page.post(where, form, 422)
        assert 'href="#cover"' in said.html
        assert "välja dig själv" in said.text
        page.post(where, form | DAYS, 422)  # nor by the days that are there already
        page.post(where, form | {"cover": desk.TEKNIK}, 303)


@on_sqlite
def test_an_absence_of_years_is_told(page: Page) -> None:
    desk.sign_in(page, desk.SCHOOL)
    form = page.get("/staff/me").fields("away-form") | {"first_day": "2026-12-07"}
    said = page.post("/staff/me", form | {"last_day": "2028-01-11"}, 422)
    assert 'href="#last_day"' in said.html
    assert "högst 400 dagar" in said.text
    page.post("/staff/me", form | {"last_day": "2028-01-10"}, 303)


NEW = "ny.skola@ljungby.example"


def name_somebody_else(page: Page, **typed: str) -> Page:
    form = page.get("/staff/me").fields("somebody-else") | {"successor": NEW} | typed
    return page.post("/staff/me", form, 303)


def mails_about(app: Flask, about: str) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(sa.select(OutgoingMail).filter_by(about=about)))


def test_somebody_else_is_named_and_the_coordinator_decides(page: Page, app: Flask) -> None:
    number = contact(app, desk.SCHOOL).number
    desk.sign_in(page, desk.SCHOOL)
    name_somebody_else(page, words="Hon börjar på måndag.")
    name_somebody_else(page)
    assert f"mailto:{NEW}" in page.get("/staff/me").html
    assert contact(app, desk.SCHOOL).email == desk.SCHOOL
    [mail] = mails_about(app, "somebody-else")
    assert mail.to_address == desk.COORDINATOR
    assert f"- {NEW}" in mail.text
    assert "> Hon börjar på måndag." in mail.text
    assert f"/staff/contacts/{number}" in mail.text
    assert NEW not in mail.subject

    desk.sign_in(page)
    where = f"/staff/contacts/{number}"
    shown = page.get(where)
    assert f"mailto:{NEW}" in shown.html
    assert "Någon annan har tagit över" in page.get("/staff/contacts").text

    [edit] = [a.get("href") for a in shown.tree.iter("a") if "successor" in (a.get("href") or "")]
    assert "@" not in edit  # no address stands in an address
    form = page.get(edit).fields("directory")
    assert form["email"] == NEW
    page.post(edit, form, 303)
    assert contact(app, NEW).successor == ""
    assert mails_about(app, "welcome")[-1].to_address == NEW


@on_sqlite
def test_what_is_said_of_somebody_else_is_dismissed(page: Page, app: Flask) -> None:
    where = f"/staff/contacts/{contact(app, desk.SCHOOL).number}"
    desk.sign_in(page, desk.SCHOOL)
    name_somebody_else(page)
    page.post("/staff/me", page.get("/staff/me").fields("confirm") | {"act": "dismiss"}, 400)
    desk.sign_in(page)
    page.post(where, page.get(where).fields("dismiss"), 303)
    assert f"mailto:{NEW}" not in page.get(where).html
    assert contact(app, desk.SCHOOL).email == desk.SCHOOL


@on_sqlite
def test_still_me_takes_back_who_has_taken_over(page: Page, app: Flask) -> None:
    desk.sign_in(page, desk.SCHOOL)
    name_somebody_else(page)
    page.post("/staff/me", page.get("/staff/me").fields("confirm"), 303)
    assert contact(app, desk.SCHOOL).successor == ""


@on_sqlite
def test_an_address_that_is_none_is_told(page: Page, app: Flask) -> None:
    desk.sign_in(page, desk.SCHOOL)
    form = page.get("/staff/me").fields("somebody-else")
    for typed in ("", "ingen adress"):
        said = page.post("/staff/me", form | {"successor": typed, "words": "Ord"}, 422)
        assert 'href="#successor"' in said.html
        assert said.fields("somebody-else")["words"].strip() == "Ord"
    assert not mails_about(app, "somebody-else")


@on_sqlite
def test_the_address_that_is_here_already_is_nobody_elses(page: Page, app: Flask) -> None:
    desk.sign_in(page, desk.SCHOOL)
    form = page.get("/staff/me").fields("somebody-else")
    said = page.post("/staff/me", form | {"successor": desk.SCHOOL.upper(), "words": "Ord"}, 422)
    assert "finns här redan" in said.text
    assert said.fields("somebody-else")["words"].strip() == "Ord"
    assert contact(app, desk.SCHOOL).successor == ""
    assert not mails_about(app, "somebody-else")


@on_sqlite
def test_nobody_speaks_for_others_and_the_coordinator_just_edits(page: Page, app: Flask) -> None:
    where = f"/staff/contacts/{contact(app, desk.SCHOOL).number}"
    desk.sign_in(page)
    for path in ("/staff/me", where):
        fetched = page.get(path)
        assert 'id="somebody-else"' not in fetched.html
        page.post(path, fetched.fields("confirm") | {"act": "somebody-else", "successor": NEW}, 400)


def test_the_coordinator_notes_that_mail_does_not_arrive(page: Page, app: Flask) -> None:
    where = f"/staff/contacts/{contact(app, desk.SCHOOL).number}"
    desk.sign_in(page)
    page.post(where, page.get(where).fields("reach"), 303)
    assert "Mejlen kommer inte fram" in page.get("/staff/contacts").text
    with app.app_context():
        assert not organisation().held_by(desk.SCHOOL)[0][1].is_there(date(2026, 12, 1))
    page.post(where, page.get(where).fields("reach"), 303)
    after = contact(app, desk.SCHOOL)
    assert after.failed_at is None
    assert after.confirmed is None  # that it is right, nobody has said

    desk.sign_in(page, desk.SCHOOL)
    form = page.get("/staff/me").fields("confirm")
    for act in ("failed", "arrives"):
        page.post("/staff/me", form | {"act": act}, 400)


@on_sqlite
def test_open_cases_stand_on_the_contacts_page(page: Page, app: Flask) -> None:
    with app.app_context():
        mine, closed = make.enquiry(title="Min idé"), make.enquiry(title="Stängd idé")
        mine.department_id = closed.department_id = "barn-utbildning"
        closed.status = "closed"
        reference = mine.reference
        db.session.commit()
    where = f"/staff/contacts/{contact(app, desk.SCHOOL).number}"
    desk.sign_in(page)
    shown = page.get(where)
    assert "Min idé" in shown.text
    assert "Stängd idé" not in shown.text
    assert f"/staff/enquiries/{reference}/hand-over" in shown.html
    page.get(f"/staff/enquiries/{reference}/hand-over")
    desk.sign_in(page, desk.SCHOOL)
    assert "Min idé" not in page.get("/staff/me").text


@on_sqlite
def test_a_mail_about_a_case_leads_to_where_one_says_it_is_anothers_task(app: Flask) -> None:
    with app.app_context():
        idea, house = make.enquiry(), organisation()
        to_contact, to_coordinator = (
            desk_letters.reminder(idea, Need.PLANNED, house, house.held_by(address)[0][1]).text
            for address in (desk.SCHOOL, desk.COORDINATOR)
        )
    assert "Är det inte längre din uppgift? Säg till på Min sida:\nhttp" in to_contact
    assert "/staff/me\n" in to_contact
    assert "/staff/me" not in to_coordinator


def contact(app: Flask, email: str) -> Contact:
    with app.app_context():
        return organisation().held_by(email)[0][1]
