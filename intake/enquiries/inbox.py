"""The inbox: what each row of a list tells, and how many there are in each view.

Ids are given in the order in which ideas are stored, so the newest are those with the highest;
what staff enter may have come in earlier than that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from markupsafe import Markup

from intake import clock
from intake.db import db
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries import access, attention, hits, pages, search, to_do
from intake.enquiries.attention import Rank
from intake.enquiries.event_words import what
from intake.enquiries.models import Enquiry, Event, Participation
from intake.enquiries.pages import Cursor
from intake.enquiries.steps import Act, Status
from intake.enquiries.veil import veiled
from intake.enquiries.views import Filter, Flag, View, by_day, departments, parts_of, views
from intake.i18n import Localised

MOST_COUNTED = 999  # counting on would read the whole table


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
    together: tuple[Localised, ...]  # the departments that take part
    awaited: tuple[Localised, ...]  # those of them that have not answered yet, while it is open
    status: str
    rank: Rank
    to_do: tuple[str, ...]  # in the current language
    received_at: datetime
    age: int | None  # working days that the sender has waited; None once it is closed
    due_on: date | None  # what is overdue, ``to_do`` says
    last: Last | None
    waiting: bool
    marks: tuple[Flag, ...]
    marked_title: Markup
    snippet: Markup


@dataclass(frozen=True)
class Listed:
    """A page of a view, with the cursors of those beside it."""

    rows: tuple[Row, ...]
    ranked: bool  # in the order of their ranks
    previous: Cursor | None
    next: Cursor | None
    unfinished: bool  # what comes next was not looked through: more may fit


def counts(who: Member) -> dict[View, int]:
    """How many there are in each view, in one question; more than 999 are 1000."""
    shown, here = views(who), departments(who, "")
    mine = [] if here is None else [Enquiry.department_id.in_(here)]
    in_view = {
        view: sa.select(Enquiry.id).where(
            *parts_of(who, view, Filter()).values(), *_ranked(view), *mine
        )
        for view in shown
    } | {View.TOGETHER: pages.all_together(who)}
    counted = [
        sa.select(sa.func.count())
        .select_from(in_view[view].limit(MOST_COUNTED + 1).subquery(f"of_{view.value}"))
        .scalar_subquery()
        for view in shown
    ]
    found = db.session.execute(sa.select(*counted)).one()
    return dict(zip(shown, found, strict=True))


def waiting_for(who: Member) -> int:
    """How many open ideas that others have wait for an answer of *who*'s departments, among the
    newest in which they take part.
    """
    if not who.departments:
        return 0
    newest = (
        sa.select(Participation.enquiry_id, Participation.answered_at)
        .where(Participation.department_id.in_(sorted(who.departments)))
        .order_by(Participation.enquiry_id.desc())
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    waiting = (
        sa.select(sa.func.count(newest.c.enquiry_id.distinct()))
        .join_from(newest, Enquiry, Enquiry.id == newest.c.enquiry_id)
        .where(newest.c.answered_at.is_(None), Enquiry.status != Status.CLOSED)
    )
    return db.session.scalar(waiting) or 0


def _ranked(view: View) -> list[sa.ColumnElement[bool]]:
    """All ranks: the index that holds what is to do by days holds it for one of them at a time."""
    return [Enquiry.rank.in_(Rank)] if view is View.ACTION else []


def listed(
    who: Member, view: View, asked: Filter, cursor: Cursor | None, house: Organisation
) -> Listed:
    """One page of *view*, as far as *who* may see it; see :func:`pages.read`."""
    page = pages.read(who, view, asked, cursor)
    last, news = _last_events(who, [each.id for each in page.found])
    snippets = _snippets(page.found, asked.words)
    rows = (
        _row(each, last.get(each.id), news.get(each.id), asked.words, snippets, house, who)
        for each in page.found
    )
    return Listed(
        tuple(rows),
        by_day(view, asked),
        page.previous,
        page.next,
        page.unfinished,
    )


def _last_events(who: Member, ids: list[int]) -> tuple[dict[int, Event], dict[int, Event]]:
    """What happened last to each, and what the latest news is, in one question.

    Letters and readings are passed over, which follow from something else; nor is it news to a
    department that it has looked.
    """
    if not ids:
        return {}, {}
    passed_over = [Act.MAILED, Act.WITHHELD, Act.READ]
    if not who.coordinates:
        passed_over.append(Act.OPENED)
    latest = (
        sa.select(sa.func.max(Event.id))
        .where(Event.enquiry_id.in_(ids), Event.act.not_in(passed_over))
        .group_by(Event.enquiry_id)
    )
    chosen = Event.id.in_(sa.union(latest, to_do.ids_of_news(ids)))
    events = list(db.session.scalars(sa.select(Event).where(chosen).order_by(Event.id)))
    return {event.enquiry_id: event for event in events}, to_do.by_enquiry(events)


def _snippets(found: Sequence[Enquiry], words: str) -> dict[int, Markup]:
    """Where *words* stand in what the sender of each wrote below the title, or else, if the title
    has none of them, in what was said since.

    Nothing of one whose every reading is noted: a list is not.
    """
    if not words:
        return {}
    open_ones = [each for each in found if not (each.flagged or each.protected)]
    shown = {each.id: hits.snippet(_written(each), words) for each in open_ones}
    left = [e.id for e in open_ones if not shown[e.id] and not hits.is_in(e.title, words)]
    said = search.said_lately(left)
    return shown | {id: hits.snippet(texts, words) for id, texts in said.items()}


def _written(enquiry: Enquiry) -> Iterator[str]:
    yield from (getattr(enquiry, name) for name in search.WRITTEN if name != "title")
    yield enquiry.organisation


def _row(
    enquiry: Enquiry,
    last: Event | None,
    news: Event | None,
    words: str,
    snippets: Mapping[int, Markup],
    house: Organisation,
    who: Member,
) -> Row:
    today, title, beside = clock.today(), enquiry.title, access.participations(enquiry)
    if access.hides_sender(enquiry, who):
        title = veiled(title, enquiry)
    waits = enquiry.status != Status.CLOSED
    due = attention.due_for(who, enquiry, house)
    return Row(
        reference=enquiry.reference,
        title=title,
        language=enquiry.language,
        sender_kind=enquiry.sender_kind,
        channel=enquiry.channel,
        department_id=enquiry.department_id,
        together=tuple(house.posts[each.department_id].name for each in beside),
        awaited=tuple(
            house.posts[each.department_id].name
            for each in beside
            if waits and each.answered_at is None
        ),
        status=enquiry.status,
        rank=Rank(enquiry.rank),
        to_do=_to_do(enquiry, news, house, who),
        received_at=enquiry.received_at,
        age=clock.working_days(clock.local(enquiry.received_at).date(), today) if waits else None,
        due_on=due if due and due >= today else None,
        last=Last(what(last, house), last.at) if last else None,
        waiting=enquiry.question_at is not None,
        marks=tuple(_marks(enquiry)),
        marked_title=hits.marked(title, words),
        snippet=snippets.get(enquiry.id, Markup("")),
    )


def _to_do(
    enquiry: Enquiry, news: Event | None, house: Organisation, who: Member
) -> tuple[str, ...]:
    """What *who* is to do about it, and whose it is if they only take part."""
    if not access.has_it(who, enquiry):
        return (to_do.of_participant(who, enquiry, house),)
    needs = attention.needs_of(who, enquiry, house)
    return tuple(to_do.lines(needs, enquiry, news, house, coordinates=who.coordinates))


def _marks(enquiry: Enquiry) -> Iterator[Flag]:
    """What ``to_do`` does not say already."""
    if enquiry.protected:
        yield Flag.PROTECTED
    if enquiry.flagged:
        yield Flag.SECRECY
    if enquiry.resembles_id:
        yield Flag.RESEMBLES
    if enquiry.leads_id:
        yield Flag.DUPLICATE
