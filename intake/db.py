"""The database: session, base class, column types, and what is said when it cannot be used.

One session per application context (``db.session``); whoever opened the door commits, once.
"""

import inspect
import math
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import click
import sqlalchemy as sa
from alembic.util import CommandError
from flask import Flask, g
from flask.cli import AppGroup
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

from intake import sqlite

_View = TypeVar("_View", bound=Callable[..., Any])

#: Whatever goes wrong between us and the database.
DatabaseFailure = SQLAlchemyError
#: The database is away, locked, full, read-only, or lacks tables. Nothing was stored then. What it
#: refuses for its content (IntegrityError, DataError) is a fault of ours, and not among these.
Unavailable = (OperationalError, InterfaceError, InternalError, ProgrammingError, PoolTimeout)


class NotReady(RuntimeError):
    """Something that must have been done before was not; the message says what to run."""


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


db = SQLAlchemy()


def init_app(app: Flask) -> None:
    """Bind engine and session to *app*."""
    app.config["SQLALCHEMY_ENGINES"] = {
        "default": _engine_options(
            app.config["SQLALCHEMY_ENGINES"]["default"], app.config["THREADS"]
        )
    }
    db.init_app(app)
    _drop_coroutine_teardown(app)

    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine)


def _engine_options(url: str, threads: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": math.ceil(sqlite.BUSY_TIMEOUT),
            "options": f"-c lock_timeout={sqlite.BUSY_TIMEOUT * 1000:.0f}",  # milliseconds
        },
    }
    if sa.make_url(url).get_backend_name() == "sqlite":
        options = sqlite.engine_options()
    return {
        "url": url,
        "pool_size": threads + 2,  # the mail worker, and whoever asks for the version
        "pool_timeout": sqlite.BUSY_TIMEOUT,
        "hide_parameters": True,  # personal data, which must not end in a log
        **options,
    }


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


def only_read() -> None:
    """Begin as a reader from now on in this context, as a command that holds nobody up."""
    g.only_reads = True


def changes_nothing(view: _View) -> _View:
    """Mark a view that only reads, though its form comes by POST so that nothing typed stands in
    an address: its requests begin as readers.
    """
    view.changes_nothing = True  # type: ignore[attr-defined]
    return view


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
    if db.engine.dialect.name == "sqlite":
        return sqlite.describe(db.engine)
    return {"database": db.engine.dialect.name}
