"""The municipality's logo: a picture that only draws."""

import re
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

from flask_babel import gettext as _

from intake.toml.faults import shown
from intake.toml.table import Table

MAX_LOGO_BYTES = 100_000

_PNG = b"\x89PNG\r\n\x1a\n"


class UnfitLogo(ValueError):
    """This file cannot be the logo; the message says why and what to do."""


def named_logo(look: Table, folder: Path | None) -> tuple[bytes | None, str | None]:
    """The logo that the table ``[organisation.look]`` names or holds, and its media type, if any.

    :param folder: where the file stands; None is a text that came without one.
    """
    name = look.text("logo", _('write a file name like "logo.svg"')) if look.has("logo") else ""
    if not name:
        return None, None

    try:
        if name.startswith("data:"):
            return decode_logo(name)
        if folder is None:
            raise UnfitLogo(
                _("is a file of its own, which does not come along; leave the line out")
            )
        return read_logo(folder / name)
    except UnfitLogo as unfit:
        look.fault("logo", f"{shown(name)} {unfit}")
        return None, None


def read_logo(path: Path) -> tuple[bytes, str]:
    """The picture in *path* and its media type.

    :raises UnfitLogo: it cannot be read, or is not fit to be a logo.
    """
    try:
        if path.stat().st_size > MAX_LOGO_BYTES:
            raise _too_large(path.stat().st_size)
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        words = _("cannot be read (%(reason)s); put the file beside this one", reason=reason)
        raise UnfitLogo(words) from error
    return fit_logo(content)


def decode_logo(uri: str) -> tuple[bytes, str]:
    """The picture that a ``data:`` URI holds in base64, and its media type.

    :raises UnfitLogo: it is cut off, or not fit to be a logo.
    """
    head, _comma, coded = uri.partition(",")
    try:
        if not head.endswith(";base64"):
            raise ValueError
        content = b64decode(coded, validate=True)
    except ValueError as error:
        raise UnfitLogo(_("is not a picture in base64; export the file anew")) from error
    return fit_logo(content)


def fit_logo(content: bytes) -> tuple[bytes, str]:
    """A picture and its media type, which its content decides, not its name.

    :raises UnfitLogo: it is too large, is neither SVG nor PNG, or could act.
    """
    if len(content) > MAX_LOGO_BYTES:
        raise _too_large(len(content))
    if content.startswith(_PNG):
        return content, "image/png"
    _check_svg(content)
    return content, "image/svg+xml"


def _too_large(size: int) -> UnfitLogo:
    return UnfitLogo(
        _("has %(size)s bytes; make it smaller than %(most)s", size=size, most=MAX_LOGO_BYTES)
    )


def _no_picture() -> UnfitLogo:
    return UnfitLogo(_("is neither an SVG nor a PNG; save it as one of them"))


def _check_svg(content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
        if "<!DOCTYPE" in text:  # entities: a way to write a huge or a hidden text
            raise UnfitLogo(_("has a DOCTYPE; remove that line from the SVG"))
        root = ElementTree.fromstring(text)  # noqa: S314 - no DOCTYPE, so no entities
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise _no_picture() from error

    if _local(root.tag) != "svg":
        raise _no_picture()
    for element in root.iter():
        if _local(element.tag) in ("script", "foreignObject"):
            words = _(
                "has a %(tag)s in it; remove that from the SVG", tag=f"<{_local(element.tag)}>"
            )
            raise UnfitLogo(words)
        for name, value in element.attrib.items():
            _check_attribute(_local(name), value)


def _check_attribute(name: str, value: str) -> None:
    if name.lower().startswith("on"):
        words = _("has a script in the attribute %(name)s; remove that from the SVG", name=name)
        raise UnfitLogo(words)
    if name == "href" and not value.startswith("#"):
        raise UnfitLogo(_("points to something outside itself; remove that href from the SVG"))


def _local(name: str) -> str:
    """An XML name without its namespace."""
    return re.sub(r"^\{.*\}", "", name)
