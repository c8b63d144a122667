"""Days as the municipality counts them, and moments as clocks in Sweden show them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from intake import clock


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 11, 23), 5, date(2026, 11, 30)),  # a plain week
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday to Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2027, 3, 24), 2, date(2027, 3, 30)),  # over Easter, Good Friday to Easter Monday
        (date(2027, 5, 5), 1, date(2027, 5, 7)),  # Ascension Day
        (date(2027, 6, 24), 1, date(2027, 6, 28)),  # Midsummer's Eve is free by custom
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas Eve to the weekend
        (date(2026, 12, 30), 2, date(2027, 1, 5)),  # New Year's Eve and Day, across the years
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Easter is on another day each year
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # the First of May is a Friday
        (date(2026, 6, 5), 1, date(2026, 6, 8)),  # the National Day is a Saturday: nothing is lost
        (date(2024, 6, 5), 1, date(2024, 6, 7)),
        (date(2027, 5, 14), 1, date(2027, 5, 17)),  # Whit Monday is a working day
        (date(2026, 1, 5), 1, date(2026, 1, 7)),  # Epiphany; its eve is not free
        (date(2025, 12, 23), 3, date(2026, 1, 2)),  # Christmas and New Year in a row
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days(day: date, count: int, then: date) -> None:
    assert clock.add_working_days(day, count) == then


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-12-31T22:59:59", "2026-12-31 23:59"),
        ("2026-12-31T23:00:00", "2027-01-01 00:00"),
        ("2026-07-31T22:00:00", "2026-08-01 00:00"),
        ("2026-10-25T00:30:00", "2026-10-25 02:30"),  # this hour comes twice that night
        ("2026-10-25T01:30:00", "2026-10-25 02:30"),
    ],
)
def test_sweden_has_its_own_midnight(moment: str, shown: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert f"{clock.local(at):%Y-%m-%d %H:%M}" == shown
    with time_machine.travel(at, tick=False):
        assert f"{clock.today()}" == shown.split()[0]
        assert clock.now() == at


@pytest.mark.parametrize("year", range(2024, 2041))
def test_what_is_free_in_every_year(year: int) -> None:
    free = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)]
    assert not any(clock.is_working_day(date(year, month, day)) for month, day in free)
    june = [date(year, 6, day) for day in range(19, 26)]  # Midsummer's Eve is a Friday in these
    assert not any(clock.is_working_day(day) for day in june if day.weekday() == 4)
    days = [date.fromordinal(date(year, 1, 1).toordinal() + n) for n in range(365)]
    assert 245 <= sum(map(clock.is_working_day, days)) <= 254


@pytest.mark.parametrize("days", [0, 1, 5, 6, 7, 40, 400])
def test_working_days_between_two_are_those_that_one_counts(days: int) -> None:
    since = date(2025, 12, 20)
    until = since + timedelta(days=days)
    each = [since + timedelta(days=n) for n in range(1, days + 1)]
    assert clock.working_days(since, until) == sum(map(clock.is_working_day, each))
    assert clock.working_days(until, since) == 0 or not days
