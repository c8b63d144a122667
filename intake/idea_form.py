"""What every form for an idea asks, whoever fills it in: the sender, or staff for the sender."""

import dataclasses
import re
import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    ValidationError,
)

from intake import fields
from intake.directory.values import Organisation
from intake.enquiries.choices import (
    BUDGET_RANGES,
    GOALS,
    LABELS,
    MOST_GOALS,
    SENDER_KINDS,
    TIMINGS,
)
from intake.enquiries.receive import Draft
from intake.i18n import languages, pick

NOT_IN_LIST = _l("Choose from the list.")

_LEAST_DIGITS = 6  # of a telephone number: a local one
_SUBMISSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


class IdeaForm(fields.Form):
    """An idea and who sends it. Two texts and a way to answer are all that must be given."""

    #: What is said when no way to answer is given, or one although the tick says none.
    NO_WAY_TO_ANSWER = _l(
        "Write your email address or a telephone number, or tick that you do not want to give "
        "contact details."
    )
    ADDRESS_AND_TICK = _l(
        "You have given an address and also ticked that you do not want to. Choose one."
    )
    NUMBER_AND_TICK = _l(
        "You have given a telephone number and also ticked that you do not want to "
        "give contact details. Choose one."
    )

    submission_id = HiddenField(default=lambda: new_submission_id())
    language = HiddenField()

    title = StringField(
        _l("What is the idea about?"),
        [
            fields.Required(_l("Write in a few words what the idea is about.")),
            fields.Length(100, least=3),
        ],
        [fields.as_line],
        description=_l(
            "A short title, for example “Pupils learn about reuse from a partner school”."
        ),
        render_kw={"data-max": 100},
    )
    description = fields.text(
        _l("Describe the idea"),
        3000,
        fields.Required(_l("Describe the idea in a few sentences.")),
        help=_l(
            "What do you want to do, and what should become better? A few sentences are enough "
            "(at least 30 characters). Leave out anything secret or sensitive: what you send "
            "becomes a public document."
        ),
        rows=8,
        least=30,
    )
    department = SelectField(
        _l("Who do you think is concerned?"),
        description=_l(
            "Choose “I don’t know” if you are unsure. We make sure it reaches the right place."
        ),
        default="",
        invalid_choice_message=NOT_IN_LIST,
    )

    sender_kind = RadioField(
        _l("I am writing as"),
        [fields.Required(_l("Choose who you write as."))],
        choices=fields.choices(SENDER_KINDS),
        description=_l("This helps us see which funding may fit."),
        invalid_choice_message=_l("Choose who you write as."),
    )
    organisation = fields.line(
        _l("Organisation, school or workplace"), 120, autocomplete="organization"
    )
    name = fields.line(
        _l("Name"), 100, help=_l("You may send without a name."), autocomplete="name"
    )
    email = fields.line(
        _l("Email"),
        254,
        help=_l("We send the receipt and our answer here."),
        kind=EmailField,
        autocomplete="email",
        spellcheck="false",
    )
    phone = fields.line(
        _l("Telephone"),
        30,
        help=_l("If you would rather be called."),
        kind=TelField,
        autocomplete="tel",
    )
    no_contact = BooleanField(
        _l("I do not want to give contact details"),
        description=_l("Keep the link on the next page; it is the only way to the answer."),
    )

    need = fields.text(LABELS["need"], 1500, help=_l("What is hard today, and how does it show?"))
    target_group = fields.text(
        LABELS["target_group"],
        500,
        help=_l("For example young people in Ryssby, or small firms."),
        rows=2,
    )
    partners = fields.text(
        LABELS["partners"],
        1000,
        help=_l("In Sweden or abroad. It is fine not to know."),
        rows=3,
    )
    place = fields.line(LABELS["place"], 120, help=_l("If the idea belongs to a certain place."))
    budget_range = SelectField(
        LABELS["budget_range"],
        choices=fields.choices(BUDGET_RANGES),
        default="",
        invalid_choice_message=NOT_IN_LIST,
    )
    timing = SelectField(
        LABELS["timing"],
        choices=fields.choices(TIMINGS),
        default="",
        invalid_choice_message=NOT_IN_LIST,
    )
    own_contribution = fields.text(
        LABELS["own_contribution"],
        500,
        help=_l("Time, premises or money. Most funding asks for a share of your own."),
        rows=2,
    )
    known_call = fields.line(LABELS["known_call"], 200, help=_l("Its name or a link."))
    goals = fields.GoalsField(
        LABELS["goals"],
        choices=fields.choices(GOALS),
        description=_l("At most three."),
        invalid_choice_message=NOT_IN_LIST,
    )

    def __init__(self, house: Organisation, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.department.choices = fields.choices(
            {"": _("I don’t know")} | {post.id: pick(post.name)[0] for post in house.departments}
        )

    def validate_submission_id(self, field: Field) -> None:
        if not _SUBMISSION_ID.fullmatch(field.data or ""):
            field.data = new_submission_id()

    def validate_goals(self, field: Field) -> None:
        if len(field.data or ()) > MOST_GOALS:
            raise ValidationError(
                _("Choose at most three goals. You have chosen %(count)s.", count=len(field.data))
            )

    def validate_email(self, field: Field) -> None:
        if self.no_contact.data and field.data:
            raise ValidationError(str(self.ADDRESS_AND_TICK))
        if not (field.data or self.phone.data or self.no_contact.data):
            raise ValidationError(str(self.NO_WAY_TO_ANSWER))
        fields.check_address(field)

    def validate_phone(self, field: Field) -> None:
        if self.no_contact.data and field.data:
            raise ValidationError(str(self.NUMBER_AND_TICK))
        if field.data and sum(map(str.isdecimal, field.data)) < _LEAST_DIGITS:
            raise ValidationError(
                _("Check the number. It seems that some of its digits are missing.")
            )

    def draft(self, *, browser: str, address: str = "", **more: Any) -> Draft:
        """What was typed, as the verb takes it. Only after :meth:`validate`.

        :param browser: a secret of the browser that sends it; *address*, the network address.
        :param more: what else a form knows, by the names of :class:`Draft`.
        """
        texts = {
            field.name: self[field.name].data or ""
            for field in dataclasses.fields(Draft)
            if field.type is str and field.name in self
        }
        if texts["language"] not in languages():
            texts["language"] = languages()[0]
        facts: dict[str, Any] = {
            **texts,
            "chosen_department": self.department.data or None,
            "goals": sorted(int(number) for number in self.goals.data or ()),
            "browser": browser,
            "address": address,
        }
        return Draft(**(facts | more))


def new_submission_id() -> str:
    """What tells one sending from the next; the same one twice is one idea."""
    return secrets.token_urlsafe(24)
