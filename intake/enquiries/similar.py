"""Ideas that may be about the same: alike in their rarer words, or from the same address.

Only a suggestion. Words that few ideas hold count for more than those that many do, and whether a
word is rare the index of the search knows.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import log

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries import access, search
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, record
from intake.enquiries.words import stems, tokens
from intake.outbox import queue

MOST = 5  # that are offered
NEARLY_THE_SAME = 0.4  # of the weight of its words; 0.2 is the same subject
AT_ALL = 0.1
WORDS_LATELY = timedelta(days=180)
ADDRESS_LATELY = timedelta(days=30)

_SHORTEST = 4  # letters: what is shorter says little
_MOST_WORDS = 24  # that are looked up, the title's first
_RAREST = 8  # by which others are looked for
_MOST_FOUND = 40


@dataclass(frozen=True)
class Similar:
    """Another idea, and how much of the weight of the words is in both, from 0 to 1."""

    enquiry: Enquiry
    alike: float


def similar(enquiry: Enquiry, most: int = MOST) -> list[Similar]:
    """The ideas most like *enquiry*, the most alike first; the one it was marked for leads.

    What looks like spam, and what follows another one, is not among them.
    """
    mine = _words(enquiry)[:_MOST_WORDS]
    held = search.held_by(mine)
    of_all = max(held.values(), default=1)
    weights = {word: log((of_all + 1) / max(count, 1)) for word, count in held.items()}
    rare = sorted((word for word in mine if held[word] > 1), key=lambda word: held[word])
    known = {each.id: each for each in _candidates(enquiry, rare[:_RAREST], held)}
    marked = access.resembled(enquiry)
    if marked is not None:
        known[marked.id] = marked

    total = sum(weights.values()) or 1
    found = []
    for other in known.values():
        theirs = set(_words(other))
        alike = sum(weight for word, weight in weights.items() if word in theirs) / total
        if alike >= AT_ALL or other is marked:
            found.append(Similar(other, alike))
    found.sort(key=lambda each: (each.enquiry is not marked, -each.alike, -each.enquiry.id))
    return found[:most]


def mark(enquiry: Enquiry) -> None:
    """Note on *enquiry*, which has just come in, which one it may be the same as, if any."""
    if enquiry.suspected:
        return
    since = clock.now() - WORDS_LATELY
    best = next(iter(similar(enquiry, 1)), None)
    if best and best.alike >= NEARLY_THE_SAME and best.enquiry.received_at > since:
        other, why = best.enquiry, "words"
    else:
        same = _from_same_address(enquiry)
        if same is None:
            return
        other, why = same, "address"
    enquiry.resembles_id = other.id
    record(enquiry, Act.RESEMBLES, by="system", to=other.reference, because=why)


def _words(enquiry: Enquiry) -> list[str]:
    """The stems of title and description, each once, those of the title first, the others by
    length: long words say more.
    """
    title = [word for word, _a, _b in tokens(enquiry.title)]
    others = {word for word, _a, _b in tokens(enquiry.description)}
    ranked = (*title, *sorted(others, key=lambda word: (-len(word), word)))
    long_enough = (word for word in ranked if len(word) >= _SHORTEST)
    return list(dict.fromkeys(stem for word in long_enough for stem in sorted(stems(word))))


def _candidates(enquiry: Enquiry, rare: list[str], held: dict[str, int]) -> list[Enquiry]:
    """The newest that hold one of these words. What is not rare weighs nothing beside what is."""
    if not rare:
        return []
    few = [word for word in rare if held[word] < search.MOST_HELD]
    chosen = sa.select(Enquiry).where(search.any_of(few or rare), *_worth_it(enquiry))
    # The sum lets the index lead to the few; without it, PostgreSQL reads all from the newest on,
    # which is right where many hold the words.
    newest = (search.place() + 0 if few else search.place()).desc()
    return list(db.session.scalars(chosen.order_by(newest).limit(_MOST_FOUND)))


def _from_same_address(enquiry: Enquiry) -> Enquiry | None:
    """The latest that the same mailbox has sent lately and had a letter about."""
    if not enquiry.email:
        return None
    about = queue.topics_to(enquiry.email, since=clock.now() - ADDRESS_LATELY, most=50)
    chosen = sa.select(Enquiry).where(
        Enquiry.reference.in_(about),
        sa.func.lower(Enquiry.email) == enquiry.email.lower(),
        *_worth_it(enquiry),
    )
    return db.session.scalars(chosen.order_by(Enquiry.id.desc()).limit(1)).first()


def _worth_it(enquiry: Enquiry) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Enquiry.id != enquiry.id,
        sa.not_(Enquiry.suspected),
        Enquiry.leads_id.is_(None),
    )
