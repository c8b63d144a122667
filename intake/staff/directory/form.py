"""What the forms of the directory have in common. Each shows a part of the organisation as plain
values (``export.plain``) and writes what was typed back into it; the checker of the file does the
rest.
"""

import json
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from intake import fields
from intake.directory.check import ORGANISATION
from intake.directory.export import Plain
from intake.directory.history import Edit
from intake.i18n import Localised, language, language_name, languages
from intake.toml.lines import Place
from intake.toml.table import REQUIRED_LANGUAGE

#: Between the name of a text and the language that a field holds it in.
_IN = "__"


#: Which part of the organisation: what the address names.
Where = dict[str, Any]


class DirectoryForm(FlaskForm):
    """A part of the organisation. It carries along which version was shown, and how it read."""

    seen = IntegerField(validators=[Optional()], widget=HiddenInput())
    shown = HiddenField()

    subject = ORGANISATION
    parts: tuple[str, ...] = ()  # the parts of the subject that the form is about; empty means all

    @classmethod
    def sent(cls, plain: Plain, where: Where) -> "DirectoryForm":
        """The form for one part of the organisation, with what was typed.

        :raises LookupError: there is no such part.
        """
        return cls._about(cls._kind(plain, where)(), plain, where)

    @classmethod
    def fresh(cls, plain: Plain, where: Where, version: int) -> "DirectoryForm":
        """The form with what there is in that version; see :meth:`sent`."""
        form = cls._about(cls._kind(plain, where)(formdata=None), plain, where)
        form.fill(plain)
        form.seen.data = version
        form.shown.data = json.dumps({f.name: _said(f.data) for f in form.asked()})
        return form

    @classmethod
    def _kind(cls, plain: Plain, where: Where) -> type["DirectoryForm"]:
        return type(cls.__name__, (cls,), cls.questions(plain, where))

    @classmethod
    def _about(cls, form: "DirectoryForm", plain: Plain, where: Where) -> "DirectoryForm":
        form.plain, form.where = plain, where
        form.subject = where.get("id", cls.subject)
        return form

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        """The fields, in their order."""
        return {}

    def fill(self, plain: Plain) -> None:
        """Show what there is."""

    def change(self, plain: Plain) -> None:
        """Write what was typed into *plain*."""

    def concerns(self, edit: Edit) -> bool:
        """Does that edit, by somebody else, touch what this form is about?"""
        part = edit.path[0] if edit.path else None
        return edit.subject == self.subject and (not self.parts or part in (None, *self.parts))

    def asked(self) -> list[Field]:
        """The fields that people fill in."""
        return [f for f in self if f.name not in ("csrf_token", "seen", "shown")]

    def catch_up(self, now: "DirectoryForm") -> None:
        """Take over what others have changed meanwhile in fields that were left as they were."""
        try:
            shown = json.loads(self.shown.data or "{}")
        except ValueError:
            shown = {}
        for f in self.asked():
            if f.name in now and f.name in shown and _said(f.data) == shown[f.name]:
                f.raw_data, f.data = None, now[f.name].data
        for f in (self.seen, self.shown):
            f.raw_data, f.data = None, now[f.name].data

    def mark(self, place: Place) -> None:
        """Say at the field of that place in the file that it is what cannot be stored, if it is
        one of ours.
        """
        keys = [part for part in place if isinstance(part, str)]
        for name in (_IN.join(keys[-2:]), *keys[-1:]):
            if name in self:
                self[name].errors = [_("Something here cannot be stored.")]
                return

    def fill_from(self, values: Plain) -> None:
        """Show the texts and plain values of the same names."""
        for field in self:
            name, _sep, code = field.name.partition(_IN)
            value = values.get(name)
            if code and isinstance(value, dict):
                field.data = _typed(value.get(code))
            elif name in values and not code:
                field.data = value

    def texts(self, name: str) -> Localised:
        """What was typed for the text *name*, by language."""
        typed = {f.name.partition(_IN)[2]: f.data for f in self if f.name.startswith(name + _IN)}
        return {code: text for code, text in typed.items() if text}


def _said(value: Any) -> Any:
    """*value* of a field as it comes back when nobody has touched it."""
    return value if isinstance(value, list) else "" if value is None else str(value).strip()


def _typed(value: Any) -> Any:
    return "\n".join(value) if isinstance(value, list) else value


def in_languages(
    name: str,
    label: Any,
    most: int,
    stored: Plain | None = None,
    *,
    required: bool = False,
    rows: int = 0,
    help: Any = "",
) -> dict[str, Field]:
    """A field for each language that pages can be read in, and for each that is there already.

    :param rows: lines of text; 0 is a text on one line.
    """
    codes = [*dict.fromkeys([*languages(), *(stored or {}).get(name, {})])]
    found = {}
    for code in codes:
        words = _("%(what)s (%(language)s)", what=label, language=language_name(code, language()))
        must = []
        if required and code == REQUIRED_LANGUAGE:
            must = [fields.Required(_("Write it in Swedish at least."))]
        if rows:
            field = fields.text(words, most, *must, help=help, rows=rows, lang=code)
        else:
            field = fields.line(words, most, *must, help=help, lang=code)
        found[f"{name}{_IN}{code}"] = field
    return found


def email(label: Any, *, required: bool = True, help: Any = "") -> EmailField:
    """An address."""
    must = [fields.Required(_("Write an address."))] if required else []
    return fields.line(
        label, 254, *must, _is_address, help=help, kind=EmailField, autocomplete="off"
    )


def _is_address(form: FlaskForm, field: Field) -> None:
    fields.check_address(field)
