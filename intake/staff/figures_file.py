"""The figures as a file for a spreadsheet: one long table of what, which, and the number.

As Excel opens it in Sweden without asking: semicolons, because commas are decimal there, and the
mark (BOM) by which it knows UTF-8. All numbers are whole; of what is not told there is none.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from intake.enquiries.figures import Figures, share
from intake.i18n import day, pick
from intake.staff.figures_tables import Table

Line = tuple[str, str, int | None]

#: A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_file(figures: Figures, tables: Iterable[Table]) -> bytes:
    """The whole file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow((_("What"), _("Which"), _("Value")))
    for what, which, number in _lines(figures, tables):
        writer.writerow((harmless(what), harmless(which), "" if number is None else number))
    return text.getvalue().encode("utf-8-sig")


def harmless(words: str) -> str:
    """*words* as a cell that no spreadsheet reckons with."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def _lines(figures: Figures, tables: Iterable[Table]) -> Iterator[Line]:
    whole, period = figures.whole, figures.period
    yield _("Period"), f"{day(period.first)} – {day(period.last)}", None
    yield _("Came in"), "", whole.count
    yield _("Possible spam, not counted"), "", figures.spam
    if not figures.too_few:
        yield _("Part of another idea"), "", figures.joined
        yield _("Wait for a first answer"), "", whole.waiting
        yield _("Late now"), "", whole.late
        yield _("First answer, working days (median)"), "", whole.median
        yield _("Answered in time, percent"), "", share(whole.in_time, whole.due)
        yield _("Taken further, percent"), "", share(whole.further, whole.alone)
    for table in tables:
        yield from _lines_of(table)


def _lines_of(table: Table) -> Iterator[Line]:
    for row in table.rows:
        yield table.caption, pick(row.name)[0], row.count
    if not table.is_detailed:
        return
    for words, column in (
        (_("Late now"), "late"),
        (_("First answer, working days (median)"), "median"),
        (_("Answered in time, percent"), "in_time"),
        (_("Taken further, percent"), "further"),
    ):
        for row in table.rows:
            yield f"{table.caption}: {words}", pick(row.name)[0], getattr(row, column)
