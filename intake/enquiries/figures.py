"""The figures: how much came in, how soon it was answered, and what has become of it. They are
counted in ``tally``.

What looks like spam is counted apart. An idea that goes on as part of another counts as what it is:
it came in, and its sender was promised an answer. That it is closed as such is told, so that
nobody takes two for different ideas; and it is left out of the share that went further, since
only the one that leads can.

A share or a median of few would tell of single people, so there is none of fewer than ``FEW``; nor
where it could be had from the whole by subtraction. Of a period in which fewer came in,
nothing is told but how many (see ``Figures.too_few``): what single tables say of one idea would
otherwise add up to a description of it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import accumulate
from typing import Any

from intake.enquiries.steps import WAY

FEW = 5
#: Reasons to close an idea that a department has developed, or applied for.
_AFTER_ITS_WAY = ("completed", "refused")


@dataclass(frozen=True)
class Period:
    """Some Swedish days, the first and the last of which are among them."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def year(self) -> int | None:
        """Which year it is, if it is one."""
        return self.first.year if self == self.of_year(self.first.year) else None


class Answer(StrEnum):
    """How it stands with the first answer that the sender was promised."""

    IN_TIME = "in_time"
    LATE = "late"
    WAITED_FOR = "waited_for"
    OVERDUE = "overdue"
    NONE = "none"  # closed without one: its sender has withdrawn it


@dataclass(slots=True)
class Part:
    """Some of the ideas, or all of them."""

    count: int = 0
    late: int = 0  # with whatever was promised next
    answers: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)  # working days to the first answer
    alone: int = 0  # that are no part of another one
    further: int = 0  # of those: that a department develops, or has developed

    def add(self, group: Any) -> None:
        """Add a group of ideas that stand alike; see ``tally``."""
        self.count += group.number
        self.late += group.number if group.late else 0
        if not group.follows:
            self.alone += group.number
            went = group.status in WAY or group.closing_reason in _AFTER_ITS_WAY
            self.further += group.number if went else 0

    def add_answers(self, group: Any) -> None:
        """Add how a group of them was answered; see ``tally``."""
        self.answers[group.answer] += group.number
        if group.days is not None:
            self.days[group.days] += group.number

    @property
    def waiting(self) -> int:
        """How many wait for their first answer."""
        return self.answers[Answer.WAITED_FOR] + self.answers[Answer.OVERDUE]

    @property
    def answered(self) -> int:
        return self.days.total()

    @property
    def in_time(self) -> int:
        return self.answers[Answer.IN_TIME]

    @property
    def due(self) -> int:
        """How many have had their first answer, or should have."""
        return self.answered + self.answers[Answer.OVERDUE]

    @property
    def median(self) -> int | None:
        """The fewest working days within which at least half of the answers came."""
        if self.answered < FEW:
            return None
        days, counts = zip(*sorted(self.days.items()), strict=True)
        return next(
            day
            for day, so_far in zip(days, accumulate(counts), strict=True)
            if 2 * so_far >= self.answered
        )


Codes = Mapping[str, int]
Parts = Mapping[str, Part]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is told of a period. Codes are as they are stored; no department is an empty one."""

    period: Period
    whole: Part
    spam: int
    joined: int  # that go on as part of another idea
    channels: Codes
    statuses: Codes
    reasons: Codes  # of what is closed
    departments: Parts
    kinds: Parts  # of senders
    languages: Parts
    programmes: Codes
    goals: Codes  # as staff have set them, else as the sender has

    @property
    def too_few(self) -> bool:
        """Would more than how many came in tell of single people?"""
        return self.whole.count < FEW


def share(part: int, of: int) -> int | None:
    """How many percent, rounded down, so that 100 means all; None if it would be of few."""
    return 100 * part // of if of >= FEW else None


def told(sizes: Mapping[str, int]) -> frozenset[str]:
    """Of which parts a share can be told: those that are not small, and not the smallest of these
    either if the small ones together could be had from the whole by subtraction.
    """
    small = {code for code, size in sizes.items() if size < FEW}
    large = sorted(sizes.keys() - small, key=lambda code: (sizes[code], code))
    if large and 0 < sum(sizes[code] for code in small) < FEW:
        large = large[1:]
    return frozenset(large)
