"""What the page of a case suggests: a department and programmes, and what was made of these."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from intake import clock
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries import funding, wording
from intake.enquiries.event_words import who
from intake.enquiries.models import Enquiry
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import Act
from intake.i18n import day

_MOST = 3  # departments


def department(
    enquiry: Enquiry, house: Organisation, say: Callable[[str], str], *, may_hand_over: bool
) -> dict[str, Any]:
    """Where the text points and why; and where a click may hand it over, or confirm that it is
    there already.

    :param say: what a reader may see of a text.
    """
    decision = decision_of(enquiry.suggestions[-1])
    suggested = house.department(decision.department)
    placed = house.department(enquiry.department_id) or suggested
    reasons = [(post, say(words)) for post, words in wording.reasons(decision, house)[:_MOST]]
    others = [post for post, _words in reasons if post.active and post != placed]
    return {
        "decision": decision,
        "suggested": suggested,
        "reasons": reasons,
        "candidates": others if may_hand_over else [],
        "confirmable": placed if may_hand_over else None,
    }


def programmes(enquiry: Enquiry, house: Organisation, member: Member) -> dict[str, Any]:
    """The programmes that were suggested; those that are set, and who has set them and when."""
    panel = funding.panel(enquiry, house)
    return {
        "panel": panel,
        "programmes": funding.named(enquiry.programmes),
        "set_by": _set_by(enquiry, panel, house, member) if enquiry.programmes else "",
    }


def _set_by(
    enquiry: Enquiry, panel: funding.Panel | None, house: Organisation, member: Member
) -> str:
    changes = (e for e in reversed(enquiry.history) if e.act == Act.SET)
    event = next((e for e in changes if "programmes" in e.data["after"]), None)
    if event is None:
        return ""
    by = _("you") if event.by_email == member.email else who(event.by_role, house)
    on = _("today") if clock.local(event.at).date() == clock.today() else day(event.at)
    if panel and panel.ids == enquiry.programmes:
        return _("Confirmed by %(who)s %(day)s.", who=by, day=on)
    return _("Chosen by %(who)s %(day)s.", who=by, day=on)
