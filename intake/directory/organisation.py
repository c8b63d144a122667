"""The organisation as one immutable value, read from the tables once per version.

Every page needs it and it changes a few times a year, so a process keeps the latest version and
asks the database once a second whether there is a newer one. If the database is away, the one that
is kept still serves the page that says so.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.orm import selectinload

from intake.db import NotReady, Unavailable, db
from intake.directory.models import THE_ORGANISATION, Contact, Department, OrganisationRow
from intake.i18n import Localised

ASK_EVERY = 1.0  # seconds


class NotLoaded(NotReady):
    """No organisation has been loaded yet; ``flask directory load`` does it."""


@dataclass(frozen=True)
class Person:
    """A role address, never a person's name, and the days on which nobody is there."""

    email: str
    role: Localised
    absences: tuple[tuple[date, date], ...]

    def is_away(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.absences)


@dataclass(frozen=True)
class Post:
    """A department, company or the coordinator: what it answers for, and who holds it."""

    id: str
    kind: str
    name: Localised
    responsibility: Localised
    board: Localised
    keywords: Mapping[str, tuple[str, ...]]  # patterns by language
    contacts: tuple[Person, ...]
    active: bool


@dataclass(frozen=True, eq=False)  # one object per version: cached by identity
class Organisation:
    """The municipality, its coordinator, and every department that was ever loaded.

    ``facts`` is the file's ``[organisation]`` table as it was checked by ``load``.
    """

    version: int
    facts: Mapping[str, Any]
    coordinator: Post
    posts: Mapping[str, Post]  # by id, inactive ones and the coordinator too
    has_logo: bool

    @property
    def departments(self) -> tuple[Post, ...]:
        """What a sender can choose: active, and without the coordinator."""
        return tuple(
            post for post in self.posts.values() if post.active and post is not self.coordinator
        )

    @property
    def name(self) -> Localised:
        return self.facts["name"]

    @property
    def staff_language(self) -> str:
        """The language in which staff get their letters."""
        return str(self.facts["language"])

    def department(self, id: str | None) -> Post | None:
        """The department with that id, also one that is no longer active; None is nobody."""
        post = self.posts.get(id or "")
        return None if post is self.coordinator else post


def organisation() -> Organisation:
    """The organisation as it stands now, read at most once per request.

    :raises NotLoaded: nothing has been loaded into the tables.
    """
    if "organisation" not in g:
        g.organisation = _current()
    return g.organisation


def logo() -> tuple[bytes, str] | None:
    """The municipality's logo and its media type, or None."""
    row = db.session.get(OrganisationRow, THE_ORGANISATION)
    return (row.logo, row.logo_type or "") if row and row.logo else None


@dataclass
class _Kept:
    """The version that a process keeps, and when it last asked whether there is a newer one."""

    organisation: Organisation
    asked_at: float


def forget() -> None:
    """Read the tables anew at the next question: this process has just changed them."""
    current_app.extensions.pop("organisation", None)
    g.pop("organisation", None)


def _current() -> Organisation:
    kept: _Kept | None = current_app.extensions.get("organisation")
    if kept is not None and time.monotonic() - kept.asked_at < ASK_EVERY:
        return kept.organisation

    in_hand = db.session.in_transaction()
    try:
        version = db.session.scalar(
            sa.select(OrganisationRow.version).where(OrganisationRow.id == THE_ORGANISATION)
        )
        if version is None:
            raise NotLoaded("No organisation is loaded yet. Run: flask directory load")
        newest = kept is not None and kept.organisation.version == version
        current = kept.organisation if kept and newest else _read()
    except Unavailable:
        if kept is None or in_hand:  # somebody's transaction is not ours to take back
            raise
        db.session.rollback()
        kept.asked_at = time.monotonic()
        return kept.organisation

    current_app.extensions["organisation"] = _Kept(current, time.monotonic())
    return current


def _read() -> Organisation:
    row = db.session.get_one(OrganisationRow, THE_ORGANISATION)
    departments = db.session.scalars(
        sa.select(Department)
        .order_by(Department.position)
        .options(selectinload(Department.contacts).selectinload(Contact.absences))
    ).all()
    posts = {department.id: _post(department) for department in departments}
    coordinator = next(department.id for department in departments if department.coordinates)

    return Organisation(
        version=row.version,
        facts=row.facts,
        coordinator=posts[coordinator],
        posts=posts,
        has_logo=row.logo is not None,
    )


def _post(department: Department) -> Post:
    return Post(
        id=department.id,
        kind=department.kind,
        name=department.name,
        responsibility=department.responsibility,
        board=department.board,
        keywords={code: tuple(words) for code, words in department.keywords.items()},
        contacts=tuple(
            Person(
                email=contact.email,
                role=contact.role,
                absences=tuple((away.first_day, away.last_day) for away in contact.absences),
            )
            for contact in department.contacts
            if contact.active
        ),
        active=department.active,
    )
