"""Full-text search over enquiries: one condition, behind which each database has its own index.

What is indexed are stems, so ``bidraget`` finds ``bidrag``, and stems are compared by how they
begin, so ``solceller`` finds ``solcellspark``; what may be a later part of a compound is indexed
too, so ``museum`` finds ``trähusmuseum``. Facts that are filtered by stand among them as
words that nobody types: a word and a filter together are then one question to one index.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from intake.db import db
from intake.enquiries import sender_words
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.question import TAIL, Term, fact, found_by, joined, terms_of
from intake.enquiries.steps import Act
from intake.enquiries.veil import veiled
from intake.enquiries.words import tokens

_MOST_SAID = 40_000  # characters; a sender who writes all day must not keep everybody waiting
_MOST_LINES = 500  # of history, that are looked through for what a page shows
MOST_HELD = 200  # counting on would read much of the index
#: What the sender wrote and staff number it by: where words are looked for.
WRITTEN = (
    "title",
    "description",
    "need",
    "target_group",
    "partners",
    "place",
    "own_contribution",
    "known_call",
    "case_number",
    "authority",
)
_READ = (
    *WRITTEN,
    "reference",
    "sender_kind",
    "language",
    "organisation",
    "programmes",
    "goals",
    "staff_goals",
    "protected",
    "name",
    "email",
    "phone",
)
#: What people write in a line of history, besides why.
_SAID = ("text", "next", "body")

#: One in so many enquiries at most holds a rare term.
_RARE = 100

_FTS = sa.table("search_text", sa.column("rowid", sa.Integer), sa.column("stems", sa.Text))
_GIN = sa.table("search_text", sa.column("enquiry_id", sa.Integer), sa.column("vector"))

_STORE = {
    "sqlite": sa.text("INSERT OR REPLACE INTO search_text (rowid, stems) VALUES (:id, :stems)"),
    "postgresql": sa.text(
        "INSERT INTO search_text (enquiry_id, stems) VALUES (:id, :stems)"
        " ON CONFLICT (enquiry_id) DO UPDATE SET stems = excluded.stems"
    ),
}


@dataclass(frozen=True)
class Sought:
    """Ids of what was found, in order, and of all that was looked through for it."""

    found: sa.Select[Any]
    looked: sa.Select[Any]


#: Conditions on a column with the ids of enquiries.
Between = Callable[[sa.ColumnElement[int]], list[sa.ColumnElement[bool]]]


def matching(words: str, **facts: object) -> sa.ColumnElement[bool] | None:
    """A condition on :class:`Enquiry`: every one of *words* and of *facts* is in it.

    For a few words that are not common; :func:`seek` is for those that somebody types.

    :return: None if nothing is asked for; false for every enquiry if there is no word in it.
    """
    terms = terms_of(words, **facts)
    if not terms:
        return sa.false() if terms is not None else None
    return sa.and_(_is_of_enquiry(), _indexed(terms))


def held_by(words: Iterable[str]) -> dict[str, int]:
    """How many enquiries hold each of these stems; no more than ``MOST_HELD`` are counted."""
    counts = [_count(word) for word in words]
    if not counts:
        return {}
    return {word: held for word, held in db.session.execute(sa.union_all(*counts))}  # noqa: C416


def any_of(words: Iterable[str]) -> sa.ColumnElement[bool]:
    """A condition on :class:`Enquiry`: at least one of these stems is in it."""
    term = Term(tuple((word, False) for word in words))
    return sa.and_(_is_of_enquiry(), _indexed([term]))


def seek(terms: Sequence[Term], between: Between, *, newest_first: bool, most: int) -> Sought:
    """Look for what holds all of *terms*, through at most *most* enquiries.

    The index leads where a term is rare. It has no order by age (GIN), or first reads all that a
    beginning of a word stands for (FTS5), so where all terms are common whoever asks it waits for
    a million hits to see the newest. Then those that are next are read instead, one by one.
    """
    if not terms:
        return Sought(nothing := sa.select(Enquiry.id).where(sa.false()), nothing)
    column = place()
    columns: list[Any] = [column.label("id"), _held().label("held")]
    chosen = sa.select(*columns).where(*between(column))

    def first(chosen: sa.Select[Any], by: sa.ColumnElement[int]) -> sa.Subquery:
        return chosen.order_by(by.desc() if newest_first else by).limit(most).subquery("near")

    near = first(chosen, column)
    counted = [sa.func.count().filter(_holds(near.c.held, term)) for term in terms]
    counts = db.session.execute(sa.select(*counted).select_from(near)).one()
    rare = [term for term, count in zip(terms, counts, strict=True) if count * _RARE <= most]
    if rare:
        # The sum keeps PostgreSQL from walking through the table in this order.
        by = column if db.engine.dialect.name == "sqlite" else column + 0
        near = first(chosen.where(_indexed(rare)), by)
    rest = [_holds(near.c.held, term) for term in terms if term not in rare]
    return Sought(sa.select(near.c.id).where(*rest), sa.select(near.c.id))


def place() -> sa.ColumnElement[int]:
    """The enquiry's id as the index has it, to be sorted and cut by."""
    return _FTS.c.rowid if db.engine.dialect.name == "sqlite" else _GIN.c.enquiry_id


def _is_of_enquiry() -> sa.ColumnElement[bool]:
    # The sum keeps SQLite from asking the index once for each enquiry, which takes seconds.
    return Enquiry.id == (place() + 0 if db.engine.dialect.name == "sqlite" else place())


def _count(word: str) -> sa.Select[str, int]:
    found = sa.select(place()).where(_indexed([Term(((word, False),))])).limit(MOST_HELD)
    return sa.select(sa.literal(word), sa.func.count()).select_from(found.subquery())


def _held() -> sa.ColumnElement[Any]:
    """What :func:`_holds` reads of each."""
    return _FTS.c.stems if db.engine.dialect.name == "sqlite" else _GIN.c.vector


def _indexed(terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    """Every term is among an enquiry's stems: each database answers that by its index."""
    if db.engine.dialect.name == "sqlite":
        question = " AND ".join(
            "(" + " OR ".join(f'"{stem}"{"*" * begins}' for stem, begins in term.stems) + ")"
            for term in terms
        )
        return sa.literal_column("search_text").op("MATCH")(question)
    return _fits(_GIN.c.vector, terms)


def _holds(held: sa.ColumnElement[Any], term: Term) -> sa.ColumnElement[bool]:
    """The same for one term and one enquiry that is read anyway, without the index."""
    if db.engine.dialect.name == "sqlite":
        text = " " + held + " "
        parts: dict[str, list[sa.ColumnElement[bool]]] = {}
        for stem, begins in term.stems:
            part = f" {stem}" if begins else f" {stem} "
            parts.setdefault(stem.removeprefix(TAIL), []).append(sa.func.instr(text, part) > 0)
        # Most rows hold none: these are passed over at one look, and without making a text first.
        return sa.or_(
            *(sa.and_(sa.func.instr(held, stem) > 0, sa.or_(*some)) for stem, some in parts.items())
        )
    return _fits(held, [term])


def _fits(vector: sa.ColumnElement[Any], terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    question = " & ".join(
        "(" + " | ".join(f"'{stem}'{':*' * begins}" for stem, begins in term.stems) + ")"
        for term in terms
    )
    return vector.op("@@")(sa.cast(question, postgresql.TSQUERY))


def index(enquiry: Enquiry) -> None:
    """Let *enquiry* be found by what it holds now, in the caller's transaction."""
    db.session.flush()
    said = [said_in(event.act, event.why, event.data) for event in enquiry.history]
    store(db.session.connection(), [{"id": enquiry.id, "stems": stems_of(enquiry, said)}])


def reindex(connection: sa.Connection, batch: int = 2000) -> Iterator[int]:
    """Index everything anew, in *connection*'s transaction; yields how many are done so far.

    Reads no more columns than it needs, so that a migration can call it.
    """
    read = sa.select(*(Enquiry.__table__.c[name] for name in ("id", *_READ)))
    last, done = 0, 0
    while True:
        chosen = read.where(Enquiry.id > last).order_by(Enquiry.id).limit(batch)
        found = connection.execute(chosen).all()
        if not found:
            return
        events = sa.select(Event.enquiry_id, Event.act, Event.why, Event.data).where(
            Event.enquiry_id.between(found[0].id, found[-1].id)
        )
        said: dict[int, list[str]] = {}
        for owner, act, why, data in connection.execute(events):
            said.setdefault(owner, []).append(said_in(act, why, data))
        store(
            connection,
            [{"id": each.id, "stems": stems_of(each, said.get(each.id, ()))} for each in found],
        )
        last, done = found[-1].id, done + len(found)
        yield done


def store(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    """Put what :func:`stems_of` made into the index: dicts with ``id`` and ``stems``."""
    connection.execute(_STORE[connection.dialect.name], rows)


def stems_of(enquiry: Any, said: Sequence[str] = ()) -> str:
    """All that *enquiry* is found by, and what was *said* about it since, the latest if it is much.

    No name and no address but as facts of the sender's (``sender_words``), which are asked for
    apart; and else nothing of who it is, where that is protected.
    """
    texts = [getattr(enquiry, name) or "" for name in WRITTEN] + [*_latest(said)]
    if enquiry.protected:
        texts = [veiled(text, enquiry) for text in texts]
    else:
        texts.append(enquiry.organisation or "")
    found: dict[str, None] = dict.fromkeys(
        stem for text in texts for word, _a, _b in tokens(text) for stem in found_by(word)
    )
    found |= dict.fromkeys(word for word, _a, _b in tokens(enquiry.reference))
    found[joined(enquiry.reference)] = None
    if enquiry.case_number:
        found[joined(enquiry.case_number)] = None
    found |= dict.fromkeys(sender_words.facts_of(enquiry))
    found[fact("sender_kind", enquiry.sender_kind)] = None
    found[fact("language", enquiry.language)] = None
    found |= dict.fromkeys(fact("programme", each) for each in enquiry.programmes or ())
    goals = {*(enquiry.goals or ()), *(enquiry.staff_goals or ())}
    found |= dict.fromkeys(fact("goal", each) for each in sorted(goals))
    return " ".join(filter(None, found))


def _latest(said: Sequence[str]) -> Iterator[str]:
    """As much of it as is indexed, from its end."""
    left = _MOST_SAID
    for text in reversed(said):
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return


def said_in(act: str, why: str, data: dict[str, Any]) -> str:
    """What was said in one line of history."""
    texts = [str(data.get(name) or "") for name in _SAID]
    if act == Act.ASSESSED:
        texts += [each["text"] for each in data["answers"].values()]
    return "\n".join(filter(None, [*texts, why]))


def said_lately(ids: Sequence[int]) -> dict[int, list[str]]:
    """What people have said of these enquiries, the latest first, and no more than is read in
    some milliseconds. Notes that may fall under secrecy are not in it (L6).
    """
    if not ids:
        return {}
    lines = (
        sa.select(Event.enquiry_id, Event.act, Event.why, Event.data)
        .where(Event.enquiry_id.in_(ids), Event.by_role != "system")
        .order_by((Event.id + 0).desc())  # the sum keeps databases from walking through all lines
        .limit(_MOST_LINES)
    )
    found: dict[int, list[str]] = {}
    left = _MOST_SAID
    for owner, act, why, data in db.session.execute(lines):
        said = "" if data.get("secret") else said_in(act, why, data)
        if said and left > 0:
            found.setdefault(owner, []).append(said[:left])
            left -= len(said)
    return found
