"""Editing the organisation in the browser: what there is, changed, and stored like a file.

So whatever holds for a file holds here too, and nothing can be edited that cannot be exported.
"""

from collections.abc import Callable

from flask_babel import gettext as _

from intake.directory import export, history
from intake.directory.check import OrganisationFile, parse
from intake.directory.export import Plain
from intake.directory.history import Edit, Editor
from intake.directory.load import Changes, hold_what_is_loaded, store
from intake.directory.members import Keepers, Role, keepers
from intake.directory.models import DirectoryChange, OrganisationRow
from intake.directory.organisation import read


class Refused(ValueError):
    """That must not be done to the organisation; the words say why, to whoever tried."""


class ChangedMeanwhile(RuntimeError):
    """Somebody else has changed the same thing since it was shown. Nothing was changed now."""

    def __init__(self, lines: list[DirectoryChange], version: int) -> None:
        super().__init__("changed meanwhile")
        self.lines, self.version = lines, version


def amend(
    change: Callable[[Plain], None],
    *,
    seen: int,
    concerns: Callable[[Edit], bool],
    by: Editor,
) -> Changes:
    """Change the organisation, in the caller's transaction.

    :param change: gets the organisation as plain values and changes them.
    :param seen: the version that the editor saw.
    :param concerns: whether an edit of somebody else's since then stands in the way of this one.
    :raises ChangedMeanwhile: one does.
    :raises OrganisationError: the outcome has faults.
    :raises Refused: nobody could edit it any more.
    """
    row = hold_what_is_loaded()
    _check_unchanged(row, seen, concerns)
    plain = export.plain()
    change(plain)
    return _stored(row, parse(export.written(plain)), by)


def replace(file: OrganisationFile, *, seen: int, by: Editor) -> Changes:
    """Put another organisation in the place of this one; see :func:`amend`."""
    row = hold_what_is_loaded()
    _check_unchanged(row, seen, lambda edit: True)
    return _stored(row, file, by)


def _check_unchanged(row: OrganisationRow, seen: int, concerns: Callable[[Edit], bool]) -> None:
    lines = [
        line
        for line in history.since(seen)
        if any(concerns(edit) for edit in history.edits_of(line))
    ]
    if lines:
        raise ChangedMeanwhile(lines, row.version)


def _stored(row: OrganisationRow, file: OrganisationFile, by: Editor) -> Changes:
    before = keepers(read())
    changes = store(file, by=by)
    _check_keepers(before, keepers(read()))
    if changes:
        row.edited = True
    return changes


def _check_keepers(before: Keepers, after: Keepers) -> None:
    """Somebody who could edit the organisation must be left, and an administrator if there was."""
    administrators = _administrators(before)
    if administrators and not administrators & _administrators(after):
        raise Refused(
            _(
                "The last administrator cannot be removed. Add another one first, and remove this "
                "one afterwards."
            )
        )
    if before and not before.keys() & after.keys():
        raise Refused(
            _(
                "That would leave nobody who can edit this today. Add the new address first, let "
                "them sign in, and remove the old one afterwards."
            )
        )


def _administrators(keepers: Keepers) -> set[str]:
    return {email for email, roles in keepers.items() if Role.ADMINISTRATOR in roles}
