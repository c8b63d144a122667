"""Counts the figures of a period.

The database groups and Python adds up groups: one question for how things stand, one for how they
were answered, two for what is kept as lists. They read a period's rows, by the index of days.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries.arrival import moment
from intake.enquiries.days import day_of, numbered
from intake.enquiries.figures import Answer, Codes, Figures, Part, Period
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status


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
