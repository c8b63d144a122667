"""Where the words of a question stand in a text: marked, and with some words around them."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from intake.enquiries.models import Enquiry
from intake.enquiries.question import found_by, words_of
from intake.enquiries.search import WRITTEN
from intake.enquiries.words import tokens

_AROUND = 70  # characters to either side of a hit in a snippet


def marked(text: str, words: str) -> Markup:
    """*text* with every hit of *words* in ``<mark>``; all else is escaped."""
    parts, last = [], 0
    for start, end in _hits(text, words):
        parts.append(escape(text[last:start]) + Markup("<mark>{}</mark>").format(text[start:end]))
        last = end
    return Markup("").join([*parts, escape(text[last:])])


def snippet(enquiry: Enquiry, words: str) -> Markup:
    """Some words around the first hit in what the sender wrote below the title; maybe empty.

    Nothing of one whose every reading is noted: a list is not.
    """
    if enquiry.flagged or enquiry.protected:
        return Markup("")
    for name in WRITTEN[1:]:
        text = getattr(enquiry, name)
        for start, end in _hits(text, words):
            first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
            first = text.find(" ", first, start) + 1 if first else 0
            last = text.rfind(" ", end, last) if last < len(text) else last
            last = max(last, end)
            cut = " ".join(text[first:last].split())
            before, after = "… " * bool(first), " …" * (last < len(text))
            return before + marked(cut, words) + after
    return Markup("")


def _hits(text: str, words: str) -> Iterator[tuple[int, int]]:
    asked = words_of(words)
    if not asked:
        return
    for word, start, end in tokens(text):
        if any(term.fits(stem) for stem in found_by(word) for term in asked):
            yield start, end
