"""One letter each working morning: the coordinator's, which says what needs doing and what is
broken, and the digest of whoever wants one instead of a letter for each thing that happens.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.directory.values import Organisation, Person
from intake.enquiries import access, attention, letters, to_do, undelivered
from intake.enquiries.attention import NOT_THE_COORDINATORS, Need
from intake.enquiries.broken import MOST, broken
from intake.enquiries.compose import compose
from intake.enquiries.event_words import subject_of
from intake.enquiries.models import Enquiry
from intake.i18n import pick, speaking
from intake.links import link
from intake.outbox import kept, queue
from intake.outbox.letter import Letter, mailbox_mark
from intake.outbox.models import OutgoingMail

_MOST_COUNTED = 999  # cases that need something; counting on helps nobody


@dataclass(frozen=True)
class Told:
    """What a digest tells about one case, or what a visitor says of a page."""

    heading: str
    openings: list[str]  # of each letter that was kept back; the whole of a comment
    link: str


def to_coordinator() -> None:
    """The coordinator's mail of today, with what was kept back for her and for whoever has left;
    once, however often this is called, in the caller's transaction.
    """
    house, today = organisation(), clock.today()
    person = posts.coordinator(house, today).person
    mails, left = kept.waiting(person.email), _for_nobody(house)
    letter = daily_letter(mails, house, person, left=left)
    number = queue.put(letter, about="daily", key=f"daily/{today}")
    if number is None:
        return
    kept.settle([*mails, *left], number)
    for mail in left:
        undelivered.to_successor(mail)


def digest(address: str) -> None:
    """One letter with all that was kept back for *address*, once a day, in the caller's
    transaction. The coordinator's own stands in the daily mail, with what was kept for somebody who
    has left: it would be no business of theirs any more.
    """
    house, today = organisation(), clock.today()
    person = _person(house, address)
    if (
        person is None
        or address.casefold() == posts.coordinator(house, today).person.email.casefold()
    ):
        return
    mails = kept.waiting(address)
    if not mails:
        return
    letter = digest_letter(mails, house, person)
    key = f"digest/{today}/{mailbox_mark(address)}"
    number = queue.put(letter, about="digest", key=key)
    if number is not None:
        kept.settle(mails, number)


def daily_letter(
    mails: Sequence[OutgoingMail],
    house: Organisation,
    to: Person,
    *,
    left: Sequence[OutgoingMail] = (),
) -> Letter:
    """To the coordinator: what needs doing, what is broken, and what *mails* tell.

    :param left: mails to those who have left since.
    """
    today = clock.today()
    with speaking(house.staff_language):
        return compose(
            "daily",
            to.email,
            house,
            told=_told(mails),
            left=_told(left),
            broken=(wrong := broken(house, today)),
            failed=[subject_of(about) for about in wrong.failed[:MOST]],
            ownerless=[_named(enquiry) for enquiry in wrong.ownerless],
            unanswered=[_named(enquiry) for enquiry in wrong.unanswered],
            most=MOST,
            inbox=link("staff.inbox.show", view="action"),
            contacts=link("staff.contacts.listed"),
            role=pick(to.role)[0],
            **_to_do(house, today),
        )


def digest_letter(mails: Sequence[OutgoingMail], house: Organisation, to: Person) -> Letter:
    """To whoever wants one letter a day: what *mails* tell."""
    with speaking(house.staff_language):
        return compose(
            "digest",
            to.email,
            house,
            told=_told(mails),
            link=link("staff.contacts.me"),
            role=pick(to.role)[0],
        )


def _for_nobody(house: Organisation) -> list[OutgoingMail]:
    """What is kept back for addresses that stand in the directory no longer."""
    left = [address for address in kept.addresses() if _person(house, address) is None]
    return [mail for address in left for mail in kept.waiting(address)]


def _person(house: Organisation, address: str) -> Person | None:
    return next((person for _post, person in house.held_by(address)), None)


def _to_do(house: Organisation, today: date) -> dict[str, Any]:
    """How many cases need what, and the first of them: what is new before what is late."""
    asked = (
        sa.select(Enquiry)
        .where(Enquiry.coordinator_from <= today, sa.not_(Enquiry.suspected))
        .order_by(Enquiry.coordinator_from, Enquiry.id)
        .limit(_MOST_COUNTED)
    )
    wanted: list[tuple[Enquiry, list[Need]]] = [
        (enquiry, [n for n in attention.needs(enquiry, house) if n not in NOT_THE_COORDINATORS])
        for enquiry in db.session.scalars(asked)
    ]
    counted = Counter(need for _enquiry, needs in wanted for need in needs)
    first = list(Need).index
    wanted.sort(key=lambda each: min(map(first, each[1]), default=len(Need)))
    news = to_do.latest_news([enquiry.id for enquiry, _needs in wanted[:MOST]])
    return {
        "counts": [(to_do.OF_MANY[need], counted[need]) for need in Need if counted[need]],
        "first": [
            (
                *_named(enquiry),
                to_do.lines(needs, enquiry, news.get(enquiry.id), house, coordinates=True),
            )
            for enquiry, needs in wanted[:MOST]
        ],
        "total": len(wanted),
    }


def _told(mails: Sequence[OutgoingMail]) -> list[Told]:
    """What *mails* are about, case by case, as far as a mail may tell, and then each comment."""
    by_case: dict[str, list[OutgoingMail]] = {}
    for mail in mails:
        by_case.setdefault(mail.about, []).append(mail)
    cases, comments = [], []
    for about, some in by_case.items():
        enquiry = access.by_reference(about)
        if enquiry is None:
            comments += [Told(mail.subject, [_body(mail.text)], "") for mail in some]
            continue
        heading, address = _named(enquiry)
        cases.append(Told(heading, [_opening(mail.text) for mail in some], address))
    return cases + comments


def _named(enquiry: Enquiry) -> tuple[str, str]:
    """A case as it is called in a mail to staff, and the link to it."""
    heading = ": ".join(filter(None, (enquiry.reference, letters.title(enquiry))))
    return heading, letters.case_link(enquiry)


def _body(text: str) -> str:
    """A letter to staff without the greeting, and without why they get it."""
    return "\n\n".join(text.split("\n\n")[1:-1])


def _opening(text: str) -> str:
    """What a letter to staff begins with, behind the greeting."""
    paragraphs = text.split("\n\n")
    return " ".join(paragraphs[min(1, len(paragraphs) - 1)].split())
