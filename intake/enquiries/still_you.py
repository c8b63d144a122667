"""Twice a year each contact is asked whether this is still the right address. Whoever does not
answer is shown to the coordinator.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from intake import clock
from intake.directory import posts, presence
from intake.directory.organisation import organisation
from intake.directory.values import Organisation, Person
from intake.enquiries import dispatch
from intake.enquiries.compose import compose
from intake.i18n import pick, speaking
from intake.links import link
from intake.outbox import queue
from intake.outbox.letter import Letter, mailbox_mark

HALF_A_YEAR = timedelta(days=182)


def due(house: Organisation, today: date) -> Iterator[Person]:
    """Who is to be asked today: each address once, nobody who is away or whom no mail reaches."""
    seen = set()
    for post in house.active_posts:
        for person in post.contacts:
            address = person.email.casefold()
            if (
                address not in seen
                and person.is_there(today)
                and asked_next(person, today) <= today
            ):
                yield person
            seen.add(address)


def asked_next(person: Person, today: date) -> date:
    """The day from which *person* is to be asked: half a year after we last knew, or asked."""
    asked = person.asked_at and clock.local(person.asked_at).date()
    # Whoever put the address in knew it to be right.
    latest = max(filter(None, (asked, person.confirmed, person.since)), default=None)
    return max(today, latest + HALF_A_YEAR + timedelta(days=1)) if latest else today


def ask(person: Person) -> None:
    """Ask *person*, in the caller's transaction. Two workers that begin at once ask once."""
    last = person.asked_at.isoformat() if person.asked_at else person.confirmed or "never"
    key = f"still-you/{mailbox_mark(person.email)}/{last}"
    if queue.put(letter(person, organisation()), about="still-you", key=key) is not None:
        presence.note_asked(person.email)


def name_successor(person: Person, successor: str, words: str) -> None:
    """*person* says who has taken over: the coordinator has one mail of it and decides, in the
    caller's transaction.
    """
    presence.name_successor(person.email, successor, words)
    told = somebody_else(person, successor, words, organisation())
    said = f"{mailbox_mark(person.email)}/{mailbox_mark(successor)}/{clock.today()}"
    queue.put(
        told,
        about="somebody-else",
        key=f"somebody-else/{said}",
        kept_until=dispatch.kept_until(told.to),
    )


def has_not_answered(person: Person, house: Organisation, today: date) -> bool:
    """Was *person* asked so long ago that the coordinator should look into it?"""
    if person.asked_at is None:
        return False
    days = house.facts["promise"]["still_you_days"]
    return today > clock.add_working_days(clock.local(person.asked_at).date(), days)


def letter(person: Person, house: Organisation) -> Letter:
    """To a contact: is this still you?"""
    with speaking(house.staff_language):
        return compose(
            "still_you",
            person.email,
            house,
            answers_for=[post for post, _person in house.held_by(person.email)],
            patience=house.facts["promise"]["still_you_days"],
            role=pick(person.role)[0],
            link=link("staff.contacts.me"),
        )


def somebody_else(person: Person, successor: str, words: str, house: Organisation) -> Letter:
    """To the coordinator: a contact says that *successor* has taken over."""
    coordinator = posts.coordinator(house, clock.today()).person
    with speaking(house.staff_language):
        return compose(
            "somebody_else",
            coordinator.email,
            house,
            answers_for=[post for post, _person in house.held_by(person.email)],
            address=person.email,
            successor=successor,
            words=words,
            role=pick(coordinator.role)[0],
            link=link("staff.contacts.one", number=str(person.number)),
        )
