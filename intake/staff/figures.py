"""The figures of a period: a page to read and to print, and a file for a spreadsheet.

Numbers alone: no idea, and nobody who sent one. Whoever coordinates can go on from a number to the
ideas behind it.
"""

from flask import Blueprint, Response, g, render_template

from intake import clock
from intake.directory.organisation import organisation
from intake.enquiries import tally
from intake.enquiries.figures import share
from intake.staff.figures_file import as_file
from intake.staff.figures_form import PeriodForm
from intake.staff.figures_tables import tables

bp = Blueprint("figures", __name__)


@bp.get("/figures")
def show() -> str:
    """The figures of the period that the address names. One that makes no sense shows this year."""
    house, form = organisation(), _form()
    found = tally.of(form.period)
    return render_template(
        "staff/figures.html",
        form=form,
        figures=found,
        tables=tables(found, house),
        share=share,
        today=clock.today(),
        promised=house.facts["promise"]["answer_days"],
    )


@bp.get("/figures.csv")
def table() -> Response:
    """The same as a file; of this year, if the period makes no sense."""
    form = _form()
    found = tally.of(form.period)
    content = as_file(found, tables(found, organisation()))
    answer = Response(content, mimetype="text/csv")
    name = "-".join(str(value) for value in form.state.values())
    answer.headers.set("Content-Disposition", "attachment", filename=f"figures-{name}.csv")
    return answer


def _form() -> PeriodForm:
    return PeriodForm(g.member, tally.first_year())
