"""The forms of the verbs that give a case to somebody else."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from intake import fields
from intake.directory.values import Organisation, Post
from intake.enquiries.models import Enquiry
from intake.enquiries.wording import name
from intake.staff.verb_forms import LetterForm, VerbForm, in_letter


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
    text = in_letter(about=_l("The email says who has the idea now."))

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

    def goes_to(self, house: Organisation) -> Post:
        return house.posts[self.department_id.data]

    def heading(self, enquiry: Enquiry, chosen: Post) -> str:
        """By the words of the button in the case that leads to it."""
        if enquiry.department_id == chosen.id:
            return _("Confirm: %(department)s", department=name(chosen))
        return _("Hand over to %(department)s", department=name(chosen))


class SendBackForm(VerbForm):
    why = fields.text(
        _l("Why is it not for you?"),
        1000,
        fields.Required(_l("Write a line, so that the coordinator can find the right place.")),
    )

    def goes_to(self, house: Organisation) -> Post:
        return house.coordinator


class ReleaseForm(VerbForm):
    why = fields.text(_l("Why is it not spam?"), 500, fields.Required(_l("Write why.")), rows=2)
