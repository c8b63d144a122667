"""The forms of the resident's door: what is asked, and what makes an answer right."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, TimestampSigner
from wtforms import EmailField, Field, HiddenField, StringField, ValidationError

from intake import fields
from intake.enquiries.access import as_reference
from intake.enquiries.receive import Draft
from intake.idea_form import IdeaForm, new_submission_id

# Stand in the form that is drawn once, where each reader gets values of his own.
_MARKS = ("{submission_id}", "{opened}", "{csrf_token}")


class EnquiryForm(IdeaForm):
    """The resident's form: an idea, and the signs by which programs are told from people."""

    opened = HiddenField(default=lambda: _opened_now())
    website = StringField(_l("Leave this empty"))  # the trap: people never see it

    @staticmethod
    def fresh_values() -> dict[str, str]:
        """What must be new each time that an empty form is handed out, by its mark."""
        return dict(zip(_MARKS, (new_submission_id(), _opened_now(), generate_csrf()), strict=True))

    def begin_anew(self) -> None:
        """Keep what was typed, but nothing that another site could have planted in the form."""
        self.submission_id.data, self.opened.data = new_submission_id(), _opened_now()
        self.website.data = ""

    def mark_fresh_values(self) -> None:
        """Put the marks of :meth:`fresh_values` where the values go."""
        self.submission_id.data, self.opened.data, self.csrf_token.current_token = _MARKS

    def draft(self, *, browser: str, address: str = "", **more: Any) -> Draft:
        signs = {"trap": self.website.data or "", "opened_at": _opened_at(self.opened.data)}
        return super().draft(browser=browser, address=address, **signs, **more)


class FindForm(fields.Form):
    """A reference and an address, to have a lost link mailed again."""

    reference = fields.line(
        _l("Number of the idea"),
        20,
        fields.Required(_l("Write the number, for example EU-2026-0042.")),
        help=_l("It is in our email, for example EU-2026-0042."),
        spellcheck="false",
    )
    email = fields.line(
        _l("Email"),
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
                _("Write the whole number, for example EU-2026-0042. It is in our email.")
            )

    def validate_email(self, field: Field) -> None:
        fields.check_address(field)


class CommentForm(fields.Form):
    """A comment on a page. No name is needed."""

    page = HiddenField()
    text = fields.text(
        _l("What do you want to tell us?"), 2000, fields.Required(_l("Write your comment."))
    )
    contact = fields.line(
        _l("How can we reach you?"),
        254,
        help=_l("Only if you want an answer: an email address or a telephone number."),
    )
    website = StringField(_l("Leave this empty"))


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
