"""Words as search compares them: without case and inflection, in Swedish and in English."""

import re
import threading
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from intake.routing.text import fold

_WORD = re.compile(r"[^\W_]+")

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
    """Each word of *text*, folded, with where it begins and ends there."""
    for found in _WORD.finditer(text):
        yield fold(found[0]), found.start(), found.end()


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
