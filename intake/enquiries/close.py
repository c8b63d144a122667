"""How an enquiry ends, and begins again: closed with a reason, referred, linked to another one."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import desk_letters
from intake.enquiries.acts import done, spoken, tell
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, NotAllowed, Status, move

#: Why an idea ends, as staff choose it.
REASONS = {
    "completed": _l("the project is done"),
    "refused": _l("the application was refused"),
    "no_owner": _l("nobody in the municipality can own it"),
    "not_eu": _l("it is no matter for EU money"),
    "other_body": _l("it belongs to another body"),
    "done_before": _l("we already do this, or have done it"),
    "call_closed": _l("the call is closed, or does not cover our area"),
    "no_own_share": _l("the share that we would have to pay ourselves is lacking"),
    "no_answer": _l("the sender has not answered"),
    "withdrawn": _l("the sender has withdrawn it"),
    "duplicate": _l("it is part of another idea"),
    "not_an_idea": _l("it was no idea, but something else"),
    "other": _l("another reason"),
}


def close(
    enquiry: Enquiry, reason: str, *, by: Member, text: str, next_step: str, learnt: str
) -> None:
    """Close *enquiry*. A "no" leads somewhere: the sender is told why and what could come next.

    :param reason: one of ``REASONS``.
    :param text: to the sender, in plain words; *next_step*, what the sender can do now.
    :param learnt: one line for ourselves; the sender does not see it.
    :raises NotAllowed: it is closed already, or one of the texts is missing.
    """
    if reason not in REASONS:
        raise NotAllowed(_("Choose a reason from the list."))
    if not (text and next_step and learnt):
        raise NotAllowed(
            _("Tell the sender why and what could come next, and write what we have learnt.")
        )
    house = organisation()
    _end(enquiry, reason)
    done(enquiry, Act.CLOSED, by, why=learnt, reason=reason, text=text, next=next_step)
    tell(
        enquiry,
        by,
        "closed",
        lambda: desk_letters.closed(enquiry, text, next_step, house, reason=reason),
    )


def refer(enquiry: Enquiry, body: str, *, by: Member, text: str) -> None:
    """Refer the sender to another *body*, and close the enquiry here.

    :param text: to the sender: why there, and how to reach them.
    """
    house = organisation()
    _end(enquiry, "other_body")
    done(enquiry, Act.REFERRED, by, body=body, text=text)
    tell(
        enquiry,
        by,
        "closed",
        lambda: desk_letters.closed(enquiry, text, "", house, reason="other_body", body=body),
    )


def join(enquiry: Enquiry, leading: Enquiry, *, by: Member, text: str) -> None:
    """Let *leading* lead, because *enquiry* is about the same. Both senders keep their own page.

    :param text: to the sender of *enquiry*: that another idea goes on for both.
    :raises NotAllowed: they are the same, or the leading one follows another itself.
    """
    if leading.id == enquiry.id or leading.leads_id is not None:
        raise NotAllowed(_("Choose another idea, one that does not follow a third."))
    house = organisation()
    _end(enquiry, "duplicate")
    enquiry.leads_id = leading.id
    done(enquiry, Act.LINKED, by, to=leading.reference, leads=False, text=text)
    done(leading, Act.LINKED, by, to=enquiry.reference, leads=True)
    tell(
        enquiry,
        by,
        "closed",
        lambda: desk_letters.closed(enquiry, text, "", house, reason="duplicate"),
    )


def reopen(enquiry: Enquiry, *, by: Member, why: str, text: str = "") -> None:
    """Take *enquiry* up again; the coordinator assesses it anew.

    :param why: for the history; *text*, to the sender.
    """
    house = organisation()
    move(enquiry, Status.ASSESSING)
    enquiry.closing_reason, enquiry.leads_id = "", None
    enquiry.department_id = enquiry.handed_over_at = enquiry.seen_by_department_at = None
    spoken(enquiry)
    done(enquiry, Act.REOPENED, by, why=why, text=text)
    tell(enquiry, by, "reopened", lambda: desk_letters.reopened(enquiry, text, house))


def _end(enquiry: Enquiry, reason: str) -> None:
    move(enquiry, Status.CLOSED)
    enquiry.closing_reason = reason
    enquiry.parked_until = enquiry.question_at = None
    spoken(enquiry)
