"""The directory's upkeep, as far as open enquiries have a say in it: nobody goes while they would
lose who answers for them. The directory itself knows no enquiry.
"""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from intake.db import db
from intake.directory.organisation import Organisation
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status


@dataclass(frozen=True)
class Left:
    """An open enquiry whose department, or whose owner, is no longer there."""

    reference: str
    who: str  # the department's id, or the owner's address


def left_by(before: Organisation, after: Organisation) -> list[Left]:
    """The open enquiries that would lose who answers for them, the oldest first."""
    departments = {post.id for post in before.departments} - {post.id for post in after.departments}
    addresses = _addresses(before) - _addresses(after)
    if not departments and not addresses:
        return []

    owner = sa.func.lower(Enquiry.owner)
    asked = (
        sa.select(Enquiry.reference, Enquiry.department_id, owner)
        .where(Enquiry.status != Status.CLOSED, Enquiry.suspected.is_(False))
        .where(Enquiry.department_id.in_(departments) | owner.in_(addresses))
        .order_by(Enquiry.id)
    )
    return [
        Left(reference, department if department in departments else address)
        for reference, department, address in db.session.execute(asked)
    ]


def left_behind(before: Organisation, after: Organisation) -> dict[str, int]:
    """How many open enquiries each department or owner would leave."""
    return dict(Counter(left.who for left in left_by(before, after)))


def _addresses(house: Organisation) -> set[str]:
    """Whoever a case can name as its owner, as the database writes small letters."""
    return {
        person.email.lower()
        for post in (house.coordinator, *house.departments)
        for person in post.contacts
    }
