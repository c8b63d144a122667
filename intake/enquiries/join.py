"""Ideas that are about the same: joined so that one leads, or only linked to one another.

Of two that are joined the sender of each keeps a page of their own. What is done with the one that
leads is told to both (see ``acts.tell`` and ``story``), and neither learns who the other is.
"""

from flask_babel import gettext as _

from intake import clock
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import access, attention, desk_letters, together
from intake.enquiries.acts import done, end, tell, tell_department
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, NotAllowed, Status, move, record


def join(enquiry: Enquiry, leading: Enquiry, *, by: Member, text: str = "") -> None:
    """Let *leading* lead, because *enquiry* is about the same. Both senders are told.

    :param text: to the sender of *enquiry*, besides that the two go on as one.
    :raises NotAllowed: they are the same, one of them follows another already or is followed, or
        the one that is to follow is closed.
    """
    if leading.id == enquiry.id or leading.leads_id is not None:
        raise NotAllowed(_("Choose another idea, one that is not part of a third."), "other")
    if access.followers(enquiry):
        raise NotAllowed(_("Other ideas are part of that one already, so it must lead."), "leads")
    if enquiry.status == Status.CLOSED:
        raise NotAllowed(
            _(
                "The one that is to become part of the other is closed. Let it lead, or open it "
                "first."
            ),
            "leads",
        )
    house = organisation()
    end(enquiry, "duplicate")
    _settle(enquiry, leading)
    done(enquiry, Act.LINKED, by, to=leading.reference, leads=False, text=text)
    done(leading, Act.LINKED, by, to=enquiry.reference, leads=True)
    ended = leading.status == Status.CLOSED
    tell(
        enquiry,
        by,
        "joined",
        lambda to, said: desk_letters.joined(to, said, house, ended=ended),
        text,
    )
    tell_department(enquiry, enquiry.department_id, by)
    together.tell_closed(enquiry, by)
    enquiry.leads_id = leading.id
    if not ended:
        tell(leading, by, "led", lambda to: desk_letters.led(to, house), alone=True)


def separate(enquiry: Enquiry, *, by: str, email: str, withdrawn: bool = False) -> None:
    """Let *enquiry* go its own way, if it followed another.

    :param by: the role that acts, and *email*, the address of the person; see ``steps.record``.
    """
    leading = access.leading(enquiry)
    if leading is None:
        return
    enquiry.leads_id = None
    record(leading, Act.SEPARATED, by=by, email=email, to=enquiry.reference, withdrawn=withdrawn)


def goes_on(enquiry: Enquiry) -> bool:
    """Is *enquiry* open, or the one that it follows?"""
    return (access.leading(enquiry) or enquiry).status != Status.CLOSED


def withdraw(enquiry: Enquiry, *, by: str, email: str = "") -> None:
    """Close *enquiry* at its sender's wish. If it follows another one, that goes on without it;
    if others follow it, somebody must see to them.

    :param by: as in :func:`separate`.
    :raises NotAllowed: nothing goes on any more.
    """
    if not goes_on(enquiry):
        raise NotAllowed(_("It is closed already."))
    if enquiry.leads_id is None:
        move(enquiry, Status.CLOSED)
    separate(enquiry, by=by, email=email, withdrawn=True)
    enquiry.closing_reason = "withdrawn"
    enquiry.question_at = None
    for follower in access.followers(enquiry):
        follower.news_at = clock.now()
        record(follower, Act.LEFT_ALONE, by="system", to=enquiry.reference)
        attention.reckon(follower, organisation())


def relate(enquiry: Enquiry, other: Enquiry, *, by: Member, why: str = "") -> None:
    """Link the two so that each shows the other to staff. Nobody else is told.

    :param why: how they belong together, for staff.
    :raises NotAllowed: they are the same, or linked already.
    """
    if other.id == enquiry.id or other.reference in related(enquiry):
        raise NotAllowed(_("Choose another idea, one that is not linked to this one yet."), "other")
    _settle(enquiry, other)
    done(enquiry, Act.RELATED, by, why=why, to=other.reference)
    done(other, Act.RELATED, by, why=why, to=enquiry.reference)


def related(enquiry: Enquiry) -> list[str]:
    """The numbers of the ideas that *enquiry* is linked to, the first one first."""
    numbers: list[str] = []
    for event in enquiry.history:
        if event.act == Act.RELATED:
            numbers.append(event.data["to"])
        elif event.act == Act.TOLD_APART and event.data["to"] in numbers:
            numbers.remove(event.data["to"])
    return numbers


def tell_apart(enquiry: Enquiry, other: Enquiry, *, by: Member) -> None:
    """The two looked as if they were the same, or were linked, and do not belong together.

    :raises NotAllowed: they did neither.
    """
    linked = other.reference in related(enquiry)
    if not linked and enquiry.resembles_id != other.id:
        raise NotAllowed(_("Somebody has settled that already."))
    _settle(enquiry, other)
    done(enquiry, Act.TOLD_APART, by, to=other.reference, linked=linked)
    if linked:
        done(other, Act.TOLD_APART, by, to=enquiry.reference, linked=True)


def _settle(one: Enquiry, other: Enquiry) -> None:
    """Whether one of them looks like the other is no longer a question."""
    if one.resembles_id == other.id:
        one.resembles_id = None
    if other.resembles_id == one.id:
        other.resembles_id = None
