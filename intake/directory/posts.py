"""Who holds a post today: the contact, else the cover, else the coordinator."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from intake.directory.organisation import Organisation, Person, Post


@dataclass(frozen=True)
class Holder:
    """Who gets the mail for a post on a day, and in whose stead."""

    person: Person
    post: Post  # whose contact this is: the department asked for, or the coordinator
    standing: Literal["holder", "cover", "coordinator"]


def holder(organisation: Organisation, department_id: str | None, day: date) -> Holder:
    """Who answers for a department on *day*.

    :param department_id: None, an unknown or an inactive department means the coordinator.
    """
    department = organisation.department(department_id)

    if department is None or not department.active:
        return coordinator(organisation, day)
    for person in department.contacts:
        if not person.is_away(day):
            first = person is department.contacts[0]
            return Holder(person, department, "holder" if first else "cover")
    return coordinator(organisation, day)


def coordinator(organisation: Organisation, day: date) -> Holder:
    """Who coordinates on *day*. If all are away it is still the first."""
    contacts = organisation.coordinator.contacts
    present = next((person for person in contacts if not person.is_away(day)), contacts[0])
    return Holder(present, organisation.coordinator, "coordinator")
