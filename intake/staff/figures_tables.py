"""The figures as tables in words: for the page, and for the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from intake.directory.values import Organisation
from intake.enquiries.choices import CHANNELS, GOALS, SENDER_KINDS
from intake.enquiries.close import REASONS
from intake.enquiries.event_words import STATUSES
from intake.enquiries.figures import Codes, Figures, Part, share, told
from intake.i18n import Localised, language, language_name
from intake.programmes.catalogue import catalogue


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table. A share or a median of few is None; see ``enquiries.figures``."""

    name: Localised
    count: int
    asked: Mapping[str, str]  # of the inbox, for the same ideas; empty if it cannot be asked so
    late: int = 0
    median: int | None = None  # working days
    in_time: int | None = None  # percent
    further: int | None = None  # percent


@dataclass(frozen=True, kw_only=True)
class Table:
    """The ideas of the period by one thing that they differ in."""

    id: str
    caption: str
    what: str  # what the first column holds
    rows: list[Row]
    is_detailed: bool = False  # do the rows tell more than a number?
    hint: str = ""

    @property
    def most(self) -> int:
        return max((row.count for row in self.rows), default=0)


def tables(figures: Figures, house: Organisation) -> list[Table]:
    """All tables in which there is anything, in the order of the page."""
    if figures.too_few:
        return []
    return [table for table in _tables(figures, house) if table.rows]


def _tables(figures: Figures, house: Organisation) -> Iterator[Table]:
    yield Table(
        id="statuses",
        caption=_("How they stand now"),
        what=_("Status"),
        rows=_in_order(figures.statuses, STATUSES, "status"),
    )
    yield Table(
        id="reasons",
        caption=_("Why they are closed"),
        what=_("Reason"),
        rows=_most_first(figures.reasons, {code: _plain(REASONS[code]) for code in REASONS}),
    )
    yield Table(
        id="departments",
        caption=_("Who has them"),
        what=_("Who has it"),
        is_detailed=True,
        rows=_detailed(figures.departments, _holders(house), "department"),
        hint=_(
            "What no department has, or had when it was closed, is the coordinator’s. Where "
            "several departments are on an idea, it is counted at the one that has it."
        ),
    )
    yield Table(
        id="kinds",
        caption=_("Who sent them"),
        what=_("Sender"),
        is_detailed=True,
        rows=_detailed(
            figures.kinds, {code: _plain(SENDER_KINDS[code]) for code in SENDER_KINDS}, "kind"
        ),
    )
    yield Table(
        id="languages",
        caption=_("In which language they were written"),
        what=_("Language"),
        is_detailed=True,
        rows=_detailed(
            figures.languages,
            {code: _plain(language_name(code, language())) for code in figures.languages},
            "lang",
        ),
    )
    yield Table(
        id="goals",
        caption=_("Global goals of Agenda 2030"),
        what=_("Goal"),
        rows=_in_order(figures.goals, {str(n): f"{n}. {name}" for n, name in GOALS.items()}),
        hint=_(
            "As staff have chosen them; where they have not, as the sender did. An idea can have "
            "up to three."
        ),
    )
    yield Table(
        id="programmes",
        caption=_("Programmes that may pay"),
        what=_("Programme"),
        rows=_most_first(
            figures.programmes,
            {id: each.name for id, each in catalogue().programmes.items()},
            "programme",
        ),
        hint=_("As staff have chosen them. An idea can have up to three."),
    )
    yield Table(
        id="channels",
        caption=_("How they came in"),
        what=_("Way"),
        rows=_in_order(figures.channels, CHANNELS),
    )


def _holders(house: Organisation) -> dict[str, Localised]:
    posts = {post.id: post.name for post in house.posts.values() if post is not house.coordinator}
    return {"": house.coordinator.name} | posts


def _plain(words: Any) -> Localised:
    """Words of ours, which are in the language of the page."""
    return {language(): str(words)}


def _asked(name: str, code: str) -> dict[str, str]:
    return {name: code or "none"} if name else {}


def _in_order(counts: Codes, words: Mapping[str, Any], name: str = "") -> list[Row]:
    """A row for each code that counts, in the order of *words*."""
    return [
        Row(name=_plain(words[code]), count=counts[code], asked=_asked(name, code))
        for code in words
        if counts.get(code)
    ]


def _most_first(counts: Codes, names: Mapping[str, Localised], name: str = "") -> list[Row]:
    rows = (
        Row(name=names.get(code, _plain(code)), count=count, asked=_asked(name, code))
        for code, count in counts.items()
    )
    return sorted(rows, key=_size)


def _detailed(parts: Mapping[str, Part], names: Mapping[str, Localised], name: str) -> list[Row]:
    timely = told({code: part.due for code, part in parts.items()})
    goers = told({code: part.alone for code, part in parts.items()})
    rows = (
        Row(
            name=names.get(code, _plain(code)),
            count=part.count,
            asked=_asked(name, code),
            late=part.late,
            median=part.median,
            in_time=share(part.in_time, part.due) if code in timely else None,
            further=share(part.further, part.alone) if code in goers else None,
        )
        for code, part in parts.items()
    )
    return sorted(rows, key=_size)


def _size(row: Row) -> tuple[int, str]:
    return -row.count, next(iter(row.name.values()))
