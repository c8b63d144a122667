"""The five steps that the public sees, and which of them an idea has been at."""

from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from intake.enquiries.models import Event
from intake.enquiries.steps import PUBLIC_STEP, Act, Status


@dataclass(frozen=True)
class Step:
    """One of the five public steps."""

    number: int
    name: str
    state: Literal["done", "skipped", "now", "later"]


def steps(status: Status, events: list[Event]) -> list[Step]:
    """All five, with what became of each until *status*, as the history tells it.

    :param status: where the idea stands, or will when it is taken up; see ``acts.goes_on_as``.
    """
    now, reached = PUBLIC_STEP[status], _reached(events)
    names = [
        _("Received"),
        _("Being assessed"),
        _("The department is working on it"),
        _("Decision and application"),
        _("Closed"),
    ]
    return [
        Step(number, name, _state(number, now, reached))
        for number, name in enumerate(names, start=1)
    ]


def _reached(events: list[Event]) -> int:
    """The furthest of the five steps that it has been at, the last one left out."""
    return max((_step_of(event) for event in events), default=1)


def _step_of(event: Event) -> int:
    match event.act:
        case Act.MOVED:
            return PUBLIC_STEP[Status(event.data["to"])]
        case Act.HANDED_OVER:
            return PUBLIC_STEP[Status.WITH_DEPARTMENT]
        case Act.TAKEN | Act.SENT_BACK | Act.CLOSED | Act.REFERRED | Act.LINKED:
            return PUBLIC_STEP[Status.ASSESSING]
    return PUBLIC_STEP[Status.RECEIVED]


def _state(number: int, now: int, reached: int) -> Literal["done", "skipped", "now", "later"]:
    """A closed idea has not been at every step before: nobody shall think that it was."""
    if number == now:
        return "now"
    if number > now:
        return "later"
    return "skipped" if now == PUBLIC_STEP[Status.CLOSED] and number > reached else "done"
