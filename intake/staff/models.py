"""Signing in by mail, sessions that live on the server, and views that somebody kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from intake import clock
from intake.db import Model, UtcDateTime, db, insert

LONGEST_QUERY = 2000  # characters of a view's address


class SignInLink(Model):
    """Somebody asked to sign in. One use; its secret is stored only as a hash.

    An address that is not in the directory is not kept: the row then only counts for the limit.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (
        sa.Index("ix_sign_in_link_network_at", "network", "at"),
        sa.Index("ix_sign_in_link_email_at", "email", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    network: Mapped[str] = mapped_column(sa.String(64))


class StaffSession(Model):
    """One browser that is signed in. Whose it is must still stand in the directory."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    way: Mapped[str] = mapped_column(sa.String(10))  # mail, oidc
    browser: Mapped[str] = mapped_column(sa.String(120))  # as its owner may know it again
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SentForm(Model):
    """A form of staff's that has been done: only hashes, by which it is known again."""

    __tablename__ = "sent_form"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    answers: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedView(Model):
    """A view of the inbox that one person gave a name: nothing but its address."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.Index("ix_saved_view_email_name", "email", "name", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(LONGEST_QUERY))


def was_sent(key: str) -> bool:
    """Has that form been done?"""
    return db.session.get(SentForm, key) is not None


def last_sent(answers: str, *, since: datetime) -> datetime | None:
    """When a form with these answers was done last, if it was since then."""
    same = sa.select(sa.func.max(SentForm.at)).where(SentForm.answers == answers)
    return db.session.scalar(same.where(SentForm.at > since))


def note_sent(key: str, answers: str) -> None:
    """That form is done, in the caller's transaction."""
    db.session.add(SentForm(key=key, answers=answers, at=clock.now()))


def saved_views(email: str) -> list[SavedView]:
    """The views that *email* kept, by name."""
    mine = sa.select(SavedView).where(SavedView.email == email)
    return list(db.session.scalars(mine.order_by(SavedView.name)))


def save_view(email: str, name: str, query: str) -> None:
    """Keep a view for *email*, in place of one with the same name."""
    kept = insert(SavedView).values(email=email, name=name, query=query)
    db.session.execute(
        kept.on_conflict_do_update(index_elements=["email", "name"], set_={"query": query})
    )


def drop_view(email: str, number: int) -> bool:
    """Forget a view; False if *email* has none with that number."""
    mine = sa.delete(SavedView).where(SavedView.email == email, SavedView.id == number)
    return db.session.execute(mine.returning(SavedView.id)).first() is not None
