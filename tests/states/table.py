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


STATES: list[State] = []


def state(name: str) -> State:
    """The state of that name."""
    return next(each for each in STATES if each.name == name)


def is_first(state: State) -> bool:
    """Is it worth the most looks: what residents meet, a main page, the first state of a page?

    The others are a page that has been seen, in a state of its own, or a mail.
    """
    if state.is_main or not (state.endpoint or state.is_mail):
        return True
    return not state.is_mail and state is next(e for e in STATES if e.endpoint == state.endpoint)


def met(name: str, **facts: Any) -> Callable[[Reach], Reach]:
    """Write the function below into the table, as the way to the state *name*."""

    def keep(reach: Reach) -> Reach:
        STATES.append(State(name, reach, **facts))
        return reach

    return keep


def page(name: str, path: str, **facts: Any) -> None:
    """A page that needs nothing but its address."""
    met(name, **facts)(lambda visit: visit.open(path))
