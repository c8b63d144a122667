"""The directory's upkeep, as far as open enquiries have a say in it: nobody goes while they would
lose who answers for them, and whoever is given a role is told. What a file leaves behind is the
coordinator's. The directory itself knows no enquiry and no letter.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import edit
from intake.directory.check import OrganisationFile
from intake.directory.export import Plain
from intake.directory.history import Edit, Editor
from intake.directory.load import Changes, hold
from intake.directory.members import Member
from intake.directory.organisation import read
from intake.directory.values import Organisation
from intake.enquiries import attention, together, welcome
from intake.enquiries.acts import take_from_department
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, Status, record


@dataclass(frozen=True)
class Left:
    """An open enquiry whose department, or whose owner, is no longer there."""

    reference: str
    who: str  # the department's id, or the owner's address


class WouldBeLeft(RuntimeError):
    """Open enquiries would lose who answers for them. They have to be handed over first."""

    def __init__(self, left: list[Left]) -> None:
        super().__init__(f"{len(left)} open enquiries would be left")
        self.left = left


def amend(
    change: Callable[[Plain], None], *, seen: int, concerns: Callable[[Edit], bool], by: Member
) -> Changes:
    """Change the organisation as ``directory.edit.amend`` does, unless somebody is needed, and
    queue the letters to whoever has a new role.

    :raises WouldBeLeft: open enquiries would lose who answers for them. The caller takes back
        what was done; that goes for whatever is raised.
    """
    with _watched(by):
        return edit.amend(change, seen=seen, concerns=concerns, by=_editor(by))


def replace(file: OrganisationFile, *, seen: int, by: Member) -> Changes:
    """Put another organisation in the place of this one; see :func:`amend`."""
    with _watched(by):
        return edit.replace(file, seen=seen, by=_editor(by))


@contextmanager
def _watched(by: Member) -> Iterator[None]:
    """Look after what *by* changes inside the block: whom it would leave, and who is to be told."""
    hold()  # or what somebody else changes meanwhile would be taken for ours
    before = read()
    yield
    after = read()
    left = left_by(before, after)
    if left:
        raise WouldBeLeft(left)
    together.end_without_department(after)
    welcome.tell(before, after, by=by)


def _editor(member: Member) -> Editor:
    return Editor("coordinator" if member.coordinates else "administrator", member.email)


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


def settle(before: Organisation) -> dict[str, int]:
    """A file was loaded: give the open enquiries of departments that are no more to the
    coordinator, in the caller's transaction.

    :param before: the organisation as it was.
    :return: how many open enquiries each department or owner has left.
    """
    after = read()
    left = Counter(each.who for each in left_by(before, after))
    together.end_without_department(after)
    return dict(left | _give_to_coordinator(after))


def _give_to_coordinator(house: Organisation) -> Counter[str]:
    """The same, also for departments that went before that was looked after."""
    gone = [post.id for post in house.posts.values() if not post.active]
    theirs = (
        sa.select(Enquiry)
        .where(Enquiry.department_id.in_(gone), Enquiry.status != Status.CLOSED)
        .order_by(Enquiry.id)
        .with_for_update()
    )
    given = Counter[str]()
    for enquiry in db.session.scalars(theirs) if gone else ():
        department = str(enquiry.department_id)
        crossed = take_from_department(enquiry, house)
        enquiry.news_at = enquiry.news_at or clock.now()
        record(
            enquiry,
            Act.DEPARTMENT_GONE,
            by="system",
            department=department,
            other_authority=crossed,
        )
        attention.reckon(enquiry, house)
        given[department] += 1
    return given


def _addresses(house: Organisation) -> set[str]:
    """Whoever a case can name as its owner, as the database writes small letters."""
    return {person.email.lower() for post in house.active_posts for person in post.contacts}
