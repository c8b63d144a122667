"""A TOML file, read key by key: what is asked for is checked, what nobody asked for is a fault.

Reading goes on after a fault with an empty value, so that the person who edits the file gets to
see every fault at once. Whoever reads must look at :meth:`Document.finish` before using a value.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babel import localedata
from email_validator import EmailNotValidError, validate_email

from intake.i18n import Localised
from intake.toml.lines import Place, lines_of

REQUIRED_LANGUAGE = "sv"

_Kind = TypeVar("_Kind")

_BREAKS = ("Cc", "Zl", "Zp")  # Unicode's categories of control characters and line breaks

_PATTERN_WORD = re.compile(r"(?P<before>\*?)[^\W_]+(?:[-’'][^\W_]+)*(?P<after>[*-]?)")
_PATTERN_REMEDY = 'write patterns like "ord", "ord*", "*ord*" or "två ord"'

_IN_LANGUAGES = 'write it in each language, like { sv = "...", en = "..." }'


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in the file, and what to do about it."""

    line: int
    words: str
    place: Place = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}"


class FaultyFile(ValueError):
    """A file has faults; the message names each with its line and the remedy."""

    consequence = ""

    def __init__(self, source: Path | str, faults: list[Fault]) -> None:
        self.faults = faults
        listed = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"{source} has faults{self.consequence}:\n{listed}")


class Document:
    """A TOML text, with where its values stand and what is wrong with them."""

    @classmethod
    def open(cls, path: Path) -> "Document":
        """The file at *path*; that it cannot be read is a fault of it like any other."""
        try:
            return cls.decode(path.read_bytes())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return cls._unread(Fault(1, f"the file cannot be read: {reason}"))

    @classmethod
    def decode(cls, content: bytes) -> "Document":
        """A file that somebody has read already."""
        try:
            return cls(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            words = "a letter here is not in UTF-8; save the file as UTF-8"
            return cls._unread(Fault(line, words))

    @classmethod
    def _unread(cls, fault: Fault) -> "Document":
        document = cls("")
        document.root = Table(document, None)
        document._faults.add(fault)
        return document

    def __init__(self, text: str) -> None:
        self.text = text
        self._faults: set[Fault] = set()
        self._tables: list[Table] = []
        self._lines: dict[Place, int] = {}
        values: dict[str, Any] | None = None

        try:
            values = tomllib.loads(text)
            self._lines = lines_of(text)
        except ValueError as error:  # TOMLDecodeError, or a number that is too long for Python
            self._faults.add(_syntax_fault(str(error), text))
        except RecursionError:
            self._faults.add(_syntax_fault("brackets stand too deep inside each other", text))
        self.root = Table(self, values)

    def finish(self) -> list[Fault]:
        """Every fault that was found, in the order of the file; nothing must be read after this."""
        for table in self._tables:
            table.report_unread()
        return sorted(self._faults)

    def enter(self, table: "Table") -> None:
        self._tables.append(table)

    def fault(self, place: Place, words: str) -> None:
        """Note a fault at *place*, or at the nearest table around it that stands in the file."""
        found = place
        while found and found not in self._lines:
            found = found[:-1]
        self._faults.add(Fault(self._lines.get(found, 1), words, place))


class Table:
    """One table of the file. A table that is missing reads as empty, and is one fault, not many."""

    def __init__(
        self,
        document: Document,
        values: dict[str, Any] | None,
        place: Place = (),
        heading: str = "the file",
        inside: str = "",
    ) -> None:
        self.heading = heading  # how messages name the table that begins the section
        self._document = document
        self._values = values
        self._place = place
        self._inside = inside
        self._asked: dict[str, None] = {}
        document.enter(self)

    def has(self, key: str) -> bool:
        """Does the file say anything about *key*? It need not, but it may."""
        self._asked[key] = None
        return key in (self._values or {})

    def names(self) -> list[str]:
        """The keys of a table that may hold any; each is to be read."""
        return list(self._values or {})

    def fault(self, key: str, words: str, number: int | None = None) -> None:
        """Note that *key* is wrong; *words* go on after its name, *number* is an element of it."""
        place = (*self._place, key) if number is None else (*self._place, key, number)
        self._document.fault(place, f"{self.heading}: {self._inside}{key} {words}")

    def report_unread(self) -> None:
        """Note each key that nobody asked for: most likely a typing error."""
        for key in self._values or {}:
            if key in self._asked:
                continue
            meant = difflib.get_close_matches(key, self._asked, n=1)
            remedy = f"did you mean {meant[0]}?" if meant else f"known: {', '.join(self._asked)}"
            self.fault(key, f"is not a key that this service knows; {remedy}")

    def table(self, key: str, remedy: str = "") -> "Table":
        """The table below *key*."""
        values = self._value(key, dict, remedy or f"add the table [{self._header(key)}]")
        heading, inside = self._names_below(key, f"[{key}]")
        return Table(self._document, values, (*self._place, key), heading, inside)

    def tables(self, key: str, *, required: bool = True) -> list["Table"]:
        """The tables of the array below *key*, in order; at least one if *required*."""
        remedy = f"add a table [[{self._header(key)}]]"
        found = self._value(key, list, remedy, required)
        tables = []

        for number, values in enumerate(found or []):
            if not isinstance(values, dict):
                self.fault(key, f"holds {_show(values)}; {remedy}", number)
                continue
            heading, inside = self._names_below(key, f"[[{key}]] number {number + 1}")
            place = (*self._place, key, number)
            tables.append(Table(self._document, values, place, heading, inside))
        if required and found == []:
            self.fault(key, f"has no table in it; {remedy}")
        return tables

    def text(self, key: str, remedy: str = "write a text in quotes", *, lines: bool = False) -> str:
        """A text that is not empty, in NFC and without spaces around it.

        :param lines: line breaks are welcome, as in a postal address.
        """
        written = self._value(key, str, remedy)
        if written is None:
            return ""

        text = unicodedata.normalize("NFC", written).strip()
        if not text:
            self.fault(key, f"is empty; {remedy}")
        if any(unicodedata.category(c) in _BREAKS and not (lines and c == "\n") for c in text):
            self.fault(key, "has a line break or a control character in it; write it on one line")
            return ""
        if "=?" in text:  # names stand in the headers of mails
            self.fault(key, "has =? in it, which mail programs read as a code; leave that out")
            return ""
        return text

    def texts(self, key: str, remedy: str) -> Iterator[tuple[int, str]]:
        """The texts of the list below *key*, as they were written, with their numbers."""
        for number, written in enumerate(self._value(key, list, remedy) or []):
            if isinstance(written, str):
                yield number, written
            else:
                self.fault(key, f"holds {_show(written)}; {remedy}", number)

    def localised(self, key: str, *, lines: bool = False) -> Localised:
        """A text in one or more languages, Swedish among them."""
        return self.table(key, _IN_LANGUAGES).as_localised(lines=lines)

    def as_localised(self, *, lines: bool = False) -> Localised:
        """This table itself, read as a text by language."""
        return {code: self.text(code, lines=lines) for code in self.languages()}

    def as_patterns(self) -> dict[str, list[str]]:
        """This table itself, read as keyword patterns by language: as routing compares them, each
        once.
        """
        return {code: self._patterns(code) for code in self.languages()}

    def languages(self) -> list[str]:
        """The language codes that are the keys of this table. Swedish is asked for in any case."""
        written = list(self._values or {})
        wrong = [code for code in written if not is_language(code)]

        for code in wrong:
            self._asked[code] = None
            self.fault(code, "is not a language code; use one like sv, en, fi, se, ar")
        known = [code for code in written if code not in wrong]
        return known if REQUIRED_LANGUAGE in known else [REQUIRED_LANGUAGE, *known]

    def _patterns(self, code: str) -> list[str]:
        patterns: dict[str, None] = {}
        for number, written in self.texts(code, _PATTERN_REMEDY):
            pattern = " ".join(unicodedata.normalize("NFC", written).casefold().split())
            if not is_pattern(pattern):
                self.fault(code, f"has the bad pattern '{written}'; {_PATTERN_REMEDY}", number)
            patterns[pattern] = None
        return list(patterns)

    def language(self, key: str) -> str:
        """A language code."""
        code = self.text(key, 'write a language code like "sv"')
        if code and not is_language(code):
            self.fault(key, f'is {_show(code)}, not a language code; write one like "sv"')
        return code

    def matching(self, key: str, pattern: str, remedy: str) -> str:
        """A text that fits *pattern* as a whole."""
        text = self.text(key, remedy)
        if text and not re.fullmatch(pattern, text):
            self.fault(key, f"is {_show(text)}; {remedy}")
        return text

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """One of the *allowed* words."""
        remedy = f"write {' or '.join(_show(word) for word in allowed)}"
        text = self.text(key, remedy)
        if text and text not in allowed:
            self.fault(key, f"is {_show(text)}; {remedy}")
        return text

    def some_of(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """One or more of the *allowed* words, each once."""
        remedy = f"write a list of {', '.join(_show(word) for word in allowed)}"
        found = dict(self.texts(key, remedy))
        for number, word in found.items():
            if word not in allowed:
                self.fault(key, f"holds {_show(word)}; {remedy}", number)
        if not found:
            self.fault(key, f"has nothing in it; {remedy}")
        return tuple(dict.fromkeys(found.values()))

    def wholes(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """Whole numbers from *least* to *most*, each once."""
        remedy = f"write a list of whole numbers from {least} to {most}, like [4, 17]"
        found = self._value(key, list, remedy) or []
        for number, written in enumerate(found):
            if type(written) is not int or not least <= written <= most:
                self.fault(key, f"holds {_show(written)}; {remedy}", number)
        return tuple(dict.fromkeys(each for each in found if type(each) is int))

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number from *least* to *most*."""
        span = str(least) if least == most else f"a whole number from {least} to {most}"
        remedy = f"write {span}, without quotes"
        number = self._value(key, int, remedy)
        if number is None:
            return least
        if not least <= number <= most:
            self.fault(key, f"is {number}; {remedy}")
        return number

    def day(self, key: str) -> date:
        """A date without a time."""
        day = self._value(key, date, "write a date like 2026-07-01, without quotes")
        return day or date.min

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._value(key, bool, "write true or false, without quotes"))

    def email(self, key: str) -> str:
        """An address that any mail server can be given: ASCII before the @, punycode after it."""
        remedy = "write one like namn@ljungby.example"
        address = self.text(key, remedy)
        if not address:
            return ""

        try:
            checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError as error:
            self.fault(key, f"{_show(address)} is not an e-mail address; {remedy} ({error})")
            return ""
        return checked.ascii_email or ""

    def url(self, key: str) -> str:
        """The full address of a web page."""
        remedy = "write an address that begins with https:// or http://"
        address = self.text(key, remedy)
        if address and not is_web_address(address):
            self.fault(key, f"is {_show(address)}; {remedy}")
        return address

    def _value(
        self, key: str, kind: type[_Kind], remedy: str, required: bool = True
    ) -> _Kind | None:
        self._asked[key] = None
        if self._values is None:
            return None
        if key not in self._values:
            if required:
                self.fault(key, f"is missing; {remedy}")
            return None

        value = self._values[key]
        if type(value) is not kind:  # exactly: to Python a bool is an int and a datetime a date
            self.fault(key, f"is {_show(value)}; {remedy}")
            return None
        return value

    def _names_below(self, key: str, heading: str) -> tuple[str, str]:
        """How messages name the tables below *key*: a section's heading, then the way from it."""
        return (self.heading, f"{self._inside}{key}.") if self._place else (heading, "")

    def _header(self, key: str) -> str:
        return ".".join(part for part in (*self._place, key) if isinstance(part, str))


def _syntax_fault(message: str, text: str) -> Fault:
    words, _, where = message.partition(" (at ")
    line = re.match(r"line (\d+)", where)
    last = len(text.rstrip().splitlines()) or 1
    return Fault(
        int(line[1]) if line else last if where else 1,
        f"the file cannot be read: {words}; look for a missing quote, bracket or = here or above",
    )


def is_pattern(words: str) -> bool:
    """Can *words* be looked for in a text? See ``routing.text``."""
    return bool(words.strip()) and all(_is_pattern_word(word) for word in words.split())


def _is_pattern_word(word: str) -> bool:
    """A ``*`` alone or inside a word is none, nor is ``*ord``: routing knows no such rule."""
    fits = _PATTERN_WORD.fullmatch(word)
    return fits is not None and (not fits["before"] or fits["after"] == "*")


def is_language(code: str) -> bool:
    return bool(re.fullmatch("[a-z]{2,3}", code)) and localedata.exists(code)


def is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address


def _show(value: object) -> str:
    """*value* as the person wrote it, or what it is when that would be long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
