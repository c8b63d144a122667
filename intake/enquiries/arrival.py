"""How an idea reached us that did not come through the form: staff enter it as it came (S2).

A document has come in on the day it reached the authority (L1, L2), whenever somebody gets round
to entering it; so the day is told, and what was promised counts from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from intake import clock
from intake.directory.members import Member
from intake.enquiries.attachments import File
from intake.enquiries.choices import CHANNELS
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import NotAllowed

FORM = "form"
#: Nobody enters what came in before that: the year is mistyped.
LONGEST_AGO = timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """When and by which way an idea came in, and who enters it."""

    channel: str  # a key of CHANNELS, but not the form
    at: datetime  # see moment
    by: Member
    department: str | None = None  # where it came in, if one of its contacts enters it
    files: Sequence[File] = ()  # such as the letter, scanned

    @property
    def role(self) -> str:
        """As what it is entered."""
        return self.department or "coordinator"


def moment(day: date, at: time | None) -> datetime:
    """The moment of arrival; midnight in Sweden stands for a time that nobody knows."""
    return datetime.combine(day, at or time(), clock.STOCKHOLM)


def knows_time(enquiry: Enquiry) -> bool:
    """Do we know at what time of the day it came in?"""
    return enquiry.channel == FORM or clock.local(enquiry.received_at).time() != time()


def check(arrival: Arrival) -> None:
    """Refuse an arrival that cannot be.

    :raises NotAllowed: there is no such way or moment, or it is not a department of whoever
        enters it.
    """
    if arrival.channel == FORM or arrival.channel not in CHANNELS:
        raise NotAllowed(_("Choose how it came in."))
    check_moment(arrival.at)
    if not (arrival.by.coordinates or arrival.department in arrival.by.departments):
        raise NotAllowed(_("Choose a department from the list."))


def check_moment(at: datetime) -> None:
    """Refuse a moment at which nothing can have come in.

    :raises NotAllowed: it lies ahead, or absurdly far back.
    """
    if at > clock.now():
        raise NotAllowed(_("That day has not come yet. When did the idea come in?"))
    if at < clock.now() - LONGEST_AGO:
        raise NotAllowed(_("That is more than five years ago. Check the year."))
