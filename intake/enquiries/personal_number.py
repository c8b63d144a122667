"""Finds Swedish personal identity numbers in a text, so that the sender can be warned (G2)."""

import re
from datetime import date

_DASHES = r"\u2010-\u2015\u2212-"  # as keyboards and word processors write them
_GAP = rf"[\s{_DASHES}]?"
_CANDIDATE = re.compile(
    r"(?P<named>(?:person|samordnings)nummer\D{0,20}|personal (?:identity )?number\D{0,20})?"
    rf"(?<!\d)(?P<century>19|20)?{_GAP}(?P<year>\d\d){_GAP}(?P<month>\d\d){_GAP}(?P<day>\d\d)"
    rf"\s?(?P<mark>[+{_DASHES}])?\s?(?P<serial>\d{{4}})(?![{_DASHES}]?\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:19|20)?(\d{6})\s?(\d{4})")


def holds_personal_number(text: str) -> bool:
    """Does *text* hold what looks like a personal identity number or a coordination number?

    It begins with a real date. Then it is enough that it is called so or has its mark before the
    last four digits, because people mistype numbers; bare digits must have a right check digit
    (Skatteverket, SKV 704), so that telephone and case numbers are left in peace.
    """
    return any(_looks_real(match) for match in _CANDIDATE.finditer(text))


def _looks_real(match: re.Match[str]) -> bool:
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    if day > 60:  # a coordination number has sixty added to the day
        day -= 60

    centuries = [int(match["century"])] if match["century"] else [19, 20]
    if not any(_is_date(century * 100 + year, month, day) for century in centuries):
        return False
    if match["named"] or match["mark"]:
        return True
    bare = _BARE.fullmatch(match[0])
    return bare is not None and _luhn_holds(bare[1] + bare[2])


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _luhn_holds(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
