"""``/healthz``: the process is alive. ``/readyz``: an enquiry could be taken now.

A proxy routes by either; a dead mail worker fails neither, because the form must stay open.
"""

import sqlalchemy as sa
from alembic.util import CommandError
from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from intake import clock
from intake.db import DatabaseFailure, db, describe
from intake.directory.models import OrganisationRow
from intake.migrating import alembic
from intake.outbox import queue

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "ok"}


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Is the database there, migrated, loaded and writable? The body says how it keeps a commit."""
    try:
        found: dict[str, object] = {
            **describe(),
            "migrated": _is_migrated(),
            "writable": _is_writable(),
            "organisation": db.session.scalar(sa.select(OrganisationRow.version)),
            "mail": {**queue.counts(), "oldest_seconds": _oldest()},
        }
    except DatabaseFailure as problem:
        return jsonify(status="unavailable", problem=type(problem).__name__), 503

    ok = bool(found["migrated"] and found["writable"])
    return jsonify({"status": "ok" if ok else "unavailable"} | found), 200 if ok else 503


def _is_migrated() -> bool:
    try:
        current = {script.revision for script in alembic.current()}
    except CommandError:  # made by a newer version of the service
        return False
    return current == {script.revision for script in alembic.heads()}


def _oldest() -> int:
    """For how long the mail that waits longest has waited: a worker that died shows here."""
    oldest = queue.oldest()
    return int((clock.now() - oldest).total_seconds()) if oldest else 0


def _is_writable() -> bool:
    """Write and take it back: a lock that never ends or a read-only file shows here.

    The one GET that writes. Its write is the first thing it asks, so no reader becomes a writer.
    """
    with db.engine.connect() as connection:
        touched = connection.execute(
            sa.update(OrganisationRow).values(version=OrganisationRow.version)
        )
        connection.rollback()
        return touched.rowcount == 1
