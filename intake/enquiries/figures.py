"""The figures: how much came in, how soon it was answered, and what has become of it.

The database groups and Python adds up groups: one question for how things stand, one for how they
were answered, two for what is kept as lists. They read a period's rows, by the index of days.

What looks like spam is counted apart. An idea that goes on as part of another counts as what it is:
it came in, and its sender was promised an answer. That it is closed as such is told, so that
nobody takes two for different ideas; and it is left out of the share that went further, since
only the one that leads can.

A share or a median of few would tell of single people, so there is none of fewer than ``FEW``; nor
where it could be had from the whole by subtraction. Of a period in which no more than that came in,
nothing is told but how many (see ``Figures.too_few``): what single tables say of one idea would
otherwise add up to a description of it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries.arrival import moment
from intake.enquiries.days import day_of, numbered
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import WAY, Status

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
        """Add a group of ideas that stand alike; see ``_standing``."""
        self.count += group.number
        self.late += group.number if group.late else 0
        if not group.follows:
            self.alone += group.number
            went = group.status in WAY or group.closing_reason in _AFTER_ITS_WAY
            self.further += group.number if went else 0

    def add_answers(self, group: Any) -> None:
        """Add how a group of them was answered; see ``_answers``."""
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


def first_year() -> int:
    """The year in which the first idea came in; this one, if none has."""
    first = db.session.scalar(sa.select(sa.func.min(Enquiry.received_at)))
    return clock.local(first or clock.now()).year


def of(period: Period) -> Figures:
    """The figures of what came in in *period*, as everything stands now."""
    spam, joined, whole = 0, 0, Part()
    channels, statuses, reasons = Counter[str](), Counter[str](), Counter[str]()
    departments, kinds, languages = (defaultdict[str, Part](Part) for _ in range(3))

    def parts(group: Any) -> tuple[Part, ...]:
        at = departments[group.department_id or ""]
        return whole, at, kinds[group.sender_kind], languages[group.language]

    for group in db.session.execute(_standing(period)):
        if group.suspected:
            spam += group.number
            continue
        joined += group.number if group.follows else 0
        channels[group.channel] += group.number
        statuses[group.status] += group.number
        if group.status == Status.CLOSED:
            reasons[group.closing_reason] += group.number
        for part in parts(group):
            part.add(group)
    for group in db.session.execute(_answers(period)):
        for part in parts(group):
            part.add_answers(group)

    return Figures(
        period=period,
        whole=whole,
        spam=spam,
        joined=joined,
        channels=channels,
        statuses=statuses,
        reasons=reasons,
        departments=departments,
        kinds=kinds,
        languages=languages,
        programmes=_listed(period, sa.cast(Enquiry.programmes, sa.Text)),
        goals=_listed(period, _goals()),
    )


def _came_in(period: Period) -> list[sa.ColumnElement[bool]]:
    return [
        Enquiry.received_at >= moment(period.first, None),
        Enquiry.received_at < moment(period.last + timedelta(days=1), None),
    ]


#: What each part is told of.
_PARTS = (Enquiry.department_id, Enquiry.sender_kind, Enquiry.language)


def _standing(period: Period) -> sa.Select[Any]:
    """How many there are that stand alike."""
    alike = (
        *_PARTS,
        Enquiry.channel,
        Enquiry.status,
        Enquiry.closing_reason,
        Enquiry.suspected,
        Enquiry.leads_id.is_not(None).label("follows"),
        sa.func.coalesce(Enquiry.due_on < clock.today(), sa.false()).label("late"),
    )
    return _counted(alike).where(*_came_in(period)).group_by(*alike)


def _answers(period: Period) -> sa.Select[Any]:
    """How many were answered alike: within how many working days, and whether in time.

    Days are grouped rather than moments, and counted by looking up two numbers: so what is read
    is far shorter than the list of what came in.
    """
    today = clock.today()
    years = range(period.first.year, max(period.last, today).year + 1)
    answered_on = day_of(Enquiry.first_answer_at, years)
    answer = sa.case(
        (answered_on <= Enquiry.answer_by, Answer.IN_TIME),
        (Enquiry.first_answer_at.is_not(None), Answer.LATE),
        (Enquiry.status == Status.CLOSED, Answer.NONE),
        (Enquiry.answer_by < today, Answer.OVERDUE),
        else_=Answer.WAITED_FOR,
    )
    received_on = day_of(Enquiry.received_at, years)
    each = (
        sa.select(
            *_PARTS,
            answer.label("answer"),
            received_on.label("received_on"),
            answered_on.label("answered_on"),
        )
        .where(*_came_in(period), ~Enquiry.suspected)
        .subquery()
    )
    days = numbered(_days(period.first, max(period.first, today)))
    begun, ended = days.alias("begun"), days.alias("ended")
    taken = (ended.c.number - begun.c.number).label("days")
    alike = (each.c.department_id, each.c.sender_kind, each.c.language, each.c.answer, taken)
    return (
        _counted(alike)
        .select_from(each)
        .join(begun, begun.c.day == each.c.received_on)
        .outerjoin(ended, ended.c.day == each.c.answered_on)
        .group_by(*alike)
    )


def _counted(alike: Iterable[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count().label("number"), *alike)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _goals() -> sa.ColumnElement[str]:
    """The goals as text; it is compared as JSON writes an empty list."""
    ours = sa.cast(Enquiry.staff_goals, sa.Text)
    return sa.case((ours == "[]", sa.cast(Enquiry.goals, sa.Text)), else_=ours)


def _listed(period: Period, lists: sa.ColumnElement[str]) -> Codes:
    """How many name each: *lists* are JSON as text, which both databases can group by."""
    asked = sa.select(lists.label("listed"), sa.func.count()).where(
        *_came_in(period), ~Enquiry.suspected
    )
    found: Counter[str] = Counter()
    for listed, number in db.session.execute(asked.group_by(lists)):
        found.update(dict.fromkeys(_named(listed), number))
    return found


def _named(listed: str | None) -> Iterable[str]:
    return map(str, json.loads(listed or "[]"))
