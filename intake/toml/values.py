"""What a text must be to be a keyword pattern, a language code or a web address."""

import re
from urllib.parse import urlsplit

from babel import localedata

_PATTERN_WORD = re.compile(r"(?P<before>\*?)[^\W_]+(?:[-’'][^\W_]+)*(?P<after>[*-]?)")


def is_pattern(words: str) -> bool:
    """Can *words* be looked for in a text? See ``routing.text``."""
    return bool(words.strip()) and all(_is_pattern_word(word) for word in words.split())


def _is_pattern_word(word: str) -> bool:
    """A ``*`` alone or inside a word is none, nor is ``*ord``: routing knows no such rule."""
    fits = _PATTERN_WORD.fullmatch(word)
    return fits is not None and (not fits["before"] or fits["after"] == "*")


def is_language(code: str) -> bool:
    """Is *code* the short code of a language that dates can be written in?"""
    return bool(re.fullmatch("[a-z]{2,3}", code)) and localedata.exists(code)


def is_web_address(address: str) -> bool:
    """Is *address* the full address of a web page?"""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address
