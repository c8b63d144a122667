"""The outbox alone: its tables, and a mail server that misbehaves on command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from intake import create_app
from intake.db import Model, db
from tests.conftest import dispose
from tests.postgres import Cluster
from tests.smtp import Server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the tables, and nothing in them."""
    path = tmp_path_factory.mktemp("tables") / "tables.sqlite"
    _create_tables(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    cluster.run("CREATE DATABASE tables")
    _create_tables(cluster.url("tables"), tmp_path_factory.mktemp("tables-postgresql"))
    return "tables"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def environ(environ: dict[str, str], server: Server) -> dict[str, str]:
    return environ | {
        "INTAKE_MAIL_SERVER": "127.0.0.1",
        "INTAKE_MAIL_PORT": str(server.port),
        "INTAKE_MAIL_SENDER": "Ljungby kommun, idéer <idelots@ljungby.example>",
        "INTAKE_MAIL_PER_SECOND": "0",
    }


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, with no patience."""
    app.config.update(MAIL_TIMEOUT=0.2, MAIL_DOT_TIMEOUT=0.2)
    return app


def _create_tables(url: str, folder: Path) -> None:
    app = create_app({"INTAKE_INSTANCE": str(folder), "INTAKE_DATABASE_URL": url})
    with app.app_context():
        Model.metadata.create_all(db.engine)
    dispose(app)
