"""Databases that cannot be used for a while."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from intake.db import db
from tests.postgres import Cluster


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Another process has begun to write, and does not come to an end."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10);"
        "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, database.removeprefix("sqlite:///")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        yield


@contextmanager
def no_longer_there(app: Flask, cluster: Cluster) -> Iterator[None]:
    """PostgreSQL lets nobody in, and has sent away who was."""
    with app.app_context():
        name = db.engine.url.database
    cluster.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    cluster.run(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    yield
    cluster.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def unable_to_store(app: Flask) -> Iterator[None]:
    """No idea can be stored, and PostgreSQL says so with the whole row in its words."""
    sqlite = (
        "CREATE TRIGGER refuse BEFORE INSERT ON enquiry BEGIN SELECT RAISE(ABORT, 'refused'); END",
        "DROP TRIGGER refuse",
    )
    postgresql = (
        "ALTER TABLE enquiry ADD CONSTRAINT refuse CHECK (title = '') NOT VALID",
        "ALTER TABLE enquiry DROP CONSTRAINT refuse",
    )
    with app.app_context():
        begin, end = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        with db.engine.begin() as connection:
            connection.execute(sa.text(begin))
        yield
        with db.engine.begin() as connection:
            connection.execute(sa.text(end))
