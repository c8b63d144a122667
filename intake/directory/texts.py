"""Ready-made texts to senders, as the organisation file has them: for which acts of staff, in which
languages, with places that are filled in for each idea.
"""

import re
from typing import Any

from intake.toml.reader import Table

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

_ID = "[a-z0-9]+(-[a-z0-9]+)*"
_IN_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def read_texts(tables: list[Table]) -> list[dict[str, Any]]:
    """The ready-made texts of the tables ``[[text]]``, in their order: values for JSON.

    A place that nothing fills is a fault, as is a text that is for no act or too long.
    """
    texts: dict[str, dict[str, Any]] = {}

    for table in tables:
        id = table.matching("id", _ID, "write lower-case letters, digits and hyphens, like thanks")
        if id:
            table.heading = f"[[text]] '{id}'"
        if id in texts:
            table.fault("id", f"'{id}' stands twice in the file; give each text its own")
        texts[id] = {
            "id": id,
            "for": _acts(table),
            "name": table.localised("name"),
            "text": _words(table.table("text", 'write it in each language, like text.sv = "..."')),
        }
    return list(texts.values())


def _acts(table: Table) -> list[str]:
    remedy = f"name one or more of {', '.join(FOR)}"
    named = dict(table.texts("for", f'write a list like ["answer", "close"]; {remedy}'))

    for number, act in named.items():
        if act not in FOR:
            table.fault("for", f"holds '{act}'; {remedy}", number)
    if not named and table.has("for"):
        table.fault("for", f"is empty; {remedy}")
    return list(dict.fromkeys(named.values()))


def _words(table: Table) -> dict[str, str]:
    words = table.as_localised(lines=True)

    for code, text in words.items():
        if len(text) > LONGEST:
            table.fault(code, f"has {len(text)} characters; write at most {LONGEST}")
        for found in strange_places(text):
            known = " and ".join(f"{{{place}}}" for place in PLACES)
            table.fault(code, f"has {found}, which nothing fills in; known places are {known}")
    return words


def strange_places(text: str) -> list[str]:
    """What stands in braces in *text* though nothing fills it in."""
    return [found for found in _IN_BRACES.findall(text) if found[1:-1] not in PLACES]
