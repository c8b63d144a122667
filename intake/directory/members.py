"""Who works here, and as what. Nobody is kept apart from the organisation: whoever leaves it is
nobody from then on, also in a session that is open.
"""

from dataclasses import dataclass
from enum import StrEnum

from intake import clock
from intake.directory.values import Organisation


class Role(StrEnum):
    """What somebody may be here; one address can be several."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    CONTACT = "contact"
    READER = "reader"  # figures only


@dataclass(frozen=True)
class Member:
    """A role address with what it may be, and the departments that it answers for."""

    email: str
    roles: frozenset[Role]
    departments: frozenset[str]

    @property
    def coordinates(self) -> bool:
        """Is this the coordinator, who may see every idea?"""
        return Role.COORDINATOR in self.roles


def member(house: Organisation, email: str) -> Member | None:
    """The member with that address today, however it is spelled in capitals; None is a stranger.

    Whoever covers for a contact is, on the days of that absence alone, what that contact is.
    """
    wanted, today = email.strip().casefold(), clock.today()
    if not wanted or not email.isascii():  # ſ and the sign of the kelvin fold to s and k
        return None

    staff = [
        each["may"] for each in house.facts.get("staff", ()) if each["email"].casefold() == wanted
    ]
    posts = [post for post, _person in house.held_by(wanted)]
    if posts:  # only who is a contact can cover for another one
        posts += house.covered_by(wanted, today)
    departments = frozenset(post.id for post in posts if post is not house.coordinator)
    roles = {
        Role.ADMINISTRATOR: Role.ADMINISTRATOR in staff,
        Role.COORDINATOR: house.coordinator in posts,
        Role.CONTACT: bool(departments),
        Role.READER: Role.READER in staff,
    }
    held = frozenset(role for role, holds in roles.items() if holds)
    return Member(wanted, held, departments) if held else None


#: Whoever may edit the organisation, by address, with the roles that let them.
Keepers = dict[str, frozenset[Role]]


def keepers(house: Organisation) -> Keepers:
    """Whoever may edit the organisation, by address, with the roles that let them."""
    addresses = [person.email for person in house.coordinator.contacts]
    addresses += [each["email"] for each in house.facts.get("staff", ())]
    may = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
    found = (member(house, address) for address in addresses)
    return {each.email: each.roles & may for each in found if each and each.roles & may}
