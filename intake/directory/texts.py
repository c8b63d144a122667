"""Ready-made texts to senders, as the organisation file has them: for which acts of staff, in which
languages, with places that are filled in for each idea.
"""

import re
from typing import Any

from flask_babel import gettext as _

from intake.toml.table import Table

#: In whose forms a text can be offered.
FOR = (
    "answer",
    "ask",
    "share",
    "hand-over",
    "advance",
    "park",
    "join",
    "refer",
    "withdraw",
    "close",
    "reopen",
)

#: What is filled in, written in the text as ``{name}``.
PLACES = ("name", "reference")

LONGEST = 2000  # characters: the forms take more, so that something can be added

_IN_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def read_texts(tables: list[Table]) -> list[dict[str, Any]]:
    """The ready-made texts of the tables ``[[text]]``, in their order: values for JSON.

    A place that nothing fills is a fault, as is a text that is for no act or too long.
    """
    texts: dict[str, dict[str, Any]] = {}

    for table in tables:
        id = table.id("thanks")
        if id in texts:
            table.fault("id", _("'%(id)s' stands twice in the file; give each its own", id=id))
        texts[id] = {
            "id": id,
            "for": list(table.some_of("for", FOR)),
            "name": table.localised("name"),
            "text": _words(table.by_language("text")),
        }
    return list(texts.values())


def _words(table: Table) -> dict[str, str]:
    words = table.as_localised(lines=True)

    for code, text in words.items():
        if len(text) > LONGEST:
            too_long = _(
                "has %(count)s characters; write at most %(most)s", count=len(text), most=LONGEST
            )
            table.fault(code, too_long)
        for found in strange_places(text):
            known = ", ".join(f"{{{place}}}" for place in PLACES)
            nothing = _(
                "has %(place)s, which nothing fills in; known places are %(known)s",
                place=found,
                known=known,
            )
            table.fault(code, nothing)
    return words


def strange_places(text: str) -> list[str]:
    """What stands in braces in *text* though nothing fills it in."""
    return [found for found in _IN_BRACES.findall(text) if found[1:-1] not in PLACES]
