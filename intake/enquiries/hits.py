"""Where the words of a question stand in a text: marked, and with some words around them."""

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from intake.enquiries.question import found_by, words_of
from intake.enquiries.words import tokens

_AROUND = 70  # characters to either side of a hit in a snippet


def marked(text: str, words: str) -> Markup:
    """*text* with every hit of *words* in ``<mark>``; all else is escaped."""
    parts, last = [], 0
    for start, end in _hits(text, words):
        parts.append(escape(text[last:start]) + Markup("<mark>{}</mark>").format(text[start:end]))
        last = end
    return Markup("").join([*parts, escape(text[last:])])


def is_in(text: str, words: str) -> bool:
    """Does one of *words* stand in *text*?"""
    return next(_hits(text, words), None) is not None


def snippet(texts: Iterable[str], words: str) -> Markup:
    """Some words around the first hit in *texts*; empty if there is none."""
    for text in texts:
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
