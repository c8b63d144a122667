"""Things to test with, built by the same verbs that the doors call."""

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory.models import Contact
from intake.directory.organisation import forget, organisation
from intake.enquiries import daily
from intake.enquiries.models import Enquiry
from intake.enquiries.receive import Draft, receive
from intake.outbox import queue
from intake.outbox.models import OutgoingMail

IDEA = {
    "sender_kind": "resident",
    "name": "Kim Exempel",
    "email": "kim@exempel.example",
    "title": "Elever besöker en vänskola",
    "description": "Vi vill att eleverna i åttan träffar en klass i Litauen och lär av varandra.",
}


def draft(**changes: Any) -> Draft:
    """A draft as the form gives it; *changes* are fields of :class:`Draft`."""
    facts: dict[str, Any] = IDEA | {
        "submission_id": secrets.token_urlsafe(24),
        "browser": "a browser",
        "address": f"192.0.2.{secrets.randbelow(250)}",
        "language": "sv",
        "opened_at": clock.now() - timedelta(minutes=1),
    }
    return Draft(**(facts | changes))


def enquiry(**changes: Any) -> Enquiry:
    """An enquiry that was received and committed."""
    received = receive(draft(**changes))
    db.session.commit()
    return db.session.scalars(sa.select(Enquiry).filter_by(reference=received.reference)).one()


def morning_is_over() -> None:
    """Let a worker find nothing to write today: the daily mail has left, all contacts are right."""
    db.session.execute(sa.update(Contact).values(confirmed=clock.today()))
    house = organisation()
    letter = daily.daily_letter([], house, house.coordinator.contacts[0])
    number = queue.put(letter, about="daily", key=f"daily/{clock.today()}")
    sent = sa.update(OutgoingMail).where(OutgoingMail.id == number)
    db.session.execute(sent.values(state="sent", sent_at=clock.now(), due_at=None))
    db.session.commit()
    forget()
