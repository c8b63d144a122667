"""SQLite, made to keep its promises: a sound library, whole commits, writers that take turns."""

import re
import threading
from types import ModuleType
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app, g, has_request_context, request

try:
    import pysqlite3 as driver
except ImportError:  # a platform without a wheel: whatever Python was built with
    import sqlite3 as driver

#: What the driver itself raises, where SQLAlchemy does not stand in between.
DriverError: type[Exception] = driver.Error

BUSY_TIMEOUT = 10.0  # seconds a writer waits for its turn before it gives up, on any database

# Requests that change nothing. Their transactions may begin as readers.
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def engine_options() -> dict[str, Any]:
    """Which driver, and how long it waits while another process writes."""
    return {"module": driver, "connect_args": {"timeout": BUSY_TIMEOUT}}


def begins_as_reader() -> bool:
    """Does this request or command change nothing, so that it holds nobody up and waits for nobody?
    A request for a page does not, nor one for a view that says so (``db.changes_nothing``).
    """
    if "only_reads" in g:
        return bool(g.only_reads)
    if not has_request_context():
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in _READING or getattr(view, "changes_nothing", False)


def prepare(engine: sa.Engine) -> None:
    """Let each connection of *engine* keep what it commits, and its writers begin in turn."""
    sa.event.listen(engine, "connect", _on_connect)
    _Turns(engine)


def journal_mode(module: ModuleType = driver) -> str:
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


def describe(engine: sa.Engine) -> dict[str, str]:
    """Which library is loaded, and how it keeps a commit."""
    with engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return {
        "database": f"sqlite {driver.sqlite_version} ({driver.__name__})",
        "journal_mode": str(mode).upper(),
        "synchronous": {2: "FULL", 3: "EXTRA"}.get(synchronous, str(synchronous)),
    }


def _on_connect(connection: Any, record: object) -> None:
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
        if begins_as_reader():
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
