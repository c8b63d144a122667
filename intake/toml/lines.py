"""On which line of a TOML text each value stands: ``tomllib`` reads the values, but not that.

Only for text that ``tomllib`` has read without complaint: the grammar is not checked again here.
"""

import re
import tomllib
from dataclasses import dataclass

#: The way to a value: keys, and numbers in arrays, as in ``("department", 2, "contact", 0)``.
Place = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''
      (?P<comment> \#[^\n]* )
    | (?P<text>    """ (?:\\.|[^\\])*? "{3,5} | \'{3} .*? \'{3,5}
                 | "(?:\\.|[^"\\\n])*"        | '[^'\n]*' )
    | (?P<mark>    [\[\]{}=,.\n] )
    | (?P<bare>    [^\s\[\]{}=,.\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    written: str
    line: int


def lines_of(text: str) -> dict[Place, int]:
    """The line, counted from 1, of every table, key and array element of *text*.

    A table stands where its header is, an array of tables where its first header is.
    """
    return _Scanner(text).document()


class _Scanner:
    """Walks once through the tokens and notes where each value begins."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._found: dict[Place, int] = {}
        self._headers: dict[Place, int] = {}  # how many [[...]] headers an array has had

    def document(self) -> dict[Place, int]:
        table: Place = ()

        while self._next < len(self._tokens):
            if self._sees("["):
                table = self._header()
            elif self._sees("\n"):
                self._take()
            else:
                self._pair(table)
        return self._found

    def _header(self) -> Place:
        line = self._take().line
        in_array = self._sees("[")
        if in_array:
            self._take()
        *parents, last = self._keys("]")
        if in_array:
            self._take()

        place: Place = ()
        for key in parents:
            place += (key,)
            if place in self._headers:
                place += (self._headers[place] - 1,)  # the latest element of that array
        place += (last,)

        if in_array:
            number = self._headers.get(place, 0)
            self._headers[place] = number + 1
            place += (number,)
        self._note(place, line)
        return place

    def _pair(self, table: Place) -> None:
        line = self._tokens[self._next].line
        place = table + tuple(self._keys("="))
        self._note(place, line)
        self._value(place)

    def _value(self, place: Place) -> None:
        if self._sees("["):
            self._array(place)
        elif self._sees("{"):
            self._inline_table(place)
        else:
            while not self._sees("\n", ",", "]", "}"):  # a date or a number may be several tokens
                self._take()

    def _array(self, place: Place) -> None:
        self._take()
        number = 0

        while not self._sees("]"):
            if self._sees("\n", ","):
                self._take()
                continue
            self._note((*place, number), self._tokens[self._next].line)
            self._value((*place, number))
            number += 1
        self._take()

    def _inline_table(self, place: Place) -> None:
        self._take()

        while not self._sees("}"):
            if self._sees("\n", ","):
                self._take()
            else:
                self._pair(place)
        self._take()

    def _keys(self, end: str) -> list[str]:
        """The dotted key up to the mark *end*, which is taken too."""
        keys = []
        while not self._sees(end):
            token = self._take()
            if token.kind == "text":
                keys.append(tomllib.loads(f"key = {token.written}")["key"])
            elif token.kind == "bare":
                keys.append(token.written)
        self._take()
        return keys

    def _note(self, place: Place, line: int) -> None:
        for length in range(1, len(place) + 1):
            self._found.setdefault(place[:length], line)

    def _sees(self, *marks: str) -> bool:
        if self._next == len(self._tokens):
            return "\n" in marks
        token = self._tokens[self._next]
        return token.kind == "mark" and token.written in marks

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]


def _tokens(text: str) -> list[_Token]:
    tokens = []
    line, counted = 1, 0

    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if match.lastgroup and match.lastgroup != "comment":
            tokens.append(_Token(match.lastgroup, match[0], line))
    return tokens
