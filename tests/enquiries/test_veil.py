"""A department's mailbox gets the idea, and not who wrote it."""

import time

import pytest

from intake.enquiries.models import Enquiry
from intake.enquiries.veil import VEIL, veiled, what_is_left


def sender(name: str = "", email: str = "", phone: str = "") -> Enquiry:
    return Enquiry(name=name, email=email, phone=phone)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Anna Karlssons cykelväg i Lagan", "[...] cykelväg i Lagan"),
        ("Det är ANNA  KARLSSON:s idé", "Det är [...] idé"),
        ("Hälsningar Anna", "Hälsningar [...]"),
        ("Karlsson, Anna", "[...], [...]"),
        ("anna karlsson", "[...]"),
        ("Anna-Lena Karlsson", "[...]-Lena [...]"),
        ("Annas mamma och Hannas pappa", "[...] mamma och Hannas pappa"),
        ("En karlssonsk hanna, anna", "En karlssonsk hanna, [...]"),
        ("anna.k på gmail", "[...] på gmail"),
    ],
)
def test_a_name_in_all_its_forms(words: str, left: str) -> None:
    assert veiled(words, sender("Anna Karlsson", "anna.k@exempel.example")) == left


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Anna och Erik", "Vi och de andra med en skola"),
        ("Carl von Linné", "Växter von und zu"),
        ("", "Elever besöker en vänskola"),
        ("Bo Ek", "Ett ek i en bok, bo här"),
        ("( [ * +", "Tecken ( [ * + går också"),
    ],
)
def test_words_that_are_no_name_stay(name: str, words: str) -> None:
    assert veiled(words, sender(name)) == words


def test_a_text_that_only_names_the_sender_leaves_nothing() -> None:
    anna = sender("Anna Karlsson")
    assert what_is_left("Anna Karlsson, 0372-78 90 00!", anna) == ""
    assert what_is_left("Ring Anna", anna) == "Ring [...]"


def test_a_short_name_is_veiled_as_a_whole() -> None:
    assert veiled("Hälsar Bo Ek", sender("Bo Ek")) == "Hälsar [...]"


@pytest.mark.parametrize(
    "number",
    [
        "0372 – 555 12",
        "070.123.45.67",
        "070\u00a0123\u00a045\u00a067",
        "070–123 45 67",
        "(0372) 55 512",
        "+46 (0)70 174 06 05",
        "0046 70 174 06 05",
        "+48 601 234 567",
        "+47 22 33 44 55",
        "0372-465 004 10",
    ],
)
def test_anybodys_telephone_number(number: str) -> None:
    left = veiled(f"Ring {number} eller kom till oss 2027-2028.", sender())
    assert left == f"Ring {VEIL} eller kom till oss 2027-2028."


@pytest.mark.parametrize("written", ["555 12", "0372-55512", "+46 372 555 12", "0372:55 5 12"])
def test_the_senders_own_number_however_it_is_written(written: str) -> None:
    phone = "55512" if written == "555 12" else "0372-55512"
    left = veiled(f"Ring {written}!", sender(phone=phone))
    assert not any(digit.isdigit() for digit in left)


@pytest.mark.parametrize(
    "words",
    [
        "öppet 08.00-16.00",
        "kl. 08:00 – 16:30",
        "100 000 kronor",
        "den 2027-05-07",
        "plats 1-2 3",
        "EU-2026-0042",
        "1 500 elever",
    ],
)
def test_other_numbers_stay(words: str) -> None:
    assert veiled(words, sender()) == words


@pytest.mark.parametrize("unit", ["a", "0", "0 ", "+0-", "a@", "Anna ", "\u2013"])
def test_it_takes_no_longer_than_the_text(unit: str) -> None:
    begun = time.perf_counter()
    veiled(unit * (20_000 // len(unit)), sender("Anna " * 20, "a" * 60 + "@x.example", "0" * 30))
    assert time.perf_counter() - begun < 1
