"""The fields that the forms are made of, and how what was typed in them is read.

Text is read the same way here and in the browser's counter (``static/enhance.js``): composed
(NFC), line breaks as one character, without control characters, trimmed. Too long is refused with
the number, never cut.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    Field,
    IntegerField,
    MultipleFileField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from intake.enquiries import attachments, file_kinds
from intake.outbox.letter import spoken

# Control characters but tab and line feed, halves of characters, and marks that turn the
# reading direction of whatever comes after them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\ufeff\ufffe\uffff]")
_LONGEST = 20_000  # characters, several times what any field takes


#: What WTForms says of itself, in our words. For anything else of its own there is ``_OTHER``.
_OURS = {
    "Not a valid date value.": _l("Write a day, for example 2026-11-25."),
    "Not a valid time value.": _l("Write a time, for example 14:30."),
    "Not a valid integer value.": _l("Write a whole number."),
    "Not a valid choice.": _l("Choose from the list."),
    "'%(value)s' is not a valid choice for this field.": _l("Choose from the list."),
}
_OTHER = _l("Something is wrong here. Check it.")


class _OurWords:
    """Where forms find what WTForms says: nothing of its own is shown, in whatever language."""

    def gettext(self, words: str) -> str:
        is_label = not words.endswith(".")  # of a hidden field, made from its name
        return words if is_label else str(_OURS.get(words, _OTHER))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(_OURS.get(one, _OTHER))


class Form(FlaskForm):
    """What all forms are."""

    class Meta:
        def get_translations(self, form: FlaskForm) -> _OurWords:
            return _OurWords()


def as_text(value: str | None) -> str:
    """*value* as it is counted and stored."""
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    text = _UNWANTED.sub("", text)
    return (unicodedata.normalize("NFC", text) if _is_sane(text) else text).strip()


def _is_sane(text: str) -> bool:
    """May *text* be normalised? Marks in long runs are put in order in quadratic time.

    Thirty in a row is what Unicode's stream-safe format allows (UAX #15); whatever is longer than
    any field is refused for its length as it is.
    """
    if text.isascii() or len(text) > _LONGEST:
        return False
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > 30:
            return False
    return True


def as_line(value: str | None) -> str:
    """*value* as one line: it can become part of a list or a letter, never a header of its own."""
    return " ".join(as_text(value).split())


class Length:
    """Between *least* and *most* characters, and a message that says how many there are."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.most, self.least = most, least

    def __call__(self, form: FlaskForm, field: Field) -> None:
        length = len(field.data or "")
        if length > self.most:
            raise StopValidation(
                ngettext(
                    "This is %(num)d character too long. At most %(most)s fit; you have written "
                    "%(length)s.",
                    "This is %(num)d characters too long. At most %(most)s fit; you have written "
                    "%(length)s.",
                    length - self.most,
                    most=format_decimal(self.most),
                    length=format_decimal(length),
                )
            )
        if length < self.least:
            raise StopValidation(
                _(
                    "Write a little more: at least %(least)s characters. You have written "
                    "%(length)s.",
                    least=self.least,
                    length=length,
                )
            )


class Required:
    """Something must be there; *message* says what to do."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the validator

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.data:
            return
        if not any(field.raw_data or ()):
            field.errors = []  # nothing was written, so nothing is wrong with how it was
        if not field.errors:
            raise StopValidation(str(self.message))


class SeenField(IntegerField):
    """Which event or version the page showed, carried along. What makes no sense is none."""

    widget = HiddenInput()
    data: int | None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[Optional()], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class DayField(DateField):
    """A day that somebody can mean. One of the year 1 is a slip, and cannot be counted with: a
    month before it there is none.
    """

    FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
    data: Any  # a day, or None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and not self.FIRST <= self.data <= self.LAST:
            self.data = None
            raise ValueError(
                _(
                    "Write a day between the years %(first)s and %(last)s.",
                    first=self.FIRST.year,
                    last=self.LAST.year,
                )
            )


class FilesField(MultipleFileField):
    """Files that come along. After validation those that may be kept are in ``taken``, and each
    other one has its error.
    """

    def __init__(self, label: Any, **kwargs: Any) -> None:
        help = _l(
            "At most 3 files, 10 MB each: PDF, pictures, text or office documents without macros."
        )
        kinds = {"accept": file_kinds.ACCEPT}
        super().__init__(label, description=help, render_kw=kinds, **kwargs)
        self.taken: list[attachments.File] = []

    @property
    def chosen(self) -> list[FileStorage]:
        """What was chosen; a browser sends an empty one when nothing was."""
        files = [file for file in self.data or [] if isinstance(file, FileStorage)]
        return [file for file in files if file.filename]

    def pre_validate(self, form: FlaskForm) -> None:
        if len(self.chosen) > attachments.MOST_AT_ONCE:
            raise ValidationError(attachments.too_many())
        wrong = []
        for file in self.chosen:
            try:
                content = file.stream.read(attachments.LARGEST + 1)
                self.taken.append(attachments.check(file.filename or "", content))
            except attachments.Refused as problem:
                wrong.append(str(problem))
        if wrong:
            raise ValidationError(" ".join(wrong))

    def say_that_they_are_gone(self) -> None:
        """No browser keeps what was chosen when the page comes back: do not let that be missed."""
        if self.chosen:
            again = _("Choose the files again: a browser does not keep them.")
            self.errors = [*(self.errors or ()), again]  # type: ignore[has-type]


class GoalsField(SelectMultipleField):
    """Some of the seventeen goals, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def line(
    label: Any,
    most: int,
    *more: Any,
    help: Any = "",
    kind: type[StringField] = StringField,
    **render: Any,
) -> StringField:
    return kind(label, [*more, Length(most)], [as_line], description=help, render_kw=render)


def text(
    label: Any,
    most: int,
    *more: Any,
    help: Any = "",
    rows: int = 4,
    least: int = 0,
    **render: Any,
) -> TextAreaField:
    counted = {"rows": rows, "data-max": most} | render
    return TextAreaField(
        label, [*more, Length(most, least)], [as_text], description=help, render_kw=counted
    )


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """What can be chosen, by code. As an answer each begins with a capital."""
    return [SelectChoice(str(code), _begun(label)) for code, label in labels.items()]


def _begun(label: Any) -> Any:
    if isinstance(label, str):
        return label[:1].upper() + label[1:]
    return LazyString(lambda: _begun(str(label)))


def check_address(field: Field) -> None:
    """Refuse what cannot be an e-mail address that mail servers here can send to."""
    if not field.data:
        return
    try:
        found = validate_email(field.data, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValidationError(
            _(
                "Check the address. It should look like name@mail.example, without å, ä or ö "
                "before the @."
            )
        ) from None
    try:
        field.data = spoken(found.ascii_email or found.normalized)
    except ValueError:
        raise ValidationError(
            _("Check the address. It should look like name@mail.example.")
        ) from None
