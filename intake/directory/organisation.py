"""The organisation as it stands now, read from the tables once per version.

Every page needs it and it changes a few times a year, so a process keeps the latest version and
asks the database once a second whether there is a newer one. If the database is away, the one that
is kept still serves the page that says so.
"""

import time
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.orm import selectinload

from intake.db import NotReady, Unavailable, db
from intake.directory.models import THE_ORGANISATION, Contact, Department, OrganisationRow
from intake.directory.values import Away, Organisation, Person, Post

ASK_EVERY = 1.0  # seconds


class NotLoaded(NotReady):
    """No organisation has been loaded yet; ``flask directory load`` does it."""

    def __init__(self) -> None:
        super().__init__("No organisation is loaded yet. Run: flask directory load")


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
