"""What happens with a department's ideas while somebody is away."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.values import Away, Organisation, Person, Post
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status

_FURTHEST = 366  # days that are looked at


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """Who has what comes in for one post during an absence."""

    post: Post
    people: list[Person]
    #: On some of the days none of them is there: it is the coordinator's then, and what is the
    #: coordinator's waits.
    is_left: bool
    open_cases: int  # that lie with it now, and stay there


def meanwhile(house: Organisation, email: str, away: Away) -> list[Meanwhile]:
    """What happens during *away*, from today on, for each post that *email* is a contact of."""
    return [_of(house, post, away) for post, _person in house.held_by(email)]


def open_cases(post: Post, most: int) -> list[Enquiry]:
    """The cases that lie with a department and are open, the oldest first, *most* of them."""
    return list(db.session.scalars(_open(post).order_by(Enquiry.id).limit(most)))


def _of(house: Organisation, post: Post, away: Away) -> Meanwhile:
    coordinates, people, is_left = post is house.coordinator, dict[str, Person](), False
    for day in _days(away):
        holder = posts.coordinator(house, day) if coordinates else posts.holder(house, post.id, day)
        if holder.post is post and holder.person.is_there(day):
            people[holder.person.email] = holder.person
        else:
            is_left = True
    return Meanwhile(
        post=post,
        people=list(people.values()),
        is_left=is_left,
        open_cases=0 if coordinates else _open_cases(post),
    )


def _days(away: Away) -> list[date]:
    first = max(away.first_day, clock.today())
    count = min((away.last_day - first).days + 1, _FURTHEST)
    return [first + timedelta(days=each) for each in range(count)]


def _open_cases(post: Post) -> int:
    counted = sa.select(sa.func.count()).select_from(_open(post).subquery())
    return db.session.scalar(counted) or 0


def _open(post: Post) -> sa.Select[Enquiry]:
    return sa.select(Enquiry).where(
        Enquiry.department_id == post.id, Enquiry.status != Status.CLOSED
    )
