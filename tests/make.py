"""Things to test with, built by the same verbs that the doors call."""

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries.models import Enquiry
from intake.enquiries.receive import Draft, receive

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
