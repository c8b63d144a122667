"""The inbox as a page: tabs, filters in the address, pages, saved views."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import pages
from intake.enquiries.models import Enquiry, Participation
from intake.enquiries.views import Flag, View
from intake.staff.models import save_view, saved_views
from tests.conftest import on_sqlite
from tests.make import enquiry
from tests.page import Page
from tests.questions import asked_of
from tests.staff.desk import ADMINISTRATOR, COORDINATOR, SOCIAL, TEKNIK, sign_in


def place(app: Flask, title: str, **facts: object) -> str:
    with app.app_context():
        idea = enquiry(title=title)
        for name, value in facts.items():
            setattr(idea, name, value)
        db.session.commit()
        return idea.reference


def test_the_coordinator_begins_with_what_is_to_do(page: Page) -> None:
    reference = place(page.app, "En cykelväg")
    sign_in(page, COORDINATOR)
    shown = page.get("/staff/")
    assert "En cykelväg" in shown.text
    assert f"/staff/enquiries/{reference}" in shown.html
    assert shown.html.count('aria-current="page"') >= 1
    assert "Kim Exempel" not in shown.text


@on_sqlite
def test_that_they_have_looked_is_no_news_to_a_department(page: Page) -> None:
    reference = place(page.app, "Elever besöker en vänskola")
    with page.app.app_context():
        contact = organisation().posts["barn-utbildning"].contacts[0].email
    sign_in(page, contact)
    page.get(f"/staff/enquiries/{reference}")
    assert "Öppnad av verksamheten" not in page.get("/staff/").text
    sign_in(page, COORDINATOR)
    assert "Öppnad av verksamheten" in page.get("/staff/").text


def test_a_contact_sees_their_own_and_no_spam(page: Page) -> None:
    place(page.app, "Deras egen", department_id="teknik", status="developing")
    place(page.app, "Någon annans", department_id="social", status="developing")
    place(page.app, "Skräpet", department_id="teknik", suspected=True)
    sign_in(page, TEKNIK)
    for view in ("all", "spam", "departments", "nonsense"):
        text = page.get(f"/staff/?view={view}").text
        assert "Någon annans" not in text
        assert "Skräpet" not in text
    assert "Deras egen" in page.get("/staff/?view=all").text
    assert "Någon annans" not in page.get("/staff/?view=all&department=social").text


def test_the_address_holds_the_whole_state(page: Page) -> None:
    place(page.app, "En cykelväg till <skolan>")
    place(page.app, "Ett bad")
    sign_in(page)
    shown = page.get("/staff/?view=all&q=cykelvägar&lang=sv")
    assert "<mark>cykelväg</mark>" in shown.html
    assert "&lt;skolan&gt;" in shown.html
    assert "Ett bad" not in shown.text
    fields = shown.fields("filters")
    assert fields["q"] == "cykelvägar"
    assert fields["lang"] == "sv"
    assert fields["view"] == "all"


def test_an_address_written_by_hand_does_no_harm(page: Page) -> None:
    place(page.app, "Ett bad")
    sign_in(page)
    for query in ("status=x", "since=2026-99-99", "page=after.x", "goal=99", "q=%22%00", "kind=x"):
        page.get(f"/staff/?view=all&{query}")
    assert "Ett bad" in page.get("/staff/?view=all&status=x&since=tomorrow&page=x").text


def test_the_next_page_is_a_link(page: Page, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(pages, "PAGE", 1)
    place(page.app, "Den första")
    place(page.app, "Den andra")
    sign_in(page)
    first = page.get("/staff/?view=all&lang=sv")
    [after] = [a.get("href") for a in first.tree.iter("a") if a.get("rel") == "next"]
    second = page.get(after)
    assert "Den andra" in first.text
    assert "Den första" in second.text
    assert "lang=sv" in after
    [before] = [a.get("href") for a in second.tree.iter("a") if a.get("rel") == "prev"]
    assert "Den andra" in page.get(before).text


def test_a_view_is_kept_and_dropped_by_its_owner_alone(page: Page) -> None:
    sign_in(page)
    shown = page.get("/staff/?view=all&lang=en")
    kept = page.post(_keep(shown), shown.fields("keep") | {"name": "På engelska"}, 303)
    assert kept.location == "/staff/?view=all&lang=en"
    shown = page.get(kept.location)
    assert "På engelska" in shown.text
    [drop] = [f for f in shown.tree.iter("form") if (f.get("id") or "").startswith("drop-")]

    other = Page(page.app)
    sign_in(other, SOCIAL)
    theirs = other.get("/staff/")
    assert "På engelska" not in theirs.text
    other.post(drop.get("action"), {"csrf_token": theirs.fields("keep")["csrf_token"]}, 404)

    page.post(drop.get("action"), shown.fields(drop.get("id")), 303)
    assert "På engelska" not in page.get("/staff/").text


def test_one_name_is_one_view_also_at_the_same_moment(app: Flask) -> None:
    gate = threading.Barrier(4)

    def keep(number: int) -> None:
        with app.app_context():
            gate.wait(10)
            save_view(COORDINATOR, "Min vy", f"view=all&page={number}")
            save_view(TEKNIK, f"Min vy {number}", "view=all")
            db.session.commit()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(keep, range(4)))
    with app.app_context():
        assert [view.name for view in saved_views(COORDINATOR)] == ["Min vy"]
        assert len(saved_views(TEKNIK)) == 4
        save_view(COORDINATOR, "Min vy", "view=closed")
        db.session.commit()
        assert [view.query for view in saved_views(COORDINATOR)] == ["view=closed"]


def test_a_view_needs_a_name(page: Page) -> None:
    sign_in(page)
    shown = page.get("/staff/?view=all&lang=en")
    too_long = "Min " * 20
    refused = page.post(_keep(shown), shown.fields("keep") | {"name": too_long}, 422)
    assert refused.fields("keep")["name"] == too_long.strip()
    assert _keep(refused) == _keep(shown)
    page.post(_keep(refused), refused.fields("keep") | {"name": " "}, 422)
    assert "drop-" not in page.get("/staff/").html


def _keep(shown: Page) -> str:
    """Where the form that keeps the view is sent to; the view stands in it."""
    [form] = [each for each in shown.tree.iter("form") if each.get("id") == "keep"]
    return str(form.get("action"))


@on_sqlite
@pytest.mark.parametrize("email", [COORDINATOR, TEKNIK])
def test_no_page_asks_more_than_eight_questions(page: Page, email: str) -> None:
    """In any view, with any filter; and as many for any number of rows."""
    sign_in(page, email)
    page.post("/staff/", page.get("/staff/").fields("keep") | {"name": "Min"}, 303)
    addresses = [
        f"/staff/?{urlencode({'view': view} | filters)}" for view, filters in product(View, FILTERS)
    ]

    def counted() -> list[int]:
        page.get("/staff/")  # a session notes once a minute that it is in use
        return [len(questions(page, address)) for address in addresses]

    def add(several: int) -> None:
        facts = {"status": "developing", "news_at": clock.now()}
        for number in range(several):
            for has_it, beside in (("teknik", "social"), ("social", "teknik")):
                asked = [Participation(department_id=beside, since=clock.now())]
                place(
                    page.app,
                    f"Cykelväg {number}",
                    department_id=has_it,
                    participations=asked,
                    **facts,
                )

    add(3)
    few = counted()
    add(30)
    many = counted()
    assert max(few + many) <= 8
    # Where a page is not full, it is asked how far was looked for it.
    assert all(abs(one - other) <= 1 for one, other in zip(few, many, strict=True))


def questions(page: Page, address: str) -> list[tuple[str, object]]:
    with asked_of(page.app) as asked:
        assert page.client.get(address).status_code == 200
    return asked


#: One of each kind, and many at once.
FILTERS: list[dict[str, object]] = [
    {},
    {"status": "developing"},
    {"department": "teknik"},
    {"department": "none"},
    {"kind": "resident"},
    {"goal": 7, "lang": "sv"},
    {"programme": "erasmus"},
    {"since": "2025-01-01", "until": "2035-06-30"},
    *({"flag": flag.value} for flag in Flag),
    {"q": "cykelväg"},
    {"q": "finnsinte"},
    {"q": "cykelväg litauen", "status": "developing", "department": "teknik", "lang": "sv"},
    {"q": "cykelväg", "flag": "late", "since": "2025-01-01", "page": "after.99"},
]


def test_shortcuts_have_a_page(page: Page) -> None:
    sign_in(page)
    assert "j" in page.get("/staff/shortcuts").text


def test_demo_fills_and_refuses_in_production(app: Flask) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["demo", "load", "--enquiries", "60"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Enquiry.id))) == 60
        idea = enquiry(title="En till")  # ids and numbers go on
        assert idea.id > 60
    app.config["ENV"] = "production"
    refused = runner.invoke(args=["demo", "load"])
    assert refused.exit_code == 1
    assert "real service" in refused.output


@on_sqlite
def test_a_title_tells_a_department_of_nobody_who_is_protected(page: Page, app: Flask) -> None:
    with app.app_context():
        idea = enquiry(name="Kim Xylander", title="Xylander vill bygga")
        idea.department_id, idea.protected = "teknik", True
        db.session.commit()
    for email, named in ((TEKNIK, False), (COORDINATOR, True)):
        sign_in(page, email)
        shown = page.get("/staff/?view=all")
        assert "vill bygga" in shown.text
        assert ("Xylander" in shown.html) is named


def test_a_search_says_where_it_looked_and_leads_on_to_all(page: Page) -> None:
    place(page.app, "En cykelväg", status="closed")
    sign_in(page)
    nowhere = page.get("/staff/?view=parked&q=cykelväg")
    assert "Inget i ”Vilande” stämmer." in nowhere.text
    [onward] = [a.get("href") for a in nowhere.tree.iter("a") if "view=all&q=" in a.get("href")]
    assert "1 idé i ”Alla” stämmer." in page.get(onward).text
    assert "Sök bland alla idéer" not in page.get(onward).text


def test_a_period_that_ends_before_it_begins_is_said_at_its_field(page: Page) -> None:
    sign_in(page)
    shown = page.get("/staff/?view=all&since=2026-05-02&until=2026-05-01")
    [field] = [each for each in shown.tree.iter("input") if each.get("name") == "until"]
    assert field.get("aria-invalid") == "true"
    assert "före den första" in shown.text
    assert "före den första" not in page.get("/staff/?since=2026-05-01&until=2026-05-01").text


def test_every_page_of_the_desk_searches_all(page: Page) -> None:
    reference = place(page.app, "En cykelväg", status="closed")
    sign_in(page)
    fields = page.get("/staff/me").fields("find")
    assert reference in page.get("/staff/?" + urlencode(fields | {"q": "cykelväg"})).text
    sign_in(page, ADMINISTRATOR)
    assert "find-words" not in page.get("/staff/sessions").html


def test_what_is_to_do_stands_under_headings(page: Page) -> None:
    place(page.app, "Ny")
    place(page.app, "Har hänt", rank=1, status="assessing", news_at=clock.now())
    sign_in(page)

    def headings(address: str) -> list[str]:
        [table] = page.get(address).tree.iter("table")
        return [each.text or "" for each in table.iter("h2")]

    assert headings("/staff/") == ["Nya idéer", "Något har hänt"]
    assert headings("/staff/?view=all") == []
