"""From an organisation file to the tables, as often as it changes. The only way in: what is edited
in the browser comes here too, as the text of a file.

Departments and contacts that left the file stay, inactive, because enquiries point at them.
"""

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import selectinload

from intake import clock
from intake.db import db
from intake.directory import export, history
from intake.directory.check import OrganisationFile, read
from intake.directory.entries import COORDINATOR, ContactEntry, PostEntry
from intake.directory.history import COMMAND, Edit, Editor
from intake.directory.models import (
    THE_ORGANISATION,
    Absence,
    Contact,
    Department,
    OrganisationRow,
)
from intake.directory.organisation import NotLoaded, forget
from intake.directory.values import Away

#: The file that is used when the settings name no other: Ljungby's.
SHIPPED = Path(__file__).with_name("ljungby.toml")


@dataclass(frozen=True)
class Changes:
    """What a load changed, by id of the department; the municipality itself is ``organisation``."""

    version: int = 0
    edits: list[Edit] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def added(self) -> list[str]:
        """What was not there before."""
        return [edit.subject for edit in self.edits if not edit.path and edit.before is None]

    @property
    def deactivated(self) -> list[str]:
        """What has left the file."""
        return [edit.subject for edit in self.edits if not edit.path and edit.after is None]

    @property
    def updated(self) -> dict[str, list[str]]:
        """What is new about each that was there already."""
        found: dict[str, dict[str, None]] = {}
        for edit in self.edits:
            if edit.path:
                found.setdefault(edit.subject, {})[edit.path[0]] = None
        return {subject: list(what) for subject, what in found.items()}

    def __bool__(self) -> bool:
        return bool(self.edits)

    def __str__(self) -> str:
        updated = [f"{id} ({', '.join(what)})" for id, what in self.updated.items()]
        named = {
            "added": self.added,
            "updated": updated,
            "deactivated": self.deactivated,
            "unchanged": self.unchanged,
        }
        lines = [f"{word}: {', '.join(ids)}" for word, ids in named.items() if ids]
        return "\n".join([*lines, f"version of the organisation: {self.version}"])


def load(path: Path | None = None, *, by: Editor = COMMAND, force: bool = False) -> Changes:
    """Bring the tables in line with an organisation file, in the caller's transaction.

    :param path: the file; if not given, ``INTAKE_ORGANISATION``, else the one that is shipped.
    :param force: undo also what contacts have said of themselves on their own pages.
    :raises OrganisationError: the file cannot be read or has faults. Nothing was changed then.
    """
    file = read(path or current_app.config["ORGANISATION"] or SHIPPED)
    changes = store(file, by=by, keep_said=not force)
    row = db.session.get_one(OrganisationRow, THE_ORGANISATION)
    row.loaded_digest, row.edited = file.digest, False
    if force:
        db.session.execute(sa.update(Contact).values(edited=False))
    return changes


def store(file: OrganisationFile, *, by: Editor, keep_said: bool = False) -> Changes:
    """Bring the tables in line with *file*, and write what is new into the history.

    :param keep_said: what contacts have said of themselves on their own pages since the latest
        load stays, whatever the file says: it is older.
    """
    row = hold()
    before = export.plain() if row else {}
    if row is None:
        row = OrganisationRow(id=THE_ORGANISATION, version=0, facts={})
        db.session.add(row)

    if row.facts != file.facts:
        row.facts = file.facts
    row.logo, row.logo_type = file.logo, file.logo_type
    _load_posts([file.coordinator, *file.departments], keep_said)
    db.session.flush()

    after = export.plain()
    edits = history.differences(before, after)
    if edits:
        row.version += 1
        history.record(edits, row.version, by)
    forget()
    touched = {edit.subject for edit in edits}
    same = [subject for subject in history.subjects(after) if subject not in touched]
    return Changes(row.version, edits, same)


def hold() -> OrganisationRow | None:
    """The municipality's row, held until the end of the transaction: changes follow each other.

    It is read anew: whoever looked at it before holding it may have seen an older one.
    """
    return db.session.get(
        OrganisationRow, THE_ORGANISATION, with_for_update=True, populate_existing=True
    )


def hold_what_is_loaded() -> OrganisationRow:
    """The same, where there has to be one.

    :raises NotLoaded: there is none yet.
    """
    row = hold()
    if row is None:
        raise NotLoaded
    return row


def _load_posts(entries: list[PostEntry], keep_said: bool) -> None:
    stored = db.session.scalars(
        sa.select(Department)
        .order_by(Department.position)
        .options(selectinload(Department.contacts).selectinload(Contact.absences))
    )
    known = {department.id: department for department in stored}

    for position, entry in enumerate(entries):
        department = known.pop(entry.id, None) or Department(id=entry.id)
        _load_post(department, entry)
        _load_contacts(department, entry.contacts, keep_said)
        department.position = position
        db.session.add(department)
    for department in known.values():
        department.active = False
        for contact in department.contacts:
            contact.active = False


def _load_post(department: Department, entry: PostEntry) -> None:
    department.active = True
    department.coordinates = entry.id == COORDINATOR
    department.kind = entry.kind
    department.name = entry.name
    department.board = entry.board
    department.responsibility = entry.responsibility
    department.keywords = entry.keywords


def _load_contacts(department: Department, entries: list[ContactEntry], keep_said: bool) -> None:
    known = {contact.email.casefold(): contact for contact in department.contacts}

    for rank, entry in enumerate(entries):
        contact = known.pop(entry.email.casefold(), None) or Contact()
        if not contact.active:  # new, or back again
            contact.since, contact.edited = clock.today(), False
            contact.successor = contact.successor_words = ""
        contact.active, contact.rank = True, rank
        contact.email, contact.role = entry.email, entry.role
        if not (keep_said and contact.edited):
            _load_said(contact, entry)
        contact.department = department
    for contact in known.values():
        contact.active = False


def _load_said(contact: Contact, entry: ContactEntry) -> None:
    """Take over what contacts can say of themselves too, as far as the file says anything."""
    if entry.digest is not None:
        contact.digest = entry.digest
    if entry.confirmed is not None:
        contact.confirmed = entry.confirmed
    known_away = [Away(a.first_day, a.last_day, a.cover) for a in contact.absences]
    if sorted(known_away) != entry.absences:
        contact.absences = [Absence(**away._asdict()) for away in entry.absences]
