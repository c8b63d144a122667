"""Joining, linking and telling apart, through the pages."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.enquiries import access, join, sender
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_postgresql, on_sqlite
from tests.page import Fetched, Page
from tests.staff import desk

BENCHES = {
    "title": "Bänkar längs promenadstigen vid ån",
    "description": "Det behövs bänkar längs hela stigen så att äldre kan vila när de promenerar.",
}


@pytest.fixture
def pair(app: Flask) -> tuple[str, str]:
    """Two ideas in the same words: the numbers of the first and the second."""
    with app.app_context():
        return (
            make.enquiry(**BENCHES, email="bo@exempel.example").reference,
            make.enquiry(**BENCHES, email="lo@exempel.example").reference,
        )


def press(page: Page, case: Fetched, verb: str, code: int = 200) -> Fetched:
    """Press a button of the notice that asks whether it is the same idea."""
    offered = [b.get("formaction", "/join") for b in case.tree.iter("button")]
    assert any(address.endswith(f"/{verb}") for address in offered)
    form = next(f for f in case.tree.iter("form") if str(f.get("action")).endswith("/join"))
    sent = {i.get("name"): i.get("value") for i in form.iter("input")}
    reference = str(form.get("action")).split("/")[-2]
    return page.post(f"/staff/enquiries/{reference}/{verb}", sent, code)


def test_the_mark_is_in_the_inbox_and_filters(page: Page, pair: tuple[str, str]) -> None:
    desk.sign_in(page)
    assert "Dubblett?" in page.get("/staff/").text
    filtered = page.get("/staff/?view=all&flag=resembles")
    rows = [row.get("id") for row in filtered.tree.iter("tr") if row.get("id")]
    assert rows == [pair[1]]


def test_one_click_joins_them_after_a_look_at_the_letters(
    app: Flask, page: Page, pair: tuple[str, str]
) -> None:
    desk.sign_in(page)
    first, second = pair
    case = page.get(f"/staff/enquiries/{second}")
    assert "Är det samma idé?" in case.text
    shown = press(page, case, "join")
    assert "lo@exempel.example" in shown.text
    assert "bo@exempel.example" in shown.text
    page.post(f"/staff/enquiries/{second}/join", shown.fields("verb") | {"send": "y"}, 303)
    assert desk.stored(app, second).leads_id == desk.stored(app, first).id
    assert first in page.get(f"/staff/enquiries/{second}").text
    assert "Gäller även för" in page.get(f"/staff/enquiries/{first}").text
    assert desk.stored(app, second).resembles_id is None


def test_either_may_lead(app: Flask, page: Page, pair: tuple[str, str]) -> None:
    desk.sign_in(page)
    first, second = pair
    address = f"/staff/enquiries/{second}/join"
    form = page.get(address)
    assert BENCHES["title"] in form.text
    assert form.fields("verb")["other"] == [first]
    desk.send(page, address, form.fields("verb") | {"leads": "this"})
    assert desk.stored(app, first).leads_id == desk.stored(app, second).id


def test_any_other_by_its_number(app: Flask, page: Page, pair: tuple[str, str]) -> None:
    desk.sign_in(page)
    with app.app_context():
        third = make.enquiry(email="mo@exempel.example").reference
    address = f"/staff/enquiries/{third}/relate"
    form = page.get(address).fields("verb") | {"other": "number"}
    page.post(address, form, 422)
    page.post(address, form | {"number": "EU-2026-9999"}, 422)
    page.post(address, form | {"number": pair[0].lower(), "why": "Samma å."}, 303)
    assert pair[0] in page.get(f"/staff/enquiries/{third}").text
    assert third in page.get(f"/staff/enquiries/{pair[0]}").text


def test_told_apart_with_one_click(app: Flask, page: Page, pair: tuple[str, str]) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{pair[1]}"
    press(page, page.get(address), "tell-apart", 303)
    assert desk.stored(app, pair[1]).resembles_id is None
    assert "Är det samma idé?" not in page.get(address).text


@on_sqlite
def test_what_is_left_alone_can_be_taken_up_where_that_is_said(
    app: Flask, page: Page, pair: tuple[str, str]
) -> None:
    with app.app_context():
        first, second = (access.by_reference(each) for each in pair)
        assert first is not None
        assert second is not None
        join.join(second, first, by=desk.coordinator())
        sender.withdraw(first)
        db.session.commit()
    desk.sign_in(page)
    case = page.get(f"/staff/enquiries/{pair[1]}")
    [tasks] = [e for e in case.tree.iter("section") if e.get("class") == "tasks"]
    words = "".join(tasks.itertext())
    assert words.index("Bestäm vad som händer") < words.index("Öppna igen")


def test_a_link_is_taken_away_again(app: Flask, page: Page, pair: tuple[str, str]) -> None:
    desk.sign_in(page)
    press(page, page.get(f"/staff/enquiries/{pair[1]}"), "relate", 303)
    case = page.get(f"/staff/enquiries/{pair[0]}")
    assert "Länkad till" in case.text
    assert "De hör inte ihop" in case.text
    address = f"/staff/enquiries/{pair[0]}/tell-apart"
    form = page.get(address).fields("verb")
    assert form["other"] == [pair[1]]
    page.post(address, form, 303)
    for each in pair:
        case = page.get(f"/staff/enquiries/{each}")
        facts = next(d for d in case.tree.iter("section") if d.get("aria-labelledby") == "facts")
        assert "Länkad till" not in "".join(facts.itertext())
        assert f"{address}" not in case.html


def test_a_department_is_not_asked(app: Flask, page: Page, pair: tuple[str, str]) -> None:
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=pair[1])).one()
        enquiry.department_id = "teknik"
        db.session.commit()
    desk.sign_in(page, desk.TEKNIK)
    assert "Är det samma idé?" not in page.get(f"/staff/enquiries/{pair[1]}").text


def test_staff_withdraw(app: Flask, page: Page, pair: tuple[str, str]) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{pair[0]}/withdraw"
    form = page.get(address).fields("verb")
    page.post(address, form, 422)
    desk.send(page, address, form | {"why": "Bo ringde i dag."})
    assert desk.stored(app, pair[0]).closing_reason == "withdrawn"
    with app.app_context():
        last = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        assert last is not None
        assert last.key == f"{pair[0]}/withdrawn/1"


def test_two_who_link_from_either_side_do_not_wait_for_each_other(app: Flask) -> None:
    pages = [Page(app) for _ in range(2)]
    for page in pages:
        desk.sign_in(page)

    for _ in range(6):  # it takes an unlucky moment
        with app.app_context():
            ideas = [make.enquiry(**BENCHES).reference for _ in range(2)]
        addresses = [f"/staff/enquiries/{idea}/relate" for idea in ideas]
        forms = [
            page.get(address).fields("verb") | {"other": "number", "number": other}
            for page, address, other in zip(pages, addresses, reversed(ideas), strict=True)
        ]
        both = Barrier(2)

        def press(number: int) -> int:
            both.wait()  # noqa: B023 - both have pressed before the next round begins
            return pages[number].client.post(addresses[number], data=forms[number]).status_code  # noqa: B023

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(press, range(2))) == [303, 409]


@on_postgresql
def test_whoever_names_a_follower_waits_first_for_the_one_that_leads(
    app: Flask, page: Page, pair: tuple[str, str]
) -> None:
    """Somebody who acts on the follower holds the one that leads, and takes the follower next."""
    follows, leads = pair
    desk.sign_in(page)
    join_address = f"/staff/enquiries/{follows}/join"
    form = page.get(join_address).fields("verb")
    desk.send(page, join_address, form | {"other": leads, "leads": "other"})
    address = f"/staff/enquiries/{leads}/relate"
    typed = page.get(address).fields("verb") | {"other": "number", "number": follows}

    hold = sa.text("SELECT id FROM enquiry WHERE reference = :reference FOR UPDATE NOWAIT")
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with app.app_context(), db.engine.connect() as somebody, ThreadPoolExecutor(1) as thread:
        somebody.execute(hold, {"reference": leads})
        pressed = thread.submit(page.client.post, address, data=typed)
        deadline = time.monotonic() + 10
        while not somebody.scalar(waits) and time.monotonic() < deadline:
            time.sleep(0.02)
        somebody.execute(hold, {"reference": follows})
        somebody.rollback()
        assert pressed.result(10).status_code == 303
