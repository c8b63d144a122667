"""What the database promises."""

import contextlib
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock, create_app
from intake.db import UtcDateTime, db, describe
from intake.enquiries.models import Enquiry
from intake.sqlite import journal_mode
from tests import make
from tests.conftest import dispose, on_postgresql, on_sqlite


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ("3.40.1", "TRUNCATE"),
        ("3.44.5", "TRUNCATE"),
        ("3.44.6", "WAL"),
        ("3.45.0", "TRUNCATE"),
        ("3.50.6", "TRUNCATE"),
        ("3.50.7", "WAL"),
        ("3.51.0", "TRUNCATE"),
        ("3.51.2", "TRUNCATE"),
        ("3.51.3", "WAL"),
        ("3.53.0", "WAL"),
        ("4.0.0", "WAL"),
    ],
)
def test_wal_only_where_it_is_sound(version: str, mode: str) -> None:
    assert journal_mode(SimpleNamespace(sqlite_version=version)) == mode  # type: ignore[arg-type]


@on_sqlite
def test_the_pragmas_are_in_force(app: Flask) -> None:
    with app.app_context():
        assert describe()["synchronous"] == "FULL"
        assert describe()["journal_mode"] == journal_mode()
        assert db.session.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
        assert db.session.execute(sa.text("PRAGMA busy_timeout")).scalar() == 10_000


@on_postgresql
def test_another_database_is_named(app: Flask) -> None:
    with app.app_context():
        assert describe() == {"database": "postgresql"}


def test_every_thread_and_the_worker_may_hold_a_connection(environ: dict[str, str]) -> None:
    app = create_app(environ | {"INTAKE_THREADS": "20"})
    with app.app_context(), contextlib.ExitStack() as held:
        for _ in range(22):
            held.enter_context(db.engine.connect())
    dispose(app)


def test_moments_come_back_in_utc(app: Flask) -> None:
    with app.app_context():
        make.enquiry()
        stored = db.session.scalars(sa.select(Enquiry.received_at)).one()
    assert stored.tzinfo is UTC
    assert abs(stored - clock.now()).total_seconds() < 60


def test_a_moment_without_a_zone_is_refused() -> None:
    column = UtcDateTime()
    with pytest.raises(ValueError, match="time zone"):
        column.process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001
    summer = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Stockholm"))
    assert column.process_bind_param(summer, None) == datetime(2026, 7, 1, 10, tzinfo=UTC)  # type: ignore[arg-type]


@on_sqlite
def test_only_requests_that_read_begin_as_readers(app: Flask) -> None:
    with app.app_context():
        begun: list[str] = []
        sa.event.listen(
            db.engine,
            "before_cursor_execute",
            lambda c, cursor, statement, *rest: begun.append(statement),
        )
    client = app.test_client()
    client.get("/sv/status/x")
    assert "BEGIN" in begun
    assert "BEGIN IMMEDIATE" not in begun

    begun.clear()
    with app.app_context():
        make.enquiry()
    assert "BEGIN IMMEDIATE" in begun
    assert "BEGIN" not in begun
