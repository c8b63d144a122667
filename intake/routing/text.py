"""Words of a text, with where they stand, and the keyword patterns that look for them.

Patterns are lower case and compared after NFC and case folding:
``ord`` is the whole word, ``ord*`` a word that begins so, ``*ord*`` a word that contains it, and
``två ord`` words in sequence, each by its own rule. Swedish builds compounds, so ``ord*`` is the
normal form.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Letters and digits with their combining marks, hyphens and apostrophes inside a word.
_LETTERS = r"(?:[^\W_][\u0300-\u036f]*)+"
_WORD = re.compile(rf"{_LETTERS}(?:[-’']{_LETTERS})*")


@dataclass(frozen=True)
class Word:
    """One word of a text: folded for comparing, with its place in the text as it was written."""

    folded: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of *text*. A hyphenated word is one word, followed by its last part.

    ``EU-stöd`` gives ``eu-stöd`` and ``stöd``: in Swedish the last part says what a thing is.
    """
    found = []
    for match in _WORD.finditer(text):
        found.append(Word(fold(match[0]), match.start(), match.end()))
        head, hyphen, last = match[0].rpartition("-")
        if hyphen:
            found.append(Word(fold(last), match.start() + len(head) + 1, match.end()))
    return found


def fold(word: str) -> str:
    """*word* as it is compared: composed (NFC) and without case."""
    return unicodedata.normalize("NFC", word).casefold()


@dataclass(frozen=True)
class Pattern:
    """One keyword pattern, taken apart."""

    written: str
    parts: tuple[tuple[str, str], ...]  # (letters, rule) for each word of it

    @classmethod
    def parse(cls, written: str) -> "Pattern":
        return cls(written, tuple(_part(part) for part in fold(written).split()))

    @property
    def length(self) -> int:
        """How many letters must agree: the longer, the more it tells."""
        return sum(len(letters) for letters, _ in self.parts)


def _part(part: str) -> tuple[str, str]:
    if part.startswith("*"):
        return part.strip("*"), "contains"
    if part.endswith("*"):
        return part.rstrip("*"), "begins"
    return part.strip("-"), "is"


def matches(part: tuple[str, str], word: str) -> bool:
    """Does one *part* of a pattern fit the folded *word*?"""
    letters, rule = part
    if rule == "is":
        return word == letters
    return word.startswith(letters) if rule == "begins" else letters in word


class PatternIndex:
    """Patterns by how their first word begins, so that a text is searched in one pass."""

    def __init__(self, patterns: Iterator[Pattern]) -> None:
        self._by_letters: dict[str, list[Pattern]] = {}
        self._anywhere: list[Pattern] = []

        for pattern in patterns:
            letters, rule = pattern.parts[0]
            if rule == "contains":
                self._anywhere.append(pattern)
            else:
                self._by_letters.setdefault(letters, []).append(pattern)

        self._longest = max((len(letters) for letters in self._by_letters), default=0)

    def find(self, text: list[Word]) -> Iterator[tuple[Pattern, Word, Word]]:
        """Each pattern that fits, with the first and the last word that it covers."""
        for place, word in enumerate(text):
            for pattern in self._candidates(word.folded):
                last = _fits(pattern, text, place)
                if last is not None:
                    yield pattern, word, last

    def _candidates(self, word: str) -> Iterator[Pattern]:
        for length in range(1, min(len(word), self._longest) + 1):
            yield from self._by_letters.get(word[:length], ())
        yield from self._anywhere


def _fits(pattern: Pattern, text: list[Word], place: int) -> Word | None:
    window = text[place : place + len(pattern.parts)]
    if len(window) < len(pattern.parts):
        return None
    if all(matches(part, word.folded) for part, word in zip(pattern.parts, window, strict=True)):
        return window[-1]
    return None
