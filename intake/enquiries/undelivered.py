"""What follows when a mail about an enquiry failed for good: the coordinator hears of it, and has
whatever its recipient should have had.
"""

from intake import clock
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.enquiries import access, attention, dispatch, letters
from intake.enquiries.steps import Act, Status, move, record
from intake.outbox.models import OutgoingMail

#: Letters to the coordinator. Nobody stands behind her; ``/readyz`` and ``flask mail status`` tell.
_TO_COORDINATOR = ("coordinator", "undelivered")


def take_back(mail: OutgoingMail) -> None:
    """Note that *mail* did not arrive, and tell the coordinator, in the caller's transaction.

    A department that could not be told does not have the idea: the coordinator has it then.
    """
    enquiry = access.by_reference(mail.about)
    kind = mail.key.split("/")[1]
    if enquiry is None or kind in _TO_COORDINATOR:
        return

    house, department = organisation(), None
    enquiry.mail_failed_at = clock.now()
    if kind == "handover":
        department = house.department(enquiry.department_id)
        if department is None:  # failed again, and was taken back the first time
            return
        enquiry.department_id = enquiry.handed_over_at = enquiry.seen_by_department_at = None
        if enquiry.status == Status.WITH_DEPARTMENT:
            move(enquiry, Status.ASSESSING)
    record(
        enquiry,
        Act.UNDELIVERED,
        by="system",
        why="the mail could not be delivered",
        letter=kind,
        department=department and department.id,
    )
    coordinator = posts.coordinator(house, clock.today()).person
    letter = letters.undelivered(enquiry, department, house, coordinator)
    dispatch.send(enquiry, letter, "undelivered", to=coordinator.email)
    attention.reckon(enquiry, house)
