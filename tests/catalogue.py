"""The texts of the product, read from its source and its catalogues."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
SWEDISH = ROOT / "intake" / "translations" / "sv" / "LC_MESSAGES" / "messages.po"
ARABIC = ROOT / "tests" / "translations" / "ar" / "LC_MESSAGES" / "messages.po"

_PLACE = re.compile(r"%\((\w+)\)[sd]")
_SPACE = re.compile(r"\s+")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def compile_into(folder: Path, path: Path) -> None:
    """Put the compiled catalogue into *folder* as ``INTAKE_TRANSLATIONS`` wants it."""
    place = folder / path.relative_to(path.parents[2]).with_suffix(".mo")
    place.parent.mkdir(parents=True)
    with place.open("wb") as file:
        write_mo(file, read(path))


@cache
def extracted() -> Catalog:
    """Every text of the source, found anew as ``make strings`` does it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    command = (ROOT / "Makefile").read_text()
    keywords = DEFAULT_KEYWORDS | parse_keywords(re.findall(r"-k (\S+)", command))

    found = Catalog()
    for folder in ("intake", "templates"):
        inside = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        chosen = {pattern.removeprefix(f"{folder}/"): each for pattern, each in options.items()}
        for _file, _line, words, _comments, _context in extract_from_dir(
            ROOT / folder, inside, chosen, keywords
        ):
            found.add(words)
    return found


def forms(message: Message) -> tuple[list[str], list[str]]:
    """A message's words in the source and in the translation, plural forms included."""
    source, said = message.id, message.string or ""
    return (
        [source] if isinstance(source, str) else list(source),
        [said] if isinstance(said, str) else list(said),
    )


def places(words: str) -> set[str]:
    """The names in *words* that facts are put in for."""
    return set(_PLACE.findall(words))


def english_in(html: str) -> list[str]:
    """What a page that should be Swedish still says in English: four words of a source or more."""
    reader = _Reader()
    reader.feed(html)
    said = _SPACE.sub(" ", " ".join(reader.words))
    return [piece for piece in _english() if piece in said]


@cache
def _english() -> list[str]:
    pieces = []
    for message in read(SWEDISH):
        for words in forms(message)[0] if message.id else []:
            pieces += [piece.strip(" .,:()“”") for piece in _PLACE.split(words)[::2]]
    return [piece for piece in pieces if len(piece.split()) > 3]


class _Reader(HTMLParser):
    """All that can be read or heard of a page, but what somebody writes in another language."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.in_another = False

    def handle_data(self, data: str) -> None:
        if not self.in_another:
            self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        heard = ("title", "alt", "aria-label", "data-left", "data-over", "data-done")
        self.words += [value or "" for name, value in attrs if name in heard]
        if tag == "textarea":
            self.in_another = dict(attrs).get("lang", "sv") != "sv"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.in_another = False
