"""No letter leaves that was not looked at, to the word."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries.steps import Status
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import act
from tests.staff.test_verbs import SENT

pytestmark = on_sqlite

CHANGED = "Mejlet har ändrats, och inget har skickats. Läs det igen."

#: What is typed into the forms that write, besides those that begin with a plain idea.
MORE: dict[str, dict[str, str]] = {
    "send-back": {"why": "Det är kulturens fråga."},
    "contribute": {"text": "Taket håller."},
    "part": {"why": "Vi har inget där att göra."},
    "take": {},
    "advance": {"to": Status.DEVELOPING, "owner": "Rektorn", "text": "Vi vill."},
    "join": {"other": "number", "number": "EU-2026-0001", "text": "De hör ihop."},
    "reopen": {"why": "Nya pengar.", "text": "Vi tar upp den igen."},
    "release": {"why": "Ett riktigt namn."},
}


@pytest.fixture(autouse=True)
def _at_ten(sqlite_template: Path) -> Iterator[None]:
    """In the middle of a day, so that no letter is of another one some minutes later."""
    tomorrow = clock.local(clock.now()) + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=10)):
        yield


@pytest.fixture
def reference(app: Flask) -> str:
    with app.app_context():
        make.enquiry(email="bo@exempel.example", title="En annan", description="Något annat.")
        return make.enquiry().reference


@pytest.fixture
def form(app: Flask, page: Page, reference: str, verb: str) -> tuple[str, dict[str, Any]]:
    """The address of a verb that writes, and its form filled in, by somebody who may do it."""
    with app.app_context():
        school = organisation().posts["barn-utbildning"].contacts[0].email
        if verb == "release":
            reference = spam(app)
    desk.sign_in(page)
    if verb == "reopen":
        act(page, reference, "close", **SENT["close"])
    if verb in ("contribute", "part"):
        act(page, reference, "involve", department_id="teknik", text="Håller taket?")
        desk.sign_in(page, desk.TEKNIK)
    if verb == "send-back":
        desk.sign_in(page, school)
    address = f"/staff/enquiries/{reference}/{verb}"
    return address, page.get(address).fields("verb") | SENT.get(verb, MORE.get(verb, {}))


def spam(app: Flask) -> str:
    enquiry = make.enquiry(email="mo@exempel.example")
    enquiry.suspected, enquiry.department_id = True, None
    db.session.commit()
    return enquiry.reference


def latest(app: Flask) -> str:
    with app.app_context():
        newest = sa.select(OutgoingMail.text).order_by(OutgoingMail.id.desc()).limit(1)
        return db.session.scalar(newest) or ""


@pytest.mark.parametrize("verb", ["ask"])
def test_what_was_typed_after_the_look_is_shown_first(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    address, typed = form
    looked_at = desk.looked_at(page, address, typed | {"text": "Hur många elever?"})
    before = desk.count(app, OutgoingMail)

    changed = page.post(address, looked_at | {"text": "Hur många klasser?"}, 409)

    assert CHANGED in changed.text
    [letter] = list(changed.tree.iter("article"))
    assert "Hur många klasser?" in "".join(letter.itertext())
    assert desk.count(app, OutgoingMail) == before
    page.post(address, changed.fields("verb") | {"send": "y"}, 303)
    assert desk.count(app, OutgoingMail) == before + 1
    assert "Hur många klasser?" in latest(app)


@pytest.mark.parametrize("verb", [*SENT, *MORE])
def test_no_letter_leaves_that_was_not_shown(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    address, typed = form
    before = desk.count(app, OutgoingMail)
    for digest in ("", "x" * 64):
        shown = page.post(address, typed | {"send": "y", "previewed": digest}, 409)
        assert CHANGED in shown.text
        assert list(shown.tree.iter("article"))
        assert desk.count(app, OutgoingMail) == before


@pytest.mark.parametrize("verb", [*SENT, *MORE])
def test_a_letter_is_the_same_some_minutes_later(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    """Else it would be shown again and again to whoever reads slowly."""
    address, typed = form
    before = desk.count(app, OutgoingMail)
    looked_at = desk.looked_at(page, address, typed)
    with time_machine.travel(clock.now() + timedelta(minutes=17, seconds=3)):
        page.post(address, looked_at, 303)
    assert desk.count(app, OutgoingMail) > before


@pytest.mark.parametrize("verb", ["hand-over"])
def test_a_letter_that_changes_by_itself_is_shown_again(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    """Somebody else answers for the department now."""
    address, typed = form
    looked_at = desk.looked_at(page, address, typed)
    before = desk.count(app, OutgoingMail)
    desk.leave(app, desk.TEKNIK)
    shown = page.post(address, looked_at, 409)
    assert "ny@ljungby.example" in shown.text
    assert desk.count(app, OutgoingMail) == before
