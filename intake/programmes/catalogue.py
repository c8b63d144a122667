"""The programmes that may pay for an idea, as one immutable value that a process reads once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app

from intake.i18n import Localised

#: How long an entry is trusted after somebody compared it with its sources.
TRUSTED = timedelta(days=183)


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One source of money, as an entry of the file tells of it."""

    id: str
    name: Localised
    family: str  # a key of the catalogue's families
    status: str  # active, closed, outside
    why_not: Localised  # empty while it is active
    valid_to: date
    checked: date
    authority: str
    authority_role: Localised
    applicants: tuple[str, ...]
    who: Localised
    funds: Localised
    not_paid: Localised  # empty where nothing is known to be left out
    grant: Localised  # empty where it is not known
    eu_rate_max: int | None  # percent
    grant_min_eur: int | None
    grant_max_eur: int | None
    min_partners: int | None
    min_countries: int | None
    departments: tuple[str, ...]
    goals: tuple[int, ...]
    url: str
    note: Localised
    confidence: str  # confirmed, partly, unconfirmed
    unconfirmed: Localised
    keywords: Mapping[str, tuple[str, ...]]  # patterns by language

    @property
    def active(self) -> bool:
        """Can anybody here apply for it?"""
        return self.status == "active"

    def is_over(self, today: date) -> bool:
        """Have the rules that the entry tells of ended?"""
        return self.valid_to < today

    def is_unchecked(self, today: date) -> bool:
        """Was it too long ago that somebody compared it with its sources?"""
        return self.checked + TRUSTED < today


@dataclass(frozen=True, eq=False)  # one object per file: cached by identity
class Catalogue:
    """Every programme by its id, in the order of the file."""

    version: str
    families: Mapping[str, Localised]
    programmes: Mapping[str, Programme]

    def by_family(self) -> list[tuple[Localised, list[Programme]]]:
        """The programmes below the names of their families, closed ones too."""
        each = self.programmes.values()
        return [
            (name, [programme for programme in each if programme.family == family])
            for family, name in self.families.items()
        ]


def catalogue() -> Catalogue:
    """The programmes that this application was started with."""
    kept: Catalogue = current_app.extensions["programmes"]
    return kept
