"""``/healthz`` and ``/readyz`` in every state that an operator may meet."""

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from intake import create_app
from intake.db import alembic, db
from intake.directory.models import OrganisationRow
from intake.directory.organisation import forget
from tests import make
from tests.conftest import dispose
from tests.page import check_html


def test_all_is_well(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}

    answer = client.get("/readyz")
    assert answer.status_code == 200
    found = answer.json
    assert found["status"] == "ok"
    assert found["migrated"] is found["writable"] is True
    assert found["organisation"] == "loaded"
    assert found["mail"]["oldest_seconds"] == 0
    if found["database"] != "postgresql":
        assert (found["journal_mode"], found["synchronous"]) in [
            ("WAL", "FULL"),
            ("TRUNCATE", "FULL"),
        ]


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
