"""The questions that are asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask

from intake.db import db


@contextmanager
def asked_of(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """Statements and parameters of the questions that are asked inside the block."""
    with app.app_context():
        engine = db.engine
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        # Which organisation is asked once a second; what is never so, SQLite does not look for.
        if "FROM organisation" not in statement and "0 = 1" not in statement:
            asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)
