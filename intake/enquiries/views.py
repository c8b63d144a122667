"""The views of the inbox and its filters: what is in each, as conditions that an index may hold."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from intake import clock
from intake.directory.members import Member
from intake.enquiries import models
from intake.enquiries.attention import AT_DEPARTMENT
from intake.enquiries.models import Enquiry
from intake.enquiries.question import Term, terms_of
from intake.enquiries.steps import Status


class View(StrEnum):
    """The views, in the order of their tabs."""

    ACTION = "action"
    DEPARTMENTS = "departments"
    TOGETHER = "together"  # several departments are on it
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
    PROTECTED = "protected"
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

    @property
    def terms(self) -> tuple[Term, ...] | None:
        """What is asked of the search; None if nothing is."""
        return terms_of(
            self.words,
            sender_kind=self.sender_kind,
            programme=self.programme,
            goal=self.goal,
            language=self.language,
        )


#: Parts of what a list holds, by name: an index may hold some of them, the others are checked.
Parts = dict[str, sa.ColumnElement[bool]]

# Word for word as the indexes say it: SQLite takes a partial index only for the same text.
_FLAGS: dict[str, Any] = {
    Flag.NEWS: sa.text(models.NEWS),
    Flag.SECRECY: sa.text(models.FLAGGED),
    Flag.PROTECTED: sa.text(models.FLAGGED),
    Flag.RESEMBLES: sa.text(models.RESEMBLES),
    Flag.DUPLICATE: sa.text(models.DUPLICATE),
}
#: One index holds what is either of the two.
_WHICH: dict[str, Any] = {
    Flag.SECRECY: sa.text("flagged"),
    Flag.PROTECTED: sa.text("protected"),
}
_STATUSES: dict[View, frozenset[Status]] = {
    View.DEPARTMENTS: AT_DEPARTMENT,
    View.PARKED: frozenset({Status.PARKED}),
    View.CLOSED: frozenset({Status.CLOSED}),
}


def views(who: Member) -> tuple[View, ...]:
    """The views that *who* has: spam is the coordinator's alone."""
    return tuple(view for view in View if who.coordinates or view is not View.SPAM)


def departments(who: Member, asked: str) -> tuple[str | None, ...] | None:
    """Whose ideas *who* is to be shown, of the department *asked* for, if any; None means all.

    The coordinator's own are those that lie with no department, which is None among them.
    """
    wanted = None if asked == "none" else asked
    if who.coordinates:
        return (wanted,) if asked else None
    return tuple(sorted(each for each in who.departments if not asked or each == wanted))


def taking_part(who: Member) -> tuple[str, ...] | None:
    """The departments whose taking part *who* is shown; None means any's."""
    return None if who.coordinates else tuple(sorted(who.departments))


def by_day(view: View, asked: Filter) -> bool:
    """Is the list in the order of the days since when there is something to do?

    So is what is late: there is something to do about it, which begins with what waits longest.
    """
    late = asked.flag == Flag.LATE and view not in (View.SPAM, View.TOGETHER)
    ordered = view is View.ACTION or late
    return ordered and asked.terms is None


def day_of(who: Member) -> Any:
    """The column with that day."""
    return Enquiry.coordinator_from if who.coordinates else Enquiry.department_from


def parts_of(who: Member, view: View, asked: Filter) -> Parts:
    """All that must be so of what is in *view* and fits *asked*, but for department and words."""
    text: Any = sa.text
    parts: Parts = {"listed": text(models.LISTED)}
    if view is View.SPAM:
        parts["listed"] = text(models.SPAM) if who.coordinates else sa.false()
    if view is View.ACTION or by_day(view, asked):
        parts["day"] = day_of(who) <= clock.today()
    if view is View.WAITING:
        parts["waiting"] = text(models.WAITING)

    if (status := _status_in(view, asked)) is not None:
        parts["status"] = status
    if asked.flag == Flag.LATE:
        parts["late"] = Enquiry.due_on < clock.today()
    elif asked.flag:
        parts["flag"] = _FLAGS[asked.flag]
    if asked.flag in _WHICH:
        parts["which flag"] = _WHICH[asked.flag]
    if asked.first_day:
        parts["since"] = Enquiry.received_at >= _begin_of(asked.first_day)
    if asked.last_day:
        parts["until"] = Enquiry.received_at < _end_of(asked.last_day)
    return parts


def _status_in(view: View, asked: Filter) -> sa.ColumnElement[bool] | None:
    within = _STATUSES.get(view, frozenset(Status))
    if asked.status:
        return Enquiry.status == asked.status if asked.status in within else sa.false()
    if view is View.DEPARTMENTS:
        with_one: Any = sa.text(models.AT_DEPARTMENT)
        return sa.false() if asked.department == "none" else with_one
    return Enquiry.status == next(iter(within)) if view in _STATUSES else None


def came_in(asked: Filter, column: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
    """Between which ids all are that came in between the days *asked* for, and some others."""
    bounds = []
    if asked.first_day:
        bounds.append(column > _last_through_form(_begin_of(asked.first_day)))
    if asked.last_day:
        bounds.append(column <= _last_that_came(_end_of(asked.last_day)))
    return bounds


def _end_of(day: date) -> datetime:
    return _begin_of(date.fromordinal(day.toordinal() + 1))


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
        .where(sa.text(models.ENTERED), other.received_at < before)
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
