"""``flask backup FILE``: a copy of the database that is whole, made while the service runs."""

import os
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from intake.db import db
from intake.sqlite import DriverError


@click.command()
@with_appcontext
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database into FILE, which must not exist yet.

    The keys are not in it; keep the link key apart from it. For PostgreSQL, use pg_dump.
    """
    if db.engine.dialect.name != "sqlite":
        raise click.ClickException("This is for SQLite. Back up PostgreSQL with pg_dump.")
    source = Path(db.engine.url.database or "")
    if not source.is_file():
        raise click.ClickException(
            f"There is no database {source}. Are the settings the service's?"
        )
    if file.exists():
        raise click.ClickException(f"{file} exists already; name another one.")

    draft = file.with_name(f"{file.name}.part")
    try:
        _copy(draft)
        draft.rename(file)
    except (OSError, DriverError) as problem:
        raise click.ClickException(f"{file} could not be written: {problem}.") from None
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size} bytes")


def _copy(draft: Path) -> None:
    """Write the copy, readable for nobody else, and return when it is on the disk."""
    draft.touch(mode=0o600, exist_ok=True)
    os.truncate(draft, 0)
    # VACUUM works outside of transactions only, and every connection of ours begins one.
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT version_num FROM alembic_version")  # it is ours, and not empty
        cursor.fetchall()
        cursor.execute("VACUUM INTO ?", (str(draft),))
    with draft.open("rb") as copy:
        os.fsync(copy.fileno())
