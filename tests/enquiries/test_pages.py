"""Pages of a list: nothing is lost or told twice, and none reads more than it must."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.members import Member, Role
from intake.directory.organisation import organisation
from intake.enquiries import inbox, pages, reminders
from intake.enquiries.attention import Rank
from intake.enquiries.models import Enquiry
from intake.enquiries.pages import Cursor
from intake.enquiries.views import Filter, Flag, View, by_day, views
from tests.conftest import on_sqlite
from tests.make import enquiry
from tests.questions import asked_of

COORDINATOR = Member("c@ljungby.example", frozenset({Role.COORDINATOR}), frozenset())
CONTACT = Member("t@ljungby.example", frozenset({Role.CONTACT}), frozenset({"teknik"}))
OF_SEVERAL = Member(
    "s@ljungby.example", frozenset({Role.CONTACT}), frozenset({"teknik", "social", "miljo-bygg"})
)
NOBODYS = Member("r@ljungby.example", frozenset({Role.READER}), frozenset())
ROLES = {"coordinator": COORDINATOR, "contact": CONTACT, "of several": OF_SEVERAL}

FILTERS = {
    "nothing": Filter(),
    "status": Filter(status="granted"),
    "department": Filter(department="teknik"),
    "the coordinator's": Filter(department="none"),
    "status and department": Filter(status="developing", department="teknik"),
    "period": Filter(first_day=date(2025, 1, 1), last_day=date(2025, 6, 30)),
    **{f"flag {flag}": Filter(flag=flag) for flag in Flag},
    "flag and status": Filter(flag=Flag.NEWS, status="closed"),
    "facts": Filter(goal="7", language="sv", sender_kind="school", programme="erasmus"),
    "words": Filter(words="solceller litauen"),
    "words and all else": Filter(
        words="litauen",
        status="closed",
        department="teknik",
        flag=Flag.LATE,
        language="sv",
        first_day=date(2025, 1, 1),
    ),
    "no word": Filter(words="?"),
}


@pytest.fixture
def twelve(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Enquiry]]:
    """Ideas of every kind, two on a page, of which four are looked through."""
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(pages, "LOOK", 4)
    with app.app_context():
        for number in range(12):
            idea = enquiry(
                title=f"Idé {number} {'med solceller' if number == 1 else ''}".strip(),
                language="en" if number % 5 == 0 else "sv",
            )
            idea.department_id = (None, "teknik", "social")[number % 3]
            idea.status = ("developing", "closed", "granted", "received")[number % 4]
            idea.coordinator_from = clock.today() - timedelta(days=number % 3)
            idea.department_from = idea.coordinator_from
            idea.due_on = clock.today() - timedelta(days=number % 2)
            idea.flagged = number == 0
            idea.protected = number in (0, 1)
            idea.news_at = clock.now() if number in (0, 2, 9) else None
            idea.rank = Rank((number * 7) % 4)
            db.session.commit()
        yield list(db.session.scalars(sa.select(Enquiry).order_by(Enquiry.id)))


#: Filters, and what fits each.
CHECKED: list[tuple[Filter, Callable[[Enquiry], object]]] = [
    (Filter(), lambda idea: True),
    (Filter(department="teknik"), lambda idea: idea.department_id == "teknik"),
    (Filter(department="none"), lambda idea: idea.department_id is None),
    (Filter(status="closed"), lambda idea: idea.status == "closed"),
    (Filter(flag=Flag.NEWS), lambda idea: idea.news_at),
    (Filter(flag=Flag.SECRECY), lambda idea: idea.flagged),
    (Filter(flag=Flag.PROTECTED), lambda idea: idea.protected),
    (Filter(flag=Flag.LATE), lambda idea: idea.due_on < clock.today()),
    (Filter(words="solceller"), lambda idea: "solceller" in idea.title),
    (Filter(words="litauen"), lambda idea: True),
    (Filter(words="litauen", status="granted"), lambda idea: idea.status == "granted"),
    (Filter(words="litauen", language="en"), lambda idea: idea.language == "en"),
    (Filter(words="litauen finnsinte"), lambda idea: False),
]


@pytest.mark.parametrize("role", ROLES)
def test_turning_the_pages_shows_all_that_fits_and_each_once(
    twelve: list[Enquiry], role: str
) -> None:
    """However little is looked through at a time, there and back again."""
    who = ROLES[role]
    for view, (asked, fits) in product((View.ACTION, View.ALL, View.CLOSED), CHECKED):
        expected = [
            idea.title
            for idea in twelve
            if fits(idea)
            and (who.coordinates or idea.department_id in who.departments)
            and (view is not View.CLOSED or idea.status == "closed")
        ]
        there = turned(who, view, asked, None)
        assert sorted(there) == sorted(expected), (view, asked)
        by_days = by_day(view, asked)
        last = (Rank.REST, date.max)
        end = Cursor(2**31 - 1, last, True) if by_days else Cursor(0, None, True)
        assert turned(who, view, asked, end) == there[::-1], (view, asked)


def turned(who: Member, view: View, asked: Filter, cursor: Cursor | None) -> list[str]:
    """All titles on the pages from *cursor* on, there or back."""
    found: list[str] = []
    for _ in range(30):
        page = pages.read(who, view, asked, cursor)
        back = cursor is not None and cursor.back
        found += [idea.title for idea in (page.found[::-1] if back else page.found)]
        further = page.previous if back else page.next
        if further is None:
            return found
        cursor = Cursor.parse(str(further))
    raise AssertionError("the pages have no end")


def test_what_was_not_looked_through_is_said_and_comes_next(twelve: list[Enquiry]) -> None:
    """Also on a page on which nothing is, from which one can go back."""
    asked = Filter(words="litauen", flag=Flag.SECRECY)
    page = pages.read(COORDINATOR, View.ALL, asked, None)
    assert (list(page.found), page.unfinished, page.previous) == ([], True, None)
    second = pages.read(COORDINATOR, View.ALL, asked, page.next)
    third = pages.read(COORDINATOR, View.ALL, asked, second.next)
    assert [idea.title for idea in third.found] == ["Idé 0"]
    assert third.previous
    again = pages.read(COORDINATOR, View.ALL, asked, second.previous)
    assert (list(again.found), again.next is not None) == ([], True)


def test_turning_round_where_nothing_was_found_leaves_no_row_out(twelve: list[Enquiry]) -> None:
    here = twelve[5]
    assert here.coordinator_from
    place = (Rank(here.rank), here.coordinator_from)
    for view, cursor in (
        (View.ALL, Cursor(here.id)),
        (View.ALL, Cursor(here.id, back=True)),
        (View.ACTION, Cursor(here.id, place)),
        (View.ACTION, Cursor(here.id, place, True)),
    ):
        assert here not in pages.read(COORDINATOR, view, Filter(), cursor).found
        assert here in pages.read(COORDINATOR, view, Filter(), cursor.turned()).found


def test_a_rare_word_is_found_however_far_back_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index leads to it, past all that is looked through for common ones."""
    monkeypatch.setattr(pages, "LOOK", 4)
    with app.app_context():
        enquiry(title="En solcellspark")
        for _ in range(8):
            enquiry(title="Något annat")
        for words in ("solceller", "solceller litauen", "litauen solceller"):
            page = pages.read(COORDINATOR, View.ALL, Filter(words=words), None)
            assert [idea.title for idea in page.found] == ["En solcellspark"]


@on_sqlite
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("role", ROLES)
def test_every_list_is_led_by_an_index(app: Flask, role: str, name: str) -> None:
    """No question sorts what it finds, or reads the table to find it, there or back."""
    who, asked = ROLES[role], FILTERS[name]
    with app.app_context():
        house = organisation()
        for view, way in product(views(who), ("first", "after", "before")):
            place = (Rank.NEWS, clock.today()) if by_day(view, asked) else None
            cursor = None if way == "first" else Cursor(500, place, way == "before")
            with asked_of(app) as questions:
                inbox.listed(who, view, asked, cursor, house)
            for step in plan(questions):
                assert led(step, who, view, asked), (view, way, step)


@on_sqlite
@pytest.mark.parametrize("who", [*ROLES.values(), NOBODYS], ids=[*ROLES, "nobody's"])
def test_every_count_is_led_by_an_index(app: Flask, who: Member) -> None:
    with app.app_context():
        organisation()
        with asked_of(app) as questions:
            inbox.counts(who)
        assert questions
        # One of them counts all, which narrows nothing.
        assert all(led(step, who, View.ALL, Filter()) for step in plan(questions))


@on_sqlite
def test_a_morning_reads_only_what_may_be_due(app: Flask) -> None:
    with app.app_context():
        with asked_of(app) as questions:
            reminders.due(clock.today())
        steps = list(plan(questions))
        assert any("ix_enquiry_coordinator_from" in step for step in steps)
        assert any("ix_enquiry_waiting" in step for step in steps)
        assert all("INDEX" in step for step in steps if "enquiry" in step)


#: The index that leads each view of the coordinator, and of a contact. "all" is the table itself.
INDEX = {
    View.ACTION: ("ix_enquiry_coordinator_rank", "ix_enquiry_department_rank"),
    View.DEPARTMENTS: ("ix_enquiry_at_department", "ix_enquiry_department_at_department"),
    View.TOGETHER: ("sqlite_autoindex_participation_1", "ix_participation_department_id"),
    View.WAITING: ("ix_enquiry_waiting", "ix_enquiry_department_waiting"),
    View.PARKED: ("ix_enquiry_status", "ix_enquiry_department_id"),
    View.CLOSED: ("ix_enquiry_status", "ix_enquiry_department_id"),
    View.ALL: ("", "ix_enquiry_department"),
    View.SPAM: ("ix_enquiry_spam", ""),
}


@on_sqlite
@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("role", ROLES)
def test_each_view_has_an_index_of_its_own(app: Flask, role: str, view: View) -> None:
    who = ROLES[role]
    if (name := INDEX[view][who is not COORDINATOR]) == "":
        return
    with app.app_context():
        house = organisation()
        for way in ("first", "after", "before"):
            place = (Rank.NEWS, clock.today()) if view is View.ACTION else None
            cursor = None if way == "first" else Cursor(500, place, way == "before")
            with asked_of(app) as questions:
                inbox.listed(who, view, Filter(), cursor, house)
            # Who takes part stands in each row of a page, whichever view it is of.
            steps = [
                step
                for step in plan(questions)
                if re.search("ix_enquiry_|participation", step) and "LEFT-JOIN" not in step
            ]
            assert steps
            assert all(f"INDEX {name} " in f"{step} " for step in steps), steps


def led(step: str, who: Member, view: View, asked: Filter) -> bool:
    """Is that what an index does? All are read in the table's own order, if nothing narrows it."""
    if "TEMP B-TREE" in step:
        # The first of each rank's and each department's, which are few; or nothing at all.
        return who in (OF_SEVERAL, NOBODYS) or by_day(view, asked)
    whole = step == "SCAN enquiry" or step.startswith(
        (
            "SEARCH enquiry USING INTEGER PRIMARY KEY (rowid<",
            "SEARCH enquiry USING INTEGER PRIMARY KEY (rowid>",
        )
    )
    narrowed = asked.status or asked.department or asked.flag
    return not whole or (view is View.ALL and who.coordinates and not narrowed)


def plan(questions: list[tuple[str, Any]]) -> Iterator[str]:
    """What SQLite will do to answer them, step by step."""
    connection = db.session.connection()
    for statement, parameters in questions:
        explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        yield from (row[3] for row in explained)
