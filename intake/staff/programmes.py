"""The programmes that may pay for an idea: all of them, and one at a time with its facts."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, render_template

from intake import clock
from intake.directory.organisation import organisation
from intake.enquiries import funding
from intake.programmes.catalogue import catalogue

bp = Blueprint("programmes", __name__, url_prefix="/programmes")


@bp.get("")
def listed() -> str:
    """Every programme by family, and what is doubtful about it."""
    return render_template(
        "staff/programmes.html", families=catalogue().by_family(), today=clock.today()
    )


@bp.get("/<id>")
def show(id: str) -> str:
    """What is known of one programme, and how sure that is.

    :status 404: the catalogue has none with that id.
    """
    programme = catalogue().programmes.get(id)
    if programme is None:
        abort(404)
    house = organisation()
    return render_template(
        "staff/programme.html",
        programme=programme,
        today=clock.today(),
        site=(urlsplit(programme.url).hostname or "").removeprefix("www."),
        applicants=[funding.APPLICANTS[each] for each in programme.applicants],
        departments=[post for id in programme.departments if (post := house.department(id))],
        goals=funding.goals_in_words(programme.goals),
    )
