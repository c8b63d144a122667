"""Swedish days as the database reckons them, so that it can group what it holds by them.

PostgreSQL knows time zones. SQLite knows the machine's alone, so it is told when summer time holds
(since 1996: from the last Sunday of March to that of October, at one o'clock UTC).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db

_WINTER, _SUMMER = "+1 hours", "+2 hours"  # as SQLite reads them


def day_of(moment: Any, years: range) -> sa.ColumnElement[Any]:
    """The Swedish day of the column *moment*, whose values lie in these *years*."""
    if db.engine.dialect.name == "postgresql":
        return sa.cast(sa.func.timezone(clock.STOCKHOLM.key, moment), sa.Date)
    # The latest change first: the first one that had come by then decides.
    changes = [(moment >= at, ahead) for year in reversed(years) for at, ahead in _changes(year)]
    return sa.func.date(moment, sa.case(*changes, else_=_WINTER), type_=sa.Date)


def numbered(days: Iterator[date]) -> sa.CTE:
    """A table of *days*, each with how many working days there are up to it: the difference
    between two of them is what ``clock.working_days`` counts.
    """
    columns = sa.column("day", sa.Date), sa.column("number", sa.Integer)
    return sa.values(*columns, name="days").data(list(_numbers(days))).cte("days")


def _numbers(days: Iterator[date]) -> Iterator[tuple[date, int]]:
    number = 0
    for day in days:
        number += clock.is_working_day(day)
        yield day, number


def _changes(year: int) -> Iterator[tuple[datetime, str]]:
    """When the clocks are changed, and how far they are ahead of UTC from then on."""
    yield _last_sunday(year, 10), _WINTER
    yield _last_sunday(year, 3), _SUMMER


def _last_sunday(year: int, month: int) -> datetime:
    """At one o'clock UTC. Both months have 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=last.isoweekday() % 7)
