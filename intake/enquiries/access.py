"""Loading an enquiry for whoever may see it: by its secret link, or by its number, for staff."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from intake import links
from intake.db import db
from intake.directory.members import Member
from intake.enquiries.models import Enquiry, Participation

_REFERENCE = re.compile(r"(?:EU)?[\W_]*(?P<year>20\d\d)[\W_]+(?P<number>\d{1,9})", re.I | re.A)
_BY_TOKEN = (
    sa.select(Enquiry)
    .where(Enquiry.token_hash == sa.bindparam("hash"))
    .options(joinedload(Enquiry.suggestions))
)

#: Of several at once, or each is asked of the database by itself: see :func:`may_see`. By a
#: question of their own, since PostgreSQL locks nothing that was read with an outer join.
_WHO_MAY_SEE = selectinload(Enquiry.participations)


def by_token(token: str) -> Enquiry | None:
    """The enquiry that *token* opens with all that its page tells, or None.

    A hash is looked up, so timing tells nothing.
    """
    found = db.session.scalars(_BY_TOKEN, {"hash": links.token_hash(token)})
    return found.unique().one_or_none()


def by_reference(reference: str, *, lock: bool = False) -> Enquiry | None:
    """The enquiry with that number, however it was typed. For staff only.

    :param lock: hold it until the end of the transaction, because it is going to change; what was
        read of it before is read anew, since whoever held it may have changed that.
    """
    number = as_reference(reference)
    if number is None:
        return None
    enquiry = db.session.scalar(sa.select(Enquiry).where(Enquiry.reference == number))
    if enquiry is not None and lock:
        db.session.refresh(enquiry, with_for_update=True)
    return enquiry


def by_references(references: Collection[str]) -> list[Enquiry]:
    """The enquiries with these numbers, the first to come in first. For staff only."""
    if not references:
        return []
    named = sa.select(Enquiry).where(Enquiry.reference.in_(references)).order_by(Enquiry.id)
    return list(db.session.scalars(named.options(_WHO_MAY_SEE)))


def for_staff(member: Member, reference: str, *, lock: bool = False) -> Enquiry | None:
    """The enquiry with that number, if *member* may see it; else None, as if there were none.

    :param lock: as of :func:`by_reference`.
    """
    enquiry = by_reference(reference, lock=lock)
    return enquiry if enquiry and may_see(member, enquiry) else None


def may_see(member: Member, enquiry: Enquiry) -> bool:
    """The coordinator sees all, a contact what lies with a department of theirs, or in which one of
    theirs takes part (G5).
    """
    if member.coordinates:
        return True
    mine = has_it(member, enquiry) or participating(member, enquiry) is not None
    return mine and not enquiry.suspected


def has_it(member: Member, enquiry: Enquiry) -> bool:
    """Is it *member*'s to act on: as the coordinator, or because a department of theirs has it?"""
    return member.coordinates or enquiry.department_id in member.departments


def participating(member: Member, enquiry: Enquiry) -> str | None:
    """As which department *member* takes part, if that is all that they have to do with it."""
    if has_it(member, enquiry):
        return None
    theirs = (each.department_id for each in participations(enquiry))
    return next((each for each in theirs if each in member.departments), None)


def participations(enquiry: Enquiry) -> list[Participation]:
    """The departments that take part, the first one first."""
    return sorted(enquiry.participations, key=lambda each: (each.since, each.department_id))


def hides_sender(enquiry: Enquiry, member: Member) -> bool:
    """Is it kept from *member* who the sender is? Only the coordinator sees one who is protected
    (L7).
    """
    return enquiry.protected and not member.coordinates


def leading(enquiry: Enquiry) -> Enquiry | None:
    """The enquiry that *enquiry* goes on in, if it was joined with another."""
    return db.session.get(Enquiry, enquiry.leads_id) if enquiry.leads_id else None


def resembled(enquiry: Enquiry) -> Enquiry | None:
    """The one that *enquiry* may be the same as, if it is marked so and nobody has settled it."""
    return db.session.get(Enquiry, enquiry.resembles_id) if enquiry.resembles_id else None


def followers(enquiry: Enquiry, *, lock: bool = False) -> list[Enquiry]:
    """The enquiries that go on in *enquiry*.

    :param lock: as of :func:`by_reference`.
    """
    follow = sa.select(Enquiry).where(Enquiry.leads_id == enquiry.id).order_by(Enquiry.id)
    follow = follow.options(_WHO_MAY_SEE)
    if lock:
        follow = follow.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(follow))


def as_reference(typed: str) -> str | None:
    """*typed* as we write references: ``eu 2026 42`` is ``EU-2026-0042``. None if it is none."""
    found = _REFERENCE.fullmatch(typed.strip())
    return f"EU-{found['year']}-{int(found['number']):04d}" if found else None
