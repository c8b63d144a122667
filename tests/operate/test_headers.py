"""Headers that guard a reader, on whatever is answered: pages, files, redirects, faults."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from intake import create_app, links
from intake.db import db
from tests import make
from tests.conftest import dispose, on_sqlite
from tests.house.test_routes import addresses
from tests.operate.test_mailbox import MAIL
from tests.operate.test_secrets import PRODUCTION
from tests.page import Page, check_html

# What the database is makes no difference to a header.
pytestmark = on_sqlite

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEPT = ("/static/", "/theme.css", "/logo")  # what browsers and proxies may keep


@pytest.fixture
def token(app: Flask) -> str:
    """The secret of a status page that exists."""
    with app.app_context():
        return links.status_token(make.enquiry().link_seed)


def check(response: TestResponse, address: str) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, address
    if "unsafe" in policy:
        assert policy.endswith("sandbox"), address
    if response.mimetype == "text/html":
        assert "frame-ancestors" in policy, address
    for name, value in EXACT.items():
        assert headers.get(name) == value, (address, name)
    assert "Access-Control-Allow-Origin" not in headers
    assert "X-Powered-By" not in headers

    kept = headers["Cache-Control"]
    if address.startswith(KEPT) and response.status_code in (200, 304):
        if response.request.method in ("GET", "HEAD"):
            assert kept.startswith("public, max-age="), address
        assert "Set-Cookie" not in headers, address
    else:
        assert kept in ("no-store", "private, no-cache"), address
    if "/status" in address:
        assert kept == "no-store", address


def test_every_address(app: Flask, token: str) -> None:
    mailbox = Path(app.config["INSTANCE"]) / "mailbox"
    mailbox.mkdir(parents=True)
    (mailbox / "1.eml").write_text(MAIL)
    found = {}
    for address in addresses(app, token=token, name="1.eml"):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE"):
            with app.test_client().open(address, method=method) as answer:
                check(answer, address)
                if method == "GET":
                    found[address] = answer.status_code
    well = {address for address, code in found.items() if code == 200}
    assert well >= {f"/sv/status/{token}", "/dev/mail/1.eml", "/dev/mail/1.eml/html", "/logo"}
    assert well >= {"/healthz", "/readyz", "/theme.css", "/sv/enquiry", "/static/app.css"}


def test_a_file_that_did_not_change(app: Flask) -> None:
    client = app.test_client()
    with client.get("/static/app.css") as first:
        known = {"If-None-Match": first.headers["ETag"]}
    with client.get("/static/app.css", headers=known) as second:
        assert second.status_code == 304
        check(second, "/static/app.css")


@pytest.mark.parametrize("address", ["", "/x", "/sv/x", "/static/x.css", "/static/../config.py"])
def test_what_is_not_there(app: Flask, address: str) -> None:
    answer = app.test_client().get(address or "/sv/status/" + "a" * 39)
    assert answer.status_code == 404
    check(answer, address)
    check_html(answer.text)


def test_what_cannot_be_done(app: Flask) -> None:
    for address in ("/healthz", "/sv/", "/static/app.css", "/theme.css"):
        answer = app.test_client().delete(address)
        assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)
        check(answer, "")


def test_what_is_too_much(app: Flask) -> None:
    for address in ("/sv/enquiry", "/sv/enquiry/submit", "/sv/status", "/sv/comment"):
        answer = app.test_client().post(address, data={"text": "x" * 1_100_000})
        assert answer.status_code == 413, address
        check(answer, "")
        check_html(answer.text)


def test_many_times_the_fields_of_any_form_are_not_even_read(app: Flask) -> None:
    many = {"content_type": "application/x-www-form-urlencoded", "data": "a&" * 100_000}
    begun = time.process_time()
    for _ in range(20):
        assert app.test_client().post("/sv/enquiry", **many).status_code == 413
        assert app.test_client().post("/nowhere", **many).status_code == 404
    assert time.process_time() - begun < 2  # 6 seconds, if they were


def send(page: Page, address: str) -> TestResponse:
    """Send what is right from the form that leads to *address*."""
    find = page.get("/sv/status").fields("find")
    typed: dict[str, Any] = {
        "/sv/enquiry/submit": make.IDEA,
        "/sv/status": {"reference": "EU-2026-0001", "email": make.IDEA["email"]},
        "/sv/comment": {"page": "privacy", "text": "Bra sida."},
    }[address]
    return page.client.post(address, data=page.get("/sv/enquiry").fields() | find | typed)


@contextmanager
def nothing_stored(app: Flask) -> Iterator[None]:
    """The tables that are written to are away."""
    names = ("enquiry", "event", "link_request", "page_comment")
    with app.app_context(), db.engine.begin() as connection:
        for name in names:
            connection.execute(sa.text(f"ALTER TABLE {name} RENAME TO {name}_away"))
    yield
    with app.app_context(), db.engine.begin() as connection:
        for name in names:
            connection.execute(sa.text(f"ALTER TABLE {name}_away RENAME TO {name}"))


@pytest.mark.parametrize("address", ["/sv/enquiry/submit", "/sv/status", "/sv/comment"])
class TestForms:
    def test_a_mistake(self, app: Flask, address: str) -> None:
        answer = app.test_client().post(address, data={"page": "privacy"})
        assert answer.status_code == 422
        check(answer, address)

    def test_too_often(self, page: Page, app: Flask, address: str) -> None:
        names = ("LIMIT_ENQUIRIES", "LIMIT_LINK_REQUESTS", "LIMIT_COMMENTS")
        app.config.update(dict.fromkeys(names, 0))
        answer = send(page, address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
        check(answer, address)

    def test_a_database_that_is_away(self, page: Page, app: Flask, address: str) -> None:
        with nothing_stored(app):
            answer = send(page, address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        check(answer, address)
        check_html(answer.text)


def test_a_status_page_that_cannot_be_read(app: Flask, token: str) -> None:
    with nothing_stored(app):
        answer = app.test_client().get(f"/sv/status/{token}")
    assert answer.status_code == 503
    check(answer, "/status")


def test_a_fault_of_ours(app: Flask, token: str) -> None:
    with app.app_context():
        db.session.execute(sa.text("UPDATE event SET data = '{}'"))
        db.session.commit()
    answer = app.test_client().get(f"/sv/status/{token}")
    assert answer.status_code == 500
    check(answer, "/status")
    check_html(answer.text)
    assert "Traceback" not in answer.text


def test_a_form_can_be_gone_back_to_and_is_kept_by_nobody_else(page: Page) -> None:
    form = page.get("/sv/enquiry")
    looked_over = page.post("/sv/enquiry", form.fields() | make.IDEA)
    for answer in (form, looked_over):
        assert answer.response.headers["Cache-Control"] == "private, no-cache"


def test_production_speaks_https_only(environ: dict[str, str]) -> None:
    app = create_app(environ | PRODUCTION)
    client = app.test_client()
    for base, address, code in (
        (PRODUCTION["INTAKE_BASE_URL"], "/sv/", 200),
        (PRODUCTION["INTAKE_BASE_URL"], "/static/app.css", 200),
        (PRODUCTION["INTAKE_BASE_URL"], "/x", 404),
        (PRODUCTION["INTAKE_BASE_URL"], "/staff/", 303),
        ("https://forged.example", "/sv/", 400),
    ):
        with client.get(address, base_url=base) as answer:
            assert answer.status_code == code
            check(answer, address)
            assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    dispose(app)
