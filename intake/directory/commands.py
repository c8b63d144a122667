"""Commands about the organisation, for whoever runs the service."""

from pathlib import Path

import click
from flask import current_app

from intake.db import Commands, db
from intake.directory.check import OrganisationError
from intake.directory.load import load

cli = Commands("directory", help="The organisation: its departments, contacts and texts.")


@cli.command("load")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def load_file(file: Path | None) -> None:
    """Load the organisation from FILE and say what changed.

    Without FILE the one that INTAKE_ORGANISATION names is loaded, else Ljungby's. A file with
    faults changes nothing; each fault is named with its line.
    """
    try:
        changes = load(file)
    except OrganisationError as error:
        raise click.ClickException(str(error)) from error

    db.session.commit()
    click.echo(changes)
    if file is not None and file.absolute() != current_app.config["ORGANISATION"]:
        click.echo("`intake serve` loads another file. To keep this one, set INTAKE_ORGANISATION.")
