"""What the tests of the outbox do again and again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.enquiries.undelivered import arrived, take_back
from intake.links import TOKEN_PLACE
from intake.outbox import delivery, queue
from intake.outbox.letter import Letter
from intake.outbox.models import MailFailure, OutgoingMail

_numbers = count(1)


def letter(**changes: Any) -> Letter:
    facts = {
        "to": "kim@exempel.example",
        "subject": "Vi har tagit emot din idé (EU-2026-0042)",
        "text": f"Tack för idén!\n\nhttp://ideer.example/sv/status/{TOKEN_PLACE}\n",
        "html": f'<p>Tack för idén!</p><p><a href="http://x.example/{TOKEN_PLACE}">länk</a></p>\n',
        "language": "sv",
        "reply_to": "internationellt@ljungby.example",
        "seed": "a-seed",
    }
    return Letter(**(facts | changes))


def post(**changes: Any) -> int:
    """Queue and commit a letter; its number."""
    key = f"EU-2026-0042/{next(_numbers)}"
    queue.put(letter(**changes), about="EU-2026-0042", key=key)
    number = db.session.scalars(sa.select(OutgoingMail.id).where(OutgoingMail.key == key)).one()
    db.session.commit()
    return number


def deliver(app: Flask) -> None:
    """Deliver what is due, as ``flask mail deliver --once`` does."""
    with app.app_context():
        delivery.run(threading.Event(), take_back, arrived=arrived, once=True)


def mail(number: int) -> OutgoingMail:
    """A mail as it is stored now; no transaction stays open."""
    try:
        found = db.session.get_one(OutgoingMail, number, populate_existing=True)
        db.session.expunge(found)
        return found
    finally:
        db.session.close()


def failures(number: int) -> list[MailFailure]:
    """What went wrong with a mail, the first first."""
    found = sa.select(MailFailure).where(MailFailure.mail_id == number).order_by(MailFailure.id)
    try:
        return list(db.session.scalars(found))
    finally:
        db.session.close()


@contextmanager
def working(app: Flask) -> Iterator[threading.Event]:
    """A worker in a thread of its own, as in ``intake serve``."""
    stop = threading.Event()

    def run() -> None:
        with app.app_context():
            delivery.run(stop, take_back, arrived=arrived)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()
