"""The database fails while somebody sends: nothing is half stored, and nothing typed is lost."""

import contextlib
import resource
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import db
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_postgresql, on_sqlite
from tests.load import HIDDEN, IDEA, Client, Server
from tests.page import Page
from tests.postgres import Cluster
from tests.trouble import locked, unable_to_store


def checked(page: Page) -> dict[str, Any]:
    """What the check page would send."""
    filled = page.get("/sv/enquiry").fields() | make.IDEA
    return page.post("/sv/enquiry", filled).fields()


def count(app: Flask) -> tuple[int | None, int | None]:
    """How many enquiries and mails there are."""
    with app.app_context():
        models = (Enquiry, OutgoingMail)
        return tuple(db.session.scalar(sa.select(sa.func.count(m.id))) for m in models)  # type: ignore[return-value]


def refused_then_taken(page: Page, fields: dict[str, Any], trouble: Any, code: int = 503) -> None:
    """While there is *trouble*, sending fails and keeps everything typed; then it works."""
    with trouble:
        answer = page.post("/sv/enquiry/submit", fields, code)
        assert answer.fields()["description"] == make.IDEA["description"]
        assert "Traceback" not in answer.html
    assert count(page.app) == (0, 0)
    page.post("/sv/enquiry/submit", answer.fields(), 303)
    assert count(page.app) == (1, 3)


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
        with contextlib.closing(sqlite3.connect(engine.url.database or "")) as connection:
            connection.execute("VACUUM")  # what migrations let go of is room, too
        sa.event.listen(engine, "connect", limit)
        yield
        sa.event.remove(engine, "connect", limit)
        engine.dispose()

    refused_then_taken(page, checked(page), full())


@contextmanager
def ended_before(app: Flask, cluster: Cluster, words: str) -> Iterator[None]:
    """PostgreSQL ends the connection just before it is asked that; or before the commit."""

    def end(conn: Any, cursor: Any = None, statement: str = "COMMIT", *rest: Any) -> None:
        if words in statement:
            pid = conn.connection.dbapi_connection.info.backend_pid
            cluster.run(f"SELECT pg_terminate_backend({pid}, 5000)")

    with app.app_context():
        engine = db.engine
    listened = "commit" if words == "COMMIT" else "before_cursor_execute"
    sa.event.listen(engine, listened, end)
    yield
    sa.event.remove(engine, listened, end)


@on_postgresql
@pytest.mark.parametrize(
    "words",
    ["INTO reference_counter", "FROM enquiry", "INTO enquiry", "INTO outgoing_mail", "COMMIT"],
)
def test_the_server_ends_the_connection_in_the_middle(
    page: Page, app: Flask, cluster: Cluster, words: str
) -> None:
    refused_then_taken(page, checked(page), ended_before(app, cluster, words))


def test_an_answer_that_was_lost_is_not_another_idea(page: Page, app: Flask) -> None:
    """The commit was done, but the connection broke before that was known."""

    def lose(conn: sa.Connection) -> None:
        dbapi_connection: Any = conn.connection.dbapi_connection
        if engine.dialect.name == "sqlite":
            dbapi_connection.execute("COMMIT")
        else:
            dbapi_connection.commit()
        dbapi_connection.close()

    with app.app_context():
        engine = db.engine
    fields = checked(page)
    sa.event.listen(engine, "commit", lose)
    answer = page.post("/sv/enquiry/submit", fields, 503)
    sa.event.remove(engine, "commit", lose)
    engine.dispose()
    assert count(app) == (1, 3)
    status = page.get(page.post("/sv/enquiry/submit", answer.fields(), 303).location)
    assert make.IDEA["title"] in status.text
    assert count(app) == (1, 3)


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


def test_a_fault_of_ours_keeps_what_was_typed_too(page: Page, app: Flask) -> None:
    refused_then_taken(page, checked(page), unable_to_store(app), 500)


@on_sqlite
def test_another_process_holds_the_lock(impatient: Page, database: str) -> None:
    refused_then_taken(impatient, checked(impatient), locked(database))


@on_sqlite
def test_two_at_once_while_it_is_locked(
    impatient: Page, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gives up must let the next one have the turn, also in another thread."""
    pages = [impatient, *(Page(impatient.app) for _ in range(3))]
    fields = [checked(page) for page in pages]

    def send(number: int) -> int:
        answer = pages[number].client.post("/sv/enquiry/submit", data=fields[number])
        return answer.status_code

    with ThreadPoolExecutor(len(pages)) as threads:
        with locked(database):
            assert list(threads.map(send, range(4))) == [503] * 4
        assert count(impatient.app) == (0, 0)
        monkeypatch.setattr(
            "intake.sqlite.BUSY_TIMEOUT", 10
        )  # so that a turn never given back shows
        begun = time.monotonic()
        assert list(threads.map(send, range(4))) == [303] * 4
        assert time.monotonic() - begun < 8
    assert count(impatient.app)[0] == 4


@on_postgresql
def test_another_host_that_holds_the_counter_and_stays_silent(impatient: Page) -> None:
    """Everybody who stores an idea waits for that row, but not for ever."""

    @contextmanager
    def held() -> Iterator[None]:
        with impatient.app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO reference_counter VALUES (:year, 0)"), year)
            yield
            connection.rollback()

    year = {"year": clock.today().year}
    begun = time.monotonic()
    refused_then_taken(impatient, checked(impatient), held())
    assert time.monotonic() - begun < 8


def test_nobody_is_there_when_it_is_sent(impatient: Page, trouble: Any) -> None:
    refused_then_taken(impatient, checked(impatient), trouble)


def test_looking_over_needs_no_database(impatient: Page, trouble: Any) -> None:
    """What was typed is not lost at the first of the two buttons either."""
    page = impatient
    filled = page.get("/sv/enquiry").fields() | make.IDEA
    with trouble:
        looked_over = page.post("/sv/enquiry", filled)
        again = page.post("/sv/enquiry", looked_over.fields() | {"change": "title"})
        mistaken = page.post("/sv/enquiry", filled | {"title": ""}, 422)
        for answer in (looked_over, again, mistaken):
            assert answer.fields()["description"] == make.IDEA["description"]
    page.post("/sv/enquiry/submit", again.fields(), 303)
    assert count(page.app) == (1, 3)


def test_the_small_forms_keep_what_was_typed(impatient: Page, trouble: Any) -> None:
    page = impatient
    find = page.get("/sv/status").fields("find")
    asked = find | {"reference": "EU-2026-0001", "email": "kim@exempel.example"}
    said = {"page": "privacy", "text": "Bra sida.", "csrf_token": find["csrf_token"]}
    with trouble:
        answer = page.post("/sv/status", asked, 503)
        assert answer.fields("find")["email"] == "kim@exempel.example"
        assert "Bra sida." in page.post("/sv/comment", said, 503).html
    assert count(page.app) == (0, 0)
    page.post("/sv/status", answer.fields("find"))
    page.post("/sv/comment", said, 303)
    assert count(page.app) == (0, 1)


def test_a_real_server_that_may_write_no_more(server: Server, tmp_path: Path) -> None:
    """The system refuses every byte beyond the first pages of a file, as a full disk would."""
    path = tmp_path / "instance" / "intake.sqlite"
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    with contextlib.closing(Client(server, 0)) as client:
        text, _, _ = client.ask("GET", "/sv/enquiry")
        body = urlencode(IDEA | {"email": "kim@exempel.example"} | dict(HIDDEN.findall(text)))
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (8192, hard))
        answer, _, code = client.ask("POST", "/sv/enquiry/submit", body)
        assert code == 503
        assert IDEA["description"].strip() in answer
        assert "Traceback" not in answer

        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert client.ask("POST", "/sv/enquiry/submit", body)[2] == 303
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as connection:
        assert connection.execute("SELECT reference FROM enquiry").fetchall() == [
            (f"EU-{clock.today().year}-0001",)
        ]
        letters = "SELECT count(*) FROM outgoing_mail WHERE about LIKE 'EU-%'"
        assert connection.execute(letters).fetchone() == (3,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
