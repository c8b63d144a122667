"""What is broken, so that a case or a promise may be lost: for the coordinator's daily mail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.values import Organisation, Person, Post
from intake.enquiries import still_you
from intake.enquiries.attention import AT_DEPARTMENT
from intake.enquiries.models import Enquiry, Participation
from intake.enquiries.steps import Status
from intake.outbox import queue

MOST = 10  # that are named of each kind
LONG = timedelta(hours=2)  # a mail that waits for longer hints at a worker that does not run


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Everything that is broken today; all of it empty when nothing is."""

    failed: list[str]  # what mails that failed since the working day before are about
    waits_hours: int  # of the mail that waits longest, if that is long
    unreachable: list[Person]
    unconfirmed: list[Person]
    unstaffed: list[Post]  # nobody there is on duty, nor anybody who covers
    ownerless: list[Enquiry]  # open cases that nobody owns
    unanswered: list[Enquiry]  # open cases on which a department was asked to take part, long ago

    def __bool__(self) -> bool:
        return any(vars(self).values())


def broken(house: Organisation, today: date) -> Broken:
    """What is broken as of now."""
    people = {
        person.email.casefold(): person for post in house.active_posts for person in post.contacts
    }.values()
    before = datetime.combine(clock.working_day_before(today), time(), clock.STOCKHOLM)
    return Broken(
        failed=queue.failed_since(before),
        waits_hours=_waits_hours(),
        unreachable=[person for person in people if person.failed_at],
        unconfirmed=[p for p in people if still_you.has_not_answered(p, house, today)],
        unstaffed=[
            post
            for post in house.departments
            if posts.holder(house, post.id, today).standing == "coordinator"
        ],
        ownerless=_ownerless(house),
        unanswered=_unanswered(house, today),
    )


def _waits_hours() -> int:
    oldest = queue.oldest()
    waits = clock.now() - oldest if oldest else timedelta()
    return int(waits / timedelta(hours=1)) if waits >= LONG else 0


def _ownerless(house: Organisation) -> list[Enquiry]:
    """Open cases at a department that is no more, or worked on without anybody who owns them."""
    left = [post.id for post in house.posts.values() if not post.active]
    worked_on = AT_DEPARTMENT - {Status.WITH_DEPARTMENT}
    asked = sa.select(Enquiry).where(
        sa.or_(
            sa.and_(Enquiry.department_id.in_(left), Enquiry.status != Status.CLOSED),
            sa.and_(Enquiry.status.in_(sorted(worked_on)), Enquiry.owner == ""),
        )
    )
    return list(db.session.scalars(asked.order_by(Enquiry.id).limit(MOST + 1)))


def _unanswered(house: Organisation, today: date) -> list[Enquiry]:
    """Open cases on which a department that was asked to take part lets others wait for longer
    than a sender is given to answer a question.
    """
    since = today
    for _day in range(house.facts["promise"]["ask_again_days"]):
        since = clock.working_day_before(since)
    asked = sa.select(Participation.enquiry_id).where(
        Participation.answered_at.is_(None),
        Participation.since < datetime.combine(since, time(), clock.STOCKHOLM),
    )
    cases = sa.select(Enquiry).where(Enquiry.id.in_(asked), Enquiry.status != Status.CLOSED)
    return list(db.session.scalars(cases.order_by(Enquiry.id).limit(MOST + 1)))
