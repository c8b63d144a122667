"""The migrations, and how they are run: the tables are brought to the version of the models."""

from typing import Any, Literal, cast

import sqlalchemy as sa
from flask import Flask
from flask_alembic import Alembic

from intake.db import Model, UtcDateTime


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


alembic = _Migrations(metadatas=Model.metadata, run_mkdir=False)


def init_app(app: Flask, folder: str) -> None:
    """Let *app* be migrated, and give it the commands for that (``flask db``).

    :param folder: absolute path of the folder with the migration files.
    """
    app.config["ALEMBIC"] = {"script_location": folder}
    # SQLite's DDL is transactional too once we say BEGIN ourselves: a migration that is killed
    # half-way leaves nothing behind.
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": True,
        "render_item": _render_item,
        "include_name": _is_a_model,
        "transactional_ddl": True,
    }
    alembic.init_app(app)


def upgrade(app: Flask) -> None:
    """Bring the tables to the newest version.

    In a context of its own, at whose end the migrations give their connection back.
    """
    with app.app_context():
        alembic.upgrade()


def _render_item(kind: str, item: object, context: object) -> str | Literal[False]:
    """Write our own column type into a migration as what it is in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _is_a_model(name: str | None, kind: str, parents: object) -> bool:
    """The full-text index is no model: each database has its own, made by a migration."""
    return not (kind == "table" and (name or "").startswith("search_text"))
