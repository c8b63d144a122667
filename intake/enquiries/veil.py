"""Takes names, addresses and telephone numbers out of a text, so that a department's mailbox gets
the idea and not the person (G4). Better a word too many than a name; an organisation is no person.
"""

import re
from collections.abc import Iterator

from intake.enquiries.models import Enquiry

VEIL = "[...]"  # what stands there instead

_BETWEEN = r"[\s()/.\u2010-\u2015\u2212-]"  # what people write between the digits of a number
_HOURS = r"\d\d[.:]\d\d\s?[\u2010-\u2015-]\s?\d\d[.:]\d\d(?!\d)"  # 08.00-16.00
#: A mail address as it stands in a text.
ADDRESS = r"[^\s<>()@,;:]{1,64}@[^\s<>()@,;:]{1,255}"
_CONTACT = re.compile(
    rf"{ADDRESS}|(?<![\w-])(?<!\d[.:])(?!{_HOURS})\(?(?:\+\d|0)(?:\d|{_BETWEEN}){{6,18}}\d(?!\w)"
)
_GENITIVE = r"(?:[:’']?s)?(?!\w)"
#: Words that stand in names and in every other text too.
COMMON = frozenset(["och", "and", "med", "för", "von", "van", "der", "den", "det", "the", "del"])


def veiled(words: str, enquiry: Enquiry) -> str:
    """*words* without the sender's name, and without anybody's mail address or telephone number."""
    folded = words.casefold()
    for clue, trace in _traces(enquiry):
        if clue in folded:  # making a pattern takes longer than all the rest
            words = re.sub(trace, VEIL, words)
    return _CONTACT.sub(VEIL, words)


def what_is_left(words: str, enquiry: Enquiry) -> str:
    """*words* as :func:`veiled` has them; nothing, if no word of them is left to be read."""
    left = veiled(words, enquiry)
    return left if re.search(r"\w", left) else ""


def _traces(enquiry: Enquiry) -> Iterator[tuple[str, str]]:
    """How the sender may have signed the text: what must stand in it then, and the pattern."""
    mailbox = enquiry.email.partition("@")[0].casefold()
    if len(mailbox) > 3:
        yield mailbox, rf"(?i)(?<!\w){re.escape(mailbox)}(?!\w)"

    names = re.findall(r"\w+", enquiry.name)
    if names:
        whole = r"\W{1,3}".join(map(re.escape, names))
        yield names[0].casefold(), rf"(?i)(?<!\w){whole}{_GENITIVE}"

    for name in names:
        if len(name) > 2 and name.casefold() not in COMMON:
            yield name.casefold(), rf"(?i)(?<!\w){re.escape(name)}{_GENITIVE}"

    if number := number_pattern(enquiry.phone):
        yield re.findall(r"\d", enquiry.phone)[-1], number


def number_pattern(phone: str) -> str:
    """The telephone number *phone* however it may be written, with its country or without; nothing
    if it is too short to be told from any other number.
    """
    digits = re.sub(r"^(?:0046|46)?0*", "", re.sub(r"\D", "", phone))
    if len(digits) <= 4:
        return ""
    number = r"\W{0,3}".join(digits)
    return rf"(?<!\d)(?:[+(0][\d\W]{{0,7}}?)?{number}(?!\d)"
