"""The directory's history in words that people read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.entries import ORGANISATION
from intake.directory.history import ORDER, Edit, edits_of
from intake.directory.models import DirectoryChange
from intake.directory.values import Organisation
from intake.enquiries.wording import name as name_of
from intake.i18n import language, language_name, pick
from intake.staff.directory.facts import CONFORMS, PROMISES
from intake.staff.directory.labels import LABELS
from intake.staff.directory.look import COLOURS
from intake.staff.directory.posts import KINDS
from intake.staff.directory.roles import ROLES
from intake.staff.directory.texts import ACTS
from intake.toml.values import is_language

_ROLES = {
    "administrator": _l("administrator"),
    "coordinator": _l("coordinator"),
    "contact": _l("contact"),
    "command": _l("at the command line"),
    "start": _l("when the service started"),
}

_PARTS = {
    **LABELS,
    ORDER: _l("Order"),
    **PROMISES,
    **{name: label for name, (label, _ground) in COLOURS.items()},
}

#: Words for values, by the key that they stand under.
_VALUES: dict[str, dict[str, Any]] = {
    "kind": KINDS,
    "conformity": CONFORMS,
    "may": ROLES,
    "for": ACTS,
}

_LISTS = ("contact", "staff", "text")


@dataclass(frozen=True)
class Told:
    """One edit: what it is about, and how that read and reads. Empty is what was not there."""

    about: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Line:
    """A line of history."""

    id: int
    at: datetime
    who: str
    email: str
    edits: list[Told]


def line(change: DirectoryChange, house: Organisation) -> Line:
    """A line of history as a page tells it."""
    role = str(_ROLES.get(change.by_role, change.by_role))
    edits = [told(edit, house) for edit in edits_of(change)]
    return Line(change.id, change.at, role, change.by_email, edits)


def told(edit: Edit, house: Organisation) -> Told:
    """An edit in words."""
    before, after = edit.before, edit.after
    if not edit.path:  # all of it came or went: its name says enough
        name = pick((before or after)["name"])[0]
        return Told(_("Removed: %(name)s", name=name) if before else _("New: %(name)s", name=name))
    if isinstance(before, list) and isinstance(after, list) and edit.path[-1] != ORDER:
        before, after = (
            [each for each in before if each not in after],
            [each for each in after if each not in before],
        )
    key = next((part for part in reversed(edit.path) if part in _VALUES), "")
    return Told(_about(edit, house), _shown(before, key), _shown(after, key))


def _about(edit: Edit, house: Organisation) -> str:
    if edit.subject == ORGANISATION and edit.path == (ORDER,):
        return _("Order of the departments")

    words = [_part(part) for part in edit.path]
    if edit.path[0] in _LISTS and edit.path[1:2] not in ((), (ORDER,)):
        words[1] = edit.path[1]  # an address or an id, not a key of ours
    if edit.subject != ORGANISATION:
        post = house.posts.get(edit.subject)
        words.insert(0, name_of(post) if post else edit.subject)
    return ": ".join(words)


def _part(part: str) -> str:
    if part in _PARTS:
        return str(_PARTS[part])
    return language_name(part, language()) if is_language(part) else part


def _shown(value: Any, key: str = "") -> str:
    if value is None or value in ([], {}, ""):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        # What it is about names the id already; among languages alone, "id" is Indonesian.
        told = value if all(map(is_language, value)) else value | {"id": ""}
        return "\n".join(
            f"{_part(name)}: {_shown(each, name)}" for name, each in told.items() if each
        )
    if isinstance(value, list):
        between = "\n" if any(isinstance(each, dict) for each in value) else ", "
        return between.join(_shown(each, key) for each in value)
    return str(_VALUES.get(key, {}).get(value, value))
