"""The short form of each verb. What a form holds goes to the verb by name."""

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from intake import fields
from intake.directory.organisation import Organisation
from intake.enquiries import handle
from intake.enquiries.close import CLOSES_WITH
from intake.enquiries.fact_words import KINDS, LABELS, POINTS, QUESTIONS
from intake.enquiries.models import Enquiry
from intake.enquiries.ready_texts import ready_texts
from intake.enquiries.similar import similar
from intake.enquiries.steps import MOVES, Status
from intake.enquiries.thread import STATUSES
from intake.enquiries.wording import name
from intake.i18n import day, pick

_LONG = 3000  # characters
_BY_NUMBER = "number"
_NO_FACTS = ("seen", "csrf_token", "ready")


class VerbForm(FlaskForm):
    """What every verb sends along: the last event that its page showed."""

    seen = IntegerField(validators=[Optional()], widget=HiddenInput())

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        """Fill in what can be chosen, for this enquiry."""

    def facts(self) -> dict[str, Any]:
        """What was chosen and written, by the names of the verb's arguments."""
        return {f.name: f.data for f in self if f.name not in _NO_FACTS}


def _to_sender(label: Any, help: Any = "", *, required: bool = True) -> TextAreaField:
    must = [fields.Required(_l("Write what the sender is to read."))] if required else []
    return fields.text(label, _LONG, *must, help=help, rows=8)


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


class HandOverForm(VerbForm):
    department_id = SelectField(
        _l("To which department?"), [fields.Required(_l("Choose a department from the list."))]
    )
    note = fields.text(
        _l("What should they know?"),
        1000,
        help=_l("Only the department reads this, and it stays with the case."),
    )
    text = _to_sender(
        _l("To the sender"), _l("The letter says who has the idea now."), required=False
    )

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        self.department_id.choices = fields.choices(
            {
                post.id: _("%(department)s (another authority)", department=name(post))
                if handle.other_authority(enquiry, post, house)
                else name(post)
                for post in house.departments
            }
        )
        if not self.is_submitted():
            slip = enquiry.suggestions[-1]
            ranked = [
                each["department"] for each in slip.ranked if house.department(each["department"])
            ]
            self.department_id.data = (
                enquiry.department_id or slip.department_id or (ranked[0] if ranked else None)
            )


def _summary(enquiry: Enquiry, house: Organisation) -> Markup:
    """Another idea in a line: number, title, when it came in, where it stands, and who has it."""
    holder = house.department(enquiry.department_id) or house.coordinator
    words = Markup('<a href="{}">{}</a>: <bdi>{}</bdi> <span class="hint">({}, {}, {})</span>')
    return words.format(
        url_for("staff.enquiry.show", reference=enquiry.reference),
        enquiry.reference,
        enquiry.title,
        day(enquiry.received_at),
        STATUSES[enquiry.status],
        name(holder),
    )


class SendBackForm(VerbForm):
    why = fields.text(
        _l("Why is it not for you?"),
        1000,
        fields.Required(_l("Write a line, so that the coordinator can find the right place.")),
    )


class AskForm(LetterForm):
    act = "ask"
    text = _to_sender(_l("Your question"), _l("The sender answers on the page of the idea."))


class AnswerForm(LetterForm):
    act = "answer"
    text = _to_sender(_l("Your answer"))


class ShareForm(LetterForm):
    act = "share"
    text = _to_sender(_l("Text on the status page"), _l("No mail is sent."))


class NoteForm(VerbForm):
    text = fields.text(
        _l("Note"),
        _LONG,
        fields.Required(_l("Write the note.")),
        help=_l("Only staff who may open the case read it. It can become a public document."),
    )
    secret = BooleanField(_l("May fall under secrecy"))


class AdvanceForm(VerbForm):
    to = RadioField(
        _l("Which step?"), [fields.Required(_l("Choose a step."))], validate_choice=True
    )
    owner = fields.line(
        _l("Who owns it?"),
        120,
        help=_l("A role, for example “Head of Sunnerboskolan”. Never a private person."),
    )
    text = _to_sender(_l("To the sender"), required=False)

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        steps = [Status.DEVELOPING, Status.APPLYING, Status.APPLIED, Status.GRANTED]
        possible = [step for step in steps if step in MOVES[Status(enquiry.status)]]
        self.to.choices = fields.choices({step.value: STATUSES[step] for step in possible})
        if not self.is_submitted():
            self.owner.data = enquiry.owner
            self.to.data = possible[0].value if len(possible) == 1 else None
        # Nothing is developed without an owner: `handle.advance` refuses it.
        self.owner.flags.required = possible == [Status.DEVELOPING]

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"to": Status(self.to.data)}


class ParkForm(VerbForm):
    until = DateField(_l("Until when?"), [fields.Required(_l("Choose a day."))])
    text = _to_sender(_l("Why? To the sender"))


class CloseForm(LetterForm):
    act = "close"
    reason = SelectField(
        _l("Reason"),
        [fields.Required(_l("Choose a reason from the list."))],
        choices=fields.choices({"": _l("Choose a reason")} | CLOSES_WITH),
    )
    text = _to_sender(_l("Why? To the sender, in plain words"))
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
    text = _to_sender(_l("Why there, and how to reach them? To the sender"))
    learnt = _learnt()


class OtherForm(VerbForm):
    """Another idea: one of those that are like this one, or any by its number."""

    other = RadioField(_l("Which other idea?"), [fields.Required(_l("Choose an idea."))])
    number = fields.line(_l("Number of another idea"), 20, help=_l("For example EU-2026-0042."))

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        alike = {each.enquiry.reference: _summary(each.enquiry, house) for each in similar(enquiry)}
        self.other.choices = fields.choices(alike | {_BY_NUMBER: _("Another one, by its number")})
        if not self.is_submitted():
            self.other.data = next(iter(alike), _BY_NUMBER)

    def validate_number(self, field: Field) -> None:
        if self.other.data == _BY_NUMBER and not field.data:
            raise ValidationError(_("Write its number."))

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        number = found.pop("number")
        return found | {"other": number if found["other"] == _BY_NUMBER else found["other"]}


class JoinForm(OtherForm):
    leads = RadioField(
        _l("Which one leads?"),
        [fields.Required(_l("Choose which one leads."))],
        choices=fields.choices(
            {"other": _l("the other one: this one follows it"), "this": _l("this one")}
        ),
        default="other",
    )
    text = _to_sender(
        _l("To the sender of the one that follows"),
        _l("The letter says that the two go on as one, and names nobody."),
        required=False,
    )


class RelateForm(OtherForm):
    why = fields.text(_l("How do they belong together?"), 500, help=_l("Only for staff."), rows=2)


class WithdrawForm(VerbForm):
    why = fields.text(
        _l("How did the sender ask for it?"),
        500,
        fields.Required(_l("Write how and when the sender asked for it.")),
        help=_l("For example by telephone today. Only for staff."),
        rows=2,
    )
    text = _to_sender(_l("To the sender"), required=False)


class ReopenForm(VerbForm):
    why = fields.text(_l("Why?"), 1000, fields.Required(_l("Write why.")), rows=2)
    text = _to_sender(_l("To the sender"), required=False)


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
    next_action_by = DateField(LABELS["next_action_by"], [Optional()])
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
            self[key].data = str(answer["points"])
            self[f"{key}_text"].data = answer["text"]

    def facts(self) -> dict[str, Any]:
        answers = {
            key: (int(self[key].data), self[f"{key}_text"].data)
            for key in QUESTIONS
            if self[key].data
        }
        return {"answers": answers}


for _key, _question in QUESTIONS.items():
    setattr(
        AssessForm,
        _key,
        RadioField(
            _question,
            [Optional()],
            choices=fields.choices(POINTS),
        ),
    )
    setattr(AssessForm, f"{_key}_text", fields.line(_l("In a line"), 200))


class PlainForm(VerbForm):
    """Nothing to fill in: only a button."""
