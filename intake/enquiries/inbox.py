"""The inbox: views of what there is to do, read a page at a time in the order of an index.

No page counts or skips what comes before it: each begins where the one before ended. Numbers and
ids are given in the order in which ideas are stored, so the newest are those with the highest id;
what staff enter may have come in earlier than that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import aliased

from intake import clock
from intake.db import db
from intake.directory.members import Member
from intake.directory.organisation import Organisation
from intake.enquiries import access, attention, search
from intake.enquiries.attention import Need
from intake.enquiries.models import AT_DEPARTMENTS, Enquiry, Event
from intake.enquiries.steps import Act, Status
from intake.enquiries.thread import what
from intake.enquiries.veil import veiled

PAGE = 25  # rows
MOST_COUNTED = 999  # counting on would read the whole table
MOST_AGE = 99  # working days

# Literally as the indexes have them: SQLite uses a partial index only if it is the same text.
_WAITING = Enquiry.question_at.is_not(None)
_SPAM = sa.text("suspected")
_AT_DEPARTMENT = sa.text(AT_DEPARTMENTS)


class View(StrEnum):
    """The views, in the order of their tabs."""

    ACTION = "action"
    DEPARTMENTS = "departments"
    WAITING = "waiting"
    PARKED = "parked"
    CLOSED = "closed"
    ALL = "all"
    SPAM = "spam"


class Flag(StrEnum):
    """Marks that one can filter by."""

    NEWS = "news"
    LATE = "late"
    SECRECY = "secrecy"
    RESEMBLES = "resembles"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is to be shown of a view. Whatever is empty does not narrow it."""

    words: str = ""
    status: str = ""
    department: str = ""
    sender_kind: str = ""
    programme: str = ""
    goal: str = ""
    language: str = ""
    first_day: date | None = None
    last_day: date | None = None
    flag: str = ""


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind, or with *back* before, the row with that id."""

    id: int
    day: date | None = None  # where the view is sorted by one
    back: bool = False

    def __str__(self) -> str:
        parts = ["before" if self.back else "after", str(self.id)]
        return ".".join(parts + ([self.day.isoformat()] if self.day else []))

    @classmethod
    def parse(cls, written: str) -> "Cursor | None":
        """The cursor that *written* is; None if it is none, which is the first page."""
        way, _, rest = written.partition(".")
        number, _, day = rest.partition(".")
        if way not in ("after", "before") or not (number.isascii() and number.isdigit()):
            return None
        try:
            return cls(
                min(int(number[:18]), 2**31 - 1),
                date.fromisoformat(day) if day else None,
                way == "before",
            )
        except ValueError:
            return None


@dataclass(frozen=True)
class Last:
    """The latest line of a history."""

    what: str  # in the current language
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Row:
    """One enquiry as a list shows it. Who sent it is not said in lists."""

    reference: str
    title: str
    language: str
    sender_kind: str
    channel: str
    department_id: str | None
    status: str
    needs: tuple[Need, ...]
    received_at: datetime
    age: int  # working days, at most MOST_AGE
    due_on: date | None
    last: Last | None
    waiting: bool
    marks: tuple[Flag, ...]
    marked_title: Markup
    snippet: Markup


@dataclass(frozen=True)
class Listed:
    """A page of a view, with the cursors of those beside it."""

    rows: tuple[Row, ...]
    previous: Cursor | None
    next: Cursor | None


def views(who: Member) -> tuple[View, ...]:
    """The views that *who* has: spam is the coordinator's alone."""
    return tuple(view for view in View if who.coordinates or view is not View.SPAM)


def counts(who: Member) -> dict[View, int]:
    """How many there are in each view, in one question; more than 999 are 1000."""
    shown = views(who)
    counted = [
        sa.select(sa.func.count())
        .select_from(
            sa.select(Enquiry.id)
            .where(*_of_view(view, who))
            .limit(MOST_COUNTED + 1)
            .subquery(f"of_{view.value}")
        )
        .scalar_subquery()
        for view in shown
    ]
    found = db.session.execute(sa.select(*counted)).one()
    return dict(zip(shown, found, strict=True))


def listed(
    who: Member, view: View, asked: Filter, cursor: Cursor | None, house: Organisation
) -> Listed:
    """One page of *view*, as far as *who* may see it.

    By the day since when there is something to do, the oldest first; all other views, and whatever
    is searched, begin with the newest.
    """
    found, more = _read(page_query(who, view, asked, cursor), cursor)
    if not found:
        return Listed((), None, None)

    days = _day_of(who) if _by_day(view, asked) else None
    first, last = (
        (each.id, getattr(each, days.key) if days is not None else None)
        for each in (found[0], found[-1])
    )
    back = cursor is not None and cursor.back
    has_previous, has_next = (more, True) if back else (cursor is not None, more)
    events = _last_events([each.id for each in found], house)
    return Listed(
        tuple(_row(each, events.get(each.id), asked.words, house, who) for each in found),
        Cursor(*first, back=True) if has_previous else None,
        Cursor(*last) if has_next else None,
    )


def page_query(who: Member, view: View, asked: Filter, cursor: Cursor | None) -> sa.Select[Any]:
    """The question for one page and the row behind it."""
    chosen = sa.select(Enquiry).where(*_of_view(view, who), *_filtered(asked))
    back = cursor is not None and cursor.back

    found = search.matching(
        asked.words,
        sender_kind=asked.sender_kind,
        programme=asked.programme,
        goal=asked.goal,
        language=asked.language,
    )
    if found is not None:
        chosen = chosen.where(found)
    if _by_day(view, asked):
        order: list[sa.ColumnElement[Any]] = [_day_of(who), Enquiry.__table__.c.id]
        if cursor is not None and cursor.day:
            here, there = sa.tuple_(*order), sa.tuple_(sa.literal(cursor.day), cursor.id)
            chosen = chosen.where(here < there if back else here > there)
        newest_first = back
    else:
        key: Any = search.place() if found is not None and asked_of_index(asked) else Enquiry.id
        order = [key]
        if cursor is not None:
            chosen = chosen.where(key > cursor.id if back else key < cursor.id)
        newest_first = not back
    return chosen.order_by(*(each.desc() if newest_first else each for each in order)).limit(
        PAGE + 1
    )


def asked_of_index(asked: Filter) -> bool:
    """Is the full-text index asked? A question without a single word finds nothing without it."""
    facts = (asked.sender_kind, asked.programme, asked.goal, asked.language)
    return any(facts) or any(letter.isalnum() for letter in asked.words)


def _read(query: sa.Select[Any], cursor: Cursor | None) -> tuple[list[Enquiry], bool]:
    found = list(db.session.scalars(query))
    more = len(found) > PAGE
    found = found[:PAGE]
    return (found[::-1] if cursor is not None and cursor.back else found), more


def _by_day(view: View, asked: Filter) -> bool:
    return view is View.ACTION and not asked.words.strip() and not asked_of_index(asked)


def _day_of(who: Member) -> Any:
    return Enquiry.coordinator_from if who.coordinates else Enquiry.department_from


def _of_view(view: View, who: Member) -> list[sa.ColumnElement[bool]]:
    """What is in *view*, as far as *who* may see it."""
    if view is View.SPAM:
        return [_SPAM] if who.coordinates else [sa.false()]  # type: ignore[list-item]

    conditions: list[Any] = [sa.not_(Enquiry.suspected)]
    if not who.coordinates:
        conditions.append(_one_of(Enquiry.department_id, who.departments))
    match view:
        case View.ACTION:
            conditions.append(_day_of(who) <= clock.today())
        case View.DEPARTMENTS:
            conditions.append(_AT_DEPARTMENT)
        case View.WAITING:
            conditions.append(_WAITING)
        case View.PARKED:
            conditions.append(Enquiry.status == Status.PARKED)
        case View.CLOSED:
            conditions.append(Enquiry.status == Status.CLOSED)
    return conditions


def _one_of(column: Any, values: frozenset[str]) -> sa.ColumnElement[bool]:
    """Most contacts have one department, whose rows an index then holds in order."""
    if len(values) == 1:
        return column == next(iter(values))
    return column.in_(sorted(values))


def _filtered(asked: Filter) -> list[sa.ColumnElement[bool]]:
    """The filters that are columns; the others are asked of the full-text index."""
    conditions: list[Any] = []
    if asked.status:
        conditions.append(Enquiry.status == asked.status)
    if asked.department:
        here = asked.department if asked.department != "none" else None
        conditions.append(Enquiry.department_id == here)
    if asked.first_day:
        begins = _begin_of(asked.first_day)
        conditions += [Enquiry.received_at >= begins, Enquiry.id > _last_through_form(begins)]
    if asked.last_day:
        ends = _begin_of(date.fromordinal(asked.last_day.toordinal() + 1))
        conditions += [Enquiry.received_at < ends, Enquiry.id <= _last_that_came(ends)]
    match asked.flag:
        case Flag.NEWS:
            conditions.append(Enquiry.news_at.is_not(None))
        case Flag.LATE:
            conditions.append(Enquiry.due_on < clock.today())
        case Flag.SECRECY:
            conditions.append(sa.or_(Enquiry.flagged, Enquiry.protected))
        case Flag.RESEMBLES:
            conditions.append(Enquiry.resembles_id.is_not(None))
        case Flag.DUPLICATE:
            conditions.append(Enquiry.leads_id.is_not(None))
    return conditions


def _begin_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.STOCKHOLM)


def _last_through_form(before: datetime) -> sa.ColumnElement[int]:
    """The highest id of those that came through the form *before*: one step in an index of days.

    All that came in later has a higher one, for nothing is entered before it came in.
    """
    return sa.func.coalesce(_through_form(before).scalar_subquery(), 0)


def _last_that_came(before: datetime) -> sa.ColumnElement[int]:
    """The highest id of all that came in *before*, also of those that were entered later."""
    other = aliased(Enquiry)
    entered = (
        sa.select(other.id)
        .where(sa.text("channel <> 'form'"), other.received_at < before)
        .order_by(other.id.desc())
        .limit(1)
    )
    both = sa.union_all(
        sa.select(_through_form(before).subquery().c.id), sa.select(entered.subquery().c.id)
    ).subquery()
    return sa.func.coalesce(sa.select(sa.func.max(both.c.id)).scalar_subquery(), 0)


def _through_form(before: datetime) -> sa.Select[Any]:
    other = aliased(Enquiry)
    return (
        sa.select(other.id)
        .where(other.received_at < before, other.channel == "form")
        .order_by(other.received_at.desc(), other.id.desc())
        .limit(1)
    )


def _last_events(ids: list[int], house: Organisation) -> dict[int, Last]:
    """What happened last to each, letters and readings apart, which follow from something else."""
    latest = (
        sa.select(sa.func.max(Event.id))
        .where(Event.enquiry_id.in_(ids), Event.act.not_in((Act.MAILED, Act.WITHHELD, Act.READ)))
        .group_by(Event.enquiry_id)
    )
    events = db.session.scalars(sa.select(Event).where(Event.id.in_(latest)))
    return {event.enquiry_id: Last(what(event, house), event.at) for event in events}


def _row(enquiry: Enquiry, last: Last | None, words: str, house: Organisation, who: Member) -> Row:
    today, title = clock.today(), enquiry.title
    if access.hides_sender(enquiry, who):
        title = veiled(title, enquiry)
    return Row(
        reference=enquiry.reference,
        title=title,
        language=enquiry.language,
        sender_kind=enquiry.sender_kind,
        channel=enquiry.channel,
        department_id=enquiry.department_id,
        status=enquiry.status,
        needs=tuple(attention.needs_of(who, enquiry, house)),
        received_at=enquiry.received_at,
        age=_age(clock.local(enquiry.received_at).date(), today),
        due_on=enquiry.due_on,
        last=last,
        waiting=enquiry.question_at is not None,
        marks=tuple(_marks(enquiry, today)),
        marked_title=search.marked(title, words),
        snippet=search.snippet(enquiry, words),
    )


def _marks(enquiry: Enquiry, today: date) -> Iterator[Flag]:
    if enquiry.news_at:
        yield Flag.NEWS
    if enquiry.due_on and enquiry.due_on < today:
        yield Flag.LATE
    if enquiry.flagged or enquiry.protected:
        yield Flag.SECRECY
    if enquiry.resembles_id:
        yield Flag.RESEMBLES
    if enquiry.leads_id:
        yield Flag.DUPLICATE


@lru_cache(maxsize=2048)
def _age(received: date, today: date) -> int:
    """Working days since *received*, counted no further than anybody needs to know."""
    age, day = 0, received
    while day < today and age < MOST_AGE:
        day = date.fromordinal(day.toordinal() + 1)
        age += clock.is_working_day(day)
    return age
