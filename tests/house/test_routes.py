"""Laws over every route."""

import inspect
import shutil
from pathlib import Path

import pytest
from flask import Flask

from tests.page import Page, check_headers
from tests.staff import desk

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """The routes do not depend on the database: one kind is enough."""
    shutil.copyfile(sqlite_template, tmp_path / "intake.sqlite")
    return f"sqlite:///{tmp_path / 'intake.sqlite'}"


def addresses(app: Flask, **known: str) -> dict[str, set[str]]:
    """Every address, filled in with something, and the methods that it takes.

    :param known: what to fill in instead, for pages that exist.
    """
    adapter = app.url_map.bind("")
    fill = {
        "lang": "sv",
        "token": "x" * 39,
        "reference": "EU-2026-0001",
        "filename": "app.css",
        "name": "x.eml",
        "key": "x" * 32,
        "number": "1",
        "id": "leader",
        "text": "x",
    } | known
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        address = adapter.build(rule.endpoint, {a: fill[a] for a in rule.arguments})
        found.setdefault(address, set()).update(rule.methods or ())
    return found


def test_no_teardown_is_a_coroutine(app: Flask) -> None:
    assert not any(inspect.iscoroutinefunction(f) for f in app.teardown_appcontext_funcs)


def test_every_page_carries_the_headers(app: Flask) -> None:
    client = app.test_client()
    for address, methods in addresses(app).items():
        if "GET" in methods:
            with client.get(address) as response:
                assert response.status_code < 500, address
                if response.mimetype == "text/html":
                    check_headers(response)


def test_other_methods_are_refused(app: Flask) -> None:
    client = app.test_client()
    for address, methods in addresses(app).items():
        for method in CHANGING | {"TRACE"}:
            if method not in methods:
                assert client.open(address, method=method).status_code in (403, 404, 405), address
        assert client.open(address, method="OPTIONS").status_code in (200, 307, 403, 404)


def test_every_post_needs_the_token_of_a_form(app: Flask, page: Page) -> None:
    """From the coordinator too, where one must be signed in to be heard at all."""
    desk.sign_in(page)
    for address, methods in addresses(app).items():
        if "POST" in methods:
            is_open = not address.startswith("/staff/") or "/sign-in" in address
            client = app.test_client() if is_open else page.client
            response = client.post(address, data={"page": "privacy"})
            if response.status_code == 307:  # to the same in a language, which is asked too
                assert response.location.startswith(("/sv/", "/en/")), address
            else:
                not_theirs = address.endswith(("/send-back", "/contribute"))
                assert response.status_code in ((403,) if not_theirs else (400, 422)), address


def test_staff_pages_are_closed(page: Page) -> None:
    page.get("/staff/", 303)
    page.get("/staff/enquiries/EU-2026-0001", 303)
    page.get("/staff/anything", 404)
