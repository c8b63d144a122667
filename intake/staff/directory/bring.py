"""The form that takes a whole organisation file."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput


class ImportForm(FlaskForm):
    """A file; or, once it was looked at, its text, and the version that it was compared with."""

    file = FileField(
        _l("Organisation file"), description=_l("As exported here, or written by hand.")
    )
    text = HiddenField()
    seen = IntegerField(validators=[Optional()], widget=HiddenInput())

    content: str | bytes = ""

    def validate_file(self, field: FileField) -> None:
        """Keep what was sent: the file if one was chosen, else what was looked at before."""
        self.content = field.data.read() if field.data else self.text.data or ""
        if not self.content:
            raise ValidationError(_("Choose a file."))

    def keep(self) -> None:
        """Let the page carry the text along, so that what was looked at is what is loaded."""
        content = self.content
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        self.text.raw_data, self.text.data = None, text
