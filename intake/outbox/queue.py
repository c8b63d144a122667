"""Letters waiting to leave: put one in, and ask how many there are."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app, g

from intake import clock
from intake.db import db, insert
from intake.outbox.letter import Letter, mailbox
from intake.outbox.models import MailFailure, OutgoingMail

# Made once, since making a statement takes as long as asking it.
_TIMES_TO = (
    sa.select(OutgoingMail.created_at)
    .where(
        OutgoingMail.mailbox == sa.bindparam("mailbox"),
        OutgoingMail.created_at >= sa.bindparam("since"),
    )
    .order_by(OutgoingMail.created_at.desc())
    .limit(sa.bindparam("most"))
)
_ABOUT_TO = _TIMES_TO.with_only_columns(OutgoingMail.about)
_LATEST_STATE = (
    sa.select(OutgoingMail.state)
    .where(
        OutgoingMail.about == sa.bindparam("about"),
        OutgoingMail.mailbox == sa.bindparam("mailbox"),
    )
    .order_by(OutgoingMail.id.desc())
    .limit(1)
)


def put(letter: Letter, *, about: str, key: str, kept_until: datetime | None = None) -> int | None:
    """Queue *letter* in the caller's transaction: it leaves if, and only if, that is committed.

    The same *key* twice is one mail, even when two workers put it at once: the first one stays.

    :param about: an opaque reference to what the letter is about, such as ``EU-2026-0042``.
    :param kept_until: keep it back until then, for a digest to tell of it; see kept.py.
    :return: the number of the mail; None if there was one with that key already.
    """
    now = clock.now()
    mail = {
        "key": key,
        "about": about,
        "to_address": letter.to,
        "mailbox": mailbox(letter.to),
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "language": letter.language,
        "reply_to": letter.reply_to,
        "sender_name": letter.sender_name,
        "seed": letter.seed,
        "message_id": _message_id(),
        "created_at": now,
        "due_at": kept_until or now,
        "kept_until": kept_until,
    }
    unless_known = insert(OutgoingMail).on_conflict_do_nothing(index_elements=["key"])
    number = db.session.scalar(unless_known.returning(OutgoingMail.id), mail)
    g.get("mails_noted", []).append(key)
    return number


@contextmanager
def noting() -> Iterator[list[str]]:
    """The keys of what is put in inside the block, in this context and by nobody else meanwhile."""
    g.mails_noted = []
    try:
        yield g.mails_noted
    finally:
        del g.mails_noted


def times_to(address: str, *, since: datetime, most: int) -> list[datetime]:
    """When mails were queued to *address* since then, the *most* latest, whatever became of them.

    Capital letters and a ``+tag`` make no other address of it.
    """
    asked = {"mailbox": mailbox(address), "since": since, "most": most}
    return list(db.session.scalars(_TIMES_TO, asked))


def topics_to(address: str, *, since: datetime, most: int) -> list[str]:
    """What the latest mails to *address* since then were about, at most so many, each once."""
    asked = {"mailbox": mailbox(address), "since": since, "most": most}
    return list(dict.fromkeys(db.session.scalars(_ABOUT_TO, asked)))


def reseed(about: str, seed: str) -> None:
    """Let the letters about that which have not left, failed ones too, carry *seed*'s link."""
    db.session.execute(
        sa.update(OutgoingMail)
        .where(
            OutgoingMail.about == about,
            OutgoingMail.seed.is_not(None),
            OutgoingMail.sent_at.is_(None),
        )
        .values(seed=seed)
    )


def retry(about: str | None) -> int:
    """Let mails that failed for good begin anew, and those that wait for another attempt go now.

    :param about: only the mails about that; None means all.
    :return: how many there are.
    """
    delayed = sa.and_(OutgoingMail.state == "queued", OutgoingMail.attempts > 0)
    chosen = [sa.func.lower(OutgoingMail.about) == about.lower()] if about else []
    revived = db.session.scalars(
        sa.update(OutgoingMail)
        .where(sa.or_(OutgoingMail.state == "failed", delayed), *chosen)
        .values(state="queued", attempts=0, due_at=clock.now(), kept_until=None)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    )
    return len(revived.all())


def has_failed(about: str, address: str) -> bool:
    """Has the latest mail about that to *address* been given up?"""
    asked = {"about": about, "mailbox": mailbox(address)}
    return db.session.scalar(_LATEST_STATE, asked) == "failed"


def failed_since(moment: datetime) -> list[str]:
    """What the mails that were given up since then are about, each once."""
    asked = (
        sa.select(OutgoingMail.about)
        .join(MailFailure, MailFailure.mail_id == OutgoingMail.id)
        .where(OutgoingMail.state == "failed", MailFailure.final, MailFailure.at >= moment)
        .group_by(OutgoingMail.about)
        .order_by(OutgoingMail.about)
    )
    return list(db.session.scalars(asked))


def counts() -> dict[str, int]:
    """How many mails are ``queued`` for their first attempt, ``kept`` for a digest, ``delayed`` for
    another attempt, ``sending`` right now, and ``failed`` for good.
    """
    count = sa.func.count()
    queued = OutgoingMail.state == "queued"
    new = sa.and_(queued, OutgoingMail.attempts == 0)
    waiting = sa.select(
        count.filter(new, sa.not_(_is_kept())).label("queued"),
        count.filter(new, _is_kept()).label("kept"),
        count.filter(queued, OutgoingMail.attempts > 0).label("delayed"),
        count.filter(OutgoingMail.state == "sending").label("sending"),
    ).where(OutgoingMail.due_at.is_not(None))
    failed = sa.select(count.label("failed")).where(sa.text("state = 'failed'"))

    found: dict[str, int] = {}
    for question in (waiting, failed.select_from(OutgoingMail)):
        found |= db.session.execute(question).one()._mapping
    return found


def oldest() -> datetime | None:
    """When the mail that has waited longest was queued; None if nothing waits to leave."""
    return db.session.scalar(
        sa.select(sa.func.min(OutgoingMail.created_at)).where(
            OutgoingMail.due_at.is_not(None), sa.not_(_is_kept())
        )
    )


def _is_kept() -> sa.ColumnElement[bool]:
    """Is it kept back for a digest still? When no digest has come, it leaves by itself."""
    return sa.func.coalesce(OutgoingMail.kept_until > clock.now(), sa.false())


def _message_id() -> str:
    """A name for a mail that says nothing: random, and the host of this service."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname
    return f"<{secrets.token_hex(16)}@{host}>"
