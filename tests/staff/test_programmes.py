"""Programmes on the pages for staff: what is suggested, what is set, and what is known of each."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.enquiries import funding
from intake.enquiries.models import Enquiry, Event, Suggestion
from intake.programmes.catalogue import Catalogue, catalogue
from intake.programmes.read import APPLICANTS
from tests import make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page
from tests.staff import desk

HALL = {
    "title": "Rusta bygdegården",
    "description": "Byalaget vill ha en mötesplats på landsbygden, gärna med wifi och musik.",
    "goals": [11],
}


@pytest.fixture
def reference(app: Flask) -> str:
    with app.app_context():
        return make.enquiry(**HALL).reference


def choose(page: Page, reference: str, code: int = 303, **chosen: Any) -> Fetched:
    """Tick in the form of programmes and goals, and send it."""
    address = f"/staff/enquiries/{reference}/programmes"
    return page.post(address, page.get(address).fields("verb") | chosen, code)


def test_the_case_says_which_programmes_may_pay_and_why(page: Page, reference: str) -> None:
    desk.sign_in(page)
    case = page.get(f"/staff/enquiries/{reference}")
    assert "Leader Linné Småland" in case.text
    assert "Texten nämner ”bygdegården”" in case.text
    assert "Sådana idéer hör ofta hemma hos Kommunledningsförvaltningen." in case.text
    assert "Gemensamma mål: 11. Hållbara städer och samhällen." in case.text
    assert "Avsändaren (invånare) kan inte söka på egen hand." in case.text
    assert "Den sista utlysningen var i juni 2020." in case.text  # WiFi4EU
    assert "/staff/programmes/leader" in case.html


def test_what_decides_whether_it_can_pay_is_one_line(app: Flask) -> None:
    with app.app_context():
        known = catalogue().programmes
        assert funding.hurdle(known["leader"]) == ""
        assert funding.hurdle(known["eucf"]) == "Does not pay: the investment itself."
        assert funding.hurdle(known["life-ren-energi"]) == (
            "Does not pay: the investment itself. Requires at least 3 partners in 3 countries."
        )
        closed = replace(known["life-ren-energi"], status="closed")
        assert funding.hurdle(closed) == ""


def test_one_click_sets_what_is_suggested(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    choose(page, reference, staff_goals=["4"])
    case = page.get(f"/staff/enquiries/{reference}")
    sent = case.fields("confirm-programmes")
    page.post(f"/staff/enquiries/{reference}/programmes", sent, 303)

    enquiry = desk.stored(app, reference)
    assert enquiry.programmes[0] == "leader"
    assert enquiry.staff_goals == [4]
    with app.app_context():
        event = db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.act, event.by_email) == ("set", desk.COORDINATOR)
        assert event.data["before"] == {"programmes": []}
    assert 'id="confirm-programmes"' not in page.get(f"/staff/enquiries/{reference}").html


def test_programmes_and_goals_are_chosen_in_a_form(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    form = page.get(f"/staff/enquiries/{reference}/programmes")
    assert "Texten nämner ”bygdegården”" in form.text
    assert form.html.index('value="leader"') < form.html.index('value="erasmus-skola"')
    assert 'value="wifi4eu"' not in form.html
    assert "Högst tre. Avsändaren valde: 11. Hållbara städer och samhällen." in form.text

    choose(page, reference, programmes=["leader", "urbact"], staff_goals=["4", "11"])
    assert desk.stored(app, reference).programmes == ["leader", "urbact"]
    assert desk.stored(app, reference).staff_goals == [4, 11]
    case = page.get(f"/staff/enquiries/{reference}").text
    assert "URBACT IV" in case
    assert "4. God utbildning för alla; 11. Hållbara städer och samhällen" in case

    choose(page, reference, programmes=[], staff_goals=[])
    assert desk.stored(app, reference).programmes == []


@on_sqlite
@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"programmes": ["leader", "urbact", "elena", "eucf"]}, "Välj högst tre program."),
        ({"staff_goals": ["1", "2", "3", "4"]}, "Välj högst tre mål."),
        ({"programmes": ["wifi4eu"]}, "programmes-0"),
        ({"programmes": ["nothing"]}, "programmes-0"),
    ],
)
def test_what_cannot_be_chosen(
    app: Flask, page: Page, reference: str, chosen: dict[str, Any], words: str
) -> None:
    desk.sign_in(page)
    assert words in choose(page, reference, 422, **chosen).html
    assert desk.stored(app, reference).programmes == []


@on_sqlite
def test_what_has_left_the_catalogue_stays_with_the_case(
    app: Flask, page: Page, reference: str
) -> None:
    with app.app_context():
        idea = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        idea.programmes = ["from-long-ago"]
        db.session.commit()
    desk.sign_in(page)
    assert "from-long-ago" in page.get(f"/staff/enquiries/{reference}").text
    assert "/staff/programmes/from-long-ago" not in page.get(f"/staff/enquiries/{reference}").html

    choose(page, reference, programmes=["from-long-ago", "leader"])
    assert desk.stored(app, reference).programmes == ["from-long-ago", "leader"]


@on_sqlite
def test_what_has_closed_since_is_not_possible_today(
    app: Flask, page: Page, reference: str
) -> None:
    kept = app.extensions["programmes"]
    closed = replace(kept.programmes["leader"], status="closed", why_not={"sv": "Slut på pengar."})
    changed = {**kept.programmes, "leader": closed}
    app.extensions["programmes"] = Catalogue("later", kept.families, changed)
    desk.sign_in(page)
    shown = page.get(f"/staff/enquiries/{reference}").text
    assert shown.index("Inte möjliga") < shown.index("Leader Linné Småland")
    assert "Slut på pengar." in shown
    assert "Sådana idéer hör ofta hemma" not in shown.partition("Inte möjliga")[2]
    assert 'value="leader"' not in page.get(f"/staff/enquiries/{reference}/programmes").html


@on_sqlite
def test_what_came_in_before_has_no_programmes(app: Flask, page: Page, reference: str) -> None:
    with app.app_context():
        db.session.execute(sa.update(Suggestion).values(programmes=None))
        db.session.commit()
    desk.sign_in(page)
    assert "Inga program söktes fram" in page.get(f"/staff/enquiries/{reference}").text
    choose(page, reference, programmes=["leader"])
    assert desk.stored(app, reference).programmes == ["leader"]


def test_the_inbox_is_filtered_by_the_name_of_a_programme(app: Flask, page: Page) -> None:
    with app.app_context():
        first = make.enquiry(title="Den första").reference
        make.enquiry(title="Den andra")
    desk.sign_in(page)
    choose(page, first, programmes=["erasmus-skola"])

    shown = page.get("/staff/?view=all&programme=erasmus-skola")
    assert "Den första" in shown.text
    assert "Den andra" not in shown.text
    assert shown.fields("filters")["programme"] == "erasmus-skola"
    assert "Erasmus+ skola (mobilitet och ackreditering)" in shown.text
    assert "Den första" not in page.get("/staff/?view=all&programme=erasmus-yrke").text
    assert "Den andra" in page.get("/staff/?view=all&programme=nothing").text


def test_there_are_words_for_all_who_may_apply() -> None:
    assert funding.APPLICANTS.keys() == set(APPLICANTS)


@on_sqlite
def test_every_programme_has_a_page(app: Flask, page: Page) -> None:
    desk.sign_in(page)
    listed = page.get("/staff/programmes")
    with app.app_context():
        ids = list(catalogue().programmes)
    for id in ids:
        assert f'href="/staff/programmes/{id}"' in listed.html
        assert page.get(f"/staff/programmes/{id}").html.count('rel="noreferrer"') == 1
    page.get("/staff/programmes/nothing", 404)


@on_sqlite
def test_a_page_says_what_is_doubtful(page: Page) -> None:
    desk.sign_in(page)
    assert "leaderlinne.se" in page.get("/staff/programmes/leader").text
    assert "Vi har inte hittat någon källa för: myndighet" in page.get("/staff/programmes/isf").text
    assert "ligger utanför programområdet" in page.get("/staff/programmes/interreg-oks").text
    assert "Ingen har jämfört" not in page.get("/staff/programmes/leader").text


@on_sqlite
def test_a_page_warns_when_time_has_passed(page: Page) -> None:
    with time_machine.travel(datetime(2028, 1, 10, tzinfo=UTC), tick=True):
        desk.sign_in(page)
        shown = page.get("/staff/programmes/leader").text
        assert "De gällde till och med 31 december 2027." in shown
        assert "Ingen har jämfört uppgifterna med källorna sedan 23 november 2026." in shown


@on_sqlite
def test_explain_tells_of_programmes(app: Flask) -> None:
    asked = ["routing", "explain", "En bygdegård på landet", "--sender", "resident", "--goal", "11"]
    said = app.test_cli_runner().invoke(args=asked).output
    assert "leader (suggested)" in said
    assert "words: bygdegård" in said
    assert "goals in common: 11" in said
    assert "may apply: association" in said
