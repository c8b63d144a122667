"""Which programmes may pay for an idea, and why. Text in, suggestion out; nothing is stored.

A programme is suggested only if words of the text speak for it. Who usually owns such an idea, the
goals in common and who may apply then move it up or down. It is advice to staff, never a promise to
the sender and never a decision.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from intake.programmes.catalogue import Catalogue, Programme
from intake.routing.weigh import Hit, Keywords, each_once, keywords, weigh

MOST = 3  # that are suggested, and as many that come next

# What counts besides words.
USUAL_OWNER = 1.0
EACH_GOAL = 0.5
MAY_APPLY = 0.5

# A suggestion is: so much of words, and no less than this part of the best one's sum.
ENOUGH = 1.5
CLOSE = 0.3

_VERSION = "programmes/1"

#: As what each kind of sender applies. Somebody else may be anybody: nothing is said of them.
AS_APPLICANT = {
    "resident": "resident",
    "association": "association",
    "company": "company",
    "school": "school",
    "staff": "municipality",
}

#: Who may take up an idea of somebody else's, the nearest first.
_IN_PLACE = ("association", "school", "municipality", "municipal_company")


@dataclass(frozen=True)
class Fit:
    """A programme, and what spoke for it."""

    programme: str
    score: float
    words: tuple[str, ...] = ()  # as the sender wrote them, the weightiest first
    departments: tuple[str, ...] = ()  # that have the idea, or may get it, and often own such
    goals: tuple[int, ...] = ()  # in common
    applicant: str = ""  # as what the sender would apply; empty if that is not known
    may_apply: bool = False
    others: tuple[str, ...] = ()  # who can apply in the sender's place, if the sender may not


@dataclass(frozen=True)
class Proposal:
    """The programmes for one idea, the best first."""

    suggested: tuple[Fit, ...] = ()
    next_best: tuple[Fit, ...] = ()
    not_possible: tuple[Fit, ...] = ()  # what words point to, and nobody here can apply for
    rules: str = _VERSION


def propose(
    text: Mapping[str, str],
    catalogue: Catalogue,
    *,
    sender_kind: str = "",
    departments: Collection[str] = (),
    goals: Collection[int] = (),
) -> Proposal:
    """Say which programmes may pay for an idea.

    :param text: what the sender wrote, by field name; ``title`` weighs more than the rest.
    :param sender_kind: a code of ``choices.SENDER_KINDS``.
    :param departments: who has the idea, or is suggested for it.
    :param goals: the global goals that it serves, by number.
    """
    known = _keywords_of(catalogue)
    hits: dict[str, list[Hit]] = {}
    for hit in weigh(text, known):
        hits.setdefault(hit.owner, []).append(hit)

    fits = [
        _fit(catalogue.programmes[id], found, sender_kind, departments, goals)
        for id, found in hits.items()
        if sum(hit.weight for hit in found) >= ENOUGH
    ]
    fits.sort(key=lambda fit: (-fit.score, fit.programme))
    possible = [fit for fit in fits if catalogue.programmes[fit.programme].active]
    close = [fit for fit in possible if fit.score >= CLOSE * possible[0].score][:MOST]

    return Proposal(
        suggested=tuple(close),
        next_best=tuple(possible[len(close) :][:MOST]),
        not_possible=tuple(fit for fit in fits if fit not in possible)[:MOST],
        rules=f"{_VERSION}-{catalogue.version}",
    )


@lru_cache(maxsize=4)
def _keywords_of(catalogue: Catalogue) -> Keywords:
    """The patterns of the catalogue, made ready once for each."""
    return keywords((each.id, each.keywords) for each in catalogue.programmes.values())


def _fit(
    programme: Programme,
    hits: list[Hit],
    sender_kind: str,
    departments: Collection[str],
    goals: Collection[int],
) -> Fit:
    hits.sort(key=lambda hit: -hit.weight)
    owners = tuple(id for id in programme.departments if id in departments)
    shared = tuple(number for number in programme.goals if number in goals)
    applicant = AS_APPLICANT.get(sender_kind, "")
    may_apply = applicant in programme.applicants
    near = tuple(who for who in _IN_PLACE if who in programme.applicants)

    score = sum(hit.weight for hit in hits) + EACH_GOAL * len(shared)
    score += USUAL_OWNER if owners else 0
    score += MAY_APPLY if may_apply else 0
    return Fit(
        programme=programme.id,
        score=round(score, 3),
        words=tuple(each_once(hit.word for hit in hits)),
        departments=owners,
        goals=shared,
        applicant=applicant,
        may_apply=may_apply,
        others=() if may_apply else near or programme.applicants,
    )
