"""One page of a list: by which index it is read, and how far is looked for it.

No page counts or skips what comes before it: each begins where the one before ended. One index
leads, in its own order; whatever else is asked is checked of at most LOOK rows, and the reader is
told where that ended and can go on from there. So no question of nobody's reads the whole table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from intake.db import db
from intake.directory.members import Member
from intake.enquiries import search
from intake.enquiries.attention import Rank
from intake.enquiries.models import Enquiry, Participation
from intake.enquiries.views import (
    Filter,
    Parts,
    View,
    by_day,
    came_in,
    day_of,
    departments,
    parts_of,
    taking_part,
)

PAGE = 25  # rows
LOOK = 5000  # rows; some milliseconds


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind, or with *back* before, the row with that id."""

    id: int
    place: tuple[Rank, date] | None = None  # where the view is sorted by them
    back: bool = False

    def __str__(self) -> str:
        parts = ["before" if self.back else "after", str(self.id)]
        if self.place:
            rank, day = self.place
            parts += [str(int(rank)), day.isoformat()]
        return ".".join(parts)

    @classmethod
    def parse(cls, written: str) -> "Cursor | None":
        """The cursor that *written* is; None if it is none, which is the first page."""
        way, _, rest = written.partition(".")
        number, _, place = rest.partition(".")
        if way not in ("after", "before") or not (number.isascii() and number.isdigit()):
            return None
        try:
            return cls(
                min(int(number[:18]), 2**31 - 1),
                _place(place) if place else None,
                way == "before",
            )
        except ValueError:
            return None

    def turned(self) -> "Cursor":
        """From the same place the other way, with the row that is there."""
        step = 1 if bool(self.place) != self.back else -1
        return replace(self, id=self.id + step, back=not self.back)


def _place(written: str) -> tuple[Rank, date]:
    rank, _, day = written.partition(".")
    return Rank(int(rank)), date.fromisoformat(day)


@dataclass(frozen=True)
class Page:
    """What is on a page, with the cursors of those beside it."""

    found: Sequence[Enquiry]
    previous: Cursor | None
    next: Cursor | None
    unfinished: bool  # there is more to look through than was


@dataclass(frozen=True)
class Way:
    """How a page is come by: an index leads to some rows, of which the rest is to be checked."""

    ids: sa.Select[Any]  # with rank and day if the list is in their order
    looked: sa.Select[Any]  # the same, and those without the words that are asked for
    most: int  # rows that are looked through
    rest: Sequence[sa.ColumnElement[bool]]
    day: Any
    ascending: bool

    def page(self) -> sa.Select[Any]:
        """The question for the rows of the page and one behind it."""
        ids = self.ids.subquery("looked")
        chosen = sa.select(ids)
        if self.rest:
            # A question for each, lest the database turns the join round: it does not know how few
            # these are, and reads the table in this order, or all of a department.
            fits = sa.select(sa.and_(*self.rest)).where(Enquiry.id == ids.c.id)
            chosen = chosen.where(fits.correlate(ids).scalar_subquery())
        order = _in_order(_columns(ids), self.ascending)
        page = chosen.order_by(*order).limit(PAGE + 1).subquery("page")
        order = _in_order(_columns(page), self.ascending)
        return sa.select(Enquiry).join_from(page, Enquiry, Enquiry.id == page.c.id).order_by(*order)

    def edge(self) -> sa.Select[Any]:
        """The question for the last that was looked at, if there may be more behind it."""
        ids = self.looked.subquery("looked")
        order = _in_order(_columns(ids), self.ascending)
        return sa.select(ids).order_by(*order).offset(self.most - 1).limit(1)


def read(who: Member, view: View, asked: Filter, cursor: Cursor | None) -> Page:
    """One page of *view*, as far as *who* may see it.

    By rank, and in each by the day since when there is something to do, the oldest first; all other
    views, and whatever is searched, begin with the newest.
    """
    way = way_to(who, view, asked, cursor)
    # Who takes part stands in each row, in whatever view.
    beside = joinedload(Enquiry.participations)
    found = list(db.session.scalars(way.page().options(beside)).unique())
    more = len(found) > PAGE
    found = found[:PAGE]
    edge = None if more or not way.rest else db.session.execute(way.edge()).first()

    def at(enquiry: Enquiry, back: bool) -> Cursor:
        if way.day is None:
            return Cursor(enquiry.id, None, back)
        return Cursor(enquiry.id, (Rank(enquiry.rank), getattr(enquiry, way.day.key)), back)

    back = cursor is not None and cursor.back
    onward = at(found[-1], back) if more else None
    if edge is not None:
        place = None if way.day is None else (Rank(edge.rank), edge.day)
        onward = Cursor(edge.id, place, back)
    behind = cursor and (at(found[0], not back) if found else cursor.turned())
    unfinished = edge is not None
    if back:
        return Page(found[::-1], onward, behind, unfinished)
    return Page(found, behind, onward, unfinished)


def way_to(who: Member, view: View, asked: Filter, cursor: Cursor | None) -> Way:
    """The way to the page that *cursor* names; without one, to the first."""
    if asked.terms is not None:
        return _by_words(who, view, asked, cursor)
    if view is View.TOGETHER:
        return _by_participation(who, asked, cursor)
    return _by_index(who, view, asked, cursor)


def _by_words(who: Member, view: View, asked: Filter, cursor: Cursor | None) -> Way:
    back = cursor is not None and cursor.back
    sought = search.seek(
        asked.terms or (),
        lambda column: [*came_in(asked, column), *_behind(cursor, [column], back)],
        newest_first=not back,
        most=LOOK,
    )
    if view is View.TOGETHER:
        theirs = _piece_of_participation(taking_part(who))
        here = [*_had_by(asked), sa.exists().where(Participation.enquiry_id == Enquiry.id, *theirs)]
    else:
        here = _in_one_of(departments(who, asked.department))
    rest = [*parts_of(who, view, asked).values(), *here]
    return Way(sought.found, sought.looked, LOOK, rest, None, back)


def _by_participation(who: Member, asked: Filter, cursor: Cursor | None) -> Way:
    """What departments take part in is read from their own table, the newest ideas first."""
    back = cursor is not None and cursor.back
    theirs, id_ = taking_part(who), Participation.__table__.c.enquiry_id
    pieces = [theirs] if not theirs else [(each,) for each in theirs]
    most = LOOK // len(pieces)
    asked_for = [
        sa.select(id_.label("id"))
        .distinct()
        .where(*_piece_of_participation(piece), *_behind(cursor, [id_], back), *came_in(asked, id_))
        .order_by(*_in_order([id_], back))
        .limit(most)
        for piece in pieces
    ]
    # An idea in which two of somebody's departments take part is one.
    ids = _merged(asked_for, back, sa.union).limit(most) if len(pieces) > 1 else asked_for[0]
    rest = [*parts_of(who, View.TOGETHER, asked).values(), *_had_by(asked)]
    return Way(ids, ids, most, rest, None, back)


def all_together(who: Member) -> sa.Select[Any]:
    """The question for the ids of all in which departments take part, as far as *who* sees them."""
    theirs = _piece_of_participation(taking_part(who))
    return sa.select(Participation.enquiry_id).distinct().where(*theirs)


def _piece_of_participation(theirs: tuple[str, ...] | None) -> list[sa.ColumnElement[bool]]:
    if theirs is None:
        return []
    if len(theirs) == 1:
        return [Participation.department_id == theirs[0]]
    return [Participation.department_id.in_(theirs)]


def _had_by(asked: Filter) -> list[sa.ColumnElement[bool]]:
    """Who has it, where those are shown that others have."""
    if not asked.department:
        return []
    return _in_one_of((None if asked.department == "none" else asked.department,))


def _by_index(who: Member, view: View, asked: Filter, cursor: Cursor | None) -> Way:
    parts, here = parts_of(who, view, asked), departments(who, asked.department)
    day = day_of(who) if by_day(view, asked) else None
    ascending = (cursor is not None and cursor.back) is (day is None)
    id_ = Enquiry.__table__.c.id

    names, by_department = _index_for(who, view, parts)
    led = [parts.pop(name) for name in names if name in parts]
    rest = [*parts.values(), *([] if by_department else _in_one_of(here))]
    pieces = _pieces(here) if by_department else [[]]
    most = LOOK // len(pieces) if rest else PAGE + 1
    columns, order = [id_], [id_]
    if day is None:
        led += [*_behind(cursor, order, ascending), *came_in(asked, id_)]
    else:
        columns, order = [Enquiry.rank.label("rank"), day.label("day"), id_], [day, id_]
        ranks = _ranks(cursor, order, ascending)
        pieces = [[*piece, *rank] for piece in pieces for rank in ranks]

    asked_for = [
        sa.select(*columns).where(*piece, *led).order_by(*_in_order(order, ascending)).limit(most)
        for piece in pieces
    ]
    ids = _merged(asked_for, ascending).limit(most) if len(pieces) > 1 else asked_for[0]
    return Way(ids, ids, most, rest, day, ascending)


def _index_for(who: Member, view: View, parts: Parts) -> tuple[tuple[str, ...], bool]:
    """Which parts an index holds together, and whether it holds them for each department."""
    if view is View.SPAM:
        return ("listed",), False
    if "day" in parts:
        return ("listed", "day"), not who.coordinates
    if "flag" in parts:
        return ("listed", "flag"), False
    if "waiting" in parts:
        return ("listed", "waiting"), True
    return ("listed", "status"), True


def _pieces(here: tuple[str | None, ...] | None) -> list[list[sa.ColumnElement[bool]]]:
    """An index by departments is in order for one of them at a time."""
    if here is None:
        return [[]]
    return [_in_one_of((each,)) for each in here] or [[sa.false()]]


def _ranks(
    cursor: Cursor | None, order: Sequence[Any], ascending: bool
) -> list[list[sa.ColumnElement[bool]]]:
    """An index by rank is in order for one of them at a time: what there is of each behind
    *cursor*.
    """
    if cursor is None or cursor.place is None:
        return [[Enquiry.rank == rank] for rank in Rank]
    here = cursor.place[0]
    behind = [rank for rank in Rank if (rank > here if ascending else rank < here)]
    return [
        [Enquiry.rank == here, *_behind(cursor, order, ascending)],
        *([Enquiry.rank == rank] for rank in behind),
    ]


def _merged(
    pieces: list[sa.Select[Any]], ascending: bool, how: Callable[..., Any] = sa.union_all
) -> sa.Select[Any]:
    """All of *pieces*, each of which is in the same order, in that order."""
    union = how(*(sa.select(piece.subquery()) for piece in pieces)).subquery()
    return sa.select(union).order_by(*_in_order(_columns(union), ascending))


def _in_one_of(here: tuple[str | None, ...] | None) -> list[sa.ColumnElement[bool]]:
    if here is None:
        return []
    if len(here) == 1:
        return [Enquiry.department_id == here[0]]
    return [Enquiry.department_id.in_(here)]


def _behind(
    cursor: Cursor | None, order: Sequence[Any], ascending: bool
) -> list[sa.ColumnElement[bool]]:
    """Only what comes behind *cursor* in that order. One that does not fit it is none."""
    if cursor is None or (len(order) == 2) is (cursor.place is None):
        return []
    if cursor.place is None:
        return [order[0] > cursor.id if ascending else order[0] < cursor.id]
    here, there = sa.tuple_(*order), sa.tuple_(sa.literal(cursor.place[1]), cursor.id)
    return [here > there if ascending else here < there]


def _in_order(columns: list[Any], ascending: bool) -> list[sa.ColumnElement[Any]]:
    return columns if ascending else [column.desc() for column in columns]


def _columns(ids: sa.FromClause) -> list[Any]:
    return [ids.c[name] for name in ("rank", "day", "id") if name in ids.c]
