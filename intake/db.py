"""The database: session, base class, column types, and how SQLite is made to keep its promises.

One session per application context (``db.session``); whoever opened the door commits, once.
"""

import inspect
import math
import re
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, cast

import click
import sqlalchemy as sa
from alembic.util import CommandError
from flask import Flask, g, has_request_context, request
from flask.cli import AppGroup
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapper

try:
    import pysqlite3 as sqlite
except ImportError:  # a platform without a wheel: whatever Python was built with
    import sqlite3 as sqlite

#: What SQLite's driver itself raises, where SQLAlchemy does not stand in between.
DriverError: type[Exception] = sqlite.Error
#: Whatever goes wrong between us and the database.
DatabaseFailure = SQLAlchemyError
#: The database is away, locked, full, read-only, or lacks tables. Nothing was stored then. What it
#: refuses for its content (IntegrityError, DataError) is a fault of ours, and not among these.
Unavailable = (OperationalError, InterfaceError, InternalError, ProgrammingError, PoolTimeout)


class NotReady(RuntimeError):
    """Something that must have been done before was not; the message says what to run."""


BUSY_TIMEOUT = 10.0  # seconds a writer waits for its turn before it gives up

# Requests that change nothing. Their transactions may begin as readers.
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Model(DeclarativeBase):
    """Base of every table. Constraints get names, so that migrations can speak of them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment: stored in UTC, given back with its zone, refused without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; take moments from intake.clock")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone; PostgreSQL answers in the zone of its session.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class NeverChanges(RuntimeError):
    """Somebody tried to edit history or a sender's words."""


def never_changes(model: type[Model]) -> None:
    """Refuse to edit or delete any row of *model*: it is history."""
    sa.event.listen(model, "before_update", _refuse)
    never_goes(model)


def never_goes(model: type[Model]) -> None:
    """Refuse to delete any row of *model*."""
    sa.event.listen(model, "before_delete", _refuse)


def _refuse(mapper: Mapper[Any], connection: sa.Connection, row: Model) -> None:
    raise NeverChanges(f"A {type(row).__name__} is never edited or deleted; add a new entry.")


class _Migrations(Alembic):
    """Migrations during which SQLite looks at no foreign key, as its manual asks for.

    Changing a table there means to copy it and drop the old one, which is refused while rows of
    other tables point at it (sqlite.org/lang_altertable.html, 7).
    """

    def run_migrations(self, fn: Any, **kwargs: Any) -> None:
        connections = [
            cast(sa.Connection, context.connection) for context in self.migration_contexts.values()
        ]
        sqlites = [each for each in connections if each.dialect.name == "sqlite"]
        _look_at_foreign_keys(sqlites, "OFF")
        try:
            super().run_migrations(fn, **kwargs)
        finally:
            _look_at_foreign_keys(sqlites, "ON")


def _look_at_foreign_keys(connections: list[sa.Connection], switch: Literal["ON", "OFF"]) -> None:
    for connection in connections:
        cast(Any, connection.connection.driver_connection).execute(f"PRAGMA foreign_keys={switch}")


db = SQLAlchemy()
alembic = _Migrations(metadatas=Model.metadata, run_mkdir=False)


def init_app(app: Flask, migrations: str) -> None:
    """Bind engine, session and migrations to *app*.

    :param migrations: absolute path of the folder with the migration files.
    """
    app.config["SQLALCHEMY_ENGINES"] = {
        "default": _engine_options(
            app.config["SQLALCHEMY_ENGINES"]["default"], app.config["THREADS"]
        )
    }
    app.config["ALEMBIC"] = {"script_location": migrations}
    # SQLite's DDL is transactional too once we say BEGIN ourselves: a migration that is killed
    # half-way leaves nothing behind.
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "render_item": _render_item,
        "include_name": _is_a_model,
        "transactional_ddl": True,
    }
    db.init_app(app)
    alembic.init_app(app)
    _drop_coroutine_teardown(app)

    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _on_sqlite_connect)
        _Turns(engine)


def _engine_options(url: str, threads: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": math.ceil(BUSY_TIMEOUT),
            "options": f"-c lock_timeout={BUSY_TIMEOUT * 1000:.0f}",  # milliseconds
        },
    }
    if sa.make_url(url).get_backend_name() == "sqlite":
        options = {"module": sqlite, "connect_args": {"timeout": BUSY_TIMEOUT}}
    return {
        "url": url,
        "pool_size": threads + 2,  # the mail worker, and whoever asks for the version
        "pool_timeout": BUSY_TIMEOUT,
        "hide_parameters": True,  # personal data, which must not end in a log
        **options,
    }


def _render_item(kind: str, item: object, context: object) -> str | Literal[False]:
    """Write our own column type into a migration as what it is in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _is_a_model(name: str | None, kind: str, parents: object) -> bool:
    """The full-text index is no model: each database has its own, made by a migration."""
    return not (kind == "table" and (name or "").startswith("search_text"))


def _drop_coroutine_teardown(app: Flask) -> None:
    """Keep Flask from running an event loop at the end of each request.

    Flask-SQLAlchemy-Lite 0.2 registers a coroutine to close async sessions, which we do not
    have; Flask runs it through asgiref, and an empty view then takes ten times as long
    (pallets-eco/flask-sqlalchemy-lite#11).
    """
    app.teardown_appcontext_funcs = [
        function
        for function in app.teardown_appcontext_funcs
        if not inspect.iscoroutinefunction(function)
    ]


def _on_sqlite_connect(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions are ours to begin, see _Turns.begin
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA journal_mode={journal_mode()}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


class _Turns:
    """Lets one writer of this process after the other begin, in the order in which they came.

    SQLite alone lets a waiting writer sleep for up to a tenth of a second and then try again, so
    that under load some wait for seconds (SQLite's own locks still guard against other processes).
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._lock = threading.Lock()
        sa.event.listen(engine, "begin", self.begin)
        sa.event.listen(engine, "checkin", self.end)

    def begin(self, connection: sa.Connection) -> None:
        """Begin as a writer, unless this is a request or a command that only reads.

        A transaction that reads first and writes later fails at once when somebody else wrote in
        between, whatever the timeout (SQLITE_BUSY_SNAPSHOT).
        """
        reading = has_request_context() and request.method in _READING
        if g.get("only_reads", reading):
            connection.exec_driver_sql("BEGIN")
            return

        notes = cast(dict[str, bool], connection.connection.record_info)
        if "turn" not in notes and self._lock.acquire(timeout=BUSY_TIMEOUT):
            notes["turn"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self, dbapi_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        """The connection goes back to the pool: whatever it wrote is committed or taken back."""
        if cast(dict[str, bool], record.record_info).pop("turn", False):
            self._lock.release()


def journal_mode(module: ModuleType = sqlite) -> str:
    """``WAL`` if the SQLite that is loaded is sound in that mode, else ``TRUNCATE``.

    From 3.7.0 to 3.51.2 two connections can lose committed writes when one commits while the
    other checkpoints; 3.51.3 mends it, as do 3.50.7 and 3.44.6 (sqlite.org/changes.html).
    TRUNCATE rather than DELETE, because with ``synchronous=FULL`` only it syncs the end of a
    transaction to disk before it answers.
    """
    version = tuple(int(part) for part in re.findall(r"\d+", module.sqlite_version)[:3])
    sound = (
        version >= (3, 51, 3)
        or (3, 50, 7) <= version < (3, 51)
        or ((3, 44, 6) <= version < (3, 45))
    )
    return "WAL" if sound else "TRUNCATE"


def only_read() -> None:
    """Begin as a reader from now on in this context, as a command that holds nobody up."""
    g.only_reads = True


def also_write() -> None:
    """Begin as a writer from now on, in a request that else only reads.

    Takes back what was read: whoever goes on reads it anew, behind all others who write.
    """
    db.session.rollback()
    g.only_reads = False


def insert(model: type[Model]) -> sqlite_dialect.Insert:
    """An INSERT that can say ON CONFLICT: both databases do, in two classes of the same shape.

    Into the table, past the ORM's own ways for many objects, which take twice as long for one.
    """
    table = cast(sa.Table, model.__table__)
    if db.engine.dialect.name == "postgresql":
        return cast(sqlite_dialect.Insert, postgresql.insert(table))
    return sqlite_dialect.insert(table)


def upgrade(app: Flask) -> None:
    """Bring the tables to the newest version.

    In a context of its own, at whose end the migrations give their connection back.
    """
    with app.app_context():
        alembic.upgrade()


class Commands(AppGroup):
    """Commands that say in one line why the database cannot be used."""

    def invoke(self, ctx: click.Context) -> Any:
        with plain_words():
            return super().invoke(ctx)


@contextmanager
def plain_words() -> Iterator[None]:
    """Tell whoever runs a command in one line why the database cannot be used."""
    try:
        yield
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None
    except CommandError as problem:  # from the migrations
        raise click.ClickException(
            f"{problem}. Was this database made by a newer version of the service?"
        ) from None
    except Unavailable as problem:
        why = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
        raise click.ClickException(
            f"The database cannot be used: {why}. "
            "Is it there, and are its tables up to date (flask db upgrade)?"
        ) from None
    except DBAPIError as problem:
        raise click.ClickException(f"The database refused: {fault(problem)}.") from None


def fault(error: BaseException) -> str:
    """What went wrong and where in our code, for a log.

    Never in the database's own words: PostgreSQL quotes whole rows, whatever SQLAlchemy hides.
    """
    ours = str(Path(__file__).parent)
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{f.filename}:{f.lineno} {f.name}" for f in frames if f.filename.startswith(ours)]
    return f"{type(error).__name__} at {places[-1] if places else 'an unknown place'}"


def describe() -> dict[str, str]:
    """What the database is and how it keeps a commit, for ``/readyz`` and the operator."""
    if db.engine.dialect.name != "sqlite":
        return {"database": db.engine.dialect.name}
    with db.engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return {
        "database": f"sqlite {sqlite.sqlite_version} ({sqlite.__name__})",
        "journal_mode": str(mode).upper(),
        "synchronous": {2: "FULL", 3: "EXTRA"}.get(synchronous, str(synchronous)),
    }
