"""The whole history of an enquiry as plain lines, for whoever runs the service."""

from operator import itemgetter

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries.models import Enquiry, Event
from intake.outbox.models import MailFailure, OutgoingMail


def chronicle(enquiry: Enquiry) -> list[str]:
    """The whole history, mail failures included, one line of plain text each, oldest first."""
    lines = [(event.at, _staff_line(event)) for event in enquiry.history]
    failures = db.session.execute(
        sa.select(MailFailure, OutgoingMail.key)
        .join(OutgoingMail, MailFailure.mail_id == OutgoingMail.id)
        .where(OutgoingMail.about == enquiry.reference)
    )
    lines += [
        (
            failure.at,
            f"{_became(failure)} | {key} | {failure.stage} {failure.code or ''} {failure.reply}",
        )
        for failure, key in failures
    ]
    lines.sort(key=itemgetter(0))
    return [f"{clock.local(at):%Y-%m-%d %H:%M:%S} {' '.join(text.split())}" for at, text in lines]


def _became(failure: MailFailure) -> str:
    return "mail failed" if failure.final else "mail put off"


def _staff_line(event: Event) -> str:
    facts = ", ".join(f"{name}={value}" for name, value in event.data.items())
    return " | ".join(part for part in (event.act, event.by_role, event.why, facts) if part)
