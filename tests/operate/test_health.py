"""``/healthz`` and ``/readyz`` in every state that an operator may meet."""

import contextlib
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock, create_app
from intake.db import db
from intake.directory.models import OrganisationRow
from intake.directory.organisation import forget
from intake.migrating import alembic, upgrade
from intake.outbox.delivery import exchange
from tests import make
from tests.conftest import dispose, on_sqlite
from tests.load import Client, Server, free_port
from tests.page import Page, check_html


def test_all_is_well(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}

    answer = client.get("/readyz")
    assert answer.status_code == 200
    found = answer.json
    assert found["status"] == "ok"
    assert found["migrated"] is found["writable"] is True
    assert found["organisation"] == 1
    assert found["mail"]["oldest_seconds"] == 0
    if found["database"] != "postgresql":
        assert (found["journal_mode"], found["synchronous"]) in [
            ("WAL", "FULL"),
            ("TRUNCATE", "FULL"),
        ]


def test_a_database_of_a_newer_version_is_not_ready(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'from 2030'"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["migrated"]) == (503, False)


def test_mail_that_nobody_delivers_shows_and_closes_nothing(app: Flask) -> None:
    with app.app_context():
        make.enquiry()
        db.session.execute(sa.text("UPDATE outgoing_mail SET created_at = '2020-01-01 00:00:00'"))
        db.session.commit()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["mail"]["queued"] == 3
    assert answer.json["mail"]["oldest_seconds"] > 1_000_000


def test_tables_that_are_not_up_to_date(app: Flask) -> None:
    with app.app_context():
        alembic.downgrade()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["status"] == "unavailable"
    assert app.test_client().get("/healthz").status_code == 200


def test_a_database_that_is_not_there(environ: dict[str, str], tmp_path: Path) -> None:
    away = {
        "sqlite": f"sqlite:///{tmp_path}/nowhere/intake.sqlite",
        "postgr": f"postgresql+psycopg://nobody@/nothing?host={tmp_path}",
    }[environ["INTAKE_DATABASE_URL"][:6]]
    app = create_app(environ | {"INTAKE_DATABASE_URL": away})
    client = app.test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "unavailable")
    assert str(tmp_path) not in answer.text
    assert client.get("/healthz").status_code == 200
    for address in ("/sv/", "/sv/enquiry", "/en/status", "/sv/status/abc", "/sv/privacy"):
        page = client.get(address)
        assert page.status_code == 503, address
        check_html(page.text)
    dispose(app)


def test_nothing_was_ever_loaded(app: Flask) -> None:
    with app.app_context():
        db.session.execute(sa.delete(OrganisationRow))
        db.session.commit()
        forget()
    client = app.test_client()
    assert client.get("/sv/").status_code == 503
    assert client.get("/readyz").json["writable"] is False


def test_a_database_that_was_never_migrated(
    environ: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite"
    if environ["INTAKE_DATABASE_URL"].startswith("postgresql"):
        cluster = request.getfixturevalue("cluster")
        name = cluster.new_name()
        cluster.run(f"CREATE DATABASE {name}")
        url = cluster.url(name)
    app = create_app(environ | {"INTAKE_DATABASE_URL": url})
    client = app.test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "unavailable")
    assert client.get("/sv/").status_code == 503
    assert client.get("/healthz").json == {"status": "ok"}

    upgrade(app)  # now only the organisation is missing
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["migrated"]) == (503, True)
    assert answer.json["writable"] is False
    dispose(app)


def test_a_database_that_goes_and_comes_back(impatient: Page, trouble: Any) -> None:
    """The start page still says whom to call."""
    client = impatient.client
    impatient.get("/sv/")
    assert client.get("/readyz").status_code == 200
    with trouble:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json == {"status": "unavailable", "problem": "OperationalError"}
        assert client.get("/healthz").status_code == 200
        assert "08-465 004 10" in impatient.get("/sv/").text
    assert client.get("/readyz").json["status"] == "ok"


def test_a_database_that_may_only_be_read(app: Flask, database: str) -> None:
    def forbid(connection: Any, record: object) -> None:
        if database.startswith("sqlite"):
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("SET default_transaction_read_only = on")
            connection.commit()

    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    with app.app_context():
        engine = db.engine
    engine.dispose()
    sa.event.listen(engine, "connect", forbid)
    assert client.get("/readyz").status_code == 503
    assert client.get("/sv/").status_code == 200
    sa.event.remove(engine, "connect", forbid)
    engine.dispose()
    assert client.get("/readyz").status_code == 200


@on_sqlite
def test_a_file_that_is_no_database(app: Flask, database: str) -> None:
    client = app.test_client()
    assert client.get("/sv/").status_code == 200
    dispose(app)
    Path(database.removeprefix("sqlite:///")).write_text("Something else altogether. " * 400)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["problem"]) == (503, "DatabaseError")
    page = client.get("/sv/status/abc")
    assert page.status_code == 500
    check_html(page.text)
    assert "Traceback" not in page.text


def test_a_worker_that_died_with_a_mail_in_hand(app: Flask) -> None:
    with app.app_context():
        make.enquiry()
        assert exchange(None) is not None
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    mail = answer.json["mail"]
    assert (mail["queued"], mail["sending"], mail["failed"]) == (2, 1, 0)
    assert 7190 <= mail["oldest_seconds"] <= 7210


def test_mail_that_was_given_up_is_counted_and_waits_no_more(app: Flask) -> None:
    with app.app_context():
        make.enquiry()
        db.session.execute(sa.text("UPDATE outgoing_mail SET state = 'failed', due_at = NULL"))
        db.session.commit()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert (answer.json["mail"]["failed"], answer.json["mail"]["oldest_seconds"]) == (3, 0)


def test_nothing_of_an_idea_is_told(app: Flask) -> None:
    with app.app_context():
        make.enquiry()
    told = app.test_client().get("/readyz")
    for word in ("exempel", "Kim", "EU-", "ljungby"):
        assert word not in told.text
    assert told.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_asking_without_a_body(app: Flask, address: str) -> None:
    answer = app.test_client().head(address)
    assert (answer.status_code, answer.text) == (200, "")
    assert "Set-Cookie" not in answer.headers


def test_a_mail_server_that_is_away(tmp_path: Path) -> None:
    port = free_port()
    environ = {
        "INTAKE_INSTANCE": str(tmp_path / "instance"),
        "INTAKE_PORT": str(port),
        "INTAKE_MAIL_SERVER": "127.0.0.1",
        "INTAKE_MAIL_PORT": str(free_port()),  # where nobody listens
    }
    server = Server([sys.executable, "-m", "intake", "serve"], port, environ)
    try:
        with contextlib.closing(Client(server, 0)) as client:
            client.submit()
            until = time.monotonic() + 10
            while time.monotonic() < until:
                text, _, code = client.ask("GET", "/readyz")
                told = json.loads(text)
                if told["mail"]["delayed"]:
                    break
                time.sleep(0.1)
            assert (code, told["status"], told["mail"]["failed"]) == (200, "ok", 0)
            assert told["mail"]["delayed"] >= 1
    finally:
        assert server.stop() == 0
