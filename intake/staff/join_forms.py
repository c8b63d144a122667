"""The forms of the verbs that need another case: to join it with this one, or to link the two."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, RadioField, ValidationError

from intake import fields
from intake.directory.values import Organisation
from intake.enquiries import access, join
from intake.enquiries.event_words import STATUSES
from intake.enquiries.models import Enquiry
from intake.enquiries.similar import similar
from intake.enquiries.steps import NotAllowed
from intake.enquiries.wording import name
from intake.i18n import day
from intake.staff.verb_forms import LetterForm, VerbForm, in_letter

_BY_NUMBER = "number"


class OtherForm(VerbForm):
    """Another idea that one verb concerns as well."""

    other = RadioField(_l("Which other idea?"), [fields.Required(_l("Choose an idea."))])


class AnyOtherForm(OtherForm):
    """One of those that are like this one, or any by its number."""

    number = fields.line(_l("Number of another idea"), 20, help=_l("For example EU-2026-0042."))

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        super().prepare(enquiry, house)
        alike = {each.enquiry.reference: _summary(each.enquiry, house) for each in similar(enquiry)}
        self.other.choices = fields.choices(
            alike | {_BY_NUMBER: _("Another one: write its number")}
        )
        if not self.is_submitted():
            self.other.data = next(iter(alike), _BY_NUMBER)

    def validate_number(self, field: Field) -> None:
        if self.other.data == _BY_NUMBER and not field.data:
            raise ValidationError(_("Write its number."))

    def mark(self, problem: NotAllowed) -> str:
        if problem.argument == "other" and self.other.data == _BY_NUMBER:
            problem = NotAllowed(str(problem), "number")
        return super().mark(problem)

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        number = found.pop("number")
        return found | {"other": number if found["other"] == _BY_NUMBER else found["other"]}


class JoinForm(AnyOtherForm, LetterForm):
    act = "join"
    leads = RadioField(
        _l("Which one is to lead?"),
        [fields.Required(_l("Choose which one is to lead."))],
        choices=fields.choices({"other": _l("the other one"), "this": _l("this one")}),
        default="other",
    )
    text = in_letter(
        _l("To the sender of the idea that becomes part of the other"),
        _l("The email says that the two continue as one, and names nobody."),
    )


class RelateForm(AnyOtherForm):
    why = fields.text(_l("How are they related?"), 500, help=_l("Only for staff."), rows=2)


class TellApartForm(OtherForm):
    """One of those that it was thought to belong to."""

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        super().prepare(enquiry, house)
        resembled = access.resembled(enquiry)
        others = access.by_references(join.related(enquiry)) + ([resembled] if resembled else [])
        self.other.choices = fields.choices(
            {each.reference: _summary(each, house) for each in others}
        )
        if not self.is_submitted() and len(others) == 1:
            self.other.data = others[0].reference


def _summary(enquiry: Enquiry, house: Organisation) -> Markup:
    """Another idea in a line: number, title, when it came in, where it stands, and who has it."""
    holder = house.post(enquiry.department_id)
    words = Markup('<a href="{}">{}</a>: <bdi>{}</bdi> <span class="hint">({}, {}, {})</span>')
    return words.format(
        url_for("staff.enquiry.show", reference=enquiry.reference),
        enquiry.reference,
        enquiry.title,
        day(enquiry.received_at),
        STATUSES[enquiry.status],
        name(holder),
    )
