"""What becomes of a mail after an attempt: sent, to be tried again, or given up."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db, fault
from intake.outbox.models import MailFailure, OutgoingMail
from intake.outbox.trouble import Trouble

log = logging.getLogger(__name__)

#: Waits before another attempt; the last one again and again. About 44 attempts in all.
SCHEDULE = tuple(timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 180))
JITTER = 0.2  # so that mails which failed together do not come back together
GIVE_UP = timedelta(days=5)
DOUBT = timedelta(minutes=30)  # at least, before a mail goes again that may have arrived

#: What to do about a mail in the transaction that writes down what became of it.
Reaction = Callable[[OutgoingMail], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt; no trouble means that the mail server has the mail."""

    mail: OutgoingMail
    trouble: Trouble | None = None

    @property
    def is_about_server(self) -> bool:
        return self.trouble is not None and self.trouble.is_about_server


def settle(outcome: Outcome, failed: Reaction, arrived: Reaction = lambda mail: None) -> None:
    """Write down what became of an attempt, in the caller's transaction.

    Nothing is written if another worker has taken the mail meanwhile: what it finds is newer.

    :param failed: what to do about a mail that failed for good.
    :param arrived: what to do about one that had, and has arrived now that somebody let it begin
        anew.
    """
    mail, trouble = outcome.mail, outcome.trouble
    final = trouble is not None and _is_final(mail, trouble)
    if not _write(mail, _values(mail, trouble, final=final)):
        log.warning("Mail %s (%s): taken by another worker meanwhile.", mail.id, mail.about)
        return

    if trouble is None:
        log.info("Mail %s (%s) sent, attempt %d.", mail.id, mail.about, mail.attempts)
        if _had_failed(mail):
            _react(mail, arrived)
        return

    db.session.add(
        MailFailure(
            mail_id=mail.id,
            at=clock.now(),
            stage=trouble.stage,
            code=trouble.code,
            reply=trouble.reply,
            final=final,
        )
    )
    if final:
        _react(mail, failed)
    log.log(
        logging.ERROR if final or trouble.is_ours else logging.WARNING,
        "Mail %s (%s) %s: %s %s",
        mail.id,
        mail.about,
        "failed" if final else "put off",
        trouble.stage,
        trouble.code or trouble.reply or "no answer",
    )


def _had_failed(mail: OutgoingMail) -> bool:
    final = sa.exists().where(MailFailure.mail_id == mail.id, MailFailure.final)
    return bool(db.session.scalar(sa.select(final)))


def _react(mail: OutgoingMail, reaction: Reaction) -> None:
    """Do what is to be done about *mail*. A fault in that holds up no other mail."""
    try:
        with db.session.begin_nested():
            reaction(mail)
    except Exception as error:
        log.error("Nothing was done about what became of mail %s: %s", mail.id, fault(error))


def _write(mail: OutgoingMail, values: dict[str, Any]) -> bool:
    """Write if the lease is still ours; each claim has a name of its own."""
    written = db.session.scalar(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == mail.id, OutgoingMail.leased_by == mail.leased_by)
        .values(leased_by=None, **values)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    )
    return written is not None


def _values(mail: OutgoingMail, trouble: Trouble | None, *, final: bool) -> dict[str, Any]:
    if trouble is None:
        return {"state": "sent", "sent_at": clock.now(), "due_at": None}
    if final:
        return {"state": "failed", "due_at": None}
    return {"state": "queued", "due_at": clock.now() + _wait(mail.attempts, trouble)}


def _is_final(mail: OutgoingMail, trouble: Trouble) -> bool:
    """Refused for good, or tried for five days. What is our own fault fails no mail.

    A mail that waited for days because no worker ran still gets its short retries.
    """
    if trouble.is_refusal:
        return True
    in_time = clock.now() - mail.created_at < GIVE_UP or mail.attempts < len(SCHEDULE)
    return not (in_time or trouble.is_ours)


def _wait(attempts: int, trouble: Trouble) -> timedelta:
    wait = SCHEDULE[min(attempts, len(SCHEDULE)) - 1]
    if trouble.is_in_doubt:
        wait = max(wait, DOUBT)
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
