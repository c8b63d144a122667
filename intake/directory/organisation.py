"""The organisation as one immutable value, read from the tables once per version.

Every page needs it and it changes a few times a year, so a process keeps the latest version and
asks the database once a second whether there is a newer one. If the database is away, the one that
is kept still serves the page that says so.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.orm import selectinload

from intake.db import NotReady, Unavailable, db
from intake.directory.models import THE_ORGANISATION, Contact, Department, OrganisationRow
from intake.i18n import Localised

ASK_EVERY = 1.0  # seconds


class NotLoaded(NotReady):
    """No organisation has been loaded yet; ``flask directory load`` does it."""

    def __init__(self) -> None:
        super().__init__("No organisation is loaded yet. Run: flask directory load")


class Away(NamedTuple):
    """Days on which somebody is away, both ends included, and the address of who covers."""

    first_day: date
    last_day: date
    cover: str = ""

    def includes(self, day: date) -> bool:
        """Is somebody away on *day*?"""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Person:
    """A role address, never a person's name, and what is known of whoever reads it."""

    email: str
    role: Localised
    absences: tuple[Away, ...]
    digest: bool = False  # one letter a day instead of many
    confirmed: date | None = None
    since: date | None = None
    asked_at: datetime | None = None
    failed_at: datetime | None = None
    successor: str = ""  # who has taken over, as they say themselves
    successor_words: str = ""
    number: int = 0  # for addresses of pages

    def is_away(self, day: date) -> bool:
        """Has whoever reads this address said that they are away on *day*?"""
        return any(away.includes(day) for away in self.absences)

    def is_there(self, day: date) -> bool:
        """Does a mail to this address reach somebody on *day*, as far as we know?"""
        return self.failed_at is None and not self.is_away(day)

    def covers(self, day: date) -> tuple[str, ...]:
        """The addresses of those who stand in on *day*."""
        return tuple(away.cover for away in self.absences if away.cover and away.includes(day))


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
    def active_posts(self) -> tuple[Post, ...]:
        """Whatever somebody answers for today: the coordinator's post, then the departments."""
        return (self.coordinator, *self.departments)

    @property
    def name(self) -> Localised:
        """What the municipality is called."""
        return self.facts["name"]

    @property
    def staff_language(self) -> str:
        """The language in which staff get their letters."""
        return str(self.facts["language"])

    def contact(self, number: int) -> Person | None:
        """The contact with that number, of any post that is active."""
        people = (person for post in self.active_posts for person in post.contacts)
        return next((person for person in people if person.number == number), None)

    def covered_by(self, email: str, day: date) -> tuple[Post, ...]:
        """The posts in which *email* stands in on *day* for somebody who is away."""
        wanted = email.casefold()
        return tuple(
            post
            for post in self.active_posts
            if any(wanted in map(str.casefold, each.covers(day)) for each in post.contacts)
        )

    def held_by(self, email: str) -> tuple[tuple[Post, Person], ...]:
        """The posts that *email* is a contact of, however it is spelled in capitals."""
        wanted = email.casefold()
        return tuple(
            (post, person)
            for post in self.active_posts
            for person in post.contacts
            if person.email.casefold() == wanted
        )

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
            raise NotLoaded
        newest = kept is not None and kept.organisation.version == version
        current = kept.organisation if kept and newest else read()
    except Unavailable:
        if kept is None or in_hand:  # somebody's transaction is not ours to take back
            raise
        db.session.rollback()
        kept.asked_at = time.monotonic()
        return kept.organisation

    current_app.extensions["organisation"] = _Kept(current, time.monotonic())
    return current


def read() -> Organisation:
    """The organisation as the transaction sees it, also what is not committed yet.

    :raises NotLoaded: nothing has been loaded into the tables.
    """
    row = db.session.get(OrganisationRow, THE_ORGANISATION)
    if row is None:
        raise NotLoaded
    departments = db.session.scalars(
        sa.select(Department)
        .order_by(Department.position)
        .options(selectinload(Department.contacts).selectinload(Contact.absences))
        .execution_options(populate_existing=True)  # in the order that they have now
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
                absences=tuple(
                    Away(away.first_day, away.last_day, away.cover) for away in contact.absences
                ),
                digest=contact.digest,
                confirmed=contact.confirmed,
                since=contact.since,
                asked_at=contact.asked_at,
                failed_at=contact.failed_at,
                successor=contact.successor,
                successor_words=contact.successor_words,
                number=contact.id,
            )
            for contact in department.contacts
            if contact.active
        ),
        active=department.active,
    )
