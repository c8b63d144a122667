"""Words as search compares them: without case and inflection, in Swedish and in English."""

import re
import threading
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from intake.routing.text import fold

# No word begins like a fact: see question.fact.
_WORD = re.compile(r"(?<![^\W_])(?!0[^\W\d_])[^\W_]+")

_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]*")
#: What may begin a part of a compound, if it is more than one consonant.
_ONSET = re.compile(
    "b[jlr]|ch|d[jrv]|f[jlnr]|g[jlnr]|[hlmn]j|k[lnrv]|p[hjlrs]"
    "|s(?:ch|h|j|k[jrv]?|l|m|n|p[jlr]?|t[jr]?|v)|t[hjrv]|vr"
)
_VOWEL = re.compile(r"[aeiouyåäöéü]")
_LONGEST = 60  # letters: no word has more, and what has takes time and room for nothing
_COMPOUND = 8  # letters: what is shorter is hardly one
_FIRST_PART, _LAST_PART = 3, 4  # letters at least

#: Stems of one and the same word that the stemmer keeps apart.
_SAME = {
    "ansökan": "ansökning",
    "ansöknin": "ansökning",
    "ansök": "ansökning",
    "anmälan": "anmälning",
    "anmäl": "anmälning",
    "inbjudan": "inbjudning",
    "önskan": "önskning",
    "böck": "bok",
    "städ": "stad",
    "länd": "land",
    "strand": "stränd",
}

_here = threading.local()  # a stemmer holds the word that it is at


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of *text*, folded and as far as it is compared, with where it begins and ends
    there.
    """
    for found in _WORD.finditer(text):
        yield fold(found[0][:_LONGEST]), found.start(), found.end()


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """What a folded *word* is without its endings, as a Swedish and as an English word."""
    if not hasattr(_here, "stemmers"):
        _here.stemmers = [snowballstemmer.stemmer(each) for each in ("swedish", "english")]
    if word in _SAME:
        return frozenset({_SAME[word]})
    found = {stemmer.stemWord(word) for stemmer in _here.stemmers}
    if len(found) > 1 and len(word) > 3:
        found.discard(word)  # the language that it is not in leaves it whole
    if word.endswith("an") and len(word) > 5:
        found.add(word.removesuffix("an"))  # "skolan": the stemmer leaves it as it is
    return frozenset(_SAME.get(stem, stem) for stem in found)


@lru_cache(maxsize=50_000)
def tails(word: str) -> frozenset[str]:
    """Stems of what may be the later parts of a folded *word*, if it is a compound: ``museum`` is
    among those of ``trähusmuseum``. Where its parts meet is not known, so all are given that could
    begin a word; a few are nonsense, which nobody asks for.
    """
    if len(word) < _COMPOUND or not word.isalpha():
        return frozenset()
    places = range(_FIRST_PART, len(word) - _LAST_PART + 1)
    parts = (word[place:] for place in places if _may_meet(word[:place], word[place:]))
    return frozenset(stem for part in parts for stem in stems(part) if len(stem) >= _LAST_PART)


def _may_meet(first: str, last: str) -> bool:
    begins = _CONSONANTS.match(last)
    onset = begins[0] if begins else ""
    return (
        (len(onset) < 2 or _ONSET.fullmatch(onset) is not None)
        and _VOWEL.search(first) is not None
        and _VOWEL.search(last) is not None
    )
