"""From the organisation file to the tables, as often as the file changes.

Departments and contacts that left the file stay, inactive, because enquiries point at them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import selectinload

from intake.db import Model, db
from intake.directory.check import (
    COORDINATOR,
    ORGANISATION,
    ContactEntry,
    OrganisationFile,
    PostEntry,
    read,
)
from intake.directory.models import (
    THE_ORGANISATION,
    Absence,
    Contact,
    Department,
    OrganisationRow,
)
from intake.directory.organisation import Away, forget

#: The file that is used when the settings name no other: Ljungby's.
SHIPPED = Path(__file__).with_name("ljungby.toml")


@dataclass
class Changes:
    """What a load changed, by id of the department; the municipality itself is ``organisation``."""

    version: int = 0
    added: list[str] = field(default_factory=list)
    updated: dict[str, list[str]] = field(default_factory=dict)  # what is new about each
    deactivated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.deactivated)

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


def load(path: Path | None = None) -> Changes:
    """Bring the tables in line with an organisation file, in the caller's transaction.

    :param path: the file; if not given, ``INTAKE_ORGANISATION``, else the one that is shipped.
    :raises OrganisationError: the file cannot be read or has faults. Nothing was changed then.
    """
    file = read(path or current_app.config["ORGANISATION"] or SHIPPED)
    changes = Changes()

    # The municipality's row is held until the end, so that two loads follow each other.
    row = db.session.get(OrganisationRow, THE_ORGANISATION, with_for_update=True)
    if row is None:
        row = OrganisationRow(id=THE_ORGANISATION, version=0, facts={})
        db.session.add(row)

    moved = _load_posts([file.coordinator, *file.departments], changes)
    _load_organisation(row, file, moved, changes)
    if changes:
        row.version += 1
    changes.version = row.version
    forget()
    return changes


def _load_organisation(
    row: OrganisationRow, file: OrganisationFile, moved: bool, changes: Changes
) -> None:
    is_new = row.version == 0
    what = [key for key, value in file.facts.items() if row.facts.get(key) != value]
    if what:
        row.facts = file.facts
    what += _assign(row, {"logo": file.logo, "logo_type": file.logo_type})
    what += ["order of departments"] if moved else []
    _count(changes, ORGANISATION, is_new, what)


def _load_posts(entries: list[PostEntry], changes: Changes) -> bool:
    """Load every post, and say whether those that were there already stand in another order."""
    stored = db.session.scalars(
        sa.select(Department)
        .order_by(Department.position)
        .options(selectinload(Department.contacts).selectinload(Contact.absences))
    )
    known = {department.id: department for department in stored}
    before = [id for id, department in known.items() if department.active]

    for position, entry in enumerate(entries):
        department = known.pop(entry.id, None) or Department(id=entry.id, active=False)
        _load_post(department, entry, changes)
        department.position = position
        db.session.add(department)
    for department in known.values():
        _deactivate(department, changes)

    after = [entry.id for entry in entries if entry.id in before]
    return after != [id for id in before if id in after]


def _load_post(department: Department, entry: PostEntry, changes: Changes) -> None:
    is_new = not department.active  # also one that comes back
    what = _assign(
        department,
        {
            "name": entry.name,
            "kind": entry.kind,
            "board": entry.board,
            "responsibility": entry.responsibility,
            "keywords": entry.keywords,
            "coordinates": entry.id == COORDINATOR,
            "active": True,
        },
    )
    if _load_contacts(department, entry.contacts):
        what.append("contacts")
    _count(changes, entry.id, is_new, what)


def _load_contacts(department: Department, entries: list[ContactEntry]) -> bool:
    """Load the contacts of a department, and say whether anything about them is new."""
    known = {contact.email.casefold(): contact for contact in department.contacts}
    changed = False

    for rank, entry in enumerate(entries):
        contact = known.pop(entry.email.casefold(), None) or Contact()
        values = {"rank": rank, "active": True, "role": entry.role, "email": entry.email}
        # What contacts say of themselves on their own page stays, unless the file says otherwise.
        said = {"digest": entry.digest, "confirmed": entry.confirmed}
        values |= {name: value for name, value in said.items() if value is not None}
        if _assign(contact, values):
            changed = True
        known_away = [Away(a.first_day, a.last_day, a.cover) for a in contact.absences]
        if sorted(known_away) != entry.absences:
            contact.absences = [Absence(**away._asdict()) for away in entry.absences]
            changed = True
        contact.department = department

    for contact in known.values():
        if _assign(contact, {"active": False}):
            changed = True
    return changed


def _deactivate(department: Department, changes: Changes) -> None:
    if not department.active:
        return
    department.active = False
    for contact in department.contacts:
        contact.active = False
    changes.deactivated.append(department.id)


def _assign(row: Model, values: Mapping[str, Any]) -> list[str]:
    """Give *row* the values that it does not have yet, and say which these were."""
    new = [name for name, value in values.items() if getattr(row, name) != value]
    for name in new:
        setattr(row, name, values[name])
    return new


def _count(changes: Changes, id: str, is_new: bool, what: list[str]) -> None:
    if is_new:
        changes.added.append(id)
    elif what:
        changes.updated[id] = what
    else:
        changes.unchanged.append(id)
