"""Takes words and whole parts out of what is given away: what is masked is not there any more."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from intake.enquiries.models import Enquiry

_BETWEEN = r"[\s>]+"  # a line break, or the mark of a quoted line, may stand between two words


@dataclass(frozen=True)
class Part:
    """One part of a case, as it can be shown or masked."""

    key: str  # by which it is chosen: ``sender.name``, ``event.12``
    section: str
    label: str  # what it is
    text: str = ""  # what it says
    at: datetime | None = None
    by: str = ""  # a role or a department
    reason: str = ""  # why it is better masked, until somebody has looked


def mask(words: Sequence[str], text: str) -> str:
    """*text* without *words*, whatever their capitals and in the middle of others too: better a
    letter too many than a name.
    """
    if not words:
        return text
    longest_first = sorted(words, key=len, reverse=True)
    patterns = [_BETWEEN.join(map(re.escape, word.split())) for word in longest_first]
    return re.sub("|".join(patterns), lambda _found: masked(), text, flags=re.IGNORECASE)


def mask_parts(parts: Sequence[Part], hidden: Collection[str], words: Sequence[str]) -> list[Part]:
    """*parts* as they can be given away.

    :param hidden: keys of those whose text is masked as a whole; *words*, masked in all of them.
    """
    shown = []
    for part in parts:
        label, text = mask(words, part.label), mask(words, part.text)
        if part.key in hidden:
            label, text = (label, masked()) if part.text else (masked(), "")
        shown.append(replace(part, label=label, text=text))
    return shown


def masked() -> str:
    """What stands there instead, in the reader's language."""
    return _("[masked]")


def traces(enquiry: Enquiry) -> list[str]:
    """How the sender may stand in the texts: name, parts of it, address, telephone number."""
    names = [each for each in re.findall(r"\w+", enquiry.name) if len(each) > 2]
    digits = re.sub(r"\D", "", enquiry.phone)
    found = [enquiry.name, *names, enquiry.email, enquiry.phone, digits]
    return list(dict.fromkeys(each for each in found if len(each) > 2))
