"""A TOML file that people write: its tables, and everything that is wrong with it.

Reading goes on after a fault with an empty value, so that the person who edits the file gets to
see every fault at once. Whoever reads must look at :meth:`Document.finish` before using a value.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from intake.toml.faults import Fault, Faults
from intake.toml.table import Table


class Document:
    """A TOML text. Its values are read from ``root``, key by key."""

    @classmethod
    def open(cls, path: Path) -> "Document":
        """The file at *path*; that it cannot be read is a fault of it like any other."""
        try:
            return cls.decode(path.read_bytes())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return cls("", Fault(1, _("the file cannot be read: %(reason)s", reason=reason)))

    @classmethod
    def decode(cls, content: bytes) -> "Document":
        """A file that somebody has read already."""
        try:
            return cls(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            words = _("a letter here is not in UTF-8; save the file as UTF-8")
            return cls("", Fault(line, words))

    def __init__(self, text: str, unread: Fault | None = None) -> None:
        """:param unread: why nothing of the file could be read, if so."""
        self.text = text
        values: dict[str, Any] | None = None

        if unread is None:
            try:
                values = tomllib.loads(text)
            except ValueError as error:  # TOMLDecodeError, or a number too long for Python
                unread = _syntax_fault(str(error), text)
            except RecursionError:
                unread = _syntax_fault(_("brackets stand too deep inside each other"), text)

        self._faults = Faults(text if unread is None else "")
        if unread is not None:
            self._faults.add(unread)
        self.root = Table(self._faults, values, heading=_("the file"))

    def finish(self) -> list[Fault]:
        """Every fault that was found, in the order of the file; nothing must be read after this."""
        self.root.report_unread()
        return self._faults.in_order()


def _syntax_fault(message: str, text: str) -> Fault:
    """What Python's reader of TOML says, in English, with where to look."""
    words, _at, where = message.partition(" (at ")
    line = re.match(r"line (\d+)", where)
    last = len(text.rstrip().splitlines()) or 1
    return Fault(
        int(line[1]) if line else last if where else 1,
        _(
            "the file cannot be read: %(words)s; look for a missing quote, bracket or = here or "
            "above",
            words=words,
        ),
    )
