"""The short form of each verb. What a form holds goes to the verb by name."""

import secrets
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from intake import fields
from intake.directory.organisation import Organisation
from intake.enquiries.close import CLOSES_WITH
from intake.enquiries.event_words import STATUSES
from intake.enquiries.fact_words import ANSWERS, ASKED, KINDS, LABELS, QUESTIONS
from intake.enquiries.funding import name_of, shares_left
from intake.enquiries.models import Enquiry
from intake.enquiries.ready_texts import ready_texts
from intake.enquiries.steps import NotAllowed, Status, is_back, next_steps
from intake.enquiries.wording import name
from intake.i18n import pick

_LONG = 3000  # characters
_SAY = _l("What do you want to say to the sender?")
_ADDED = _l("We add the greeting and the signature.")
_NO_FACTS = ("seen", "submission_id", "twice", "previewed", "csrf_token", "ready")


class VerbForm(fields.Form):
    """What every verb sends along: the last event that its page showed."""

    seen = fields.SeenField()
    submission_id = HiddenField(default=lambda: secrets.token_urlsafe(24))
    twice = HiddenField()  # the same words are meant to be sent again
    previewed = HiddenField()  # the digest of the mails that its page showed

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        """Fill in what can be chosen, for this enquiry."""

    def mark(self, problem: NotAllowed) -> str:
        """Say at its field what is wrong; what is said above the form if it has none."""
        if problem.argument not in self:
            return str(problem)
        self[problem.argument].errors = [str(problem)]
        return ""

    def facts(self) -> dict[str, Any]:
        """What was chosen and written, by the names of the verb's arguments."""
        return {f.name: f.data for f in self if f.name not in _NO_FACTS}


def to_sender(label: Any, help: Any, *, required: bool = True) -> TextAreaField:
    must = [fields.Required(_l("Write what the sender is to read."))] if required else []
    return fields.text(label, _LONG, *must, help=help, rows=8)


def in_letter(label: Any = _SAY, about: Any = "", *, required: bool = False) -> TextAreaField:
    """A text that stands in a letter to the sender, between its greeting and its signature.

    :param about: what it should say, or what the letter says besides.
    """
    help = _l("%(about)s We add the greeting and the signature.", about=about) if about else _ADDED
    return to_sender(label, help, required=required)


class LetterForm(VerbForm):
    """A form with a ``text`` to the sender, which can begin as a ready-made one."""

    act: ClassVar[str]  # in whose forms the organisation file offers a text
    ready = SelectField(_l("Ready-made text"), validate_choice=False)

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        texts = ready_texts(self.act, enquiry, house)
        if not texts:
            del self.ready
            return
        none = SelectChoice("", _l("Choose a text"))
        self.ready.choices = [none] + [
            SelectChoice(each.id, pick(each.name)[0], {"data-text": each.text}) for each in texts
        ]

    def insert(self) -> None:
        """Put the chosen text after what was typed. Nothing typed is lost, and nothing is done."""
        if self.ready is None:
            return
        chosen = [c for c in self.ready.choices if c.value == self.ready.data]
        texts = [c.render_kw["data-text"] for c in chosen if c.value]
        self.text.data = "\n\n".join(filter(None, [self.text.data, *texts]))
        self.ready.data = ""


def _learnt() -> TextAreaField:
    """A line of what was learnt, also from a "no": it goes into the yearly list of unmet ideas."""
    return fields.text(
        _l("What have we learnt?"),
        500,
        fields.Required(_l("Write one line. The sender does not see it.")),
        help=_l("The sender does not see it."),
        rows=2,
    )


class HandOverForm(LetterForm):
    act = "hand-over"
    department_id = SelectField(
        _l("To which department?"), [fields.Required(_l("Choose a department from the list."))]
    )
    note = fields.text(
        _l("What should they know?"),
        1000,
        help=_l("Only the department reads this, and it stays with the case."),
    )
    text = in_letter(about=_l("The letter says who has the idea now."))

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        super().prepare(enquiry, house)
        self.department_id.choices = fields.choices(
            {post.id: name(post) for post in house.departments}
        )
        if not self.is_submitted():
            slip = enquiry.suggestions[-1]
            ranked = [
                each["department"] for each in slip.ranked if house.department(each["department"])
            ]
            self.department_id.data = (
                enquiry.department_id or slip.department_id or (ranked[0] if ranked else None)
            )


class SendBackForm(VerbForm):
    why = fields.text(
        _l("Why is it not for you?"),
        1000,
        fields.Required(_l("Write a line, so that the coordinator can find the right place.")),
    )


class AskForm(LetterForm):
    act = "ask"
    text = in_letter(
        _l("Your question"), _l("The sender answers on the page of the idea."), required=True
    )


class AnswerForm(LetterForm):
    act = "answer"
    text = in_letter(_l("Your answer"), required=True)


class ShareForm(LetterForm):
    act = "share"
    text = to_sender(_l("Text on the status page"), _l("No mail is sent."))


class NoteForm(VerbForm):
    text = fields.text(
        _l("Note"),
        _LONG,
        fields.Required(_l("Write the note.")),
        help=_l("Only staff who may open the case read it. It can become a public document."),
    )
    secret = BooleanField(LABELS["flagged"])


class AdvanceForm(LetterForm):
    act = "advance"
    to = RadioField(
        _l("Which step?"), [fields.Required(_l("Choose a step."))], validate_choice=True
    )
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
    text = in_letter(about=_l("Write why it rests."), required=True)


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


class ReleaseForm(VerbForm):
    why = fields.text(_l("Why is it no spam?"), 500, fields.Required(_l("Write why.")), rows=2)


class ColumnsForm(VerbForm):
    """A form whose fields are columns of the enquiry, and begin with what stands there."""

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        if not self.is_submitted():
            for each in self:
                if each.name not in _NO_FACTS:
                    each.data = getattr(enquiry, each.name)


class FactsForm(ColumnsForm):
    kind = SelectField(LABELS["kind"], choices=fields.choices(KINDS))
    owner = fields.line(LABELS["owner"], 120, help=_l("A role, never a private person."))
    next_action = fields.line(LABELS["next_action"], 200)
    next_action_by = fields.DayField(LABELS["next_action_by"], [Optional()])
    call_by = fields.DayField(
        LABELS["call_by"],
        [Optional()],
        description=_l("Whoever has the idea is reminded in good time."),
    )
    case_number = fields.line(LABELS["case_number"], 60)
    authority = fields.line(LABELS["authority"], 120)


class FlagForm(ColumnsForm):
    flagged = BooleanField(
        LABELS["flagged"],
        description=_l("Mails then carry the number and a link only, and each reading is logged."),
    )
    secrecy_ground = fields.line(LABELS["secrecy_ground"], 80, help=_l("For example OSL 19:1."))
    protected = BooleanField(
        LABELS["protected"],
        description=_l("Only the coordinator then sees who the sender is."),
    )


class AssessForm(VerbForm):
    """Eight questions; built below, two fields each."""

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        if self.is_submitted():
            return
        given: dict[str, dict[str, Any]] = next(
            (e.data["answers"] for e in reversed(enquiry.history) if e.act == "assessed"), {}
        )
        for key, answer in given.items():
            self[key].data = answer["answer"]
            self[f"{key}_text"].data = answer["text"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever says why has answered: a line without an answer would be lost."""
        fits = super().validate(extra_validators)
        alone = [key for key in QUESTIONS if self[f"{key}_text"].data and not self[key].data]
        for key in alone:
            self[key].errors = [_("Choose an answer to what you have written.")]
        return fits and not alone

    def facts(self) -> dict[str, Any]:
        answers = {
            key: (self[key].data, self[f"{key}_text"].data) for key in QUESTIONS if self[key].data
        }
        return {"answers": answers}


for _key, _question in QUESTIONS.items():
    setattr(
        AssessForm,
        _key,
        RadioField(
            _question,
            [Optional()],
            choices=fields.choices(ANSWERS),
        ),
    )
    setattr(AssessForm, f"{_key}_text", fields.line(_l("Why? (optional)"), 200))


class PlainForm(VerbForm):
    """Nothing to fill in: only a button."""
