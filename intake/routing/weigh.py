"""What the words of a text speak for, and how much: the same for departments and for programmes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from intake.routing.text import Pattern, PatternIndex, words

SEVERAL_WORDS = 3.0
ONE_WORD = 2.0
IN_TITLE = 1.5
COVERED = 0.5  # when a longer pattern fits the same word: "skolmat*" says more than "skol*"


@dataclass(frozen=True)
class Hit:
    """A word that fitted a pattern, and what it speaks for."""

    owner: str
    weight: float
    pattern: str
    word: str  # as the sender wrote it
    place: str  # the field it stood in
    start: int
    end: int


@dataclass(frozen=True)
class Keywords:
    """Patterns, ready to search with."""

    fingerprint: str
    index: PatternIndex
    owners: Mapping[str, tuple[str, ...]] = field(repr=False)  # pattern as written -> owners


def keywords(patterns: Iterable[tuple[str, Mapping[str, tuple[str, ...]]]]) -> Keywords:
    """Make ready the *patterns*: an owner's id and its patterns by language, for each owner."""
    owners: dict[str, tuple[str, ...]] = {}
    for owner, by_language in patterns:
        for written in dict.fromkeys(word for each in by_language.values() for word in each):
            owners[written] = (*owners.get(written, ()), owner)

    return _ready(tuple(owners.items()))


@lru_cache(maxsize=8)
def _ready(patterns: tuple[tuple[str, tuple[str, ...]], ...]) -> Keywords:
    """The organisation changes more often than its words: whenever somebody is away."""
    owners = dict(patterns)
    fingerprint = hashlib.sha256(json.dumps(owners, sort_keys=True).encode()).hexdigest()[:12]
    return Keywords(fingerprint, PatternIndex(Pattern.parse(written) for written in owners), owners)


def each_once(found: Iterable[str]) -> list[str]:
    """Words as they were written, in one line, each once whatever its capitals."""
    each: dict[str, str] = {}
    for word in found:
        written = " ".join(word.split())
        each.setdefault(written.casefold(), written)
    return list(each.values())


def weigh(text: Mapping[str, str], known: Keywords) -> list[Hit]:
    """What fits: each word and each pattern once for an owner, where it weighs most.

    A pattern of several owners speaks the less for each. Words in the field ``title`` weigh more.
    """
    best: dict[tuple[str, str], Hit] = {}

    for place, written in text.items():
        found = list(known.index.find(words(written)))
        longest: dict[int, int] = {}
        for pattern, first, _ in found:
            longest[first.end] = max(longest.get(first.end, 0), pattern.length)

        for pattern, first, last in found:
            weight = SEVERAL_WORDS if len(pattern.parts) > 1 else ONE_WORD
            weight *= IN_TITLE if place == "title" else 1
            weight *= COVERED if pattern.length < longest[first.end] else 1
            owners = known.owners[pattern.written]

            for owner in owners:
                hit = Hit(
                    owner=owner,
                    weight=round(weight / len(owners), 3),
                    pattern=pattern.written,
                    word=written[first.start : last.end],
                    place=place,
                    start=first.start,
                    end=last.end,
                )
                key = (owner, pattern.written)
                if key not in best or best[key].weight < hit.weight:
                    best[key] = hit

    # The same word often fits a pattern of two languages.
    places: dict[tuple[str, str, int], Hit] = {}
    for hit in best.values():
        spot = (hit.owner, hit.place, hit.start)
        if spot not in places or places[spot].weight < hit.weight:
            places[spot] = hit
    return list(places.values())
