"""The steps an enquiry goes through, and the history that is written whenever something happens.

History is only ever added to. The status page and the staff's pages are drawn from it.
"""

from enum import StrEnum
from typing import Any

from intake import clock
from intake.enquiries.models import Enquiry, Event


class Status(StrEnum):
    """Where an enquiry stands. Nothing moves it yet but what staff will do on their pages."""

    RECEIVED = "received"
    ASSESSING = "assessing"
    WITH_DEPARTMENT = "with_department"
    DEVELOPING = "developing"
    APPLYING = "applying"
    APPLIED = "applied"
    GRANTED = "granted"
    PARKED = "parked"
    CLOSED = "closed"


#: The five steps that the public sees, by status. A parked idea rests with the department.
PUBLIC_STEP = {
    Status.RECEIVED: 1,
    Status.ASSESSING: 2,
    Status.WITH_DEPARTMENT: 3,
    Status.DEVELOPING: 3,
    Status.PARKED: 3,
    Status.APPLYING: 4,
    Status.APPLIED: 4,
    Status.GRANTED: 4,
    Status.CLOSED: 5,
}


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


def record(enquiry: Enquiry, act: Act, *, by: str, why: str = "", **data: Any) -> Event:
    """Add one line to the history.

    :param by: the role that acted: ``sender``, ``system``, ``coordinator``, ``operator`` ...
    :param why: a reason in words, for staff.
    :param data: facts that the line is told from, in any language, later.
    """
    event = Event(at=clock.now(), act=act, by_role=by, why=why, data=data)
    enquiry.history.append(event)
    return event
