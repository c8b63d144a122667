"""A table of a TOML file, read key by key: what is asked for is checked, what nobody asked for is a
fault.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, TypeVar

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from intake.i18n import Localised
from intake.toml.faults import Faults, shown
from intake.toml.lines import Place
from intake.toml.values import is_language, is_pattern, is_web_address

REQUIRED_LANGUAGE = "sv"
LONGEST_ID = 60  # characters

_Kind = TypeVar("_Kind")

_BREAKS = ("Cc", "Zl", "Zp")  # Unicode's categories of control characters and line breaks


class Table:
    """One table of the file. A table that is missing reads as empty, and is one fault, not many."""

    def __init__(
        self,
        faults: Faults,
        values: dict[str, Any] | None,
        place: Place = (),
        *,
        heading: str,
        inside: str = "",
    ) -> None:
        self.heading = heading  # how messages name the table that begins the section
        self._faults = faults
        self._values = values
        self._place = place
        self._inside = inside
        self._asked: dict[str, None] = {}
        self._below: list[Table] = []

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
        self._faults.note(place, f"{self.heading}: {self._inside}{key} {words}")

    def report_unread(self) -> None:
        """Note each key that nobody asked for, here and below: most likely a typing error."""
        for key in self._values or {}:
            if key in self._asked:
                continue
            meant = difflib.get_close_matches(key, self._asked, n=1)
            remedy = (
                _("did you mean %(key)s?", key=meant[0])
                if meant
                else _("known: %(keys)s", keys=", ".join(self._asked))
            )
            self._unfit(key, _("is not a key that this service knows"), remedy)
        for table in self._below:
            table.report_unread()

    def table(self, key: str, remedy: str = "") -> "Table":
        """The table below *key*."""
        remedy = remedy or _("add the table %(header)s", header=f"[{self._header(key)}]")
        values = self._value(key, dict, remedy)
        return self._enter(values, (*self._place, key), f"[{key}]")

    def tables(self, key: str, *, required: bool = True) -> list["Table"]:
        """The tables of the array below *key*, in order; at least one if *required*."""
        remedy = _("add a table %(header)s", header=f"[[{self._header(key)}]]")
        found = self._value(key, list, remedy, required)
        tables = []

        for number, values in enumerate(found or []):
            if not isinstance(values, dict):
                self._holds(key, number, values, remedy)
                continue
            heading = _("%(header)s number %(number)s", header=f"[[{key}]]", number=number + 1)
            tables.append(self._enter(values, (*self._place, key, number), heading))
        if required and found == []:
            self._unfit(key, _("has no table in it"), remedy)
        return tables

    def text(self, key: str, remedy: str = "", *, lines: bool = False) -> str:
        """A text that is not empty, in NFC and without spaces around it.

        :param lines: line breaks are welcome, as in a postal address.
        """
        remedy = remedy or _("write a text in quotes")
        written = self._value(key, str, remedy)
        if written is None:
            return ""

        text = unicodedata.normalize("NFC", written).strip()
        if not text:
            self._unfit(key, _("is empty"), remedy)
        if any(unicodedata.category(c) in _BREAKS and not (lines and c == "\n") for c in text):
            self._unfit(
                key, _("has a line break or a control character in it"), _("write it on one line")
            )
            return ""
        if "=?" in text:  # names stand in the headers of mails
            self._unfit(
                key, _("has =? in it, which email programs read as a code"), _("leave that out")
            )
            return ""
        return text

    def texts(self, key: str, remedy: str) -> Iterator[tuple[int, str]]:
        """The texts of the list below *key*, as they were written, with their numbers."""
        for number, written in enumerate(self._value(key, list, remedy) or []):
            if isinstance(written, str):
                yield number, written
            else:
                self._holds(key, number, written, remedy)

    def localised(self, key: str, *, lines: bool = False) -> Localised:
        """A text in one or more languages, Swedish among them."""
        return self.by_language(key).as_localised(lines=lines)

    def by_language(self, key: str) -> "Table":
        """The table below *key* that holds a text in one or more languages."""
        form = '{ sv = "...", en = "..." }'
        return self.table(key, _("write it in each language, like %(form)s", form=form))

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
            self._unfit(code, _("is not a language code"), _("use one like sv, en, fi, se, ar"))
        known = [code for code in written if code not in wrong]
        return known if REQUIRED_LANGUAGE in known else [REQUIRED_LANGUAGE, *known]

    def _patterns(self, code: str) -> list[str]:
        remedy = _('write patterns like "ord", "ord*", "*ord*" or "två ord"')
        patterns: dict[str, None] = {}
        for number, written in self.texts(code, remedy):
            pattern = " ".join(unicodedata.normalize("NFC", written).casefold().split())
            if not is_pattern(pattern):
                what = _("has the bad pattern '%(words)s'", words=written)
                self._unfit(code, what, remedy, number)
            patterns[pattern] = None
        return list(patterns)

    def id(self, example: str) -> str:
        """The ``id`` by which other things point at this table; messages name it so from now on."""
        remedy = _("write lower-case letters, digits and hyphens, like %(id)s", id=example)
        id = self.matching("id", "[a-z0-9]+(-[a-z0-9]+)*", remedy)
        if id:
            self.heading = f"[[{self._place[-2]}]] '{id}'"
        if len(id) > LONGEST_ID:
            words = _("is longer than %(most)s characters", most=LONGEST_ID)
            self._unfit("id", words, _("write a shorter one"))
        return id

    def language(self, key: str) -> str:
        """A language code."""
        remedy = _('write a language code like "sv"')
        return self.fitting(key, is_language, remedy)

    def fitting(self, key: str, fits: Callable[[str], object], remedy: str) -> str:
        """A text of which *fits* is true."""
        text = self.text(key, remedy)
        if text and not fits(text):
            self._is(key, text, remedy)
        return text

    def matching(self, key: str, pattern: str, remedy: str) -> str:
        """A text that fits *pattern* as a whole."""
        return self.fitting(key, re.compile(pattern).fullmatch, remedy)

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """One of the *allowed* words."""
        remedy = _("write %(words)s", words=f" {_('or')} ".join(map(shown, allowed)))
        return self.fitting(key, allowed.__contains__, remedy)

    def some_of(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """One or more of the *allowed* words, each once."""
        remedy = _("write a list of %(words)s", words=", ".join(map(shown, allowed)))
        found = dict(self.texts(key, remedy))
        for number, word in found.items():
            if word not in allowed:
                self._holds(key, number, word, remedy)
        if (self._values or {}).get(key) == []:
            self._unfit(key, _("has nothing in it"), remedy)
        return tuple(dict.fromkeys(found.values()))

    def wholes(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """Whole numbers from *least* to *most*, each once."""
        remedy = _(
            "write a list of whole numbers from %(least)s to %(most)s, like [4, 17]",
            least=least,
            most=most,
        )
        found = self._value(key, list, remedy) or []
        for number, written in enumerate(found):
            if type(written) is not int or not least <= written <= most:
                self._holds(key, number, written, remedy)
        return tuple(dict.fromkeys(each for each in found if type(each) is int))

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number from *least* to *most*."""
        remedy = _(
            "write a whole number from %(least)s to %(most)s, without quotes",
            least=least,
            most=most,
        )
        if least == most:
            remedy = _("write %(number)s, without quotes", number=least)
        number = self._value(key, int, remedy)
        if number is None:
            return least
        if not least <= number <= most:
            self._is(key, number, remedy)
        return number

    def day(self, key: str) -> date:
        """A date without a time."""
        day = self._value(key, date, _("write a date like 2026-07-01, without quotes"))
        return day or date.min

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._value(key, bool, _("write true or false, without quotes")))

    def email(self, key: str) -> str:
        """An address that any mail server can be given: ASCII before the @, punycode after it."""
        remedy = _("write one like namn@ljungby.example")
        address = self.text(key, remedy)
        if not address:
            return ""

        try:
            checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            what = _("%(address)s is not an email address", address=shown(address))
            self._unfit(key, what, remedy)
            return ""
        return checked.ascii_email or ""

    def url(self, key: str) -> str:
        """The full address of a web page."""
        remedy = _("write an address that begins with https:// or http://")
        return self.fitting(key, is_web_address, remedy)

    def _value(
        self, key: str, kind: type[_Kind], remedy: str, required: bool = True
    ) -> _Kind | None:
        self._asked[key] = None
        if self._values is None:
            return None
        if key not in self._values:
            if required:
                self._unfit(key, _("is missing"), remedy)
            return None

        value = self._values[key]
        if type(value) is not kind:  # exactly: to Python a bool is an int and a datetime a date
            self._is(key, value, remedy)
            return None
        return value

    def _enter(self, values: dict[str, Any] | None, place: Place, heading: str) -> "Table":
        """A table below. Messages name a section by its *heading*, then the way from it."""
        inside = ""
        if self._place:
            heading, inside = self.heading, f"{self._inside}{place[len(self._place)]}."
        table = Table(self._faults, values, place, heading=heading, inside=inside)
        self._below.append(table)
        return table

    def _unfit(self, key: str, what: str, remedy: str, number: int | None = None) -> None:
        self.fault(key, f"{what}; {remedy}", number)

    def _is(self, key: str, value: object, remedy: str) -> None:
        self._unfit(key, _("is %(value)s", value=shown(value)), remedy)

    def _holds(self, key: str, number: int, value: object, remedy: str) -> None:
        self._unfit(key, _("holds %(value)s", value=shown(value)), remedy, number)

    def _header(self, key: str) -> str:
        return ".".join(part for part in (*self._place, key) if isinstance(part, str))
