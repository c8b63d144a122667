"""What an organisation is: posts, those who hold them, and when somebody is away. Values that never
change; how one comes from the tables stands in ``organisation``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from intake.i18n import Localised


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

    def post(self, id: str | None) -> Post:
        """The department with that id; the coordinator, who has what no department has."""
        return self.department(id) or self.coordinator
