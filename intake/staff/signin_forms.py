"""The form by which staff ask for a link to sign in."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, ValidationError

from intake.outbox.letter import spoken


class SignInForm(FlaskForm):
    """An address, and the page that was asked for first."""

    next = HiddenField()
    email = EmailField(
        _l("Your e-mail address at work"),
        filters=[lambda value: (value or "").strip()],
        render_kw={"autocomplete": "email", "spellcheck": "false", "maxlength": 254},
        description=_l("The address that stands in the directory of contacts."),
    )

    def validate_email(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Write your e-mail address."))
        try:
            spoken(field.data)
        except ValueError:
            raise ValidationError(
                _(
                    "Check the address. It should look like name@mail.example, without å, ä or ö "
                    "before the @."
                )
            ) from None
