"""Whether somebody will be written to by a verb, so that its letters are looked at first: then its
button says that, and else what it does. Whom it will be done to can still be changed in the form.
"""

from intake.directory.members import Member
from intake.enquiries import access
from intake.enquiries.dispatch import may_write_to_sender
from intake.enquiries.models import Enquiry


def never(enquiry: Enquiry, by: Member) -> bool:
    return False


def always(enquiry: Enquiry, by: Member) -> bool:
    return True


def if_sender(enquiry: Enquiry, by: Member) -> bool:
    """If its sender can be written to, or one whose idea goes on in it."""
    return any(may_write_to_sender(each) for each in (enquiry, *access.followers(enquiry)))


def if_department(enquiry: Enquiry, by: Member) -> bool:
    """If a department has it that *by* is not of."""
    return enquiry.department_id is not None and enquiry.department_id not in by.departments


def if_anybody(enquiry: Enquiry, by: Member) -> bool:
    return if_sender(enquiry, by) or if_department(enquiry, by)


def if_new(enquiry: Enquiry, by: Member) -> bool:
    """If its sender can be written to, or no department has it that could just be confirmed."""
    return if_sender(enquiry, by) or enquiry.department_id is None
