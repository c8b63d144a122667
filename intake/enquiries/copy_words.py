"""The parts of a copy in words: the labels of what a sender gave, and what was masked of it."""

from collections import Counter

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from intake.enquiries.choices import LABELS
from intake.enquiries.models import Event

#: The sections of a copy, in their order. What staff noted for themselves stands apart (L9).
SECTIONS = {
    "register": _l("Register"),
    "sender": _l("The sender"),
    "idea": _l("The idea"),
    "written": _l("What the sender has written since"),
    "files": _l("Files"),
    "steps": _l("What has happened"),
    "mails": _l("Emails"),
    "notes": _l("Internal notes"),
}

FIELDS = {
    "register": _l("The case"),
    "sender.sender_kind": _l("Writes as"),
    "sender.name": _l("Name"),
    "sender.organisation": _l("Organisation"),
    "sender.email": _l("Email"),
    "sender.phone": _l("Telephone"),
    "title": _l("Title"),
    "description": _l("Description"),
} | {f"answer.{name}": label for name, label in LABELS.items()}


def released(event: Event) -> list[tuple[str, str]]:
    """What the history tells of a copy: for whom, and what was masked; never what stood there."""
    data = event.data
    told = [(_("For whom"), data["to"])] if data["to"] else []
    masked = [str(FIELDS[key]) for key in data["masked"] if key in FIELDS]
    counted = Counter(key.split(".")[0] for key in data["masked"] if key not in FIELDS)

    if count := counted["event"]:
        masked.append(ngettext("%(num)d entry", "%(num)d entries", count))
    if count := counted["file"]:
        masked.append(ngettext("%(num)d file", "%(num)d files", count))
    if count := counted["mail"]:
        masked.append(ngettext("%(num)d email", "%(num)d emails", count))
    if data["words"]:
        masked.append(ngettext("%(num)d word", "%(num)d words", data["words"]))
    return [*told, (_("Masked"), ", ".join(masked) or _("nothing"))]
