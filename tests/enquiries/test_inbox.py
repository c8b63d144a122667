"""The views of the inbox: who sees what, in which order, and how pages follow one another."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.members import Member, Role, member
from intake.directory.organisation import organisation
from intake.enquiries import attention, handle, inbox, pages, sender
from intake.enquiries.models import Enquiry
from intake.enquiries.pages import Cursor
from intake.enquiries.views import Filter, Flag, View
from tests.make import enquiry

COORDINATOR = Member("c@ljungby.example", frozenset({Role.COORDINATOR}), frozenset())
TEKNIK = Member("t@ljungby.example", frozenset({Role.CONTACT}), frozenset({"teknik"}))
NOBODY = Member("n@ljungby.example", frozenset({Role.CONTACT}), frozenset({"social"}))


def shown(
    who: Member, view: View = View.ALL, asked: Filter | None = None, cursor: Cursor | None = None
) -> inbox.Listed:
    return inbox.listed(who, view, asked or Filter(), cursor, organisation())


def titles(page: inbox.Listed) -> list[str]:
    return [row.title for row in page.rows]


def place(idea: Enquiry, **facts: object) -> Enquiry:
    for name, value in facts.items():
        setattr(idea, name, value)
    db.session.commit()
    return idea


def test_a_contact_sees_only_what_lies_with_their_department(app: Flask) -> None:
    with app.app_context():
        place(enquiry(title="Teknik"), department_id="teknik", status="with_department")
        place(enquiry(title="Ingen"), department_id=None)
        place(enquiry(title="Skräp"), department_id="teknik", suspected=True)
        for view in View:
            expected = {"Teknik"} if view in (View.ALL, View.DEPARTMENTS, View.ACTION) else set()
            assert set(titles(shown(TEKNIK, view))) <= expected
            assert titles(shown(NOBODY, view)) == []
        assert titles(shown(TEKNIK)) == ["Teknik"]
        assert View.SPAM not in inbox.counts(TEKNIK)
        assert inbox.counts(TEKNIK)[View.ALL] == 1


def test_spam_is_in_no_view_but_its_own(app: Flask) -> None:
    with app.app_context():
        place(enquiry(title="Skräp"), suspected=True, coordinator_from=date(2020, 1, 1))
        for view in View:
            assert titles(shown(COORDINATOR, view)) == (["Skräp"] if view is View.SPAM else [])
        assert inbox.counts(COORDINATOR)[View.SPAM] == 1


def test_what_is_to_be_done_begins_with_the_oldest(app: Flask) -> None:
    with app.app_context():
        today = clock.today()
        place(enquiry(title="Nyast"), coordinator_from=today)
        place(enquiry(title="Äldst"), coordinator_from=today - timedelta(days=9))
        place(enquiry(title="I morgon"), coordinator_from=today + timedelta(days=1))
        place(enquiry(title="Aldrig"), coordinator_from=None)
        assert titles(shown(COORDINATOR, View.ACTION)) == ["Äldst", "Nyast"]
        assert titles(shown(COORDINATOR)) == ["Aldrig", "I morgon", "Äldst", "Nyast"]


def test_what_waits_for_a_first_act_comes_before_what_is_long_overdue(app: Flask) -> None:
    with app.app_context():
        today, house = clock.today(), organisation()
        before = clock.now() - timedelta(days=200)
        for status in ("developing", "with_department", "assessing", "received"):
            idea = place(
                enquiry(title=status),
                department_id=None if status in ("assessing", "received") else "teknik",
                status=status,
                answer_by=today - timedelta(days=190),
                handed_over_at=before,
                news_at=before if status == "assessing" else None,
            )
            attention.reckon(idea, house)
            db.session.commit()
        place(enquiry(title="new"))
        page = shown(COORDINATOR, View.ACTION)
        assert titles(page) == ["received", "new", "assessing", "with_department", "developing"]
        assert [row.rank for row in page.rows] == [0, 0, 1, 2, 3]
        assert page.ranked
        assert titles(shown(TEKNIK, View.ACTION)) == ["with_department", "developing"]
        assert not shown(COORDINATOR).ranked


def test_time_alone_puts_an_idea_into_the_inbox(app: Flask) -> None:
    with app.app_context():
        later = datetime.now(UTC) + timedelta(days=3)
        place(enquiry(), coordinator_from=clock.local(later).date())
        assert titles(shown(COORDINATOR, View.ACTION)) == []
        with time_machine.travel(later, tick=False):
            assert len(shown(COORDINATOR, View.ACTION).rows) == 1


@pytest.mark.parametrize("view", [View.ALL, View.ACTION])
def test_pages_follow_one_another_there_and_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch, view: View
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    with app.app_context():
        for number in range(5):
            place(enquiry(title=f"Idé {number}"), coordinator_from=clock.today())
        turned, cursor = [], None
        while True:
            page = shown(COORDINATOR, view, cursor=cursor)
            turned.append(titles(page))
            if page.next is None:
                break
            cursor = Cursor.parse(str(page.next))
        assert [len(each) for each in turned] == [2, 2, 1]
        assert len({title for each in turned for title in each}) == 5

        before = shown(COORDINATOR, view, cursor=page.previous)
        assert titles(before) == turned[1]
        first = shown(COORDINATOR, view, cursor=before.previous)
        assert titles(first) == turned[0]
        assert first.previous is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "after",
        "after.x",
        "after.1.2026-12-01",
        "after.1.0.2026-99-99",
        "after.1.9.2026-12-01",
        "²",
        "aft.1",
        "after.²",
    ],
)
def test_a_cursor_that_makes_no_sense_is_none(written: str) -> None:
    assert Cursor.parse(written) is None


def test_filters_narrow(app: Flask) -> None:
    with app.app_context():
        place(enquiry(title="En cykelväg", goals=[7]), department_id="teknik", status="developing")
        place(enquiry(title="A choir", language="en", sender_kind="school"), department_id=None)
        day = clock.today()
        for asked, expected in (
            (Filter(status="developing"), ["En cykelväg"]),
            (Filter(department="teknik"), ["En cykelväg"]),
            (Filter(department="none"), ["A choir"]),
            (Filter(sender_kind="school"), ["A choir"]),
            (Filter(language="sv"), ["En cykelväg"]),
            (Filter(goal="7"), ["En cykelväg"]),
            (Filter(words="cykelvägar"), ["En cykelväg"]),
            (Filter(words="cykelvägar", language="en"), []),
            (Filter(first_day=day, last_day=day), ["A choir", "En cykelväg"]),
            (Filter(first_day=day + timedelta(days=1)), []),
            (Filter(last_day=day - timedelta(days=1)), []),
            (Filter(flag=Flag.NEWS), []),
            (Filter(words="!!"), []),
        ):
            assert titles(shown(COORDINATOR, View.ALL, asked)) == expected, asked


def test_no_more_than_a_thousand_are_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_COUNTED", 2)
    with app.app_context():
        for _ in range(4):
            enquiry()
        assert inbox.counts(COORDINATOR)[View.ALL] == 3


def test_a_row_tells_the_last_event_and_the_age(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False), app.app_context():
        enquiry()
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False), app.app_context():
        [row] = shown(COORDINATOR).rows
        assert row.age == 2  # Friday to Tuesday
        assert row.due_on is not None
        assert row.last is not None
    later = datetime(2027, 11, 24, 9, tzinfo=UTC)
    with time_machine.travel(later, tick=False), app.app_context():
        [row] = shown(COORDINATOR).rows
        assert row.age == clock.working_days(date(2026, 11, 20), date(2027, 11, 24)) > 200
        assert row.due_on is None  # what is overdue, the row says as what is to be done
        assert row.to_do


def test_a_row_tells_the_latest_news_also_behind_later_events(app: Flask) -> None:
    with app.app_context():
        boss = member(organisation(), "internationellt@ljungby.example")
        contact = member(organisation(), "internationellt.teknik@ljungby.example")
        assert boss
        assert contact
        idea, other = enquiry(), enquiry(title="En annan")
        handle.hand_over(idea, "teknik", by=boss)
        handle.send_back(idea, by=contact, why="Inte vår")
        handle.note(idea, "Ringde dem", by=boss)
        sender.reply(other, "Hej igen", submission="x" * 32)
        db.session.commit()
        rows = {row.reference: row for row in shown(COORDINATOR).rows}
        assert any("sent it back" in line for line in rows[idea.reference].to_do)
        assert any("sender has written" in line for line in rows[other.reference].to_do)
        last = rows[idea.reference].last
        assert last is not None
        assert "ote" in last.what  # a note
