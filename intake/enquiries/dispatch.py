"""Who gets which letter about an enquiry; each one is queued and noted in the history."""

from datetime import UTC, datetime, time

from intake import clock
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.directory.posts import Holder
from intake.directory.values import Organisation, Post
from intake.enquiries import attention, letters, limits
from intake.enquiries.border import crosses
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, record
from intake.outbox import queue
from intake.outbox.letter import Letter, mailbox
from intake.routing.decide import Decision


def hand_over(
    enquiry: Enquiry, decision: Decision, house: Organisation, *, known_to: str = ""
) -> None:
    """Hand *enquiry* to whoever holds the post today. The coordinator gets a copy in any case.

    :param known_to: the role address of whoever entered it, who needs no letter about it.
    """
    department = None if enquiry.suspected else decision.department
    today = clock.today()
    holder = posts.holder(house, department, today)
    coordinator = posts.coordinator(house, today)

    in_department = holder.standing != "coordinator"
    enquiry.department_id = department if in_department else None
    enquiry.handed_over_at = clock.now() if in_department else None
    if in_department and holder.person.email.casefold() == known_to:
        enquiry.seen_by_department_at = enquiry.handed_over_at
    record(
        enquiry,
        Act.ROUTED,
        by="system",
        why=_why(department, holder),
        department=department,
        to=holder.post.id,
        standing=holder.standing,
        missing=holder.missing,
        sure=decision.sure,
        other_authority=crosses(_received_at(decision, house), holder.post),
    )
    if in_department and holder.person.email.casefold() != known_to:
        letter = letters.handover(enquiry, decision, house, holder.person)
        send(enquiry, letter, "handover", to=holder.person.email)
    if coordinator.person.email.casefold() != known_to:
        letter = letters.to_coordinator(enquiry, decision, house, coordinator.person)
        send(enquiry, letter, "coordinator", to=coordinator.person.email)
    attention.reckon(enquiry, house)


def acknowledge(enquiry: Enquiry, house: Organisation) -> None:
    """Send the receipt, unless there is a reason not to write to that address."""
    reason = _why_no_receipt(enquiry, house)
    if reason:
        record(enquiry, Act.WITHHELD, by="system", why=reason, letter="receipt")
    else:
        send(enquiry, letters.receipt(enquiry, house), "receipt", to="sender")


def send(
    enquiry: Enquiry, letter: Letter, kind: str, *, to: str, by: str = "system", **data: str
) -> None:
    """Queue *letter*; it leaves when the caller commits.

    :param to: ``sender``, or the role address that gets it; *by*, the role that sends it.
    :param data: what else the history is to keep of it.
    """
    earlier = sum(e.act == Act.MAILED and e.data["letter"] == kind for e in enquiry.history)
    key = f"{enquiry.reference}/{kind}/{earlier + 1}"
    until = None if to == "sender" else kept_until(letter.to)
    queue.put(letter, about=enquiry.reference, key=key, kept_until=until)
    record(enquiry, Act.MAILED, by=by, letter=kind, to=to, **data)


def kept_until(address: str) -> datetime | None:
    """Until when a letter waits for the digest of whoever wants one: that is sent in the morning,
    so what still waits at noon leaves by itself. None is not at all.
    """
    if not any(person.digest for _post, person in organisation().held_by(address)):
        return None
    noon = datetime.combine(clock.add_working_days(clock.today(), 1), time(12), clock.STOCKHOLM)
    return noon.astimezone(UTC)


def may_write_to_sender(enquiry: Enquiry) -> bool:
    """Is there an address to write to, as far as we know the sender's own? What looks like spam
    sends no letter to anybody.
    """
    return bool(enquiry.email) and not enquiry.suspected and not is_mistaken(enquiry)


def is_mistaken(enquiry: Enquiry) -> bool:
    """Has somebody at the stored address said that it is not the sender's?"""
    return any(event.data.get("wrong_address") for event in enquiry.history)


def _received_at(decision: Decision, house: Organisation) -> Post:
    """Where the idea came in: with the coordinator, or where staff have entered it (S2)."""
    entered = [each.id for each in house.departments if decision.was_entered_at(each.id)]
    return house.posts[entered[0]] if entered else house.coordinator


def _why(department: str | None, holder: Holder) -> str:
    if department is None:
        return "not clear: the coordinator decides"
    why = {
        "": "clear",
        "away": "clear; the contact is away",
        "unreachable": "clear; its contact cannot be reached by mail",
    }[holder.missing]
    return (
        why
        + {
            "holder": "",
            "cover": ", the cover has it",
            "coordinator": ", and nobody in the department holds the post today",
        }[holder.standing]
    )


def _why_no_receipt(enquiry: Enquiry, house: Organisation) -> str:
    """A reason not to mail the address that was typed in, which may be a stranger's, or ours."""
    if not enquiry.email:
        return "no address was given"
    if enquiry.suspected:
        return "looks like spam"
    if is_mistaken(enquiry):
        return "the address is a stranger's"
    own = {mailbox(person.email) for post in house.posts.values() for person in post.contacts}
    to = mailbox(enquiry.email)
    if to in own or to.startswith(("postmaster@", "mailer-daemon@")):
        return "the address is one of ours"
    return "" if limits.may_mail(enquiry.email) else "enough letters to this address for now"
