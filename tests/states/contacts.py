"""What contacts say of themselves, the coordinator's page of them, and the letters about it."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import presence
from intake.directory.organisation import ASK_EVERY, organisation
from intake.directory.values import Organisation, Person
from intake.enquiries import daily, still_you
from intake.outbox.letter import Letter
from intake.outbox.models import OutgoingMail
from tests.browser import Visit
from tests.staff.desk import COORDINATOR
from tests.states.made import received, show_mail, staff_who_read
from tests.states.table import met

ME, LISTED, ONE = "staff.contacts.me", "staff.contacts.listed", "staff.contacts.one"
#: Contacts of departments that no other state asks anything of.
HOMES = "internationellt.bostader@ljungby.example"
ENERGY = "internationellt.energi@ljungby.example"

Write = Callable[[Sequence[OutgoingMail], Organisation, Person], Letter]


def person(email: str) -> Person:
    return organisation().held_by(email)[0][1]


def in_trouble(visit: Visit) -> int:
    """The number of a contact whom no mail reaches and who has not answered for long."""
    with visit.site.app.app_context():
        presence.note_failed(ENERGY)
        presence.note_asked(ENERGY)
        db.session.commit()
        number = person(ENERGY).number
    time.sleep(ASK_EVERY)  # the service asks that often whether anything is new
    return number


def go_away(visit: Visit, *, cover: str, days: int = 5) -> None:
    """Be away from a month from now on."""
    first = clock.today() + timedelta(days=30)
    last = first + timedelta(days=days - 1)
    visit.open_desk("/me")
    visit.fill(first_day=first.isoformat(), last_day=last.isoformat(), cover=cover)
    with visit.page.expect_navigation():
        visit.page.locator("#away-form button").press("Enter")


@met("contacts-me", who=HOMES, endpoint=ME)
def _(visit: Visit) -> None:
    visit.open_desk("/me")


@met("contacts-me-away", who=HOMES, endpoint=ME)
def _(visit: Visit) -> None:
    go_away(visit, cover=ENERGY)


@met("contacts-me-errors", who=HOMES, endpoint=ME)
def _(visit: Visit) -> None:
    go_away(visit, cover="", days=-3)


@met("contacts", who=COORDINATOR, endpoint=LISTED)
def _(visit: Visit) -> None:
    in_trouble(visit)
    visit.open_desk("/contacts")


@met("contacts-one", who=COORDINATOR, endpoint=ONE)
def _(visit: Visit) -> None:
    visit.open_desk(f"/contacts/{in_trouble(visit)}")


@met("contacts-me-somebody-else-error", who=HOMES, endpoint=ME)
def _(visit: Visit) -> None:
    visit.open_desk("/me")
    visit.page.locator("#somebody-else").locator("xpath=..").locator("summary").press("Enter")
    visit.fill(successor="ingen adress", words="Hon börjar på måndag.")
    with visit.page.expect_navigation():
        visit.page.locator("#somebody-else button").press("Enter")


@met("contacts-one-somebody-else", who=COORDINATOR, endpoint=ONE)
def _(visit: Visit) -> None:
    with visit.site.app.app_context():
        still_you.name_successor(person(HOMES), "ny.bostader@ljungby.example", "Från måndag.")
        db.session.commit()
        number = person(HOMES).number
    time.sleep(ASK_EVERY)
    visit.open_desk(f"/contacts/{number}")


@met("mail-somebody-else", is_mail=True)
def _(visit: Visit) -> None:
    with visit.site.app.app_context(), staff_who_read(visit.language):
        letter = still_you.somebody_else(
            person(HOMES), "ny.bostader@ljungby.example", "Från måndag.", organisation()
        )
    show_mail(visit, letter.html)


@met("mail-still-you", is_mail=True)
def _(visit: Visit) -> None:
    with visit.site.app.app_context(), staff_who_read(visit.language):
        html = still_you.letter(person(HOMES), organisation()).html
    show_mail(visit, html)


@met("mail-digest", is_mail=True)
def _(visit: Visit) -> None:
    show_mail(visit, _with_what_was_kept(visit, daily.digest_letter, HOMES).html)


@met("mail-daily", is_mail=True)
def _(visit: Visit) -> None:
    in_trouble(visit)
    show_mail(visit, _with_what_was_kept(visit, daily.daily_letter, COORDINATOR).html)


def _with_what_was_kept(visit: Visit, write: Write, email: str) -> Letter:
    reference = received(visit)
    with visit.site.app.app_context(), staff_who_read(visit.language):
        asked = sa.select(OutgoingMail).where(
            OutgoingMail.key.in_([f"{reference}/handover/1", f"{reference}/coordinator/1"])
        )
        return write(list(db.session.scalars(asked)), organisation(), person(email))
