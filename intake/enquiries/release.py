"""The verb for what looked like spam and is none: it goes its way as if it had come in now."""

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import dispatch
from intake.enquiries.models import Enquiry
from intake.enquiries.promise import promised
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import Act, record


class NotHeldBack(ValueError):
    """It was not kept apart as possible spam, so there is nothing to release."""


def release(enquiry: Enquiry, *, by: str, why: str) -> None:
    """Hand over an enquiry that was kept apart as possible spam, and send its sender the receipt.

    The promised days count from now; the history keeps the earlier ones.

    :param by: the role that acts; *why* it is no spam, for the history.
    :raises NotHeldBack: it had its letters already.
    """
    db.session.refresh(enquiry, with_for_update=True)  # somebody else may be at it
    if not enquiry.suspected:
        raise NotHeldBack(f"{enquiry.reference} is not held back as possible spam.")
    house = organisation()
    before = {"answer_by": str(enquiry.answer_by), "assessment_by": str(enquiry.assessment_by)}
    record(enquiry, Act.RELEASED, by=by, why=why, **before)
    enquiry.suspected = False
    for name, day in promised(house, clock.now()).items():
        setattr(enquiry, name, day)
    dispatch.hand_over(enquiry, decision_of(enquiry.suggestions[-1]), house)
    dispatch.acknowledge(enquiry, house)
