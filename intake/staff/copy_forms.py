"""What is asked before a copy of a case is given away."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectMultipleField, ValidationError

from intake import fields


class CopyForm(fields.Form):
    """Which parts and words are masked, and for whom and why the copy is."""

    seen = fields.SeenField()
    mask = SelectMultipleField(_l("What is to be masked?"), validate_choice=False)
    sender = BooleanField(
        _l("The sender's name, email address and telephone number, wherever they stand")
    )
    words = fields.text(
        _l("More words to mask wherever they stand"),
        2000,
        help=_l(
            "One to a line, for example another person's name. Whole words are masked, in the "
            "genitive too. Nothing is masked inside files: look into them, and mask a file as a "
            "whole."
        ),
    )
    why = fields.text(
        _l("What has been asked for?"),
        500,
        fields.Required(_l("Write what has been asked for, so that the copy can be explained.")),
        help=_l("For example: the whole case, by telephone today."),
        rows=2,
    )
    to = fields.line(
        _l("For whom?"),
        200,
        help=_l("Whoever asks for a public document need not say who they are."),
    )

    def validate_words(self, field: Field) -> None:
        """A single letter would leave nothing to read."""
        if any(len(word) < 2 for word in self.word_list()):
            raise ValidationError(_("Write words of at least two letters."))

    def word_list(self) -> list[str]:
        """The words to mask, each once."""
        lines: list[Any] = (self.words.data or "").splitlines()
        return list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
