"""What a start of the service does with the organisation. It must not undo what somebody has edited
on the pages for staff.
"""

from pathlib import Path

from flask import current_app

from intake.directory import export
from intake.directory.check import OrganisationError, parse, read
from intake.directory.history import START
from intake.directory.load import SHIPPED, hold, load, store


def at_start() -> str:
    """Load the organisation file that the settings name, and say what changed.

    What contacts have said of themselves on their own pages stays in any case. If the organisation
    was edited in the browser since a file was loaded, all of it stays, but is checked anew: what a
    new version of the service knows more gets its value. Whether a file was left alone by that is
    said as well, and what to do.

    :raises OrganisationError: the file, or what is stored, has faults. Nothing was changed then.
    """
    path: Path = current_app.config["ORGANISATION"] or SHIPPED
    row = hold()
    if row is None or not row.edited:
        return str(load(path, by=START))

    left_alone = _digest(path) != row.loaded_digest
    changes = store(parse(export.text()), by=START)
    words = f"{changes}\nAs it was last edited on the pages for staff."
    if left_alone:
        words += (
            f"\n{path} is not what was loaded last, and was left alone, because loading it would "
            "undo those edits. Save them with: flask directory export FILE. Then load what you "
            f"want to have with: flask directory load FILE --force"
        )
    return words


def _digest(path: Path) -> str:
    try:
        return read(path).digest
    except OrganisationError:
        return ""  # it has changed: what was loaded had no faults
