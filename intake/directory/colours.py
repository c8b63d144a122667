"""The municipality's colours, which must be readable on the grounds that they stand on."""

import re

from flask_babel import gettext as _

from intake.toml.table import Table

#: The grounds that the brand's colours stand on, in light and in dark.
LIGHT_GROUND, DARK_GROUND = "#ffffff", "#14201b"

#: The contrast that text needs (WCAG 2.1, 1.4.3, level AA).
ENOUGH_CONTRAST = 4.5


def contrast(one: str, other: str) -> float:
    """How well two colours (``#rrggbb``) stand apart, from 1 to 21, as WCAG 2.1 counts it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def read_colours(look: Table) -> dict[str, str]:
    """The colours of the table ``[organisation.look]``, each with enough contrast."""
    return {
        "brand": _colour(look, "brand", LIGHT_GROUND),
        "brand_dark": _colour(look, "brand_dark", DARK_GROUND),
        "accent": _colour(look, "accent", LIGHT_GROUND),
        "accent_dark": _colour(look, "accent_dark", DARK_GROUND),
    }


def _colour(look: Table, key: str, ground: str) -> str:
    colour = look.matching(key, "#[0-9A-Fa-f]{6}", _("write a colour like #1f5a46")).lower()
    if not re.fullmatch("#[0-9a-f]{6}", colour):
        return ""

    reached = contrast(colour, ground)
    if reached < ENOUGH_CONTRAST:
        words = _(
            "'%(colour)s' has the contrast %(reached)s:1 against %(ground)s, and text needs "
            "%(needed)s:1",
            colour=colour,
            reached=f"{reached:.1f}",
            ground=ground,
            needed=ENOUGH_CONTRAST,
        )
        lighter, darker = _("choose a lighter one"), _("choose a darker one")
        look.fault(key, f"{words}; {darker if ground == LIGHT_GROUND else lighter}")
    return colour
