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


def day_of(moment: Any, years: range) -> sa.ColumnElement[Any]:
    """The Swedish day of the column *moment*, whose values lie in these *years*."""
    if db.engine.dialect.name == "postgresql":
        return sa.cast(sa.func.timezone(clock.STOCKHOLM.key, moment), sa.Date)
    summer = sa.or_(*(moment.between(*_summer(year)) for year in years))
    return sa.func.date(moment, sa.case((summer, "+2 hours"), else_="+1 hours"), type_=sa.Date)


def numbered(days: Iterator[date]) -> sa.CTE:
    """A table of *days*, each with how many working days there are up to it: the difference
    between two of them is what ``clock.working_days`` counts.

    Written as SQL here: as thousands of parameters, the days of some years take SQLAlchemy seconds.
    """
    is_date = "DATE " * (db.engine.dialect.name == "postgresql")
    rows = ", ".join(f"({is_date}'{day}', {number})" for day, number in _numbers(days))
    table = f"SELECT column1 AS day, column2 AS number FROM (VALUES {rows}) AS listed"  # noqa: S608 - days
    columns = sa.column("day", sa.Date), sa.column("number", sa.Integer)
    return sa.text(table).columns(*columns).cte("days")


def _numbers(days: Iterator[date]) -> Iterator[tuple[date, int]]:
    number = 0
    for day in days:
        number += clock.is_working_day(day)
        yield day, number


def _summer(year: int) -> tuple[datetime, datetime]:
    """The first and the last moment of summer time."""
    begins, ends = _last_sunday(year, 3), _last_sunday(year, 10)
    return begins, ends - timedelta(microseconds=1)


def _last_sunday(year: int, month: int) -> datetime:
    """At one o'clock UTC. Both months have 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=last.isoweekday() % 7)
