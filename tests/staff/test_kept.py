"""Whoever loses the session while writing loses nothing of what was written."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.enquiries.models import Event
from intake.staff import session
from intake.staff.permissions import ANSWERING
from tests import make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page
from tests.staff import desk

WRITTEN = "Tack för idén!\nVi <b>ringer</b> i maj & hör av oss."
OURS = {"headers": {"Sec-Fetch-Site": "same-origin"}}
OTHERS: list[dict[str, Any]] = [
    {},
    {"headers": {"Sec-Fetch-Site": "cross-site"}},
    {"headers": {"Sec-Fetch-Site": "same-site"}},
    {"headers": {"Sec-Fetch-Site": "none"}},
]


@pytest.fixture
def form(app: Flask, page: Page) -> tuple[str, dict[str, Any]]:
    """The address of an answer, and what its form would send."""
    with app.app_context():
        reference = make.enquiry().reference
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/answer"
    typed = page.get(address).fields("verb") | {"text": WRITTEN}
    return address, desk.looked_at(page, address, typed)


def end_elsewhere(app: Flask) -> None:
    with app.app_context():
        for each in session.open_sessions(desk.COORDINATOR):
            session._change(each.id, ended_at=clock.now())
        db.session.commit()


def read_only(page: Fetched) -> list[str]:
    areas = [each for each in page.tree.iter("textarea") if each.get("readonly") is not None]
    return ["".join(area.itertext()) for area in areas]


def test_a_session_that_was_ended_elsewhere_keeps_the_text(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    """The token still fits, the session does not."""
    address, typed = form
    end_elsewhere(app)
    before = desk.count(app, Event)

    shown = page.post(address, typed, 403, **OURS)

    assert "Du har blivit utloggad" in shown.text
    assert read_only(shown) == [WRITTEN]
    assert f"/staff/sign-in?next={address}" in shown.html
    assert typed["csrf_token"] not in shown.html
    assert desk.count(app, Event) == before


def test_signing_in_beside_it_leads_back_to_the_form(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    """Signed out in another tab: cookie, session and token are gone."""
    address, typed = form
    desk.sign_out(page)
    lost = page.post(address, typed, 403, **OURS)
    assert read_only(lost) == [WRITTEN]
    kept = lost.fields("kept")
    assert page.post(address, kept, 403, **OURS).fields("kept")["text"] == WRITTEN  # too early

    desk.sign_in_by_mail(page)
    before = desk.count(app, Event)
    again = page.post(address, kept, 422, **OURS)

    assert again.fields("verb")["text"].strip() == WRITTEN
    assert "tryck på knappen en gång till" in again.text
    assert desk.count(app, Event) == before
    page.post(address, again.fields("verb") | {"send": "y"}, 303)


@pytest.mark.parametrize("hours", [1.1, 12.1])
@on_sqlite
def test_a_session_that_ran_out_keeps_the_text(
    app: Flask, page: Page, hours: float, form: tuple[str, dict[str, Any]]
) -> None:
    address, typed = form
    with time_machine.travel(clock.now() + timedelta(hours=hours)):
        assert read_only(page.post(address, typed, 403, **OURS)) == [WRITTEN]


@on_sqlite
@pytest.mark.parametrize("site", OTHERS)
def test_what_another_site_sends_can_be_read_and_not_sent_on(
    app: Flask, page: Page, site: dict[str, Any], form: tuple[str, dict[str, Any]]
) -> None:
    """Nobody is to find a form of ours that somebody else has filled in."""
    address, _typed = form
    forged = {"text": WRITTEN, "send": "y", "csrf_token": "x"}
    before = desk.count(app, Event)
    for code in (400, 403):  # signed in, and not
        shown = page.post(address, forged, code, **site)
        assert read_only(shown) == [WRITTEN]
        assert "<b>" not in shown.html
        for each in shown.tree.iter("form"):
            assert "text" not in [field.get("name") for field in each.iter()]
        desk.sign_out(page)
    assert desk.count(app, Event) == before


@on_sqlite
def test_a_token_from_before_signing_in_shows_the_form_again(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    address, typed = form
    desk.sign_in_by_mail(page)
    again = page.post(address, typed, 422, **OURS)
    assert again.fields("verb")["text"].strip() == WRITTEN


@on_sqlite
def test_files_cannot_be_kept_and_that_is_said(page: Page) -> None:
    desk.sign_in(page)
    typed = page.get("/staff/enquiries/new").fields("enter") | {"description": WRITTEN}
    desk.sign_out(page)
    sent = typed | {"files": (__file__, "brev.txt")}
    lost = page.post("/staff/enquiries/new", sent, 403, **OURS)
    assert read_only(lost) == [WRITTEN]
    assert "Välj dem igen" in lost.text
    desk.sign_in_by_mail(page)
    again = page.post("/staff/enquiries/new", lost.fields("kept"), 422, **OURS)
    assert again.fields("enter")["description"].strip() == WRITTEN


@on_sqlite
def test_a_button_alone_is_pressed_once_more(page: Page) -> None:
    desk.sign_in(page)
    before = page.get("/staff/sessions").fields("sign-out")
    desk.sign_in_by_mail(page)
    again = page.post("/staff/sign-out", before, 400, **OURS)
    page.get("/staff/")
    page.post("/staff/sign-out", again.fields("kept"), 303, **OURS)
    page.get("/staff/", 303)


@on_sqlite
def test_what_is_shown_again_is_not_open_to_others(app: Flask, page: Page) -> None:
    """Permission comes first, also where the token is worth nothing."""
    with app.app_context():
        reference = make.enquiry().reference
    desk.sign_in(page, desk.TEKNIK)
    page.post(f"/staff/enquiries/{reference}/answer", {"text": WRITTEN}, 404, **OURS)
    refused = page.post(
        f"/staff/enquiries/{reference}/flag", {"secrecy_ground": WRITTEN}, 403, **OURS
    )
    assert read_only(refused) == [WRITTEN]


@on_sqlite
def test_whoever_has_left_is_told_so(
    app: Flask, page: Page, form: tuple[str, dict[str, Any]]
) -> None:
    address, _typed = form
    desk.sign_in(page, desk.READER)
    desk.leave(app, desk.READER)
    for _ in range(2):  # the second time the session has ended already
        assert "inte längre tillgång" in page.get("/staff/sessions", 403).text
    assert read_only(page.post(address, {"text": WRITTEN}, 403, **OURS)) == [WRITTEN]
    page.get("/staff/sign-in")


@on_sqlite
def test_only_views_that_check_their_form_are_asked_again(app: Flask, page: Page) -> None:
    """With a token that is worth nothing, none of the marked views changes anything."""
    with app.app_context():
        reference = make.enquiry().reference
    desk.sign_in(page)
    marked = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_marked = getattr(view, "asks_again", False) and "number" not in rule.arguments
        if not is_marked or rule.endpoint in ANSWERING | {"staff.verbs.send_back"}:  # departments'
            continue
        marked += 1
        values = {"reference": reference, "id": "teknik", "text": "thanks"}
        address = app.url_map.bind("").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST"
        )
        before = tables(app)
        answer = page.client.post(address, data={"text": "x", "send": "y"}, **OURS)
        assert answer.status_code in (409, 422), address  # or it is not offered anyway
        assert tables(app) == before, address
    assert marked > 30


def tables(app: Flask) -> dict[str, int]:
    with app.app_context():
        names = sa.inspect(db.engine).get_table_names()
        return {
            name: db.session.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) or 0
            for name in names
            if "_fts" not in name and "search" not in name
        }
