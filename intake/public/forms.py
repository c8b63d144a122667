"""The forms of the resident's door: what is asked, and what makes an answer right."""

import dataclasses
import re
import secrets
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, TimestampSigner
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
from intake.directory.organisation import Organisation
from intake.enquiries.access import as_reference
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

# Stand in the form that is drawn once, where each reader gets values of his own.
_MARKS = ("{submission_id}", "{opened}", "{csrf_token}")

_LEAST_DIGITS = 6  # of a telephone number: a local one
_SUBMISSION_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


class EnquiryForm(FlaskForm):
    """An idea and who sends it. Two texts and a way to answer are all that must be given."""

    submission_id = HiddenField(default=lambda: _new_submission_id())
    opened = HiddenField(default=lambda: _opened_now())
    language = HiddenField()
    website = StringField(_l("Leave this empty"))  # the trap: people never see it

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
        _l("E-mail"),
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

    @staticmethod
    def fresh_values() -> dict[str, str]:
        """What must be new each time that an empty form is handed out, by its mark."""
        return dict(
            zip(_MARKS, (_new_submission_id(), _opened_now(), generate_csrf()), strict=True)
        )

    def begin_anew(self) -> None:
        """Keep what was typed, but nothing that another site could have planted in the form."""
        self.submission_id.data, self.opened.data = _new_submission_id(), _opened_now()
        self.website.data = ""

    def mark_fresh_values(self) -> None:
        """Put the marks of :meth:`fresh_values` where the values go."""
        self.submission_id.data, self.opened.data, self.csrf_token.current_token = _MARKS

    def validate_submission_id(self, field: Field) -> None:
        if not _SUBMISSION_ID.fullmatch(field.data or ""):
            field.data = _new_submission_id()

    def validate_goals(self, field: Field) -> None:
        if len(field.data or ()) > MOST_GOALS:
            raise ValidationError(
                _("Choose at most three goals. You have chosen %(count)s.", count=len(field.data))
            )

    def validate_email(self, field: Field) -> None:
        if self.no_contact.data and field.data:
            raise ValidationError(
                _("You have given an address and also ticked that you do not want to. Choose one.")
            )
        if not (field.data or self.phone.data or self.no_contact.data):
            raise ValidationError(
                _(
                    "Write your e-mail address or a telephone number, or tick that you do not "
                    "want to give contact details."
                )
            )
        fields.check_address(field)

    def validate_phone(self, field: Field) -> None:
        if self.no_contact.data and field.data:
            raise ValidationError(
                _(
                    "You have given a telephone number and also ticked that you do not want to "
                    "give contact details. Choose one."
                )
            )
        if field.data and sum(map(str.isdecimal, field.data)) < _LEAST_DIGITS:
            raise ValidationError(
                _("Check the number. It seems that some of its digits are missing.")
            )

    def draft(self, *, browser: str, address: str) -> Draft:
        """What was typed, as the verb takes it. Only after :meth:`validate`.

        :param browser: a secret of the sender's browser; *address* the network address.
        """
        texts = {
            field.name: self[field.name].data or ""
            for field in dataclasses.fields(Draft)
            if field.type is str and field.name in self
        }
        if texts["language"] not in languages():
            texts["language"] = languages()[0]
        return Draft(
            **texts,
            chosen_department=self.department.data or None,
            goals=sorted(int(number) for number in self.goals.data or ()),
            browser=browser,
            address=address,
            trap=self.website.data or "",
            opened_at=_opened_at(self.opened.data),
        )


class FindForm(FlaskForm):
    """A reference and an address, to have a lost link mailed again."""

    reference = fields.line(
        _l("Number of the idea"),
        20,
        fields.Required(_l("Write the number, for example EU-2026-0042.")),
        help=_l("It is in our mail, for example EU-2026-0042."),
        spellcheck="false",
    )
    email = fields.line(
        _l("E-mail"),
        254,
        fields.Required(_l("Write the address that you gave when you sent the idea.")),
        help=_l("The address that you gave when you sent the idea."),
        kind=EmailField,
        autocomplete="email",
        spellcheck="false",
    )

    def validate_reference(self, field: Field) -> None:
        if field.data and not as_reference(field.data):
            raise ValidationError(
                _("Write the whole number, for example EU-2026-0042. It is in our mail.")
            )

    def validate_email(self, field: Field) -> None:
        fields.check_address(field)


class CommentForm(FlaskForm):
    """A comment on a page. No name is needed."""

    page = HiddenField()
    text = fields.text(
        _l("What do you want to tell us?"), 2000, fields.Required(_l("Write your comment."))
    )
    contact = fields.line(
        _l("How can we reach you?"),
        254,
        help=_l("Only if you want an answer: an e-mail address or a telephone number."),
    )
    website = StringField(_l("Leave this empty"))


def _new_submission_id() -> str:
    return secrets.token_urlsafe(24)


def _opened_now() -> str:
    return _signer().sign("opened").decode()


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.secret_key or "", salt="form opened")


def _opened_at(signed: str | None) -> datetime | None:
    """When the form was opened, or None if it does not say so credibly."""
    try:
        return _signer().unsign(signed or "", return_timestamp=True)[1]
    except BadSignature:
        return None
