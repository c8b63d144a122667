"""What every act of staff has in common: who acts, the line of history, the letter to the sender,
and whose turn it is afterwards.
"""

from collections.abc import Callable
from typing import Any

from intake import clock
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import attention, dispatch, search
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, record
from intake.outbox.letter import Letter


def who(member: Member, enquiry: Enquiry) -> str:
    """As what *member* acts on *enquiry*: the department's id, or the role."""
    if member.coordinates:
        return "coordinator"
    return enquiry.department_id or "coordinator"


def done(
    enquiry: Enquiry, act: Act, by: Member, *, role: str = "", why: str = "", **data: Any
) -> Event:
    """Write history, work out whose turn it is, and let it be found: the end of every act.

    :param role: as what *by* acts, if the act itself has changed that.
    """
    event = record(enquiry, act, by=role or who(by, enquiry), email=by.email, why=why, **data)
    attention.reckon(enquiry, organisation())
    search.index(enquiry)
    return event


def spoken(enquiry: Enquiry) -> None:
    """A person has said something to the sender: what came in is dealt with by that."""
    now = clock.now()
    enquiry.alive_at = now
    enquiry.first_answer_at = enquiry.first_answer_at or now
    enquiry.news_at = None


def tell(enquiry: Enquiry, by: Member, kind: str, letter: Callable[[], Letter]) -> None:
    """Send the sender a letter, or note why none was written."""
    if dispatch.may_write_to_sender(enquiry):
        dispatch.send(enquiry, letter(), kind, to="sender", by=who(by, enquiry))
    else:
        record(enquiry, Act.WITHHELD, by="system", why="no address to write to", letter=kind)
