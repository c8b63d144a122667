"""The form for the programmes and the global goals of a case."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from intake import fields
from intake.directory.values import Organisation
from intake.enquiries.choices import GOALS, MOST_GOALS, MOST_PROGRAMMES
from intake.enquiries.fact_words import LABELS
from intake.enquiries.funding import Option, choosable, goals_in_words, name_of, panel
from intake.enquiries.models import Enquiry
from intake.staff.verb_forms import VerbForm


class ProgrammesField(fields.GoalsField):
    """Some of the programmes as tick boxes: what was suggested first, with its reasons."""

    suggested: Sequence[Option] = ()
    groups: Sequence[tuple[str, list[str]]] = ()  # the others: ids below the name of the family

    def box(self, id: str) -> Any:
        """The tick box of one programme."""
        return next(option for option in self if option.data == id)

    @property
    def opened(self) -> bool:
        """Is something ticked that was not suggested, or is there nothing else to choose from?"""
        first = {option.programme.id for option in self.suggested}
        return not first or not set(self.data or ()) <= first


class ProgrammesForm(VerbForm):
    programmes = ProgrammesField(_l("Programmes that may pay"), description=_l("At most three."))
    staff_goals = fields.GoalsField(
        LABELS["staff_goals"],
        coerce=int,
        choices=fields.choices(GOALS),
        description=_l("At most three."),
    )

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        looked_at = panel(enquiry, house)
        first = [*looked_at.suggested, *looked_at.next_best] if looked_at else []
        groups = choosable(enquiry.programmes, without={option.programme.id for option in first})
        listed = [option.programme.id for option in first]
        listed += [id for _family, ids in groups for id in ids]

        self.programmes.suggested = first
        self.programmes.groups = groups
        self.programmes.choices = fields.choices({id: name_of(id) for id in listed})
        if enquiry.goals:
            theirs = goals_in_words(enquiry.goals)
            self.staff_goals.description = _(
                "At most three. The sender chose: %(goals)s.", goals=theirs
            )
        if not self.is_submitted():
            self.programmes.data = enquiry.programmes
            self.staff_goals.data = enquiry.staff_goals

    def validate_programmes(self, field: Field) -> None:
        if len(field.data or ()) > MOST_PROGRAMMES:
            raise ValidationError(_("Choose at most three programmes."))

    def validate_staff_goals(self, field: Field) -> None:
        if len(field.data or ()) > MOST_GOALS:
            raise ValidationError(_("Choose at most three goals."))
