"""What was changed about the organisation, when and by whom. It only grows.

Whatever changes it writes its line here, whichever way it came: a file, or somebody in the browser.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory.entries import COORDINATOR, ORGANISATION
from intake.directory.models import DirectoryChange

#: What a page of history holds.
PAGE = 25
_LAST = 2**31 - 1  # the largest number that a column holds; addresses hold larger ones

#: The last part of a path whose list has the same members in another order.
ORDER = "order"


@dataclass(frozen=True)
class Editor:
    """Who changed something: a role, and an address when a person did it."""

    role: str
    email: str = ""


#: Somebody at the command line, and a start of the service.
COMMAND, START = Editor("command"), Editor("start")


@dataclass(frozen=True)
class Edit:
    """One value that is another now. None is what was not there, or is no longer.

    :param subject: the department's id; the municipality itself is ``organisation``.
    :param path: the way to the value below it; empty means the whole of it.
    """

    subject: str
    path: tuple[str, ...]
    before: Any
    after: Any


def record(edits: list[Edit], version: int, by: Editor) -> None:
    """Add a line of history, in the caller's transaction."""
    what = [asdict(edit) for edit in edits]
    db.session.add(
        DirectoryChange(
            at=clock.now(), by_email=by.email, by_role=by.role, version=version, what=what
        )
    )


def edits_of(change: DirectoryChange) -> list[Edit]:
    """What a line of history says."""
    return [Edit(**(each | {"path": tuple(each["path"])})) for each in change.what]


def since(version: int) -> list[DirectoryChange]:
    """What happened after that version, the oldest first."""
    asked = sa.select(DirectoryChange).where(DirectoryChange.version > _known(version))
    return list(db.session.scalars(asked.order_by(DirectoryChange.id)))


def listed(before: int | None = None) -> list[DirectoryChange]:
    """A page of history, the newest first.

    :param before: only what is older than the line with that id.
    """
    asked = sa.select(DirectoryChange).order_by(DirectoryChange.id.desc()).limit(PAGE)
    if before is not None:
        asked = asked.where(DirectoryChange.id < _known(before))
    return list(db.session.scalars(asked))


def _known(number: int) -> int:
    """*number*, or the nearest that a column can hold."""
    return max(0, min(number, _LAST))


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Edit]:
    """What is different between two organisations, as ``export.plain`` gives them."""
    old, new = subjects(before), subjects(after)
    edits = [
        edit for id in {**old, **new} for edit in _differences(id, (), old.get(id), new.get(id))
    ]
    order = _order(list(old), list(new))
    return edits + ([Edit(ORGANISATION, (ORDER,), *order)] if order else [])


def subjects(plain: dict[str, Any]) -> dict[str, Any]:
    """Whatever has a history of its own, by its id; empty if there is no organisation yet."""
    if not plain:
        return {}
    apart = ("schema_version", ORGANISATION, COORDINATOR, "department")
    besides = {name: value for name, value in plain.items() if name not in apart}
    organisation = {**plain[ORGANISATION], **besides}
    look = organisation["look"]
    if logo := look.get("logo"):
        # Which picture it is, not the picture: history would grow by it each time.
        mark = hashlib.sha256(logo.encode()).hexdigest()[:12]
        organisation["look"] = look | {
            "logo": f"{logo.partition(';')[0].removeprefix('data:')} {mark}"
        }
    return {
        COORDINATOR: plain[COORDINATOR],
        **{post["id"]: post for post in plain["department"]},
        ORGANISATION: organisation,
    }


def _differences(subject: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Edit]:
    """The smallest parts in which two values differ."""
    if before == after:
        return
    old, new = _members(before), _members(after)
    if old is None or new is None:
        yield Edit(subject, path, _as_json(before), _as_json(after))
        return
    for key in {**old, **new}:
        yield from _differences(subject, (*path, key), old.get(key), new.get(key))
    if isinstance(after, list) and (order := _order(list(old), list(new))):
        yield Edit(subject, (*path, ORDER), *order)


def _members(value: Any) -> dict[str, Any] | None:
    """The parts of a table, or of a list of tables that tell themselves apart; else None."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    for key in ("id", "email"):
        if value and all(isinstance(each, dict) and key in each for each in value):
            return {each[key].casefold(): each for each in value}
    return None


def _order(before: list[str], after: list[str]) -> tuple[list[str], list[str]] | None:
    """How those that are in both lists stood and stand, if that is not the same."""
    old = [each for each in before if each in after]
    new = [each for each in after if each in before]
    return (old, new) if old != new else None


def _as_json(value: Any) -> Any:
    """*value* as JSON keeps it: days become texts."""
    return json.loads(json.dumps(value, default=str))
