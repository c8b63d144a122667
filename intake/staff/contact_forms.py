"""The form by which somebody says when they are away."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, SelectField

from intake import fields
from intake.directory.values import Organisation, Person
from intake.enquiries.border import crosses
from intake.i18n import pick


class AwayForm(fields.Form):
    """The days, both included, and who covers."""

    first_day = fields.DayField(_l("First day"), [fields.Required(_l("Choose the first day."))])
    last_day = fields.DayField(_l("Last day"), [fields.Required(_l("Choose the last day."))])
    cover = SelectField(
        _l("Who stands in?"),
        description=_l(
            "They get what comes in, and can open the department’s ideas on these days."
        ),
    )

    def offer_covers(self, house: Organisation, email: str) -> None:
        """Let everybody be chosen but *email* itself. Who is of another authority is marked:
        whoever covers reads what lies with the department (L11).
        """
        roles = {
            person.email.casefold(): (person.email, _role(person, house, email))
            for post in house.active_posts
            for person in post.contacts
            if person.email.casefold() != email.casefold()
        }
        nobody = {"": _("Nobody in particular")}
        self.cover.choices = fields.choices(nobody | dict(roles.values()))


class SuccessorForm(fields.Form):
    """Who has taken over, and what else the coordinator should know."""

    successor = fields.line(
        _l("Address of whoever has taken over"),
        254,
        fields.Required(_l("Write the address of whoever has taken over.")),
        help=_l("A role address. Nothing changes until the coordinator has seen it."),
        kind=EmailField,
        autocomplete="off",
    )
    words = fields.text(_l("Anything else the coordinator should know"), 500, rows=2)

    def validate_successor(self, field: Field) -> None:
        fields.check_address(field)


def _role(person: Person, house: Organisation, covered: str) -> str:
    """What *person* is, and whether some of what they would cover is another authority's."""
    role = pick(person.role)[0]
    theirs = [post for post, _person in house.held_by(person.email)]
    mine = [post for post, _person in house.held_by(covered)]
    if any(all(crosses(post, each) for each in theirs) for post in mine):
        return _("%(role)s (another authority)", role=role)
    return role
