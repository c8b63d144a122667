"""Signing in by a link in a mail."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.outbox.models import OutgoingMail
from intake.staff.models import SignInLink, StaffSession
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk


def test_the_link_signs_in_and_leads_to_the_inbox(page: Page, app: Flask) -> None:
    asked = page.get("/staff/", 303).location
    assert asked == "/staff/sign-in?next=/staff/"
    desk.ask_for_link(page, desk.COORDINATOR.upper())
    link = desk.mailed_link(app)

    opened = page.get(link)
    entered = page.post(link, opened.fields("enter"), 303)
    assert entered.location == "/staff/"
    assert desk.COORDINATOR in page.get("/staff/").html


def test_opening_the_link_changes_nothing(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    link = desk.mailed_link(app)
    for _ in range(3):
        page.get(link)
    page.get("/staff/", 303)
    desk.use_link(page, link)
    page.get("/staff/")


def test_the_link_works_once(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    link = desk.mailed_link(app)
    fields = page.get(link).fields("enter")
    page.post(link, fields, 303)
    other = Page(app)
    other.get(link, 404)
    fields = other.get("/staff/sign-in").fields("sign-in")
    other.post(link, fields, 404)
    other.get("/staff/", 303)


def test_a_link_that_is_used_up_still_leads_to_its_page(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.COORDINATOR, first="/staff/programmes")
    link = desk.mailed_link(app)
    fields = page.get(link).fields("enter")
    page.post(link, fields, 303)
    assert page.get(link, 303).location == "/staff/programmes"

    stranger = Page(app).get(link, 404)
    assert "/staff/sign-in?next=/staff/programmes" in stranger.html


def test_a_second_press_goes_on_where_one_is_signed_in(page: Page, app: Flask) -> None:
    """Back and press again: signing in has made the form of the page before worth nothing."""
    desk.ask_for_link(page, desk.COORDINATOR, first="/staff/programmes")
    link = desk.mailed_link(app)
    fields = page.get(link).fields("enter")
    page.post(link, fields, 303)
    assert page.post(link, fields, 303).location == "/staff/programmes"

    stranger = Page(app).post(link, fields, 400)
    assert "/staff/sign-in?next=/staff/programmes" in stranger.html


def test_nobody_is_signed_in_by_a_form_from_elsewhere(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    link = desk.mailed_link(app)
    other = Page(app)
    other.post(link, page.get(link).fields("enter"), 400)
    other.get("/staff/", 303)
    desk.use_link(page, link)


def test_the_link_works_once_also_at_the_same_moment(app: Flask) -> None:
    pages = [Page(app) for _ in range(4)]
    desk.ask_for_link(pages[0], desk.COORDINATOR)
    link = desk.mailed_link(app)
    fields = [page.get(link).fields("enter") for page in pages]

    def enter(number: int) -> int:
        return pages[number].client.post(link, data=fields[number]).status_code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(enter, range(4))) == [303, 404, 404, 404]


def test_signing_in_uses_up_the_other_links_too(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    first = desk.mailed_link(app)
    desk.ask_for_link(page, desk.COORDINATOR)
    desk.use_link(page, desk.mailed_link(app))
    Page(app).get(first, 404)


@on_sqlite
@pytest.mark.parametrize(("minutes", "code"), [(14, 200), (16, 404)])
def test_the_link_lasts_a_quarter_of_an_hour(
    page: Page, app: Flask, minutes: int, code: int
) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        desk.ask_for_link(page, desk.COORDINATOR)
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        page.get(desk.mailed_link(app), code)


def test_a_stranger_is_told_the_same_and_gets_nothing(page: Page, app: Flask) -> None:
    known = desk.ask_for_link(page, desk.COORDINATOR).text
    assert desk.ask_for_link(page, "nagon.annan@ljungby.example").text == known
    with app.app_context():
        mails = db.session.scalars(sa.select(OutgoingMail.to_address)).all()
        assert mails == [desk.COORDINATOR]
        kept = db.session.scalars(sa.select(SignInLink.email).order_by(SignInLink.id)).all()
        assert kept == [desk.COORDINATOR, ""]


@on_sqlite
def test_a_stranger_waits_as_long(page: Page) -> None:
    """Time tells nobody who stands in the directory."""
    took = []
    for email in (desk.COORDINATOR, "nagon.annan@ljungby.example"):
        fields = page.get("/staff/sign-in").fields("sign-in") | {"email": email}
        began = clock.now()
        page.client.post("/staff/sign-in", data=fields)
        took.append((clock.now() - began).total_seconds())
    assert min(took) >= 0.1


def test_no_secret_is_stored(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    token = desk.mailed_link(app).split("/")[3].split("?")[0]
    desk.use_link(page, desk.mailed_link(app))
    mail = desk.latest_mail(app)
    assert len(token) == 39
    assert token not in mail.text + mail.html + (mail.seed or "") + mail.key
    with app.app_context():
        for row in (*db.session.scalars(sa.select(SignInLink)),):
            assert token not in str(vars(row))
        cookie = page.client.get_cookie("staff")
        assert cookie is not None
        for each in db.session.scalars(sa.select(StaffSession)):
            assert cookie.value not in str(vars(each))


def test_the_mail_says_what_it_is_and_carries_the_link_in_both_parts(
    page: Page, app: Flask
) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    mail = desk.latest_mail(app)
    assert mail.to_address == desk.COORDINATOR
    assert desk.COORDINATOR not in mail.subject
    assert re.search(r'<a href="http://ideer\.ljungby\.example/staff/sign-in/\x1a">', mail.html)


@on_sqlite
def test_a_mailbox_gets_three_links_at_a_time(page: Page, app: Flask) -> None:
    """Whoever asks in her name cannot keep the coordinator out: she has three that work."""
    for _ in range(5):
        desk.ask_for_link(page, desk.COORDINATOR)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 3
    desk.use_link(page, desk.mailed_link(app))
    page.get("/staff/")


@on_sqlite
def test_whoever_asks_in_her_name_all_day_fills_no_mailbox(page: Page, app: Flask) -> None:
    """And she can sign in all the same, by the latest that came."""
    app.config["LIMIT_SIGN_INS"] = 1000
    now = clock.now()
    for quarter in range(24):
        with time_machine.travel(now + quarter * timedelta(minutes=16), tick=False):
            for _ in range(4):
                desk.ask_for_link(page, desk.COORDINATOR)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 6 + 22
    with time_machine.travel(now + quarter * timedelta(minutes=16), tick=False):
        desk.use_link(page, desk.mailed_link(app))
        page.get("/staff/")
        desk.sign_out(page)
        for _ in range(3):
            desk.ask_for_link(page, desk.COORDINATOR)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 28 + 3


@on_sqlite
def test_a_network_may_ask_so_often_and_no_more(page: Page, app: Flask) -> None:
    app.config["LIMIT_SIGN_INS"] = 2
    for _ in range(2):
        desk.ask_for_link(page, "nagon@ljungby.example")
    fields = page.get("/staff/sign-in").fields("sign-in") | {"email": desk.COORDINATOR}
    refused = page.post("/staff/sign-in", fields, 429)
    assert refused.response.headers["Retry-After"] == "3600"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) == 0


@on_sqlite
@pytest.mark.parametrize("email", ["", "kalle", "a b@c.example"])
def test_what_is_no_address_is_asked_for_again(page: Page, email: str) -> None:
    fields = page.get("/staff/sign-in").fields("sign-in") | {"email": email}
    assert page.post("/staff/sign-in", fields, 422).fields("sign-in")["email"] == email


@on_sqlite
def test_whoever_has_left_is_not_let_in(page: Page, app: Flask) -> None:
    desk.ask_for_link(page, desk.READER)
    link = desk.mailed_link(app)
    desk.leave(app, desk.READER)
    page.get(link, 404)


@on_sqlite
@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/staff/sessions", "/staff/sessions"),
        ("/staff/?turn=mine&page=2", "/staff/?turn=mine&page=2"),
        ("/staff/enquiries/EU-2026-0001", "/staff/enquiries/EU-2026-0001"),
        ("https://elsewhere.example/staff/", "/staff/"),
        ("//elsewhere.example/staff/", "/staff/"),
        ("/\\elsewhere.example/staff/", "/staff/"),
        ("/\t/elsewhere.example/", "/staff/"),
        ("javascript:alert(1)", "/staff/"),
        ("/sv/privacy", "/staff/"),
        ("/staff/sign-out", "/staff/"),
        ("/staff/oidc", "/staff/"),
        ("/staff/" + "x" * 2000, "/staff/"),
    ],
)
def test_where_it_leads(page: Page, asked: str, led_to: str) -> None:
    desk.ask_for_link(page, desk.COORDINATOR, first=asked)
    link = desk.mailed_link(page.app)
    assert page.post(link, page.get(link).fields("enter"), 303).location == led_to


@on_sqlite
def test_a_form_that_somebody_else_wrote_leads_nowhere_else(page: Page) -> None:
    desk.ask_for_link(page, desk.COORDINATOR)
    link = desk.mailed_link(page.app)
    fields = page.get(link).fields("enter") | {"next": "https://elsewhere.example/"}
    assert page.post(link, fields, 303).location == "/staff/"


@on_sqlite
def test_others_begin_where_they_may(page: Page) -> None:
    begins = {desk.READER: "/staff/figures", desk.ADMINISTRATOR: "/staff/directory"}
    for email, address in begins.items():
        desk.ask_for_link(page, email)
        link = desk.mailed_link(page.app)
        assert page.post(link, page.get(link).fields("enter"), 303).location == address
        desk.sign_out(page)


@on_sqlite
def test_the_language_can_be_chosen_and_stays(page: Page) -> None:
    page.client.set_cookie("language", "sv")
    swedish = page.get("/staff/sign-in")
    assert 'lang="sv"' in swedish.html
    [form] = [
        f for f in swedish.tree.iter("form") if f.get("action", "").endswith("/staff/language")
    ]
    fields = {i.get("name"): i.get("value") for i in form.iter("input")} | {"code": "en"}
    back = page.post("/staff/language", fields, 303)
    assert back.location == "/staff/sign-in"
    assert '<html lang="en"' in page.get("/staff/sign-in").html
    assert page.post("/staff/language", fields | {"back": "//x.example"}, 303).location == (
        "/staff/sign-in"
    )
    page.post("/staff/language", fields | {"code": "xx"}, 400)


@on_sqlite
def test_the_mail_way_can_be_switched_off(page: Page, app: Flask) -> None:
    fields = page.get("/staff/sign-in").fields("sign-in") | {"email": desk.COORDINATOR}
    page.post("/staff/sign-in", fields)
    link = desk.mailed_link(app)
    pressed = page.get(link).fields("enter")
    app.config["SIGN_IN_BY_MAIL"] = False
    page.post("/staff/sign-in", fields, 404)
    page.get(link, 404)
    page.post(link, pressed, 404)
    assert "sign-in" not in [f.get("id") for f in page.get("/staff/sign-in").tree.iter("form")]


@on_sqlite
@pytest.mark.parametrize("by_mail", [True, False])
def test_a_hand_over_says_how_to_sign_in(app: Flask, by_mail: bool) -> None:
    app.config["SIGN_IN_BY_MAIL"] = by_mail
    with app.app_context():
        make.enquiry()
        asked = sa.select(OutgoingMail.text).where(OutgoingMail.key.contains("/handover/"))
        assert ("länk som kommer med e-post" in db.session.scalars(asked).one()) is by_mail


@pytest.mark.parametrize(
    ("email", "begins"),
    [
        (desk.ADMINISTRATOR, "/staff/directory"),
        (desk.READER, "/staff/figures"),
        (desk.TEKNIK, ""),
    ],
)
def test_the_address_of_the_desk_leads_to_where_one_begins(
    page: Page, email: str, begins: str
) -> None:
    """Before signing in and after, for those too who have no inbox."""
    desk.sign_in(page, email)
    if begins:
        assert page.get("/staff/", 303).location == begins
    page.get(begins or "/staff/")
    desk.sign_in_by_mail(page, email, first="/staff/")
