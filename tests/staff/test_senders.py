"""The page on which a sender is found: what is typed there goes into no address."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from intake import clock
from intake.db import db
from intake.staff.models import StaffSession
from tests.conftest import on_sqlite
from tests.make import enquiry
from tests.page import Page
from tests.staff.desk import ADMINISTRATOR, COORDINATOR, TEKNIK, sign_in
from tests.trouble import locked


def test_a_sender_is_found_without_a_name_in_an_address(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    with page.app.app_context():
        idea = enquiry(title="Ett bad", name="Kim Xylander", organisation="")
        flagged = enquiry(title="En bro", name="Robin Xylander")
        flagged.flagged = True
        db.session.commit()
        references = [idea.reference, flagged.reference]
    sign_in(page, COORDINATOR)
    [way] = [
        a.get("href") for a in page.get("/staff/").tree.iter("a") if "senders" in a.get("href")
    ]
    form = page.get(way)
    shown = page.post(way, form.fields("senders") | {"who": "xylander"}, 200)
    for reference in references:
        assert f"/staff/enquiries/{reference}" in shown.html
    assert "Kim Xylander" in shown.text
    assert "Robin" not in shown.text  # each reading of it is noted, and a list is none
    assert "Xylander".casefold() not in caplog.text.casefold()

    nobody = page.post(way, form.fields("senders") | {"who": "finnsinte"}, 200)
    assert "Ingen hittades." in nobody.text
    page.post(way, form.fields("senders") | {"who": " "}, 422)


@on_sqlite
def test_whoever_looks_for_a_sender_waits_for_no_writer(impatient: Page, database: str) -> None:
    sign_in(impatient, COORDINATOR)
    fields = impatient.get("/staff/senders").fields("senders") | {"who": "xylander"}
    with locked(database):
        assert "Ingen hittades." in impatient.post("/staff/senders", fields, 200).text


@on_sqlite
def test_looking_for_a_sender_still_notes_that_the_session_is_in_use(page: Page) -> None:
    sign_in(page, COORDINATOR)
    fields = page.get("/staff/senders").fields("senders") | {"who": "xylander"}
    later = clock.now() + timedelta(minutes=30)
    with time_machine.travel(later, tick=False):
        page.post("/staff/senders", fields, 200)
        with page.app.app_context():
            assert db.session.scalars(sa.select(StaffSession.seen_at)).one() == later


def test_a_protected_sender_is_not_found_by_a_contact(page: Page) -> None:
    with page.app.app_context():
        idea = enquiry(title="Ett bad", name="Kim Xylander")
        idea.department_id, idea.protected = "teknik", True
        db.session.commit()
    sign_in(page, TEKNIK)
    fields = page.get("/staff/senders").fields("senders") | {"who": "xylander"}
    assert "Ett bad" not in page.post("/staff/senders", fields, 200).text
    sign_in(page, ADMINISTRATOR)
    assert page.client.get("/staff/senders").status_code == 403
