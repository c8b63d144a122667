"""The forms of what staff keep of a case for themselves: the sender is told nothing of it."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Optional

from intake import fields
from intake.directory.values import Organisation
from intake.enquiries import access
from intake.enquiries.fact_words import ANSWERS, KINDS, LABELS, QUESTIONS
from intake.enquiries.models import Enquiry
from intake.enquiries.veil import veiled
from intake.staff.verb_forms import LONG, NO_FACTS, VerbForm


class NoteForm(VerbForm):
    text = fields.text(
        _l("Note"),
        LONG,
        fields.Required(_l("Write the note.")),
        help=_l("Only staff who may open the case read it. It can become a public document."),
    )
    secret = BooleanField(LABELS["flagged"])


class KeptForm(VerbForm):
    """A form that begins with what staff have written. To whoever may not know who the sender is
    (L7), that is shown as they may read it; and stays as it was if they leave it so.
    """

    def keep(self, written: Mapping[str, str], enquiry: Enquiry) -> None:
        """Begin with what was *written*, by the names of the fields."""
        hidden = access.hides_sender(enquiry, g.member)
        shown = {name: veiled(text, enquiry) if hidden else text for name, text in written.items()}
        self._kept = {(name, shown[name]): text for name, text in written.items()}
        if not self.is_submitted():
            for name, text in shown.items():
                self[name].data = text

    def said(self, name: str) -> str:
        """What is meant to stand there now."""
        typed = self[name].data
        return self._kept.get((name, typed), typed)


class ColumnsForm(VerbForm):
    """A form whose fields are columns of the enquiry, and begin with what stands there."""

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        if not self.is_submitted():
            for each in self:
                if each.name not in NO_FACTS:
                    each.data = getattr(enquiry, each.name)


class FactsForm(ColumnsForm, KeptForm):
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

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        super().prepare(enquiry, house)
        self.keep({"next_action": enquiry.next_action}, enquiry)

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"next_action": self.said("next_action")}


class FlagForm(ColumnsForm):
    flagged = BooleanField(
        LABELS["flagged"],
        description=_l(
            "Emails then contain only the number and a link, and each reading is logged."
        ),
    )
    secrecy_ground = fields.line(LABELS["secrecy_ground"], 80, help=_l("For example OSL 19:1."))
    protected = BooleanField(
        LABELS["protected"],
        description=_l("Only the coordinator then sees who the sender is."),
    )


class AssessForm(KeptForm):
    """Eight questions; built below, two fields each."""

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        given: dict[str, dict[str, Any]] = next(
            (e.data["answers"] for e in reversed(enquiry.history) if e.act == "assessed"), {}
        )
        self.keep({f"{key}_text": answer["text"] for key, answer in given.items()}, enquiry)
        if not self.is_submitted():
            for key, answer in given.items():
                self[key].data = answer["answer"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever says why has answered: a line without an answer would be lost."""
        fits = super().validate(extra_validators)
        alone = [key for key in QUESTIONS if self[f"{key}_text"].data and not self[key].data]
        for key in alone:
            self[key].errors = [_("Choose an answer to what you have written.")]
        return fits and not alone

    def facts(self) -> dict[str, Any]:
        answers = {
            key: (self[key].data, self.said(f"{key}_text")) for key in QUESTIONS if self[key].data
        }
        return {"answers": answers}


for _key, _question in QUESTIONS.items():
    setattr(
        AssessForm,
        _key,
        RadioField(_question, [Optional()], choices=fields.choices(ANSWERS)),
    )
    setattr(AssessForm, f"{_key}_text", fields.line(_l("Why? (optional)"), 200))
