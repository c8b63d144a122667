"""The figures, compared with what a person counts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import UtcDateTime, db
from intake.enquiries import tally
from intake.enquiries.days import day_of
from intake.enquiries.figures import Figures, Period, share, told
from intake.enquiries.models import Enquiry
from tests import make
from tests.conftest import on_sqlite
from tests.questions import asked_of

#: A Wednesday. The promise is five working days.
TODAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
IN_2026 = Period.of_year(2026)


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    with app.app_context(), time_machine.travel(TODAY, tick=False):
        yield


def came_in(at: datetime, answered: datetime | None = None, **columns: Any) -> Enquiry:
    """An idea that came in then, with whatever else it is as it stands now."""
    with time_machine.travel(at, tick=False):
        enquiry = make.enquiry()
    enquiry.first_answer_at = answered
    # Past the models, which refuse to change what a sender wrote.
    db.session.flush()
    if columns:
        changed = sa.update(Enquiry.__table__).where(Enquiry.__table__.c.id == enquiry.id)  # type: ignore[arg-type]
        db.session.execute(changed.values(**columns))
    db.session.commit()
    return enquiry


def in_2026() -> Figures:
    return tally.of(IN_2026)


def test_nothing_came_in() -> None:
    found = in_2026()
    assert (found.whole.count, found.spam, found.joined) == (0, 0, 0)
    assert found.too_few
    assert not found.statuses


def test_what_came_in_is_counted_by_what_it_is() -> None:
    came_in(MONDAY, department_id="teknik", status="with_department", sender_kind="company")
    came_in(MONDAY, department_id="teknik", status="granted", channel="phone", language="en")
    came_in(MONDAY, department_id=None, status="closed", closing_reason="not_eu")
    came_in(MONDAY, department_id=None, status="closed", closing_reason="completed")
    found = in_2026()
    assert found.whole.count == 4
    assert found.channels == {"form": 3, "phone": 1}
    assert found.statuses == {"with_department": 1, "granted": 1, "closed": 2}
    assert found.reasons == {"not_eu": 1, "completed": 1}
    assert {code: part.count for code, part in found.departments.items()} == {"teknik": 2, "": 2}
    assert {code: part.count for code, part in found.kinds.items()} == {"company": 1, "resident": 3}
    assert {code: part.count for code, part in found.languages.items()} == {"sv": 3, "en": 1}
    assert found.whole.further == 2, "the one that is granted, and the one that is done"
    assert found.departments["teknik"].further == 1


def test_an_idea_that_is_open_again_has_no_reason() -> None:
    came_in(MONDAY, status="assessing", closing_reason="")
    assert in_2026().reasons == {}


def test_spam_is_counted_apart() -> None:
    came_in(MONDAY)
    came_in(MONDAY, suspected=True, programmes=["leader"])
    found = in_2026()
    assert (found.whole.count, found.spam) == (1, 1)
    assert found.programmes == {}
    assert found.whole.answers.total() == 1


def test_part_of_another_counts_and_is_told() -> None:
    leading = came_in(MONDAY, status="granted")
    came_in(MONDAY, status="closed", closing_reason="duplicate", leads_id=leading.id)
    found = in_2026()
    assert (found.whole.count, found.joined) == (2, 1)
    assert (found.whole.further, found.whole.alone) == (1, 1)


@pytest.mark.parametrize(
    ("at", "answered", "days"),
    [
        # From Friday to Monday, one working day; a week's five.
        (datetime(2026, 11, 13, 9, tzinfo=UTC), datetime(2026, 11, 16, 9, tzinfo=UTC), 1),
        (datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC), 5),
        # Nothing is worked on a Saturday or a Sunday.
        (datetime(2026, 11, 14, 9, tzinfo=UTC), datetime(2026, 11, 15, 9, tzinfo=UTC), 0),
        # Over Good Friday and Easter Monday: Thursday to Wednesday.
        (datetime(2026, 4, 2, 9, tzinfo=UTC), datetime(2026, 4, 8, 9, tzinfo=UTC), 2),
        # In winter a Swedish day begins at 23:00 UTC; in summer, at 22:00.
        (datetime(2026, 1, 12, 22, 59, tzinfo=UTC), datetime(2026, 1, 12, 23, 0, tzinfo=UTC), 1),
        (datetime(2026, 1, 12, 22, 0, tzinfo=UTC), datetime(2026, 1, 12, 22, 30, tzinfo=UTC), 0),
        (datetime(2026, 6, 1, 21, 59, tzinfo=UTC), datetime(2026, 6, 1, 22, 0, tzinfo=UTC), 1),
    ],
)
def test_working_days_to_the_first_answer(at: datetime, answered: datetime, days: int) -> None:
    came_in(at, answered)
    assert in_2026().whole.days == {days: 1}


def test_the_database_knows_the_same_days() -> None:
    """Through two years every few hours, and each quarter of an hour around a change of clocks."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    moments = [begin + timedelta(hours=hours) for hours in range(0, 2 * 365 * 24, 7)]
    for month, day in ((3, 30), (10, 26)):
        sunday = datetime(2025, month, day, tzinfo=UTC)
        moments += [sunday + timedelta(minutes=minutes) for minutes in range(-150, 1500, 15)]
    column = sa.column("moment", UtcDateTime())
    table = sa.values(column, name="moments").data([(each,) for each in moments]).cte("moments")
    days = day_of(table.c.moment, range(2025, 2028))
    found = db.session.execute(sa.select(table.c.moment, days)).all()
    assert len(found) == len(moments)
    assert [(at, day) for at, day in found if day != clock.local(at).date()] == []


def test_the_promise_that_was_made_is_what_counts() -> None:
    """One in time on the very last day, one a day late, one overdue, one that may still wait, and
    one that its sender withdrew before there was an answer.
    """
    came_in(MONDAY, datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    came_in(MONDAY, datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
    came_in(MONDAY)
    came_in(TODAY)
    came_in(MONDAY, status="closed", closing_reason="withdrawn", due_on=None)
    whole = in_2026().whole
    assert whole.answers == {"in_time": 1, "late": 1, "overdue": 1, "waited_for": 1, "none": 1}
    assert (whole.waiting, whole.due, whole.in_time) == (2, 3, 1)
    assert whole.days == {5: 1, 6: 1}


def test_what_is_late_is_what_the_inbox_calls_so() -> None:
    came_in(MONDAY, due_on=date(2026, 11, 24))
    came_in(MONDAY, due_on=date(2026, 11, 25))
    came_in(MONDAY, due_on=None)
    assert in_2026().whole.late == 1


def test_half_came_within_the_median() -> None:
    for days in (1, 1, 2, 3, 3, 4):
        came_in(MONDAY, MONDAY + timedelta(days=days))
    assert in_2026().whole.median == 2


def test_of_few_there_is_no_median() -> None:
    for _ in range(4):
        came_in(MONDAY, MONDAY)
    assert in_2026().whole.median is None
    assert in_2026().too_few
    came_in(MONDAY, MONDAY)
    assert in_2026().whole.median == 0
    assert not in_2026().too_few


def test_a_year_is_one_of_swedish_days() -> None:
    came_in(datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    first = came_in(datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
    assert in_2026().whole.count == 1
    assert tally.of(Period(date(2025, 12, 31), date(2025, 12, 31))).whole.count == 1
    assert tally.first_year() == 2025
    assert clock.local(first.received_at).year == 2026


def test_what_lies_ahead_is_empty() -> None:
    assert tally.of(Period(date(2027, 1, 1), date(2027, 12, 31))).whole.count == 0


def test_programmes_and_goals() -> None:
    """Each that is named counts. Staff's goals go before the sender's."""
    came_in(MONDAY, programmes=["leader", "urbact"], goals=[4], staff_goals=[11, 13])
    came_in(MONDAY, programmes=["leader"], goals=[4, 17])
    came_in(MONDAY)
    found = in_2026()
    assert found.programmes == {"leader": 2, "urbact": 1}
    assert found.goals == {"11": 1, "13": 1, "4": 1, "17": 1}


@on_sqlite
def test_shares_are_rounded_down_and_not_of_few() -> None:
    assert share(199, 200) == 99
    assert share(5, 5) == 100
    assert share(4, 4) is None


@on_sqlite
@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ({"resident": 30, "company": 9}, {"resident", "company"}),
        # What is small alone would be the whole less the others.
        ({"resident": 30, "company": 9, "school": 4}, {"resident"}),
        ({"resident": 30, "company": 9, "school": 4, "other": 1}, {"resident", "company"}),
        ({"resident": 30, "company": 9, "school": 0}, {"resident", "company"}),
        ({"resident": 6, "school": 2}, set()),
        ({}, set()),
    ],
)
def test_no_share_can_be_had_by_subtraction(sizes: dict[str, int], wanted: set[str]) -> None:
    assert told(sizes) == wanted


def test_few_questions_for_any_number(app: Flask) -> None:
    for _ in range(3):
        came_in(MONDAY, MONDAY)
    with asked_of(app) as asked:
        in_2026()
    assert sum(statement.startswith(("SELECT", "WITH")) for statement, _parameters in asked) == 4


def test_days_of_many_years_are_no_parameters(app: Flask) -> None:
    """SQLAlchemy takes a fifth of a millisecond for each, and SQLite no more than 32,766."""
    came_in(MONDAY, MONDAY + timedelta(days=2))
    with asked_of(app) as asked:
        found = tally.of(Period(date(2000, 1, 1), date(2026, 12, 31)))
    assert found.whole.days == {2: 1}
    assert max(len(parameters) for _statement, parameters in asked) < 1000
