"""Takes words and whole parts out of what is given away: what is masked is not there any more."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from intake.enquiries.models import Enquiry
from intake.enquiries.veil import ADDRESS, COMMON, number_pattern

_BETWEEN = r"[\s>]+"  # a line break, or the mark of a quoted line, may stand between two words
_IN_A_ROW = 5  # words that two texts share only if one quotes the other
_TELLING = 4  # letters that a text must have for that
_GENITIVE = r"(?:[:’']?s)?(?!\w)"
_UNSEEN = "[\u00ad\u200b-\u200d\ufeff]*"  # soft hyphens and the like, between any two letters

Word = str | re.Pattern[str]  # as it stands in a text, or a pattern of all ways to write it


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


def mask(words: Sequence[Word], text: str) -> str:
    """*text* without *words*, whatever their capitals, in the genitive too; and without any mail
    address that one of them is part of.

    What is a pattern already is masked wherever it fits.

    A word in the middle of another stays, for what is public must be readable (TF 2:12); see
    :func:`within`.
    """
    if not words:
        return text
    patterns = [word.pattern for word in words if isinstance(word, re.Pattern)]
    if _spelt(words):
        patterns.append(rf"(?<!\w)(?:{_any(words)}){_GENITIVE}")
    whole = re.compile("|".join(patterns), re.IGNORECASE)
    text = re.sub(ADDRESS, lambda a: masked() if whole.search(a[0]) else a[0], text)
    return whole.sub(lambda _found: masked(), text)


def within(words: Sequence[Word], parts: Sequence[Part]) -> list[str]:
    """Words still in *parts* that hold one of *words*: whoever masks "Anna" meets "annat" too."""
    if not _spelt(words):
        return []
    holding = re.compile(rf"\w*(?:{_any(words)})\w*", re.IGNORECASE)
    found = (each for part in parts for each in holding.findall(f"{part.label}\n{part.text}"))
    return sorted({each.casefold() for each in found})


def quoting(parts: Sequence[Part], hidden: Collection[str], shown: Sequence[Part]) -> list[Part]:
    """Which of the *shown* parts still say what is masked as a whole elsewhere: a mail quotes the
    idea, and not always to its end, so some words in a row are enough. What mails have in common
    with each other is how we write them, so a masked one is not looked for in the rest.

    :param parts: all of them, before anything was masked; *hidden*, as in :func:`mask_parts`.
    """
    sources = [part for part in parts if part.key in hidden and part.section != "mails"]
    texts = [_words(part.text) for part in sources]
    runs = {run for words in texts for run in _runs(words, min(len(words), _IN_A_ROW))}
    runs = {run for run in runs if sum(map(len, run)) >= _TELLING}
    lengths = {len(run) for run in runs}
    return [
        part
        for part in shown
        if part.key not in hidden
        and any(runs & _runs(_words(f"{part.label}\n{part.text}"), each) for each in lengths)
    ]


def mask_parts(parts: Sequence[Part], hidden: Collection[str], words: Sequence[Word]) -> list[Part]:
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


def traces(enquiry: Enquiry) -> list[Word]:
    """How the sender may stand in the texts: name, parts of it, address, telephone number."""
    names = [each for each in re.findall(r"\w+", enquiry.name) if each.casefold() not in COMMON]
    found = dict.fromkeys([enquiry.name, *names, enquiry.email, enquiry.phone])
    spelt = [each for each in found if len(each) > 2]
    number = number_pattern(enquiry.phone)
    return [*spelt, re.compile(number)] if number else [*spelt]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    """All that stand in a row in *words*, so many of them."""
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)} - {()}


def _spelt(words: Sequence[Word]) -> list[str]:
    return [word for word in words if isinstance(word, str)]


def _any(words: Sequence[Word]) -> str:
    """A pattern of any of *words* that are spelt out, the longest first."""
    longest_first = sorted(_spelt(words), key=len, reverse=True)
    return "|".join(_BETWEEN.join(map(_letters, word.split())) for word in longest_first)


def _letters(word: str) -> str:
    return _UNSEEN.join(map(re.escape, word))
