"""The table itself: what a state is, and how one is written into it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.browser import Visit

Reach = Callable[[Visit], None]


@dataclass(frozen=True)
class State:
    """A page as it is met. ``reach`` leads a fresh visit there."""

    name: str
    reach: Reach
    languages: tuple[str, ...] = ("sv", "en")
    who: str = ""  # the address of the member of staff who is signed in, if anybody is
    endpoint: str = ""  # of the page for staff that a GET of its address opens
    is_main: bool = False  # photographed in the dark and on paper too
    is_mail: bool = False  # a mail's HTML part: a document, but no page of ours
    is_for_developers: bool = False  # in English only

    @property
    def is_in_all_looks(self) -> bool:
        """Is every language worth a look in every scheme and width?"""
        return self.is_main or not self.endpoint


STATES: list[State] = []


def state(name: str) -> State:
    """The state of that name."""
    return next(each for each in STATES if each.name == name)


def met(name: str, **facts: Any) -> Callable[[Reach], Reach]:
    """Write the function below into the table, as the way to the state *name*."""

    def keep(reach: Reach) -> Reach:
        STATES.append(State(name, reach, **facts))
        return reach

    return keep


def page(name: str, path: str, **facts: Any) -> None:
    """A page that needs nothing but its address."""
    met(name, **facts)(lambda visit: visit.open(path))
