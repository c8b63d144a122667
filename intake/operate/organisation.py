"""Commands about the organisation, for whoever runs the service."""

from pathlib import Path

import click
from flask import current_app

from intake.db import Commands, db, only_read
from intake.directory import export
from intake.directory.check import OrganisationError
from intake.directory.load import Changes, hold, load
from intake.directory.organisation import NotLoaded, read
from intake.directory.start import at_start
from intake.directory.values import Organisation
from intake.enquiries import upkeep
from intake.staff import who_may

cli = Commands("directory", help="The organisation: its departments, contacts and texts.")


@cli.command("load")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Also undo what was edited on the pages for staff.")
def load_file(file: Path | None, force: bool) -> None:
    """Load the organisation from FILE and say what changed.

    Without FILE the one that INTAKE_ORGANISATION names is loaded, else Ljungby's, as at each start:
    not if the organisation was edited on the pages for staff since. What contacts have said there
    of themselves, such as when they are away, stays in any case, unless you add --force. A file
    with faults changes nothing; each fault is named with its line.
    """
    before = loaded_now()
    try:
        said = at_start() if file is None and not force else str(_load(file, force))
    except OrganisationError as error:
        raise click.ClickException(str(error)) from error

    warnings = settle(before)
    db.session.commit()
    click.echo(said)
    for warning in warnings:
        click.echo(warning)
    if file is not None and file.absolute() != current_app.config["ORGANISATION"]:
        click.echo("`intake serve` loads another file. To keep this one, set INTAKE_ORGANISATION.")


@cli.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def export_file(file: Path | None) -> None:
    """Write the organisation as it is now to FILE, or to the screen: a file to load again.

    It holds the logo, and no comments. Departments and contacts that were switched off are not part
    of it.
    """
    only_read()
    text = export.text()
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        # Not over a file that somebody has written comments into.
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"The organisation, version {read().version}, is in {file}.")


@cli.command("roles")
def show_roles() -> None:
    """Print the page of the documentation that tells what each role may."""
    click.echo(who_may.page())


def _load(file: Path | None, force: bool) -> Changes:
    row = hold()
    edited = row is not None and row.edited
    changes = load(file, force=force)
    if edited and changes and not force:
        db.session.rollback()
        raise click.ClickException(
            "The organisation was edited on the pages for staff since a file was loaded, and this "
            "file says otherwise. Nothing was changed. It would be:\n"
            f"{changes}\n"
            "Save what there is with `flask directory export NEW`. To load this file all the same, "
            "add --force."
        )
    return changes


def loaded_now() -> Organisation | None:
    """The organisation as it is, before a file is loaded, if there is any."""
    try:
        return read()
    except NotLoaded:
        return None


def settle(before: Organisation | None) -> list[str]:
    """See to the open ideas of whoever has left by a load, in the same transaction; a warning for
    each who has left some.
    """
    if before is None:
        return []
    return [
        f"Warning: open ideas with {who}, who is no longer there: {count}. "
        + (
            "The coordinator has them now: hand them over anew."
            if who in before.posts
            else "Name another owner."
        )
        for who, count in upkeep.settle(before).items()
    ]
