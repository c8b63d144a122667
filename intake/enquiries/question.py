"""What somebody asks the search for, taken apart into terms, every one of which must be there."""

import re
from dataclasses import dataclass

from intake.enquiries.access import as_reference
from intake.enquiries.words import stems, tails, tokens

_MOST_WORDS = 8  # more only make the question slower
_LONGEST = 200  # characters of a question
_BEGINS = 3  # letters from which on the beginning of a word is enough
_WITHIN = 4  # and that of a later part of a compound
#: Begins what may be a later part of a compound, in the index and in a term.
TAIL = "1"


@dataclass(frozen=True)
class Term:
    """One word, or one fact: any of its stems will do."""

    #: Stems, and of which it is enough that a word begins so. Letters and digits only.
    stems: tuple[tuple[str, bool], ...]

    def fits(self, stem: str) -> bool:
        return any(stem.startswith(s) if begins else stem == s for s, begins in self.stems)


def terms_of(words: str, **facts: object) -> tuple[Term, ...] | None:
    """The terms of a question.

    :param words: as somebody typed them; nothing in them is syntax.
    :param facts: what else must be so: ``sender_kind``, ``language``, ``goal``, ``programme``.
    :return: None if nothing is asked for; empty if something is, but no word is in it.
    """
    asked = words_of(words)
    asked += tuple(Term(((fact(name, value), False),)) for name, value in facts.items() if value)
    return asked if asked or words.strip() else None


def words_of(words: str) -> tuple[Term, ...]:
    """The words of a question, each once; a reference and a case number are one word."""
    found: dict[tuple[str, ...], None] = {}
    for part in _parts(words[:_LONGEST]):
        if any(letter.isdigit() for letter in part):
            # "2026-55" may be a reference of ours, or a case number of somebody's.
            spellings = (joined(part), joined(as_reference(part) or ""))
            found[tuple(each for each in spellings if each and not _is_fact(each))] = None
        else:
            found |= dict.fromkeys((word,) for word, _a, _b in tokens(part))
    return tuple(_term(*spellings) for spellings in list(filter(None, found))[:_MOST_WORDS])


def _parts(words: str) -> list[str]:
    """*words* one by one; a reference that is written with spaces is one."""
    is_ours = words.strip().casefold().startswith("eu") and as_reference(words)
    return [words] if is_ours else words.split()


def joined(text: str) -> str:
    """*text* as one word, as a number that is written with hyphens is found."""
    return "".join(word for word, _a, _b in tokens(text))


def fact(name: str, value: object) -> str:
    """A word that stands for a fact. It begins as no word of a text does: see ``words``."""
    return f"0{joined(name)}0{joined(str(value))}"


def _is_fact(word: str) -> bool:
    """Could it be what :func:`fact` makes? Whoever types that is not to learn of facts."""
    return re.match(r"0[^\W\d_]", word) is not None


def found_by(word: str) -> frozenset[str]:
    """All that a folded *word* of a text is found by: its stems, and those of what may be its later
    parts, marked as such.
    """
    return stems(word) | {_tail(part) for part in tails(word)}


def _tail(part: str) -> str:
    return TAIL + part


def _term(*spellings: str) -> Term:
    known = sorted({stem for word in spellings for stem in stems(word)})
    within = ((_tail(stem), True) for stem in known if len(stem) >= _WITHIN)
    return Term((*((stem, len(stem) >= _BEGINS) for stem in known), *within))
