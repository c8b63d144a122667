"""Sessions of staff: how long they last, who ends them, and what the browser keeps."""

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock, create_app
from intake.db import db
from intake.staff import session
from intake.staff.models import StaffSession
from tests.conftest import dispose, on_sqlite
from tests.page import Page
from tests.staff import desk


def test_a_session_lasts_twelve_hours_in_use(page: Page) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False) as clock_hands:
        desk.sign_in_by_mail(page)
        for minutes in range(50, 12 * 60, 50):
            clock_hands.move_to(now + timedelta(minutes=minutes))
            page.get("/staff/")
        clock_hands.move_to(now + timedelta(hours=12, minutes=1))
        page.get("/staff/", 303)


@on_sqlite
@pytest.mark.parametrize(("minutes", "code"), [(59, 200), (61, 303)])
def test_an_hour_without_a_page_ends_it(page: Page, minutes: int, code: int) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False) as clock_hands:
        desk.sign_in_by_mail(page)
        clock_hands.move_to(now + timedelta(minutes=minutes))
        page.get("/staff/", code)


def test_it_is_noted_once_a_minute_that_it_is_in_use(page: Page, app: Flask) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False) as clock_hands:
        desk.sign_in_by_mail(page)
        for seconds, noted in [(30, 0), (59, 0), (70, 70), (100, 70), (131, 131)]:
            clock_hands.move_to(now + timedelta(seconds=seconds))
            page.get("/staff/")
            assert _row(app).seen_at - now == timedelta(seconds=noted)


def test_whoever_leaves_the_directory_is_out_at_once(page: Page, app: Flask) -> None:
    desk.sign_in_by_mail(page, desk.READER, first="/staff/sessions")
    page.get("/staff/sessions")
    desk.leave(app, desk.READER)
    page.get("/staff/sessions", 403)
    assert _row(app).ended_at is not None


def test_signing_out_ends_it_for_the_cookie_too(page: Page, app: Flask) -> None:
    desk.sign_in_by_mail(page)
    kept = page.client.get_cookie("staff")
    assert kept is not None
    desk.sign_out(page)
    assert page.client.get_cookie("staff") is None
    page.client.set_cookie("staff", kept.value)
    page.get("/staff/", 303)
    assert _row(app).ended_at is not None


@on_sqlite
def test_signing_out_is_no_get(page: Page) -> None:
    desk.sign_in_by_mail(page)
    page.get("/staff/sign-out", 405)
    page.get("/staff/")


@on_sqlite
def test_signing_in_again_gives_another_secret_and_ends_the_one_before(
    page: Page, app: Flask
) -> None:
    desk.sign_in_by_mail(page)
    before = page.client.get_cookie("staff")
    desk.ask_for_link(Page(app), desk.COORDINATOR)
    desk.use_link(page, desk.mailed_link(app))
    after = page.client.get_cookie("staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    page.client.set_cookie("staff", before.value)
    page.get("/staff/", 303)


@on_sqlite
def test_a_secret_that_somebody_planted_is_none(page: Page) -> None:
    page.client.set_cookie("staff", "x" * 43)
    page.get("/staff/", 303)
    desk.sign_in_by_mail(page)
    cookie = page.client.get_cookie("staff")
    assert cookie is not None
    assert cookie.value != "x" * 43


@on_sqlite
def test_the_cookie_is_kept_from_scripts_and_bound_to_the_host(environ: dict[str, str]) -> None:
    environ |= {
        "INTAKE_ENV": "production",
        "INTAKE_SECRET_KEY": "s" * 40,
        "INTAKE_LINK_KEY": "l" * 40,
        "INTAKE_BASE_URL": "https://localhost",
        "INTAKE_MAIL_SERVER": "mail.example",
    }
    app = create_app(environ)
    try:
        page = Page(app)
        base = {"base_url": "https://localhost"}
        fields = page.get("/staff/sign-in", **base).fields("sign-in")
        page.post("/staff/sign-in", fields | {"email": desk.COORDINATOR}, **base)
        link = desk.mailed_link(app)
        fields = page.get(link, **base).fields("enter")
        entered = page.post(link, fields, 303, **base)
        [cookie] = [
            c
            for c in entered.response.headers.getlist("Set-Cookie")
            if c.startswith("__Host-staff=")
        ]
        parts = cookie.split("; ")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} < set(parts)
        assert not any(part.startswith(("Domain", "Expires", "Max-Age")) for part in parts)
        page.get("/staff/", **base)
    finally:
        dispose(app)


def test_one_sees_and_ends_ones_own(page: Page, app: Flask) -> None:
    phone = Page(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    )
    desk.sign_in_by_mail(page)
    desk.sign_in_by_mail(phone)
    other = Page(app)
    desk.sign_in_by_mail(other, desk.TEKNIK)

    shown = page.get("/staff/sessions")
    assert "Firefox, Android" in shown.text
    assert desk.TEKNIK not in shown.html
    ends = [f.get("id") for f in shown.tree.iter("form") if (f.get("id") or "").startswith("end-")]
    assert len(ends) == 3  # two, and all of them
    number = _row(app, browser="Firefox, Android").id
    page.post(f"/staff/sessions/{number}/end", shown.fields(f"end-{number}"), 303)
    phone.get("/staff/", 303)
    page.get("/staff/")
    page.post(f"/staff/sessions/{number}/end", shown.fields(f"end-{number}"), 404)

    strangers = _row(app, email=desk.TEKNIK).id
    page.post(f"/staff/sessions/{strangers}/end", shown.fields("end-all"), 404)
    other.get("/staff/")


@on_sqlite
def test_all_of_ones_own_end_together(page: Page, app: Flask) -> None:
    phone, other = Page(app), Page(app)
    desk.sign_in_by_mail(phone)
    desk.sign_in_by_mail(other, desk.TEKNIK)
    desk.sign_in_by_mail(page)
    page.post("/staff/sessions/end", page.get("/staff/sessions").fields("end-all"), 303)
    page.get("/staff/", 303)
    phone.get("/staff/", 303)
    other.get("/staff/")


@on_sqlite
def test_an_administrator_ends_anybodys(page: Page, app: Flask) -> None:
    other = Page(app)
    desk.sign_in_by_mail(other, desk.TEKNIK)
    desk.sign_in_by_mail(page, desk.ADMINISTRATOR)
    shown = page.get("/staff/sessions")
    assert desk.TEKNIK in shown.html
    number = _row(app, email=desk.TEKNIK).id
    page.post(f"/staff/sessions/{number}/end", shown.fields(f"end-{number}"), 303)
    other.get("/staff/", 303)
    page.get("/staff/sessions")


@on_sqlite
def test_the_log_tells_of_it_and_names_nobody(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        desk.sign_in_by_mail(page)
        desk.sign_out(page)
    said = caplog.text
    assert "began, by mail" in said
    assert "ended by its owner" in said
    assert "@" not in said
    cookie_like = [record for record in caplog.records if "sign-in/" in record.getMessage()]
    assert not cookie_like


@on_sqlite
def test_a_form_from_before_signing_in_is_worth_nothing_after(page: Page) -> None:
    before = page.get("/staff/sign-in").fields("sign-in")
    desk.sign_in_by_mail(page)
    page.post("/staff/sessions/end", {"csrf_token": before["csrf_token"]}, 400)
    page.get("/staff/")


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("<script>alert(1)</script>" * 50, ""),
        ("", ""),
    ],
)
def test_a_browser_as_its_owner_knows_it(agent: str, told: str) -> None:
    assert session.browser(agent) == told


def _row(app: Flask, **wanted: str) -> StaffSession:
    """The latest session that is like that."""
    with app.app_context():
        asked = sa.select(StaffSession).filter_by(**wanted).order_by(StaffSession.id.desc())
        found = db.session.scalars(asked.limit(1)).one()
        db.session.expunge(found)
        return found
