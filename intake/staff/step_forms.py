"""The forms of the verbs that take a case a step on its way, let it rest, or end it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Optional

from intake import fields
from intake.directory.values import Organisation
from intake.enquiries.close import CLOSES_WITH
from intake.enquiries.event_words import STATUSES
from intake.enquiries.fact_words import ASKED
from intake.enquiries.funding import name_of, shares_left
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status, is_back, next_steps
from intake.staff.verb_forms import LetterForm, in_letter


class AdvanceForm(LetterForm):
    act = "advance"
    to = RadioField(_l("Which step?"), [fields.Required(_l("Choose a step."))])
    owner = fields.line(
        _l("Who owns it?"),
        120,
        help=_l("A role, for example “Head of Sunnerboskolan”. Never a private person."),
    )
    own_share = fields.line(_l("What do we pay ourselves?"), 200)
    decides = fields.line(
        _l("Who decides on it?"), 120, help=_l("For example the head of department, or the board.")
    )
    programme = SelectField(_l("Programme"))
    amount = fields.line(_l("Amount"), 60)
    decision_by = fields.DayField(_l("When is the decision expected?"), [Optional()])
    text = in_letter()

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        super().prepare(enquiry, house)
        here = Status(enquiry.status)
        possible = next_steps(here)
        self.to.choices = fields.choices(
            {
                step.value: _("Back to: %(step)s", step=STATUSES[step])
                if is_back(here, step)
                else STATUSES[step]
                for step in possible
            }
        )
        if not self.is_submitted():
            self.owner.data = enquiry.owner
            self.to.data = possible[0].value if possible else None
        # Nothing is developed without an owner: `handle.advance` refuses it.
        self.owner.flags.required = possible == [Status.DEVELOPING]
        self._ask(ASKED.get(possible[0], {}) if possible else {}, enquiry)

    def _ask(self, asked: dict[str, Any], enquiry: Enquiry) -> None:
        """Leave what is asked at the step that comes next."""
        for each in ("own_share", "decides", "programme", "amount", "decision_by"):
            if each not in asked or (each == "programme" and not enquiry.programmes):
                delattr(self, each)
        if self.own_share:
            help = _("Roughly, in money and working hours.")
            self.own_share.description = " ".join([help, *shares_left(enquiry.programmes)])
        if self.programme:
            named = {id: name_of(id) for id in enquiry.programmes}
            self.programme.choices = fields.choices({"": _("not known yet")} | named)
        if self.amount:
            self.amount.label.text = str(asked["amount"])

    def facts(self) -> dict[str, Any]:
        found = super().facts() | {"to": Status(self.to.data)}
        if self.decision_by:
            day = self.decision_by.data
            found["decision_by"] = day.isoformat() if day else ""
        return found


class ParkForm(LetterForm):
    act = "park"
    until = fields.DayField(_l("Until when?"), [fields.Required(_l("Choose a day."))])
    text = in_letter(about=_l("Write why it is parked."), required=True)


def _learnt() -> TextAreaField:
    """A line of what was learnt, also from a "no"; staff find it by searching for its words."""
    return fields.text(
        _l("What have we learnt?"),
        500,
        fields.Required(_l("Write one line. The sender does not see it.")),
        help=_l("The sender does not see it."),
        rows=2,
    )


class CloseForm(LetterForm):
    act = "close"
    reason = SelectField(
        _l("Reason"),
        [fields.Required(_l("Choose a reason from the list."))],
        choices=fields.choices({"": _l("Choose a reason")} | CLOSES_WITH),
    )
    text = in_letter(about=_l("Write why, in plain words."), required=True)
    next_step = fields.text(
        _l("What can the sender do now?"),
        1000,
        fields.Required(_l("Write at least one next step, for example whom to talk to.")),
    )
    learnt = _learnt()


class ReferForm(LetterForm):
    act = "refer"
    body = fields.line(
        _l("To whom?"),
        120,
        fields.Required(_l("Write the name of the body.")),
        help=_l("For example the Leader office, Region Kronoberg or UHR."),
    )
    text = in_letter(about=_l("Write why there, and how to reach them."), required=True)
    learnt = _learnt()


class WithdrawForm(LetterForm):
    act = "withdraw"
    why = fields.text(
        _l("How did the sender ask for it?"),
        500,
        fields.Required(_l("Write how and when the sender asked for it.")),
        help=_l("For example by telephone today. Only for staff."),
        rows=2,
    )
    text = in_letter()


class ReopenForm(LetterForm):
    act = "reopen"
    why = fields.text(_l("Why? (only for staff)"), 1000, fields.Required(_l("Write why.")), rows=2)
    text = in_letter()
