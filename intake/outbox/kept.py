"""Mails that are kept back for somebody who wants one letter a day, and the digest that tells of
them. What no digest tells of leaves by itself at ``kept_until``: nothing is lost by keeping it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from intake import clock
from intake.db import db
from intake.outbox.models import OutgoingMail

_WAITS = (
    OutgoingMail.kept_until.is_not(None),
    OutgoingMail.digest_id.is_(None),
    OutgoingMail.state == "queued",
    OutgoingMail.attempts == 0,
)


def addresses() -> list[str]:
    """Whose mails are kept back right now."""
    return list(db.session.scalars(sa.select(OutgoingMail.to_address).where(*_WAITS).distinct()))


def waiting(address: str) -> Sequence[OutgoingMail]:
    """The mails that are kept back for *address*, the oldest first, held until they are settled.

    Two workers never get the same ones: the second waits, and then finds none.
    """
    mine = sa.select(OutgoingMail).where(*_WAITS, OutgoingMail.to_address == address)
    return db.session.scalars(
        mine.order_by(OutgoingMail.id).with_for_update().execution_options(populate_existing=True)
    ).all()


def settle(mails: Sequence[OutgoingMail], digest_id: int) -> None:
    """Note that the digest tells of *mails*: they do not leave any more."""
    for mail in mails:
        mail.state, mail.due_at, mail.sent_at = "sent", None, clock.now()
        mail.digest_id = digest_id


def told_in(digest_id: int) -> Sequence[OutgoingMail]:
    """The mails that a digest tells of."""
    return db.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.digest_id == digest_id).order_by(OutgoingMail.id)
    ).all()


def states(about: str) -> dict[str, str]:
    """How far each mail about that has come, by its key: as in the table, or ``kept`` while it
    waits for a digest or in one, and ``told`` when a digest that tells of it was sent.
    """
    digest = aliased(OutgoingMail)
    waits = sa.and_(*_WAITS)
    rows = db.session.execute(
        sa.select(
            OutgoingMail.key,
            sa.case(
                (waits | digest.state.in_(("queued", "sending")), "kept"),
                (digest.state == "sent", "told"),
                (digest.state == "failed", "failed"),
                else_=OutgoingMail.state,
            ),
        )
        .outerjoin(digest, digest.id == OutgoingMail.digest_id)
        .where(OutgoingMail.about == about)
    )
    return dict(rows.all())
