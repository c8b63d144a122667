"""Addresses that nobody's link leads to: whatever stands in them, no page of staff breaks."""

from urllib.parse import quote

import pytest
from flask import Flask

from intake import links
from tests import make
from tests.page import Page
from tests.staff import desk

ANYTHING = "' \" * ^ NEAR( AND OR NOT : { } - + \\ | & ! <-> ((( :* ﷺ \u2474 ½ --"
ADDRESSES = (
    "/staff/?since=0001-01-01",
    "/staff/?until=0001-01-01",
    "/staff/?since=9999-12-31",
    "/staff/?until=9999-12-31",
    "/staff/?programme=" + "a" * 3000,
    "/staff/?programme=%00x",
    "/staff/?q=" + quote("ﬃ" * 200),
    "/staff/?q=" + quote(ANYTHING),
    "/staff/?q=a%00b",
    "/staff/?q=" + quote("' OR 1=1 --"),
    "/staff/?page=after.-1",
    "/staff/?page=after.99999999999999999999999",
    "/staff/?page=before.1.0001-01-01",
    "/staff/?page=%00",
    "/staff/?view=%00&goal=99999999999999999999&department=%00&kind=%00&lang=xx&flag=--",
    "/staff/sign-in?next=http://[",
    "/staff/sign-in?next=%00",
    "/staff/sign-in?next=/staff/?q=%0d%0aSet-Cookie:%20a=b",
    "/staff/sign-in/%00",
    "/staff/enquiries/%00",
    "/staff/enquiries/EU-2026-999999999",
    "/staff/enquiries/EU-2026-99999999999",
    "/staff/enquiries/" + "-" * 20_000,
    "/staff/enquiries/EU-2026-0001/files/%00",
    "/staff/directory/history?before=1180591620717411303424",
    "/staff/directory/history?before=-1180591620717411303424",
    "/staff/directory/departments/%00",
    "/staff/directory/departments/teknik/contacts/1180591620717411303424",
    "/staff/directory/texts/%00",
    "/staff/programmes/%00",
    "/staff/oidc/back?state=%00&code=x",
)


def test_no_address_breaks_a_page(page: Page, app: Flask) -> None:
    with app.app_context():
        make.enquiry()
    desk.sign_in(page)
    for address in ADDRESSES:
        response = page.client.get(address)
        assert response.status_code in (200, 303, 404), (response.status_code, address[:60])
        assert not any("a=b" in each for each in response.headers.getlist("Set-Cookie"))


def test_no_address_breaks_the_page_of_the_sender(page: Page, app: Flask) -> None:
    with app.app_context():
        token = links.status_token(make.enquiry().link_seed)
    page.get("/sv/status/%00", 404)
    page.get(f"/sv/status/{token}/files/%00", 404)


@pytest.mark.parametrize("number", [2**31, 2**63, 2**70])
def test_a_number_that_no_database_has_is_not_found(page: Page, number: int) -> None:
    desk.sign_in(page)
    fields = page.get("/staff/sessions").fields("sign-out")
    page.post(f"/staff/views/{number}/drop", fields, 404)
    page.post(f"/staff/sessions/{number}/end", fields, 404)


@pytest.mark.parametrize(
    "query", ["q=1%0D%0ASet-Cookie: a=b", "q=%00", "view=%23", "q=//elsewhere.example"]
)
def test_a_view_that_somebody_wrote_by_hand_can_be_kept_and_dropped(page: Page, query: str) -> None:
    desk.sign_in(page)
    fields = page.get("/staff/").fields("keep") | {"name": "Mine"}
    kept = page.post(f"/staff/?{query}", fields, 303)
    assert kept.location.startswith("/staff/")
    assert not any("a=b" in each for each in kept.response.headers.getlist("Set-Cookie"))
    page.get("/staff/")


def test_a_version_that_no_database_has_is_none_that_was_missed(page: Page) -> None:
    desk.sign_in(page)
    address = "/staff/directory/promise"
    fields = page.get(address).fields("directory") | {"seen": str(2**70)}
    page.post(address, fields, 303)
