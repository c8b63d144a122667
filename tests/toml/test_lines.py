import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from intake.directory.load import SHIPPED
from intake.toml.lines import Place, lines_of
from tests.directory.small import SMALL

HARD = (
    r'''# [not.a.header]
top = 1
a."b.c".'d e' = "# no comment, [no] {table} = \" still"

[table]   # [[nor.this]]
long = """
[inside]
key = "text" \"""
"""""
raw = '''
    + "'''"
    + r"""
]] "
"""
    + "'''"
    + r"""
moment = 2026-11-23 10:00:00.5+01:00
numbers = [ [1, 2.5],
  # ]
  [
    3 ] ]
inline = { x = 1, y = { z = [
  "one", { w = true },
] } }

[[row]]
[[row.cell]]
v = 1
[[row.cell]]
v = 2
[row.cell.deep]
u = 0
[[row]]
[[row.cell]]
"v" = 3
[ "spaced" . key ]
last = 1"""
)


def test_every_value_has_its_line() -> None:
    assert lines_of(HARD) == {
        ("top",): 2,
        ("a",): 3,
        ("a", "b.c"): 3,
        ("a", "b.c", "d e"): 3,
        ("table",): 5,
        ("table", "long"): 6,
        ("table", "raw"): 10,
        ("table", "moment"): 13,
        ("table", "numbers"): 14,
        ("table", "numbers", 0): 14,
        ("table", "numbers", 0, 0): 14,
        ("table", "numbers", 0, 1): 14,
        ("table", "numbers", 1): 16,
        ("table", "numbers", 1, 0): 17,
        ("table", "inline"): 18,
        ("table", "inline", "x"): 18,
        ("table", "inline", "y"): 18,
        ("table", "inline", "y", "z"): 18,
        ("table", "inline", "y", "z", 0): 19,
        ("table", "inline", "y", "z", 1): 19,
        ("table", "inline", "y", "z", 1, "w"): 19,
        ("row",): 22,
        ("row", 0): 22,
        ("row", 0, "cell"): 23,
        ("row", 0, "cell", 0): 23,
        ("row", 0, "cell", 0, "v"): 24,
        ("row", 0, "cell", 1): 25,
        ("row", 0, "cell", 1, "v"): 26,
        ("row", 0, "cell", 1, "deep"): 27,
        ("row", 0, "cell", 1, "deep", "u"): 28,
        ("row", 1): 29,
        ("row", 1, "cell"): 30,
        ("row", 1, "cell", 0): 30,
        ("row", 1, "cell", 0, "v"): 31,
        ("spaced",): 32,
        ("spaced", "key"): 32,
        ("spaced", "key", "last"): 33,
    }


@pytest.mark.parametrize("text", [HARD, SMALL, SHIPPED.read_text("utf-8"), "", "a = 1"])
def test_exactly_the_values_that_tomllib_reads_have_a_line(text: str) -> None:
    assert set(lines_of(text)) == set(places(tomllib.loads(text)))


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every table, key and element of *value*, which ``tomllib`` has read."""
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in below:
        yield (*place, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*place, key))
