"""The steps an enquiry goes through, and the history that is written whenever something happens.

History is only ever added to. The status page and the staff's pages are drawn from it.
"""

from enum import StrEnum
from typing import Any

from intake import clock
from intake.enquiries.models import Enquiry, Event


class Status(StrEnum):
    """Where an enquiry stands. That somebody waits for the sender's answer is a fact beside it."""

    RECEIVED = "received"
    ASSESSING = "assessing"
    WITH_DEPARTMENT = "with_department"
    DEVELOPING = "developing"
    APPLYING = "applying"
    APPLIED = "applied"
    GRANTED = "granted"
    PARKED = "parked"
    CLOSED = "closed"


_S = Status

#: Every move that is allowed, from each status. Whatever is opened again is assessed anew, by the
#: coordinator; what was parked goes on where it was (see ``acts.take_up``).
MOVES: dict[Status, frozenset[Status]] = {
    _S.RECEIVED: frozenset({_S.ASSESSING, _S.WITH_DEPARTMENT, _S.DEVELOPING, _S.PARKED, _S.CLOSED}),
    _S.ASSESSING: frozenset({_S.WITH_DEPARTMENT, _S.PARKED, _S.CLOSED}),
    _S.WITH_DEPARTMENT: frozenset({_S.ASSESSING, _S.DEVELOPING, _S.PARKED, _S.CLOSED}),
    _S.DEVELOPING: frozenset({_S.ASSESSING, _S.WITH_DEPARTMENT, _S.APPLYING, _S.PARKED, _S.CLOSED}),
    _S.APPLYING: frozenset({_S.DEVELOPING, _S.APPLIED, _S.PARKED, _S.CLOSED}),
    _S.APPLIED: frozenset({_S.GRANTED, _S.CLOSED}),
    _S.GRANTED: frozenset({_S.CLOSED}),
    _S.PARKED: frozenset({_S.ASSESSING, _S.WITH_DEPARTMENT, _S.DEVELOPING, _S.APPLYING, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.ASSESSING}),
}

#: The steps of an idea that goes on, from the first to the last.
WAY = (_S.DEVELOPING, _S.APPLYING, _S.APPLIED, _S.GRANTED)

#: The five steps that the public sees, by status. A parked idea stands where it goes on.
PUBLIC_STEP = {
    Status.RECEIVED: 1,
    Status.ASSESSING: 2,
    Status.WITH_DEPARTMENT: 3,
    Status.DEVELOPING: 3,
    Status.APPLYING: 4,
    Status.APPLIED: 4,
    Status.GRANTED: 4,
    Status.CLOSED: 5,
}


def next_steps(here: Status) -> list[Status]:
    """Which steps of the way can follow *here*: the way on before the way back. What is parked is
    taken up before it goes anywhere.
    """
    if here is Status.PARKED:
        return []
    return sorted((step for step in WAY if step in MOVES[here]), key=lambda to: is_back(here, to))


def is_back(here: Status, to: Status) -> bool:
    """Does the way lead back from *here* to the step *to*?"""
    return here in WAY and WAY.index(here) > WAY.index(to)


class NotAllowed(ValueError):
    """That cannot be done with an enquiry as it stands. Nothing was changed.

    :param argument: the verb's, if it is that one that is wrong.
    """

    def __init__(self, why: str, argument: str = "") -> None:
        super().__init__(why)
        self.argument = argument


class Act(StrEnum):
    """What can happen to an enquiry, as its history tells it."""

    RECEIVED = "received"
    ROUTED = "routed"
    MARKED = "marked"  # looks like spam, or may hold what mails should not carry
    RELEASED = "released"  # looked like spam, and is none
    MAILED = "mailed"  # a letter was queued; the outbox knows when it left
    UNDELIVERED = "undelivered"  # a letter failed for good; if to a department, it is not theirs
    WITHHELD = "withheld"  # a letter was not written, and why
    LINK_REPLACED = "link_replaced"
    SHARED = "shared"  # a text that staff show on the status page
    MOVED = "moved"  # to another step of the way, on or back
    HANDED_OVER = "handed_over"  # by a person, to a department
    TAKEN = "taken"  # by the coordinator, to assess it
    SENT_BACK = "sent_back"  # by a department, with a reason
    INVOLVED = "involved"  # a department is asked to take part, beside whoever has it
    CONTRIBUTED = "contributed"  # and answers
    PARTED = "parted"  # and takes part no longer
    RETURNED = "returned"  # by the clock: nobody in the department has opened it
    DEPARTMENT_GONE = "department_gone"  # so the coordinator has it; by the service
    OPENED = "opened"  # by the department, the first time
    READ = "read"  # a flagged enquiry, by whom
    ASKED = "asked"  # staff ask the sender
    REPLIED = "replied"  # the sender writes, to a question or not
    ANSWERED = "answered"  # staff answer the sender
    DEALT_WITH = "dealt_with"  # the sender's message needs no answer
    NOTED = "noted"  # an internal note
    ASSESSED = "assessed"  # the eight questions
    SET = "set"  # staff's own fields: programmes, case number, owner, flags ...
    PARKED = "parked"
    WOKEN = "woken"
    REFERRED = "referred"  # closed, and sent on to another body
    LINKED = "linked"  # a duplicate follows the one that leads
    SEPARATED = "separated"  # and goes its own way again
    FOLLOWER_WROTE = "follower_wrote"  # the sender of one that goes on in it
    LEFT_ALONE = "left_alone"  # the one that it follows was withdrawn
    RESEMBLES = "resembles"  # it may be the same as another
    TOLD_APART = "told_apart"  # and is not, or is no longer linked
    RELATED = "related"  # linked to another, without following it
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
    RELEASED_COPY = "released_copy"  # a copy for a request for public documents (L12)


def move(enquiry: Enquiry, to: Status) -> None:
    """Let *enquiry* stand at *to*, and rest no longer; whoever calls writes the history.

    :raises NotAllowed: the table of moves has no such move.
    """
    if to not in MOVES[Status(enquiry.status)]:
        raise NotAllowed(f"{enquiry.reference} cannot go from {enquiry.status} to {to}.")
    enquiry.status = to
    if to is not Status.PARKED:
        enquiry.parked_until = None


def record(
    enquiry: Enquiry, act: Act, *, by: str, email: str = "", why: str = "", **data: Any
) -> Event:
    """Add one line to the history.

    :param by: who acted: ``sender``, ``system``, ``coordinator``, ``operator``, or a department's
        id; *email*, the role address of the person there.
    :param why: a reason in words, for staff.
    :param data: facts that the line is told from, in any language, later.
    """
    event = Event(at=clock.now(), act=act, by_role=by, by_email=email, why=why, data=data)
    enquiry.history.append(event)
    return event
