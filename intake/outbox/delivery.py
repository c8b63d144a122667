"""The worker: takes a mail, hands it to the mail server, writes down what became of it.

A mail is never lost: it is taken by a lease, which ends by itself if the worker dies, and then it
goes out again under the same Message-ID, byte for byte the same. Any number of workers on any
number of hosts may run. No transaction is open while the mail server is spoken to.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from intake import clock
from intake.db import db, fault
from intake.outbox.message import StoredMessage
from intake.outbox.models import OutgoingMail
from intake.outbox.outcome import Outcome, Reaction, settle
from intake.outbox.smtp import Line
from intake.outbox.trouble import Trouble

log = logging.getLogger(__name__)

POLL = 1.0  # seconds between two looks for new mail
LONGEST_PAUSE = 300.0  # seconds to leave a mail server alone that does not serve


class LeaseLost(Exception):
    """This worker was away for so long that the mail is no longer its own."""


def run(
    stop: threading.Event,
    failed: Reaction,
    *,
    arrived: Reaction = lambda mail: None,
    once: bool = False,
    besides: Callable[[], None] = lambda: None,
) -> None:
    """Deliver until *stop* is set; the mail that is being delivered then is finished first.

    Faults of the database or of a mail end nothing: they are logged, and the work goes on.

    :param failed: what to do about a mail that failed for good; *arrived*, about one that had, and
        has arrived after all.
    :param once: return when nothing is due any more, or when the mail server does not serve.
    :param besides: what else is to be looked after, each time before a mail is taken.
    """
    gap = _gap()
    outcome: Outcome | None = None
    failures = 0  # of the server, in a row
    next_at = 0.0

    with Line(current_app.config) as line:
        while True:
            paused = outcome is not None and outcome.is_about_server
            try:
                with current_app.app_context():  # what is kept for a while is read anew
                    besides()
                    take = not (paused or stop.is_set())
                    mail = exchange(outcome, failed, arrived, take=take)
                outcome = None  # written down; until it could be, it is kept

                if mail is not None:
                    stop.wait(next_at - time.monotonic())
                    next_at = time.monotonic() + gap
                    outcome = deliver(mail, line)
                    failures = failures + 1 if outcome and outcome.is_about_server else 0
                    continue
            except Exception as error:
                if once:
                    raise
                log.error("The mail worker goes on after %s", fault(error))
                paused = False

            if once or stop.is_set():
                return
            line.hang_up_if_idle()
            stop.wait(_pause(failures) if paused else POLL)


def exchange(
    outcome: Outcome | None,
    failed: Reaction = lambda mail: None,
    arrived: Reaction = lambda mail: None,
    *,
    take: bool = True,
) -> OutgoingMail | None:
    """Write down what became of the last mail and take the next one, in one commit.

    :return: a mail to deliver, detached from the session; None if nothing is due.
    """
    try:
        if outcome is not None:
            settle(outcome, failed, arrived)
        mail = claim() if take else None
        db.session.commit()
    finally:
        db.session.close()
    return mail


def claim() -> OutgoingMail | None:
    """Take the mail that has been tried least and waited longest, for ``MAIL_LEASE`` seconds.

    Two workers never get the same one: the other skips a row that is locked (PostgreSQL), or
    waits for the end of the transaction (SQLite).
    """
    now = clock.now()
    next_one = (
        sa.select(OutgoingMail.id)
        .where(OutgoingMail.due_at <= now)
        .order_by(OutgoingMail.attempts, OutgoingMail.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail = db.session.scalars(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == next_one.scalar_subquery())
        .values(
            state="sending",
            attempts=OutgoingMail.attempts + 1,
            due_at=now + timedelta(seconds=current_app.config["MAIL_LEASE"]),
            leased_by=f"{socket.gethostname()[:60]}/{os.getpid()}/{secrets.token_hex(8)}",
        )
        .returning(OutgoingMail)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()

    if mail is not None:
        db.session.expunge(mail)  # so that reading it later opens no transaction
    return mail


def deliver(mail: OutgoingMail, line: Line) -> Outcome | None:
    """Hand one mail to the server.

    :return: what to write down; None if the mail was no longer ours, and was kept back.
    """
    try:
        line.hand_over(_written(mail))
    except LeaseLost:
        log.warning("Mail %s (%s): the lease was lost; kept back.", mail.id, mail.about)
        return None
    except Trouble as trouble:
        return Outcome(mail, trouble)
    return Outcome(mail)


def _written(mail: OutgoingMail) -> StoredMessage:
    """The mail as it leaves. One that cannot be written fails alone."""
    try:
        return StoredMessage(mail, hold=lambda: _renew_lease(mail))
    except Trouble:
        raise
    except Exception as error:
        raise Trouble("render", None, type(error).__name__) from None


def _renew_lease(mail: OutgoingMail) -> None:
    """Have the mail for ourselves for as long as saying it may take.

    A worker that was frozen must not say a mail that another one may be saying.

    :raises LeaseLost: another worker has taken it.
    """
    lease = timedelta(seconds=current_app.config["MAIL_LEASE"])
    renewed = (
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == mail.id, OutgoingMail.leased_by == mail.leased_by)
        .values(due_at=clock.now() + lease)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    )
    try:
        if db.session.scalar(renewed) is None:
            raise LeaseLost
        db.session.commit()
    finally:
        db.session.close()


def _pause(failures: int) -> float:
    """Seconds to leave the server alone: 1, 2, 4, up to five minutes."""
    return min(2.0 ** min(failures - 1, 16), LONGEST_PAUSE)


def _gap() -> float:
    """Seconds from one mail to the next."""
    per_second = current_app.config["MAIL_PER_SECOND"]
    return 1 / per_second if per_second else 0.0
