"""The forms by which staff ask for a link to sign in, and use it."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, HiddenField

from intake import fields


class SignInForm(fields.Form):
    """An address, and the page that was asked for first."""

    next = HiddenField()
    email = fields.line(
        _l("Your email address at work"),
        254,
        fields.Required(_l("Write your email address.")),
        help=_l("The address that is in the directory of contacts."),
        kind=EmailField,
        autocomplete="email",
        spellcheck="false",
    )

    def validate_email(self, field: Field) -> None:
        fields.check_address(field)


class EnterForm(fields.Form):
    """Nothing but the page that was asked for first: the button is all there is to press."""

    next = HiddenField()
