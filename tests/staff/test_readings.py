"""Who reads a flagged case is noted, by whichever page it is shown."""

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import db
from intake.enquiries.models import Event, Participation
from intake.staff.verbs import VERBS
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import act
from tests.staff.test_verbs import SENT

pytestmark = on_sqlite


@pytest.fixture
def reference(app: Flask) -> str:
    """The number of a flagged idea that lies with the technical department."""
    with app.app_context():
        enquiry = make.enquiry()
        enquiry.department_id, enquiry.flagged = "teknik", True
        enquiry.participations.append(Participation(department_id="social", since=clock.now()))
        db.session.commit()
        return enquiry.reference


def readings(app: Flask, email: str) -> int:
    with app.app_context():
        read = sa.select(sa.func.count()).where(Event.act == "read", Event.by_email == email)
        return db.session.scalar(read) or 0


@pytest.mark.parametrize("verb", VERBS)
def test_each_page_of_a_verb_is_a_reading(
    app: Flask, page: Page, reference: str, verb: str
) -> None:
    """Opened, sent empty, sent after something else has happened, and sent to see the letters."""
    by = {"send-back": desk.TEKNIK, "contribute": desk.SOCIAL}.get(verb, desk.COORDINATOR)
    desk.sign_in(page, by)
    address = f"/staff/enquiries/{reference}/{verb}"
    form = page.get(address).fields("verb")
    assert readings(app, by) == 1
    typed = {key: value for key, value in form.items() if value is not None}
    typed |= SENT.get(verb, {"text": "x", "why": "x"})
    empty = {"csrf_token": form["csrf_token"]}
    for sent, codes in ((empty, {409, 422}), (typed | {"seen": "0"}, {409, 422})):
        before = readings(app, by)
        answer = page.client.post(address, data=sent)
        assert answer.status_code in codes
        assert make.IDEA["description"] in answer.text
        assert readings(app, by) == before + 1, (answer.status_code, sent)
    before = readings(app, by)
    if verb in (*SENT, "send-back", "contribute", "part"):
        shown = page.post(address, typed)
        assert "Det här kommer att skickas" in shown.text
        assert readings(app, by) == before + 1


@pytest.mark.parametrize("typed", [{"insert": "y"}, {"ready": "no-owner", "insert": "y"}])
def test_putting_a_ready_text_in_is_a_reading(
    app: Flask, page: Page, reference: str, typed: dict[str, str]
) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/close"
    form = page.get(address).fields("verb")
    page.post(address, form | typed)
    assert readings(app, desk.COORDINATOR) == 2


def test_what_the_verb_itself_refuses_is_a_reading(app: Flask, page: Page, reference: str) -> None:
    """It has been tried and taken back; the reading has not."""
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/park"
    form = page.get(address).fields("verb")
    page.post(address, form | {"until": "2020-01-01", "text": "Vi väntar."}, 422)
    assert readings(app, desk.COORDINATOR) == 2


def test_a_secret_note_is_reason_enough(app: Flask, page: Page, reference: str) -> None:
    """The pages of the case show it too (L6)."""
    with app.app_context():
        plain = make.enquiry().reference
    desk.sign_in(page)
    act(page, plain, "note", text="Ringde.")
    page.get(f"/staff/enquiries/{plain}")
    assert readings(app, desk.COORDINATOR) == 0
    act(page, plain, "note", text="Om hälsa.", secret="y")
    case = page.get(f"/staff/enquiries/{plain}")
    assert readings(app, desk.COORDINATOR) == 1
    assert "En anteckning kan omfattas av sekretess" in case.text
    assert "Att du läser det här noteras." in case.text
