"""What a sender is found by: the words of name and organisation, the mail address, the number.

They are kept as facts among what is searched (``search.py``), in a form that nobody can type there:
whoever may not know who sent an idea must not find out by trying names.
"""

import re
from collections.abc import Iterator
from typing import Any

from intake.enquiries.question import Term, fact, joined
from intake.enquiries.words import tokens

_LONGEST = 200  # characters of a question
_MOST_WORDS = 8
_BEGINS = 3  # letters or digits from which on the beginning is enough


def facts_of(enquiry: Any) -> Iterator[str]:
    """The facts that *enquiry* is found by when its sender is asked for."""
    mailbox = enquiry.email.partition("@")[0]
    for text in (enquiry.name, enquiry.organisation, mailbox):
        yield from (fact("who", word) for word, _a, _b in tokens(text or ""))
    for whole in (joined(enquiry.email), _number(enquiry.phone)):
        if whole:
            yield fact("who", whole)


def terms_of(typed: str) -> tuple[Term, ...]:
    """What is asked of these facts, every part of which must be there."""
    typed = typed[:_LONGEST]
    if not any(letter.isalpha() for letter in typed):
        words = [_number(typed)]
    else:
        words = [word for part in typed.split() for word in _words(part)]
    asked = list(dict.fromkeys(filter(None, words)))[:_MOST_WORDS]
    return tuple(Term(((fact("who", word), len(word) >= _BEGINS),)) for word in asked)


def _words(part: str) -> list[str]:
    return [joined(part)] if "@" in part else [word for word, _a, _b in tokens(part)]


def _number(written: str) -> str:
    """A telephone number as digits alone, the same with and without the country's."""
    digits = re.sub(r"\D", "", written)
    if written.strip().startswith(("+46", "0046")):
        digits = re.sub(r"^(00)?46", "", digits)
    return digits.lstrip("0")
