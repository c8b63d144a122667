"""Which department an idea belongs to, and why. Text in, decision out; nothing is stored or sent.

First form: the sender's own choice and the organisation's keyword patterns are weighed together.
Whatever is not clear goes to the coordinator. It is advice to people, never a decision about a
person (GDPR art. 22), so every decision carries what counted and where it stood.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from intake.directory.organisation import Organisation
from intake.routing.text import Pattern, PatternIndex, words

# What counts, and how much. A sender's choice weighs as much as two good words: people guess.
CHOICE = 4.0
SEVERAL_WORDS = 3.0
ONE_WORD = 2.0
IN_TITLE = 1.5
COVERED = 0.5  # when a longer pattern fits the same word: "skolmat*" says more than "skol*"

# Clear is: enough in all, and so many times the next.
ENOUGH = 3.5  # two words, or one and the sender's choice
AHEAD = 1.7

_VERSION = "keywords/1"


@dataclass(frozen=True)
class Reason:
    """One thing that counted: the sender's choice, a word that fitted a pattern, or where it was
    entered.
    """

    department: str
    weight: float
    kind: Literal["choice", "word", "entered"] = "choice"
    pattern: str = ""
    word: str = ""  # as the sender wrote it
    place: str = ""  # the field it stood in
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Candidate:
    """A department and the sum of what spoke for it."""

    department: str
    score: float


@dataclass(frozen=True)
class Decision:
    """Where an idea should go. ``department`` is None when the coordinator decides."""

    department: str | None
    sure: Literal["clear", "unsure"]
    ranked: tuple[Candidate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    rules: str = _VERSION

    def words_for(self, department: str | None, most: int = 5) -> list[str]:
        """The sender's words that spoke for *department*, the weightiest first, each once."""
        found = [r for r in self.reasons if r.kind == "word" and r.department == department]
        found.sort(key=lambda reason: -reason.weight)
        each = (" ".join(reason.word.lower().split()) for reason in found)
        return list(dict.fromkeys(each))[:most]

    @property
    def chosen(self) -> str | None:
        """The department that the sender chose, if that counted."""
        return next((r.department for r in self.reasons if r.kind == "choice"), None)

    def was_chosen(self, department: str | None) -> bool:
        """Did the sender choose *department*?"""
        return department is not None and self.chosen == department

    def was_entered_at(self, department: str | None) -> bool:
        """Did it come in at *department*, whose contact entered it?"""
        return any(r.kind == "entered" and r.department == department for r in self.reasons)


@dataclass(frozen=True)
class Rules:
    """The organisation's patterns, ready to search with."""

    version: str
    coordinator: str
    choices: frozenset[str]
    index: PatternIndex
    owners: Mapping[str, tuple[str, ...]] = field(repr=False)  # pattern as written -> departments


def decide(text: Mapping[str, str], chosen_department: str | None, rules: Rules) -> Decision:
    """Say which department an idea belongs to.

    :param text: what the sender wrote, by field name; ``title`` weighs more than the rest.
    :param chosen_department: the id that the sender chose, or None. An id that the organisation
        does not have counts for nothing.
    :param rules: from :func:`rules_of`.
    """
    reasons = _weigh(text, rules)
    if chosen_department in rules.choices:
        reasons.insert(0, Reason(chosen_department, CHOICE))

    ranked = _rank(reasons)
    clear = _is_clear(ranked, reasons, rules.coordinator)
    first = ranked[0].department if clear else None

    return Decision(
        department=None if first == rules.coordinator else first,
        sure="clear" if clear else "unsure",
        ranked=ranked,
        reasons=tuple(reasons),
        rules=rules.version,
    )


def came_in_at(department: str, decision: Decision) -> Decision:
    """*decision* where a contact of *department* has entered the idea: theirs until somebody says
    otherwise, and what the words point to stands behind it.
    """
    here = next((c.score for c in decision.ranked if c.department == department), 0.0)
    others = tuple(c for c in decision.ranked if c.department != department)
    return replace(
        decision,
        department=department,
        sure="clear",
        ranked=(Candidate(department, here), *others),
        reasons=(Reason(department, 0.0, "entered"), *decision.reasons),
    )


@lru_cache(maxsize=4)
def rules_of(organisation: Organisation) -> Rules:
    """The rules that follow from the organisation as it stands; made once per version of it."""
    posts = (organisation.coordinator, *organisation.departments)
    owners: dict[str, tuple[str, ...]] = {}
    for post in posts:
        for written in dict.fromkeys(word for each in post.keywords.values() for word in each):
            owners[written] = (*owners.get(written, ()), post.id)

    fingerprint = hashlib.sha256(json.dumps(owners, sort_keys=True).encode()).hexdigest()[:12]
    return Rules(
        version=f"{_VERSION}-{fingerprint}",
        coordinator=organisation.coordinator.id,
        choices=frozenset(post.id for post in organisation.departments),
        index=PatternIndex(Pattern.parse(written) for written in owners),
        owners=owners,
    )


def _weigh(text: Mapping[str, str], rules: Rules) -> list[Reason]:
    """What fits: each word and each pattern once for a department, where it weighs most."""
    best: dict[tuple[str, str], Reason] = {}

    for place, written in text.items():
        hits = list(rules.index.find(words(written)))
        longest: dict[int, int] = {}
        for pattern, first, _ in hits:
            longest[first.end] = max(longest.get(first.end, 0), pattern.length)

        for pattern, first, last in hits:
            weight = SEVERAL_WORDS if len(pattern.parts) > 1 else ONE_WORD
            weight *= IN_TITLE if place == "title" else 1
            weight *= COVERED if pattern.length < longest[first.end] else 1
            owners = rules.owners[pattern.written]

            for department in owners:
                reason = Reason(
                    department=department,
                    weight=round(weight / len(owners), 3),
                    kind="word",
                    pattern=pattern.written,
                    word=written[first.start : last.end],
                    place=place,
                    start=first.start,
                    end=last.end,
                )
                known = (department, pattern.written)
                if known not in best or best[known].weight < reason.weight:
                    best[known] = reason

    # The same word often fits a pattern of two languages.
    places: dict[tuple[str, str, int], Reason] = {}
    for reason in best.values():
        key = (reason.department, reason.place, reason.start)
        if key not in places or places[key].weight < reason.weight:
            places[key] = reason
    return list(places.values())


def _rank(reasons: list[Reason]) -> tuple[Candidate, ...]:
    scores: dict[str, float] = {}
    for reason in reasons:
        scores[reason.department] = scores.get(reason.department, 0) + reason.weight

    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Candidate(department, round(score, 3)) for department, score in ordered)


def _is_clear(ranked: tuple[Candidate, ...], reasons: list[Reason], coordinator: str) -> bool:
    """Enough speaks for the first, it is well ahead, and nothing speaks against it.

    Against it is that the sender chose another, or a word that asks for the coordinator: those
    words stand for what has no owner in the municipality.
    """
    if not ranked or ranked[0].score < ENOUGH:
        return False
    first = ranked[0].department
    if any(r.department != first and r.kind == "choice" for r in reasons):
        return False
    if first != coordinator and any(r.department == coordinator for r in reasons):
        return False
    return len(ranked) == 1 or ranked[0].score >= AHEAD * ranked[1].score
