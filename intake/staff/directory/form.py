"""What the forms of the directory have in common. Each shows a part of the organisation as plain
values (``export.plain``) and writes what was typed back into it; the checker of the file does the
rest.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField

from intake import fields
from intake.directory.entries import ORGANISATION
from intake.directory.export import Plain
from intake.directory.history import Edit
from intake.i18n import Localised, language, language_name, languages
from intake.toml.lines import Place
from intake.toml.table import REQUIRED_LANGUAGE

#: Between the name of a text and the language that a field holds it in.
_IN = "__"


#: Which part of the organisation: what the address names.
Where = dict[str, Any]


class DirectoryForm(fields.Form):
    """A part of the organisation. It carries along which version was shown, and how it read."""

    seen = fields.SeenField()
    shown = HiddenField()

    subject = ORGANISATION
    parts: tuple[str, ...] = ()  # the parts of the subject that the form is about; empty means all
    table = ""  # the one table of the organisation that it is about, if it is about one

    @classmethod
    def sent(cls, plain: Plain, where: Where, **options: Any) -> "DirectoryForm":
        """The form for one part of the organisation, with what was typed.

        :param options: as for any form.
        :raises LookupError: there is no such part.
        """
        stored = cls.part(plain, where)
        form = type(cls.__name__, (cls,), cls.questions(stored))(**options)
        form.plain, form.where, form.stored = plain, where, stored
        form.subject = where.get("id", cls.subject)
        return form

    @classmethod
    def fresh(cls, plain: Plain, where: Where, version: int) -> "DirectoryForm":
        """The form with what there is in that version; see :meth:`sent`."""
        form = cls.sent(plain, where, formdata=None)
        form.fill(form.stored)
        form.seen.data = version
        form.shown.data = json.dumps({f.name: _said(f.data) for f in form.asked()})
        return form

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        """What the form shows and writes; empty if it asks for something new.

        :raises LookupError: there is no such part.
        """
        organisation: Plain = plain[ORGANISATION]
        return organisation[cls.table] if cls.table else organisation

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        """The fields for a part that reads so, in their order."""
        return {}

    def fill(self, stored: Plain) -> None:
        """Show what there is."""
        self.fill_from(stored)

    def change(self, plain: Plain) -> None:
        """Write what was typed into *plain*, the organisation as it is by then."""
        self.write(self.part(plain, self.where))

    def write(self, stored: Plain) -> None:
        """Write what was typed into the part that the form is about."""

    def concerns(self, edit: Edit) -> bool:
        """Does that edit, by somebody else, touch what this form is about?"""
        part = edit.path[0] if edit.path else None
        mine = (self.table,) if self.table else self.parts
        return edit.subject == self.subject and (not mine or part in (None, *mine))

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
    check: Callable[[FlaskForm, Field], None] | None = None,
) -> dict[str, Field]:
    """A field for each language that pages can be read in, and for each that is there already.

    :param rows: lines of text; 0 is a text on one line.
    :param check: raises ``ValidationError`` if a text is not fit for what it is for.
    """
    codes = [*dict.fromkeys([*languages(), *(stored or {}).get(name, {})])]
    found = {}
    for code in codes:
        words = _("%(what)s (%(language)s)", what=label, language=language_name(code, language()))
        must: list[Any] = [check] if check else []
        if required and code == REQUIRED_LANGUAGE:
            must.insert(0, fields.Required(_("Write it in Swedish at least.")))
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


def free_id(name: str, taken: set[str]) -> str:
    """An id made of a name. A department that left and comes back is the one that it was."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub("[^a-z0-9]+", "-", letters)[:50].strip("-") or "x"
    id, number = base, 1
    while id in taken:
        number += 1
        id = f"{base}-{number}"
    return id
