"""Fixtures that every test may use. Real parts: database files, a PostgreSQL cluster, SMTP."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask

from intake import create_app
from intake.db import db
from intake.directory.load import load
from intake.migrating import upgrade
from tests import kept
from tests.load import Server, free_port
from tests.page import Page
from tests.postgres import Cluster, find_binaries, roomy_memory
from tests.trouble import locked, no_longer_there

kept.keep()

#: For tests of what only one of the two databases does, or whose database does not matter.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def missing(what: str, package: str) -> None:
    """Skip by name, with the command that would install it; in CI nothing may be skipped."""
    reason = f"{what} is not installed; install it with: apt-get install {package}"
    if os.environ.get("TESTS_MUST_ALL_RUN"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own, on a socket in a temporary folder."""
    if find_binaries() is None:
        missing("PostgreSQL", "postgresql")
    with Cluster() as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file with the organisation loaded, to be copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite"
    prepare({"INTAKE_INSTANCE": str(folder), "INTAKE_DATABASE_URL": f"sqlite:///{path}"})
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same as :func:`sqlite_template`, as a template database in the cluster."""
    cluster.run("CREATE DATABASE template_intake")
    folder = tmp_path_factory.mktemp("template-postgresql")
    url = cluster.url("template_intake")
    prepare({"INTAKE_INSTANCE": str(folder), "INTAKE_DATABASE_URL": url})
    return "template_intake"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database. Every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        with TemporaryDirectory(dir=roomy_memory()) as folder:
            path = Path(folder) / "intake.sqlite"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            yield f"sqlite:///{path}"
        return

    template = request.getfixturevalue("postgresql_template")
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.new_name()
    cluster.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield cluster.url(name)
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def environ(database: str, tmp_path: Path) -> dict[str, str]:
    """Settings of the application under test; a test may add to them before asking for ``app``."""
    return {
        "INTAKE_INSTANCE": str(tmp_path / "instance"),
        "INTAKE_DATABASE_URL": database,
        "INTAKE_BASE_URL": "http://ideer.ljungby.example",
        "INTAKE_MINIMUM_SECONDS": "0",
    }


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(environ)
    kept.keep_statements(app)
    yield app
    dispose(app)


@pytest.fixture
def page(app: Flask) -> Page:
    """A browser without JavaScript, whose every page is checked."""
    return Page(app)


@pytest.fixture
def impatient(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A service that waits a fifth of a second for a lock, and asks for the organisation often."""
    monkeypatch.setattr("intake.sqlite.BUSY_TIMEOUT", 0.2)
    monkeypatch.setattr("intake.directory.organisation.ASK_EVERY", 0)
    app = create_app(environ)
    kept.keep_statements(app)
    yield Page(app)
    dispose(app)


@pytest.fixture
def trouble(request: pytest.FixtureRequest, impatient: Page, database: str) -> Any:
    """A database that cannot be used for a while."""
    if database.startswith("sqlite"):
        return locked(database)
    return no_longer_there(impatient.app, request.getfixturevalue("cluster"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The whole service in a process of its own; what it says stands in the file ``log``."""
    port = free_port()
    settings = {"INTAKE_INSTANCE": str(tmp_path / "instance"), "INTAKE_PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        server = Server([sys.executable, "-m", "intake", "serve"], port, settings, log=log)
        try:
            yield server
        finally:
            server.stop()


def prepare(environ: dict[str, str]) -> None:
    """Migrate a database and load the shipped organisation into it."""
    app = create_app(environ)
    upgrade(app)
    with app.app_context():
        load(None)
        db.session.commit()
    dispose(app)


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was tried of who may what, so that nobody needs to take it on trust."""
    done = terminalreporter.getreports("")  # what a fixture has reported at its end
    pairs = [count for each in done for name, count in each.user_properties if name == "pairs"]
    if pairs:
        terminalreporter.write_line(f"who may what: {sum(pairs)} pairs of request and role tried")
