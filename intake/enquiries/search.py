"""Full-text search over enquiries: one condition, behind which each database has its own index.

What is indexed are stems, so ``bidraget`` finds ``bidrag``, and stems are compared by how they
begin, so ``solceller`` finds ``solcellspark``. Facts that are filtered by stand among them as
words that nobody types: a word and a filter together are then one question to one index.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape
from sqlalchemy.dialects import postgresql

from intake.db import db
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act
from intake.enquiries.veil import veiled
from intake.enquiries.words import stems, tokens

_MOST_SAID = 40_000  # characters; a sender who writes all day must not keep everybody waiting
MOST_HELD = 200  # counting on would read much of the index
_MOST_WORDS = 8  # more only make the question slower
_LONGEST = 200  # characters of a question
_BEGINS = 3  # letters from which on the beginning of a word is enough
_AROUND = 70  # characters to either side of a hit in a snippet

_WRITTEN = (
    "title",
    "description",
    "need",
    "target_group",
    "partners",
    "place",
    "own_contribution",
    "known_call",
    "case_number",
)
_READ = (
    *_WRITTEN,
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
_SAID = frozenset({Act.SHARED, Act.ASKED, Act.REPLIED, Act.ANSWERED, Act.NOTED})

_FTS = sa.table("search_text", sa.column("rowid", sa.Integer), sa.column("stems", sa.Text))
_GIN = sa.table("search_text", sa.column("enquiry_id", sa.Integer), sa.column("vector"))

_STORE = {
    "sqlite": sa.text("INSERT OR REPLACE INTO search_text (rowid, stems) VALUES (:id, :stems)"),
    "postgresql": sa.text(
        "INSERT INTO search_text (enquiry_id, stems) VALUES (:id, :stems)"
        " ON CONFLICT (enquiry_id) DO UPDATE SET stems = excluded.stems"
    ),
}


def matching(words: str, **facts: object) -> sa.ColumnElement[bool] | None:
    """A condition on :class:`Enquiry`: every one of *words* and of *facts* is in it.

    :param words: as somebody typed them; nothing in them is syntax.
    :param facts: what else must be so: ``sender_kind``, ``language``, ``goal``, ``programme``.
    :return: None if nothing is asked for; false for every enquiry if there is no word in it.
    """
    asked = [_alternatives(word) for word in _asked(words)]
    asked += [[(_fact(name, value), False)] for name, value in facts.items() if value]
    if not asked:
        return sa.false() if words.strip() else None

    for_fts = " AND ".join(
        "(" + " OR ".join(f'"{stem}"{"*" * begins}' for stem, begins in each) + ")"
        for each in asked
    )
    for_gin = " & ".join(
        "(" + " | ".join(f"'{stem}'{':*' * begins}" for stem, begins in each) + ")"
        for each in asked
    )
    return sa.and_(_is_of_enquiry(), _holds(for_fts, for_gin))


def held_by(words: Iterable[str]) -> dict[str, int]:
    """How many enquiries hold each of these stems; no more than ``MOST_HELD`` are counted."""
    counts = [_count(word) for word in words]
    if not counts:
        return {}
    return {word: held for word, held in db.session.execute(sa.union_all(*counts))}  # noqa: C416


def any_of(words: Iterable[str]) -> sa.ColumnElement[bool]:
    """A condition on :class:`Enquiry`: at least one of these stems is in it."""
    known = list(words)
    question = " OR ".join(f'"{word}"' for word in known), " | ".join(f"'{word}'" for word in known)
    return sa.and_(_is_of_enquiry(), _holds(*question))


def place() -> Any:
    """The enquiry's id as the index has it, to be sorted and cut by where :func:`matching` is."""
    return _FTS.c.rowid if db.engine.dialect.name == "sqlite" else Enquiry.id


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

    No name and no address; and nothing of who it is, where that is protected.
    """
    texts = [getattr(enquiry, name) or "" for name in _WRITTEN] + [*_latest(said)]
    if enquiry.protected:
        texts = [veiled(text, enquiry) for text in texts]
    else:
        texts.append(enquiry.organisation or "")
    found: dict[str, None] = dict.fromkeys(
        stem for text in texts for word, _a, _b in tokens(text) for stem in stems(word)
    )
    found |= dict.fromkeys(word for word, _a, _b in tokens(enquiry.reference))
    found[_joined(enquiry.reference)] = None
    if enquiry.case_number:
        found[_joined(enquiry.case_number)] = None
    found[_fact("sender_kind", enquiry.sender_kind)] = None
    found[_fact("language", enquiry.language)] = None
    found |= dict.fromkeys(_fact("programme", each) for each in enquiry.programmes or ())
    goals = {*(enquiry.goals or ()), *(enquiry.staff_goals or ())}
    found |= dict.fromkeys(_fact("goal", each) for each in sorted(goals))
    return " ".join(filter(None, found))


def _latest(said: Sequence[str]) -> Iterator[str]:
    """As much of it as is indexed, from its end."""
    left = _MOST_SAID
    for text in reversed(said):
        yield text[:left]
        left -= len(text)
        if left <= 0:
            return


def marked(text: str, words: str) -> Markup:
    """*text* with every hit of *words* in ``<mark>``; all else is escaped."""
    parts, last = [], 0
    for start, end in _hits(text, words):
        parts.append(escape(text[last:start]) + Markup("<mark>{}</mark>").format(text[start:end]))
        last = end
    return Markup("").join([*parts, escape(text[last:])])


def snippet(enquiry: Enquiry, words: str) -> Markup:
    """Some words around the first hit in what the sender wrote below the title; maybe empty.

    Nothing of one whose every reading is noted: a list is not.
    """
    if enquiry.flagged or enquiry.protected:
        return Markup("")
    for name in _WRITTEN[1:]:
        text = getattr(enquiry, name)
        for start, end in _hits(text, words):
            first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
            first = text.find(" ", first, start) + 1 if first else 0
            last = text.rfind(" ", end, last) if last < len(text) else last
            last = max(last, end)
            cut = " ".join(text[first:last].split())
            before, after = "… " * bool(first), " …" * (last < len(text))
            return before + marked(cut, words) + after
    return Markup("")


def _count(word: str) -> sa.Select[str, int]:
    found = sa.select(_index().c[0]).where(_holds(f'"{word}"', f"'{word}'")).limit(MOST_HELD)
    return sa.select(sa.literal(word), sa.func.count()).select_from(found.subquery())


def _index() -> sa.TableClause:
    return _FTS if db.engine.dialect.name == "sqlite" else _GIN


def _is_of_enquiry() -> sa.ColumnElement[bool]:
    if db.engine.dialect.name == "sqlite":
        # The sum keeps SQLite from asking the index once for each enquiry, which takes seconds.
        return Enquiry.id == _FTS.c.rowid + 0
    return _GIN.c.enquiry_id == Enquiry.id


def _holds(for_fts: str, for_gin: str) -> sa.ColumnElement[bool]:
    """What the index is asked, in the words of either."""
    if db.engine.dialect.name == "sqlite":
        return sa.literal_column("search_text").op("MATCH")(for_fts)
    return _GIN.c.vector.op("@@")(sa.cast(for_gin, postgresql.TSQUERY))


def _hits(text: str, words: str) -> Iterator[tuple[int, int]]:
    asked = [each for word in _asked(words) for each in _alternatives(word)]
    if not asked:
        return
    for word, start, end in tokens(text):
        for stem in stems(word):
            if any(stem.startswith(each) if begins else stem == each for each, begins in asked):
                yield start, end
                break


def _asked(words: str) -> list[str]:
    """The words of a question, each once; a reference and a case number are one word."""
    found: dict[str, None] = {}
    for part in words[:_LONGEST].split():
        if any(letter.isdigit() for letter in part):
            found[_joined(part)] = None
        else:
            found |= dict.fromkeys(word for word, _a, _b in tokens(part))
    return [word for word in found if word][:_MOST_WORDS]


def _alternatives(word: str) -> list[tuple[str, bool]]:
    """What finds *word*: stems, and whether it is enough that a word begins so."""
    return [(stem, len(stem) >= _BEGINS) for stem in sorted(stems(word))]


def _joined(text: str) -> str:
    return "".join(word for word, _a, _b in tokens(text))


def _fact(name: str, value: object) -> str:
    """A word that stands for a fact. Letters and digits only, as each index wants them."""
    return f"0{_joined(name)}0{_joined(str(value))}"


def said_in(act: str, why: str, data: dict[str, Any]) -> str:
    """What was said in one line of history."""
    text = str(data.get("text", "")) if act in _SAID else ""
    return f"{text}\n{why}"
