"""Signs that an enquiry was not written by a person. Nothing is refused or dropped for them (L5).

One weak sign is only noted. Enough signs keep the enquiry apart: stored with number and status
page like any other, shown to the coordinator with its signs, but no letter goes to anybody whom
the form was pointed at.
"""

import re
from datetime import datetime, timedelta

from flask import current_app

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)

MANY_LINKS = 4
ENOUGH = 2

WEIGHTS = {"trap": 2, "fast": 1, "unopened": 1, "links": 1}


def signs(*, trap: str, opened_at: datetime | None, now: datetime, text: str) -> list[str]:
    """Which signs there are: ``trap``, ``fast``, ``unopened``, ``links``.

    :param trap: what stood in the field that people do not see.
    :param opened_at: when the form was opened; None if the form does not say so, as ours does.
    """
    minimum = timedelta(seconds=current_app.config["MINIMUM_SECONDS"])
    seen = {
        "trap": bool(trap),
        "fast": opened_at is not None and now - opened_at < minimum,
        "unopened": opened_at is None,
        "links": len(_LINK.findall(text)) >= MANY_LINKS,
    }
    return [sign for sign in WEIGHTS if seen[sign]]


def is_suspected(found: list[str]) -> bool:
    """Are these signs enough to keep it apart?"""
    return sum(WEIGHTS[sign] for sign in found) >= ENOUGH
