"""What is stored of a mail, and of each attempt to deliver it that failed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intake.db import Model, UtcDateTime

_FAILED = sa.text("state = 'failed'")
_KEPT = sa.text("kept_until IS NOT NULL AND digest_id IS NULL")
_IN_DIGEST = sa.text("digest_id IS NOT NULL")


class OutgoingMail(Model):
    """One letter to one recipient, and how far it has come.

    A mail is ``queued``, then ``sending`` while a worker has it, then ``sent`` or ``failed``.
    ``due_at`` says from when a worker may take it: at once, after the wait before another
    attempt, or, while one has it, when its lease ends. It is None once all is over, so the index
    on it holds only mail that still has to go, those with the fewest attempts first.

    One that is kept back, so that a digest can tell of it, is queued and due at ``kept_until``. If
    a digest does, it is ``sent`` with that digest, which is ``digest_id``; if none comes, it leaves
    by itself.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
        sa.CheckConstraint("(due_at IS NULL) = (state IN ('sent', 'failed'))", name="due_at"),
        sa.Index(
            "ix_outgoing_mail_due",
            "attempts",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        ),
        sa.Index("ix_outgoing_mail_failed", "id", sqlite_where=_FAILED, postgresql_where=_FAILED),
        sa.Index("ix_outgoing_mail_kept", "id", sqlite_where=_KEPT, postgresql_where=_KEPT),
        sa.Index(
            "ix_outgoing_mail_digest_id",
            "digest_id",
            sqlite_where=_IN_DIGEST,
            postgresql_where=_IN_DIGEST,
        ),
        sa.Index("ix_outgoing_mail_mailbox_created_at", "mailbox", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    about: Mapped[str] = mapped_column(sa.String(80), index=True)  # whose it is; opaque here

    # The letter. Where a status token goes stands a mark, in the stored text for good.
    to_address: Mapped[str] = mapped_column(sa.String(254))
    mailbox: Mapped[str] = mapped_column(sa.String(254))  # the same, as limits count it
    subject: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(10))
    reply_to: Mapped[str] = mapped_column(sa.String(254))
    sender_name: Mapped[str] = mapped_column(sa.String(200), server_default=sa.text("''"))
    seed: Mapped[str | None] = mapped_column(sa.String(64))
    message_id: Mapped[str] = mapped_column(sa.String(300), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # Its way.
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_by: Mapped[str | None] = mapped_column(sa.String(100))  # another one for each claim
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outgoing_mail.id"))


class MailFailure(Model):
    """One attempt that failed: at which stage, and what the mail server said. Only ever added.

    ``stage`` is render, connect, greeting, tls, auth, mail, rcpt, data or dot; ``code`` is None
    when no answer came. ``final`` means that there is no further attempt.
    """

    __tablename__ = "mail_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("outgoing_mail.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    stage: Mapped[str] = mapped_column(sa.String(10))
    code: Mapped[int | None]
    reply: Mapped[str] = mapped_column(sa.String(500))  # one line, mail addresses masked
    final: Mapped[bool]
