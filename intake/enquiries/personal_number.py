"""Finds Swedish personal identity numbers in a text, so that the sender can be warned (G2)."""

import re
from datetime import date

_CANDIDATE = re.compile(
    r"(?<!\d)(?P<century>19|20)?(?P<day>\d{6})\s?[-+–]?\s?(?P<serial>\d{4})(?!\d)"
)


def holds_personal_number(text: str) -> bool:
    """Does *text* hold a personal identity number or a coordination number?

    Only numbers with a real date and a right check digit count (Skatteverket, SKV 704), so that
    telephone and case numbers are left in peace.
    """
    return any(_is_real(match) for match in _CANDIDATE.finditer(text))


def _is_real(match: re.Match[str]) -> bool:
    year, month, day = (int(match["day"][i : i + 2]) for i in (0, 2, 4))
    if day > 60:  # a coordination number has sixty added to the day
        day -= 60

    centuries = [int(match["century"])] if match["century"] else [19, 20]
    if not any(_is_date(century * 100 + year, month, day) for century in centuries):
        return False
    return _luhn_holds(match["day"] + match["serial"])


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _luhn_holds(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
