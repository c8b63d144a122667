"""What time it is, and how the municipality counts days. The one place that reads the clock."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """This moment, in UTC and with its zone."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Sweden, which is what a public document is dated with (L1)."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """*moment* as the clocks in Sweden show it."""
    return moment.astimezone(STOCKHOLM)


@lru_cache(maxsize=4096)  # a list asks for the same few days in every row
def add_working_days(day: date, count: int) -> date:
    """The day that lies *count* working days after *day*.

    Saturdays, Sundays and Swedish public holidays are not counted, nor the three eves that are
    free by custom (Midsummer's, Christmas and New Year's Eve), as in S3 of the requirements.
    """
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def working_days(since: date, until: date) -> int:
    """How many working days come after *since*, up to and with *until*."""
    weeks, rest = divmod(max((until - since).days, 0), 7)
    weekdays = 5 * weeks + sum((until - timedelta(days=back)).weekday() < 5 for back in range(rest))
    free = (day for year in range(since.year, until.year + 1) for day in _free_days(year))
    return weekdays - sum(since < day <= until and day.weekday() < 5 for day in free)


def working_day_before(day: date) -> date:
    """The last working day before *day*."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_day_from(day: date) -> date:
    """*day*, or the first working day after it."""
    return day if is_working_day(day) else add_working_days(day, 1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _free_days(day.year)


@lru_cache(maxsize=32)
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))
