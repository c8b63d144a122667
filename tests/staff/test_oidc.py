"""Signing in at an OpenID provider: a real one, on loopback, which lies on command."""

import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.provider import CLIENT_ID, CLIENT_SECRET, Provider

pytestmark = on_sqlite


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as provider:
        provider.person = {"email": desk.COORDINATOR, "email_verified": True}
        yield provider


@pytest.fixture
def environ(environ: dict[str, str], provider: Provider) -> dict[str, str]:
    return environ | {
        "INTAKE_OIDC_ISSUER": provider.issuer,
        "INTAKE_OIDC_CLIENT_ID": CLIENT_ID,
        "INTAKE_OIDC_CLIENT_SECRET": CLIENT_SECRET,
    }


def test_who_is_in_the_directory_comes_in(page: Page) -> None:
    asked = page.get("/staff/sessions", 303).location
    sign_in = page.get(asked)
    assert "/staff/oidc?next=/staff/sessions" in sign_in.html
    there = page.get("/staff/oidc?next=/staff/sessions", 302)
    assert page.get(_back(there.response.location), 303).location == "/staff/sessions"
    assert desk.COORDINATOR in page.get("/staff/sessions").html


def test_a_code_is_worth_nothing_twice(page: Page) -> None:
    back = _begin(page)
    page.get(back, 303)
    desk.sign_out(page)
    page.get(back, 400)
    _is_out(page)


def test_a_stolen_answer_is_worth_nothing_in_another_browser(
    page: Page, app: Flask, provider: Provider
) -> None:
    thief = Page(app)
    assert "start again" in _english(thief).get(_begin(page), 400).text
    assert provider.exchanges == 0
    _is_out(thief)


def test_a_replayed_code_is_refused_by_the_provider(page: Page) -> None:
    """A fresh state with a code that is used up: the provider says no, and so do we."""
    used = dict(_query(_begin(page)))
    page.get(f"/staff/oidc/back?{urlencode(used)}", 303)
    desk.sign_out(page)
    fresh = dict(_query(_begin(page)))
    page.get(f"/staff/oidc/back?{urlencode(fresh | {'code': used['code']})}", 502)
    _is_out(page)


def test_a_refused_consent_gets_a_page(page: Page, provider: Provider) -> None:
    provider.consents = False
    assert "cancelled" in _english(page).get(_begin(page), 403).text
    _is_out(page)


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": CLIENT_ID},
        {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        {"exp": 1},
        pytest.param({"exp": int(time.time()) - 120}, id="expired two minutes ago"),
        {"nonce": "another-nonce"},
        {"nonce": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_right_opens_nothing(
    page: Page, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    page.get(_begin(page), 502)
    assert provider.exchanges == 1
    _is_out(page)


def test_a_bad_signature_opens_nothing(page: Page, provider: Provider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    page.get(_begin(page), 502)
    _is_out(page)


def test_a_token_without_a_signature_opens_nothing(page: Page, provider: Provider) -> None:
    provider.signs = False
    page.get(_begin(page), 502)
    assert provider.exchanges == 1
    _is_out(page)


def test_keys_may_be_renewed(page: Page, provider: Provider) -> None:
    """The provider's keys are asked for again when a token names one that is new."""
    page.get(_begin(page), 303)
    desk.sign_out(page)
    provider.published = provider.key = RSAKey.generate_key(2048, {"kid": "two"})
    page.get(_begin(page), 303)
    page.get("/staff/")


@pytest.mark.parametrize(
    "person",
    [
        {"email": "nagon.annan@ljungby.example", "email_verified": True},
        {"email": desk.COORDINATOR, "email_verified": False},
        {"email": desk.COORDINATOR, "email_verified": "true"},
        {"email": desk.COORDINATOR},
        {"preferred_username": desk.COORDINATOR},
        {"preferred_username": desk.COORDINATOR, "email_verified": True},
        {},
    ],
    ids=str,
)
def test_a_stranger_gets_a_page(page: Page, provider: Provider, person: dict[str, Any]) -> None:
    provider.person = person
    assert "Ask the coordinator" in _english(page).get(_begin(page), 403).text
    _is_out(page)


@pytest.mark.parametrize("claim", ["email", "preferred_username"])
def test_an_operator_may_trust_what_is_not_verified(
    page: Page, app: Flask, provider: Provider, claim: str
) -> None:
    app.config["OIDC_TRUST_EMAIL"] = True
    provider.person = {claim: desk.COORDINATOR}
    assert page.get(_begin(page), 303).location == "/staff/"


def test_a_provider_that_is_away_gets_a_page(page: Page, provider: Provider) -> None:
    provider.is_away = True
    page.get("/staff/oidc", 502)


def test_without_a_provider_there_is_no_such_page(environ: dict[str, str], page: Page) -> None:
    del page.app.extensions["oidc"]
    page.get("/staff/oidc", 404)
    page.get("/staff/oidc/back", 404)


def test_nobody_is_sent_elsewhere_afterwards(page: Page) -> None:
    there = page.get("/staff/oidc?next=https://elsewhere.example/", 302)
    assert page.get(_back(there.response.location), 303).location == "/staff/"


def _begin(page: Page) -> str:
    """Go to the provider; the path and query that it sends the browser back to."""
    return _back(page.get("/staff/oidc", 302).response.location)


def _back(address: str) -> str:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert back.netloc == "ideer.ljungby.example"
    return f"{back.path}?{back.query}"


def _query(address: str) -> list[tuple[str, str]]:
    return [tuple(pair.split("=", 1)) for pair in urlsplit(address).query.split("&")]  # type: ignore[misc]


def _english(page: Page) -> Page:
    page.client.set_cookie("language", "en")
    return page


def _is_out(page: Page) -> None:
    assert page.get("/staff/", 303).location.startswith("/staff/sign-in")
