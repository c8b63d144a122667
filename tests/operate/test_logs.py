"""What a log may hold: one harmless line an event, and nobody's secrets."""

import logging
import time

import pytest
import sqlalchemy as sa

from intake.operate.logs import Discreet


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("GET /sv/status/abcdef?x=1 200", "GET /sv/status/...?x=1 200"),
        ("GET /staff/sign-in/abcdef?next=/ 200", "GET /staff/sign-in/...?next=/ 200"),
        ("refused <kim@exempel.example>: full", "refused <...@...>: full"),
        ("one\r\ntwo\x1b[31m\x85three\u2028four", r"one\r\ntwo\x1b[31m\x85three\u2028four"),
        ("Tack för idén", "Tack för idén"),
    ],
)
def test_a_line_is_discreet(said: str, written: str) -> None:
    record = logging.LogRecord("intake", logging.INFO, "", 0, "%s", (said,), None)
    assert Discreet().format(record).endswith(f" INFO intake: {written}")


def test_a_database_is_never_quoted() -> None:
    """PostgreSQL names the whole row; also when that is not what failed in the end."""
    try:
        try:
            raise sa.exc.IntegrityError("INSERT", {}, Exception("Failing row contains (Kim)"))
        except sa.exc.IntegrityError:
            raise KeyError("page")  # noqa: B904 - as it would happen
    except KeyError as error:
        fault = (type(error), error, error.__traceback__)
    record = logging.LogRecord("intake", logging.ERROR, "", 0, "It failed", (), fault)
    text = Discreet().format(record)
    assert "Kim" not in text
    assert "KeyError at" in text
    assert "after IntegrityError at" in text


def test_a_long_line_is_no_work() -> None:
    record = logging.LogRecord("intake", logging.INFO, "", 0, "%s", ("a" * 250_000,), None)
    begun = time.perf_counter()
    Discreet().format(record)
    assert time.perf_counter() - begun < 2  # minutes, where it looks back at each letter


def test_a_traceback_is_discreet() -> None:
    try:
        raise ValueError("for kim@exempel.example at /status/abcdef")
    except ValueError as error:
        fault = (type(error), error, error.__traceback__)
    record = logging.LogRecord("intake", logging.ERROR, "", 0, "It failed", (), fault)
    text = Discreet().format(record)
    assert "ValueError: for ...@... at /status/..." in text
