"""What is wrong in a file that people write: where it stands, and what to do about it. In words of
whoever reads: on a page in their language, at the command line in English.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flask_babel import gettext as _

from intake.toml.lines import Place, lines_of


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in the file, and what to do about it."""

    line: int
    words: str
    place: Place = field(default=(), compare=False)

    def __str__(self) -> str:
        return _("line %(line)s: %(words)s", line=self.line, words=self.words)


class FaultyFile(ValueError):
    """A file has faults; the message names each with its line and the remedy."""

    consequence = ""

    def __init__(self, source: Path | str, faults: list[Fault]) -> None:
        self.faults = faults
        listed = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"{source} has faults{self.consequence}:\n{listed}")


class Faults:
    """The faults that were found so far in a TOML text."""

    def __init__(self, text: str) -> None:
        """:param text: one that ``tomllib`` has read without complaint."""
        self._text = text
        self._found: set[Fault] = set()

    def add(self, fault: Fault) -> None:
        """Note a fault of the text as a whole."""
        self._found.add(fault)

    def note(self, place: Place, words: str) -> None:
        """Note a fault at *place*, or at the nearest table around it that stands in the file."""
        found = place
        while found and found not in self._lines:
            found = found[:-1]
        self._found.add(Fault(self._lines.get(found, 1), words, place))

    @cached_property
    def _lines(self) -> dict[Place, int]:
        """Sought when there is a fault: that takes as long as all the rest of reading a file."""
        try:
            return lines_of(self._text)
        except RecursionError:  # it goes deeper than tomllib does
            return {}

    def in_order(self) -> list[Fault]:
        """All of them, in the order of the file."""
        return sorted(self._found)


def shown(value: object) -> str:
    """*value* as the person wrote it, or what it is when that would be long."""
    if isinstance(value, dict):
        return _("a table")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
