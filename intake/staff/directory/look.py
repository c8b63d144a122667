"""Colours and logo."""

from base64 import b64encode
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms.validators import Regexp

from intake import fields
from intake.directory.colours import DARK_GROUND, ENOUGH_CONTRAST, LIGHT_GROUND, contrast
from intake.directory.export import Plain
from intake.directory.logo import UnfitLogo, fit_logo
from intake.staff.directory.form import DirectoryForm

COLOURS = {
    "brand": (_l("Main colour"), LIGHT_GROUND),
    "brand_dark": (_l("Main colour in dark mode"), DARK_GROUND),
    "accent": (_l("Second colour"), LIGHT_GROUND),
    "accent_dark": (_l("Second colour in dark mode"), DARK_GROUND),
}


class LookForm(DirectoryForm):
    """Colours and logo."""

    table = "look"

    picture: tuple[bytes, str] | None = None  # the new logo, when it is found to be fit

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        found: dict[str, Field] = {
            name: StringField(
                label,
                [
                    fields.Required(_("Write a colour like #1f5a46.")),
                    Regexp("^#[0-9A-Fa-f]{6}$", message=_("Write a colour like #1f5a46.")),
                    _Readable(ground),
                ],
                description=_("It must be readable on %(ground)s.", ground=ground),
            )
            for name, (label, ground) in COLOURS.items()
        }
        found["logo"] = FileField(
            _("New logo"), description=_("SVG or PNG, at most 100 kB. Empty keeps what there is.")
        )
        if "logo" in stored:
            found["no_logo"] = BooleanField(_("Show no logo"))
        return found

    def fill(self, stored: Plain) -> None:
        self.fill_from({name: stored[name] for name in COLOURS})

    def write(self, stored: Plain) -> None:
        stored |= {name: self[name].data for name in COLOURS}
        if "no_logo" in self and self.no_logo.data:
            stored.pop("logo", None)
        if self.picture is not None:
            content, media_type = self.picture
            stored["logo"] = f"data:{media_type};base64,{b64encode(content).decode()}"

    def validate_logo(self, field: Field) -> None:
        if not field.data:
            return
        try:
            self.picture = fit_logo(field.data.read())
        except UnfitLogo as unfit:
            raise ValidationError(
                _("Choose an SVG or PNG file of at most 100 kB that only draws, without scripts.")
            ) from unfit


class _Readable:
    """Text in this colour can be read on *ground*."""

    def __init__(self, ground: str) -> None:
        self.ground = ground

    def __call__(self, form: Any, field: Field) -> None:
        if field.errors:  # it is no colour
            return
        reached = contrast(field.data, self.ground)
        if reached < ENOUGH_CONTRAST:
            raise ValidationError(
                _(
                    "Too little contrast against %(ground)s: %(reached)s to 1, and text needs "
                    "%(needed)s to 1.",
                    ground=self.ground,
                    reached=f"{reached:.1f}",
                    needed=ENOUGH_CONTRAST,
                )
            )
