"""Who holds a post today: the contact, else the cover, else the coordinator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from intake.directory.values import Organisation, Person, Post


@dataclass(frozen=True)
class Holder:
    """Who gets the mail for a post on a day, and in whose stead."""

    person: Person
    post: Post  # which post is held: that of the department asked for, or the coordinator's
    standing: Literal["holder", "cover", "coordinator"]
    #: Why the first contact does not hold it, if another does and it is known.
    missing: Literal["", "away", "unreachable"] = ""


def holder(organisation: Organisation, department_id: str | None, day: date) -> Holder:
    """Who answers for a department on *day*.

    :param department_id: None, an unknown or an inactive department means the coordinator.
    """
    department = organisation.department(department_id)

    if department is None or not department.active:
        return coordinator(organisation, day)
    missing = _missing(department, day)
    for person in _present(organisation, department, day):
        standing: Literal["holder", "cover"] = "cover" if missing else "holder"
        return Holder(person, department, standing, missing)
    chief = coordinator(organisation, day)
    return Holder(chief.person, chief.post, "coordinator", missing)


def coordinator(organisation: Organisation, day: date) -> Holder:
    """Who coordinates on *day*. If nobody is there it is still the first."""
    post = organisation.coordinator
    present = next(_present(organisation, post, day), post.contacts[0])
    return Holder(present, post, "coordinator")


def _present(organisation: Organisation, post: Post, day: date) -> Iterator[Person]:
    """Who can answer for *post* on *day*, in this order: each contact, or who covers for them.

    A contact whose mail bounced is not there; nor is a cover who is away, bounced, or has left.
    """
    for person in post.contacts:
        if person.is_there(day):
            yield person
            continue
        for cover in person.covers(day):
            stand_ins = organisation.held_by(cover)
            if stand_ins and all(each.is_there(day) for _post, each in stand_ins):
                yield stand_ins[0][1]


def _missing(post: Post, day: date) -> Literal["", "away", "unreachable"]:
    """Why the first contact of *post* does not hold it on *day*; empty if that one does."""
    first = post.contacts[0] if post.contacts else None
    if first is None or first.is_there(day):
        return ""
    return "unreachable" if first.failed_at else "away"
