import pytest

from intake.enquiries.personal_number import holds_personal_number

# Made up: the check digits are right, the numbers are those that Skatteverket gives out for tests.
REAL = [
    "19121212-1212",
    "121212-1212",
    "1212121212",
    "191212121212",
    "121212+1212",
    "121212 1212",
    "121212\u20111212",  # a dash that does not break
    "121212\u22121212",  # a minus
    "1912-12-12-1212",
    "19 12 12 12-1212",
    "Mitt nummer är 121212-1212.",
    "701063-2391",  # a coordination number
    "121212-1213",  # mistyped
    "Personnummer: 1212121213",
]
OTHERS = [
    "",
    "1212121213",  # wrong check digit
    "121312-1212",  # no such month
    "0372-78 90 00",
    "070-174 06 05",
    "2026-11-23 1212",
    "556036-0793",  # an organisation number has no month
    "99912121212129",
    "KS2013/0195",
    "2027-01-01\u20132027-12-31",
    "2027-01-01 - 2027-12-31",
    "20270101-20271231",
    "0910-12 34 54",  # a telephone number, with the right check digit
]


@pytest.mark.parametrize("text", REAL)
def test_found(text: str) -> None:
    assert holds_personal_number(text)


@pytest.mark.parametrize("text", OTHERS)
def test_left_in_peace(text: str) -> None:
    assert not holds_personal_number(text)
