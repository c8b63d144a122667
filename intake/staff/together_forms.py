"""The forms of several departments on one idea: to ask one to take part, to answer, to end it."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from intake import fields
from intake.directory.values import Organisation, Post
from intake.enquiries import access, together
from intake.enquiries.models import Enquiry
from intake.enquiries.veil import veiled
from intake.enquiries.wording import as_subject, name
from intake.staff.verb_forms import VerbForm

_LONG = 3000  # characters


class InvolveForm(VerbForm):
    department_id = SelectField(
        _l("Which department?"), [fields.Required(_l("Choose a department from the list."))]
    )
    text = fields.text(
        _l("What do you want them to say or do?"),
        _LONG,
        fields.Required(_l("Write what they are to say or do.")),
        help=_l(
            "Say by when, too. It is in the email to them and in the case. The sender does not "
            "see it."
        ),
        rows=6,
    )

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        # Who has come meanwhile can still be chosen: the verb says that in words.
        there = {enquiry.department_id, *(each.department_id for each in enquiry.participations)}
        if self.is_submitted():
            there = set()
        others = {post.id: name(post) for post in house.departments if post.id not in there}
        self.department_id.choices = fields.choices({"": _("Choose a department")} | others)

    def goes_to(self, house: Organisation) -> Post:
        return house.posts[self.department_id.data]


class ContributeForm(VerbForm):
    text = fields.text(
        _l("Your department’s answer"),
        _LONG,
        fields.Required(_l("Write your answer.")),
        rows=8,
    )

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        self.text.description = " ".join(
            filter(
                None,
                (
                    question(enquiry, house),
                    _("Whoever has the idea gets it by email. The sender does not see it."),
                ),
            )
        )


class PartForm(VerbForm):
    """Which department, for whoever has the idea; one's own, for whoever takes part."""

    department_id = SelectField(
        _l("Which department?"), [fields.Required(_l("Choose a department from the list."))]
    )
    why = fields.text(
        _l("Why?"),
        1000,
        fields.Required(_l("Write a line, so that the others know.")),
        help=_l("It is in the email and in the case. The sender does not see it."),
        rows=3,
    )

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        theirs = [each.department_id for each in access.participations(enquiry)]
        if not access.has_it(g.member, enquiry):
            theirs = [each for each in theirs if each in g.member.departments]
        # Who has gone meanwhile stays chosen, and nobody else in their place: the verb says it.
        chosen = self.department_id.data
        if self.is_submitted() and chosen in house.posts and chosen not in theirs:
            theirs.append(chosen)
        self.department_id.choices = fields.choices(
            {each: name(house.posts[each]) for each in theirs}
        )


def question(enquiry: Enquiry, house: Organisation) -> str:
    """What the signed-in member's department is asked, and by whom; nothing if it is not."""
    own = access.participating(g.member, enquiry)
    asked = together.question_to(enquiry, own) if own else None
    if asked is None:
        return ""
    words: Any = veiled(asked.why, enquiry) if access.hides_sender(enquiry, g.member) else asked.why
    return _(
        "%(who)s asks: “%(text)s”",
        who=as_subject(house.post(asked.by_role), house),
        text=words,
    )
