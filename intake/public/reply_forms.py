"""The forms of the sender on the status page."""

import secrets

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, ValidationError
from wtforms.validators import Regexp

from intake import fields


class ReplyForm(fields.Form):
    """A message to us, an answer, files: at least one of them."""

    submission_id = HiddenField(
        default=lambda: secrets.token_urlsafe(24),
        validators=[Regexp(r"[A-Za-z0-9_-]{16,64}\Z")],
    )
    text = fields.text(_l("Your message"), 5000)
    files = fields.FilesField(_l("Files"))

    def validate_text(self, field: Field) -> None:
        if not field.data and not self.files.chosen:
            raise ValidationError(_("Write a message or choose a file."))


class WithdrawForm(fields.Form):
    """Do you really want that?"""

    text = fields.text(_l("Do you want to tell us why?"), 1000)


class LinkForm(fields.Form):
    """A button."""
