"""Where an idea stands on the other side of the border to another authority, people are told."""

from flask import Flask

from intake.directory.organisation import organisation
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import act

pytestmark = on_sqlite

THERE = "har redan lämnats till Barn- och utbildningsnämnden, som är en egen myndighet"


def test_what_the_service_handed_over_the_border_is_said_until_somebody_confirms(
    page: Page, reference: str
) -> None:
    desk.sign_in(page)
    case = f"/staff/enquiries/{reference}"
    assert THERE in page.get(case).text
    form = page.get(f"{case}/hand-over").fields("verb")
    shown = page.post(f"{case}/hand-over", form | {"department_id": "barn-utbildning"})
    assert THERE in shown.text
    assert "Det här går till en annan myndighet" not in shown.text
    other = page.post(f"{case}/hand-over", form | {"department_id": "teknik"})
    assert THERE not in other.text
    assert "Det här går till en annan myndighet" in other.text

    act(page, reference, "hand-over", department_id="barn-utbildning")
    assert "egen myndighet" not in page.get(case).text


def test_what_was_sent_back_is_there_no_more(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "take")
    assert "egen myndighet" not in page.get(f"/staff/enquiries/{reference}").text


def test_within_one_authority_nothing_is_said(app: Flask, page: Page) -> None:
    with app.app_context():
        stays = make.enquiry(
            chosen_department="kommunledning", title="Turism", description="Turism i Lagan."
        ).reference
    desk.sign_in(page)
    case = page.get(f"/staff/enquiries/{stays}").text
    assert "Kommunledningsförvaltningen" in case
    assert "egen myndighet" not in case


def test_it_is_the_coordinators_to_know(app: Flask, page: Page, reference: str) -> None:
    """A department registers what it gets in any case; it is not told at each one."""
    with app.app_context():
        [school] = organisation().posts["barn-utbildning"].contacts
    desk.sign_in(page, school.email)
    assert "egen myndighet" not in page.get(f"/staff/enquiries/{reference}").text


def test_a_cover_of_another_authority_is_marked(app: Flask, page: Page) -> None:
    desk.sign_in(page, desk.TEKNIK)
    offered = {
        option.get("value"): "".join(option.itertext())
        for option in page.get("/staff/me").tree.iter("option")
    }
    assert offered[desk.SOCIAL].endswith("(annan myndighet)")
    assert "annan myndighet" not in offered[""]
    with app.app_context():
        house = organisation()
        [one] = house.posts["kommunledning"].contacts
    desk.sign_in(page, one.email)
    html = page.get("/staff/me").tree
    offered = {o.get("value"): "".join(o.itertext()) for o in html.iter("option")}
    assert "annan myndighet" not in offered[desk.COORDINATOR]
    assert "annan myndighet" in offered[desk.TEKNIK]
