"""What contacts say of themselves, and what the service finds out about their addresses.

Each by address: whoever answers for several posts says it once. In the caller's transaction, with
the municipality's row held, so that two changes follow each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from intake import clock
from intake.db import db
from intake.directory import export, history
from intake.directory.history import Editor
from intake.directory.load import hold_what_is_loaded
from intake.directory.models import Absence, Contact
from intake.directory.organisation import forget, organisation

#: What the service finds out by itself stands in no file, and so in no history.
SERVICE = Editor("service")


#: Parental leave of a year, and a month to hand over: who is away for longer has left.
LONGEST = timedelta(days=400)


class NotPossible(ValueError):
    """That cannot be; the message says why, in the reader's words. Nothing was changed.

    :param argument: of the function that was called, the one that is wrong.
    """

    def __init__(self, why: str, argument: str = "last_day") -> None:
        super().__init__(why)
        self.argument = argument


def be_away(email: str, first_day: date, last_day: date, cover: str = "", *, by: Editor) -> None:
    """Note that *email* is away on these days, both included, and who covers.

    The same days again only change who covers. Nobody makes themselves the cover of somebody else:
    whoever covers for the coordinator on one day could go on for years by that.

    :param cover: the address of another contact; empty is nobody in particular.
    :raises NotPossible: the days are over, too many or in the wrong order, nobody has that address,
        or it is that of whoever says so.
    """
    if last_day < first_day:
        raise NotPossible(_("The last day comes before the first."))
    if last_day < clock.today():
        raise NotPossible(_("These days are over. Choose days that have not come yet."))
    if last_day - first_day >= LONGEST:
        raise NotPossible(
            _("An absence is at most %(days)s days long. Choose an earlier day.", days=LONGEST.days)
        )
    same = cover.casefold() == email.casefold()
    if cover and (same or not organisation().held_by(cover)):
        raise NotPossible(_("Choose somebody from the list."), "cover")
    if cover and cover.casefold() == by.email.casefold():
        raise NotPossible(
            _("You cannot choose yourself for somebody else. Choose another one, or nobody."),
            "cover",
        )

    with _changing(email, by) as contacts:
        for contact in contacts:
            for away in contact.absences:
                if (away.first_day, away.last_day) == (first_day, last_day):
                    away.cover = cover
                    break
            else:
                away = Absence(first_day=first_day, last_day=last_day, cover=cover)
                contact.absences.append(away)


def be_back(email: str, first_day: date, last_day: date, *, by: Editor) -> None:
    """Take back an absence on exactly these days; nothing happens if there is none."""
    with _changing(email, by) as contacts:
        for contact in contacts:
            contact.absences = [
                away
                for away in contact.absences
                if (away.first_day, away.last_day) != (first_day, last_day)
            ]


def choose_digest(email: str, *, wanted: bool, by: Editor) -> None:
    """One letter each working morning instead of many, or not."""
    with _changing(email, by) as contacts:
        for contact in contacts:
            contact.digest = wanted


def confirm(email: str, *, by: Editor) -> None:
    """This address is still right: whoever reads it has said so, or the coordinator has."""
    with _changing(email, by) as contacts:
        for contact in contacts:
            contact.confirmed = clock.today()
            contact.asked_at = contact.failed_at = None
            contact.successor = contact.successor_words = ""


def name_successor(email: str, successor: str, words: str = "") -> None:
    """Whoever reads *email* says that *successor* has taken over. Nothing else changes by that.

    :raises NotPossible: it is the same address.
    """
    if successor.casefold() == email.casefold():
        raise NotPossible(
            _(
                "That address is here already. Write the new one; or press “Still me”, if this "
                "one is right."
            ),
            "successor",
        )
    with _changing(email) as contacts:
        for contact in contacts:
            contact.successor, contact.successor_words = successor, words


def dismiss_successor(email: str) -> None:
    """What was said of a successor has been seen to."""
    name_successor(email, "")


def note_asked(email: str) -> None:
    """We have asked whether this is still the right address."""
    with _changing(email) as contacts:
        for contact in contacts:
            contact.asked_at = clock.now()


def note_failed(email: str) -> None:
    """No mail reaches this address, as the mail server or the coordinator says; nothing happens if
    it is nobody's here.
    """
    if not organisation().held_by(email):
        return
    with _changing(email) as contacts:
        for contact in contacts:
            contact.failed_at = contact.failed_at or clock.now()


def take_back_failed(email: str) -> None:
    """Mail reaches this address again; whether it is still the right one, nobody has said."""
    with _changing(email) as contacts:
        for contact in contacts:
            contact.failed_at = None


@contextmanager
def _changing(email: str, by: Editor = SERVICE) -> Iterator[list[Contact]]:
    """The contacts with that address, to be changed; every process hears of it."""
    row = hold_what_is_loaded()
    mine = sa.select(Contact).where(
        Contact.active, sa.func.lower(Contact.email) == email.casefold()
    )
    before = export.plain()
    contacts = list(db.session.scalars(mine.execution_options(populate_existing=True)))
    yield contacts
    db.session.flush()
    row.version += 1
    edits = history.differences(before, export.plain())
    if edits:  # a file can say so, and loading an older one is not to undo it
        history.record(edits, row.version, by)
        for contact in contacts:
            contact.edited = True
    forget()
