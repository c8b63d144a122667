"""The forms of the sender on the status page."""

import secrets

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, MultipleFileField, ValidationError
from wtforms.validators import Regexp

from intake import fields
from intake.enquiries import attachments


class ReplyForm(FlaskForm):
    """A message to us, an answer, files: at least one of them."""

    submission_id = HiddenField(
        default=lambda: secrets.token_urlsafe(24),
        validators=[Regexp(r"[A-Za-z0-9_-]{16,64}\Z")],
    )
    text = fields.text(_l("Your message"), 5000)
    files = MultipleFileField(
        _l("Files"),
        description=_l(
            "At most 3 files, 10 MB each: PDF, pictures, text or office documents without macros."
        ),
        render_kw={"accept": attachments.ACCEPT},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.taken: list[attachments.File] = []

    def validate_files(self, field: MultipleFileField) -> None:
        """Read what was chosen; each file that is not taken says why."""
        chosen = [file for file in field.data or [] if isinstance(file, FileStorage)]
        chosen = [file for file in chosen if file.filename]
        if len(chosen) > attachments.MOST_AT_ONCE:
            raise ValidationError(attachments.too_many())
        wrong = []
        for file in chosen:
            try:
                content = file.stream.read(attachments.LARGEST + 1)
                self.taken.append(attachments.check(file.filename or "", content))
            except attachments.Refused as problem:
                wrong.append(str(problem))
        if wrong:
            raise ValidationError(" ".join(wrong))
        if not chosen and not self.text.data:
            raise ValidationError(_("Write a message or choose a file."))

    def say_that_files_are_gone(self) -> None:
        """No browser keeps what was chosen when the page comes back: do not let that be missed."""
        if any(file.filename for file in self.files.data or [] if isinstance(file, FileStorage)):
            again = _("Choose the files again: a browser does not keep them.")
            self.files.errors = [*self.files.errors, again]


class WithdrawForm(FlaskForm):
    """Do you really want that?"""

    text = fields.text(_l("Do you want to tell us why?"), 1000)


class LinkForm(FlaskForm):
    """A button."""
