"""Who may do what, as a page of the documentation, ``docs/roles.md``."""

from collections.abc import Iterator

from intake.directory.members import Role
from intake.i18n import speaking
from intake.staff.permissions import ANSWERING, ANYBODY, MAY, TAKING_PART
from intake.staff.tasks import GROUPS
from intake.staff.verbs import VERBS

_ROLES = (Role.COORDINATOR, Role.CONTACT, Role.ADMINISTRATOR, Role.READER)

#: What can be done besides the verbs of a case, and what the endpoints of it begin with.
_ROOMS = {
    "See where one is signed in, and sign out there": ("sessions.",),
    "Own page: absence, “still me”, one letter a day": ("contacts.me", "contacts.act_me"),
    "The same page for every contact": ("contacts.listed", "contacts.one", "contacts.act_one"),
    "The inbox, its search and saved views": ("inbox.",),
    "See the figures, and fetch them for a spreadsheet": ("figures.",),
    "Find a sender": ("senders.",),
    "Enter what came by telephone, letter or visit": ("enter.",),
    "Open a case and its files": ("enquiry.",),
    "Read about the programmes": ("programmes.",),
    "Give away a copy of a case": ("copy.",),
    "Edit the organisation, see its history, import and export it": ("directory.",),
}


class NotTold(LookupError):
    """Something can be opened that no line tells of, or one line tells of several permissions."""


def page() -> str:
    """The whole page.

    :raises NotTold: ``_ROOMS`` does not fit ``permissions.MAY``.
    """
    return "\n".join(
        (
            "# What each role may\n",
            "Written by `make roles` from `MAY` in `intake/staff/permissions.py`. A contact sees "
            "the cases of\nthe own department alone, and on the days on which it covers for "
            "another those of that one.\n",
            _row("", (role.capitalize() for role in _ROLES)),
            _row("---", (":---:" for _role in _ROLES)),
            *(_row(words, _cells(may)) for words, may in _lines()),
            f"\n{_taking_part()}",
        )
    )


def _taking_part() -> str:
    """What a contact may whose department only takes part in a case; see ``TAKING_PART``."""
    with speaking("en"):
        theirs = [f"*{verb.title}*" for verb in VERBS.values() if verb.endpoint in TAKING_PART]
        own = [f"*{verb.title}*" for verb in VERBS.values() if verb.endpoint in ANSWERING]
    return (
        "A contact whose department only takes part in a case opens it and its files, and does\n"
        f"nothing else with it than: {', '.join(theirs)}.\n"
        f"Nobody else does: {', '.join(own)}."
    )


def _lines() -> Iterator[tuple[str, frozenset[Role] | None]]:
    """What can be done, in words, and who may; None for what is a heading."""
    left = {endpoint: may for endpoint, may in MAY.items() if may != ANYBODY}
    for words, beginnings in _ROOMS.items():
        begins = tuple(f"staff.{each}" for each in beginnings)
        may = {left.pop(endpoint) for endpoint in list(left) if endpoint.startswith(begins)}
        if len(may) != 1:
            raise NotTold(words)
        yield words, may.pop()
    with speaking("en"):
        for group, names in GROUPS.items():
            yield f"**In a case: {group}**", None
            for verb in map(VERBS.__getitem__, names):
                left.pop(verb.endpoint.replace("verbs.", "verbs.show_"))
                yield str(verb.title), left.pop(verb.endpoint)
    if left:
        raise NotTold(", ".join(left))


def _cells(may: frozenset[Role] | None) -> Iterator[str]:
    return ("" if may is None else "yes" if role in may else "–" for role in _ROLES)


def _row(first: str, cells: Iterator[str]) -> str:
    return f"| {' | '.join((first, *cells))} |"
