"""Which department an idea belongs to, and why. Text in, decision out; nothing is stored or sent.

First form: the sender's own choice and the organisation's keyword patterns are weighed together.
Whatever is not clear goes to the coordinator. It is advice to people, never a decision about a
person (GDPR art. 22), so every decision carries what counted and where it stood.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from intake.directory.values import Organisation
from intake.routing.weigh import Hit, Keywords, each_once, keywords, weigh

# What counts, and how much. A sender's choice weighs as much as two good words: people guess.
CHOICE = 4.0

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
        return each_once(reason.word for reason in found)[:most]

    @property
    def chosen(self) -> str | None:
        """The department that the sender chose, if that counted."""
        return next((r.department for r in self.reasons if r.kind == "choice"), None)

    @property
    def likely(self) -> tuple[str, ...]:
        """Who may get it: the department, or while that is not clear the two best."""
        if self.department:
            return (self.department,)
        return tuple(candidate.department for candidate in self.ranked[:2])

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
    keywords: Keywords


def decide(text: Mapping[str, str], chosen_department: str | None, rules: Rules) -> Decision:
    """Say which department an idea belongs to.

    :param text: what the sender wrote, by field name; ``title`` weighs more than the rest.
    :param chosen_department: the id that the sender chose, or None. An id that the organisation
        does not have counts for nothing.
    :param rules: from :func:`rules_of`.
    """
    reasons = [_reason(hit) for hit in weigh(text, rules.keywords)]
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
    posts = organisation.active_posts
    known = keywords((post.id, post.keywords) for post in posts)
    return Rules(
        version=f"{_VERSION}-{known.fingerprint}",
        coordinator=organisation.coordinator.id,
        choices=frozenset(post.id for post in organisation.departments),
        keywords=known,
    )


def _reason(hit: Hit) -> Reason:
    return Reason(
        department=hit.owner,
        weight=hit.weight,
        kind="word",
        pattern=hit.pattern,
        word=hit.word,
        place=hit.place,
        start=hit.start,
        end=hit.end,
    )


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
