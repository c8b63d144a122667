"""How an enquiry ends, and begins again: closed with a reason, referred, withdrawn."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake import clock
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import desk_letters, dispatch, join, sender_letters, together
from intake.enquiries.acts import (
    done,
    end,
    leave_department,
    signer,
    spoken,
    tell,
    tell_department,
    who,
)
from intake.enquiries.models import Enquiry
from intake.enquiries.promise import promised
from intake.enquiries.steps import Act, NotAllowed, Status, move

#: Why an idea ends, as staff choose it.
REASONS = {
    "completed": _l("the project is done"),
    "refused": _l("the application was refused"),
    "no_owner": _l("nobody in the municipality can own it"),
    "not_eu": _l("it is not something for EU money"),
    "other_body": _l("it belongs to another body"),
    "done_before": _l("we already do this, or have done it"),
    "call_closed": _l("the call is closed, or does not cover our area"),
    "no_own_share": _l("we cannot pay the part of the cost that would be ours"),
    "no_answer": _l("the sender has not answered"),
    "withdrawn": _l("the sender has withdrawn it"),
    "duplicate": _l("it is part of another idea"),
    "not_an_idea": _l("it was not an idea, but something else"),
    "other": _l("another reason"),
}

#: Those that staff can close with; the others have verbs of their own, which do more.
CLOSES_WITH = {code: REASONS[code] for code in REASONS if code not in ("withdrawn", "duplicate")}


def close(
    enquiry: Enquiry, reason: str, *, by: Member, text: str, next_step: str, learnt: str
) -> None:
    """Close *enquiry*. A "no" leads somewhere: the sender is told why and what could come next.

    :param reason: one of ``CLOSES_WITH``.
    :param text: to the sender, in plain words; *next_step*, what the sender can do now.
    :param learnt: one line for ourselves; the sender does not see it.
    :raises NotAllowed: it is closed already, or one of the texts is missing.
    """
    if reason not in CLOSES_WITH:
        raise NotAllowed(_("Choose a reason from the list."))
    if not (text and next_step and learnt):
        raise NotAllowed(
            _("Tell the sender why and what could come next, and write what we have learnt.")
        )
    house = organisation()
    end(enquiry, reason)
    signs = signer(by, enquiry, house)
    done(enquiry, Act.CLOSED, by, why=learnt, reason=reason, text=text, next=next_step)
    tell(
        enquiry,
        by,
        "closed",
        lambda to, said, then: desk_letters.closed(
            to, said, then, house, signs, reason=reason, in_words=REASONS[reason]
        ),
        text,
        next_step,
    )
    tell_department(enquiry, enquiry.department_id, by)
    together.tell_closed(enquiry, by)


def refer(enquiry: Enquiry, body: str, *, by: Member, text: str, learnt: str) -> None:
    """Refer the sender to another *body*, which is the next step, and close the enquiry here.

    :param text: to the sender: why there, and how to reach them; *learnt*, as in :func:`close`.
    :raises NotAllowed: it is closed already.
    """
    house = organisation()
    end(enquiry, "other_body")
    done(enquiry, Act.REFERRED, by, why=learnt, body=body, text=text)
    tell(
        enquiry,
        by,
        "closed",
        lambda to, said, there: desk_letters.closed(
            to,
            said,
            "",
            house,
            house.coordinator,
            reason="other_body",
            in_words=REASONS["other_body"],
            body=there,
        ),
        text,
        body,
    )
    tell_department(enquiry, enquiry.department_id, by)
    together.tell_closed(enquiry, by)


def withdraw(enquiry: Enquiry, *, by: Member, why: str, text: str = "") -> None:
    """Close *enquiry* because its sender has asked for that otherwise than on the status page, by
    telephone for example. What was written stays a public document.

    :param why: how and what the sender asked, for the history; *text*, to the sender.
    :raises NotAllowed: it is closed already.
    """
    house = organisation()
    join.withdraw(enquiry, by=who(by, enquiry), email=by.email)
    spoken(enquiry)
    done(enquiry, Act.WITHDRAWN, by, why=why, text=text)
    for person in together.everybody(enquiry, house):
        if person.email.casefold() != by.email:
            letter = sender_letters.withdrawn_to_staff(enquiry, why, house, person)
            dispatch.send(enquiry, letter, "withdrawal", to=person.email, by=who(by, enquiry))
    withdrawn = sender_letters.withdrawn
    tell(enquiry, by, "withdrawn", lambda to: withdrawn(to, house, text), alone=True)


def reopen(enquiry: Enquiry, *, by: Member, why: str, text: str = "") -> None:
    """Take *enquiry* up again; the coordinator assesses it anew. If it followed another one, it
    goes its own way from now on.

    :param why: for the history; *text*, to the sender.
    :raises NotAllowed: it is not closed.
    """
    house = organisation()
    move(enquiry, Status.ASSESSING)
    followed = enquiry.leads_id is not None
    join.separate(enquiry, by=who(by, enquiry), email=by.email)
    enquiry.closing_reason = ""
    crossed = leave_department(enquiry, house)
    spoken(enquiry)
    # What was promised before it was closed has been kept, or cannot be any more.
    enquiry.assessment_by = promised(house, clock.now())["assessment_by"]
    done(enquiry, Act.REOPENED, by, why=why, text=text, other_authority=crossed)
    tell(
        enquiry,
        by,
        "reopened",
        lambda to, said: desk_letters.reopened(to, said, house, separated=followed),
        text,
    )
