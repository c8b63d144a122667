"""``flask backup FILE``: a copy of the database that is whole, made while the service runs."""

import os
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from intake.db import DriverError, db, plain_words


@click.command()
@with_appcontext
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database into FILE, which must not exist yet.

    The keys are not in it; keep the link key apart from it. For PostgreSQL, use pg_dump.
    """
    if db.engine.dialect.name != "sqlite":
        raise click.ClickException("This is for SQLite. Back up PostgreSQL with pg_dump.")
    if file.exists():
        raise click.ClickException(f"{file} exists already; name another one.")

    # VACUUM works outside of transactions only, and every connection of ours begins one.
    with plain_words(), closing(db.engine.raw_connection()) as connection:
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(file),))
        except DriverError as problem:
            raise click.ClickException(f"{file} could not be written: {problem}.") from None

    with file.open("rb") as copy:
        os.fsync(copy.fileno())
    click.echo(f"{file}: {file.stat().st_size} bytes")
