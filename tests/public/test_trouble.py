"""The database fails while somebody sends: nothing is half stored, and nothing typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import create_app
from intake.db import db, sqlite
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import dispose
from tests.page import Page
from tests.postgres import Cluster

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def checked(page: Page) -> dict[str, Any]:
    """What the check page would send."""
    filled = page.get("/sv/enquiry").fields() | make.IDEA
    return page.post("/sv/enquiry", filled).fields()


def count(app: Flask) -> tuple[int | None, int | None]:
    """How many enquiries and mails there are."""
    with app.app_context():
        models = (Enquiry, OutgoingMail)
        return tuple(db.session.scalar(sa.select(sa.func.count(m.id))) for m in models)  # type: ignore[return-value]


def refused_then_taken(page: Page, fields: dict[str, Any], trouble: Any) -> None:
    """While there is *trouble*, sending answers 503 with everything typed; then it works."""
    with trouble:
        answer = page.post("/sv/enquiry/submit", fields, 503)
        assert answer.fields()["description"] == make.IDEA["description"]
        assert "Traceback" not in answer.html
    assert count(page.app) == (0, 0)
    page.post("/sv/enquiry/submit", answer.fields(), 303)
    assert count(page.app) == (1, 3)


@on_sqlite
def test_somebody_else_holds_the_lock(
    environ: dict[str, str], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.db.BUSY_TIMEOUT", 0.2)
    app = create_app(environ)
    other = sqlite.connect(database.removeprefix("sqlite:///"), isolation_level=None)

    @contextmanager
    def locked() -> Iterator[None]:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")

    page = Page(app)
    refused_then_taken(page, checked(page), locked())
    other.close()
    dispose(app)


@on_sqlite
def test_the_disk_is_full(page: Page, app: Flask) -> None:
    def limit(connection: Any, record: object) -> None:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    @contextmanager
    def full() -> Iterator[None]:
        with app.app_context():
            engine = db.engine
        engine.dispose()
        sa.event.listen(engine, "connect", limit)
        yield
        sa.event.remove(engine, "connect", limit)
        engine.dispose()

    refused_then_taken(page, checked(page), full())


@on_postgresql
def test_the_server_ends_the_connection_in_the_middle(
    page: Page, app: Flask, cluster: Cluster
) -> None:
    @contextmanager
    def ended() -> Iterator[None]:
        def end(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith("INSERT INTO enquiry"):
                pid = conn.connection.dbapi_connection.info.backend_pid
                cluster.run(f"SELECT pg_terminate_backend({pid}, 5000)")

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", end)
        yield
        sa.event.remove(engine, "before_cursor_execute", end)

    refused_then_taken(page, checked(page), ended())


@on_postgresql
def test_the_server_was_restarted_since_the_last_request(
    page: Page, app: Flask, cluster: Cluster, database: str
) -> None:
    fields = checked(page)
    with app.app_context():
        name = db.engine.url.database
    cluster.run(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    page.post("/sv/enquiry/submit", fields, 303)
    assert count(app) == (1, 3)
