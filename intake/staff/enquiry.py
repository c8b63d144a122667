"""One case."""

from flask import Blueprint, abort, g, render_template

from intake.enquiries import access
from intake.staff.permissions import may_see

bp = Blueprint("enquiry", __name__)


@bp.get("/enquiries/<reference>")
def show(reference: str) -> str:
    """Everything about one idea.

    :status 404: there is none with that number, or it is not this member's.
    """
    found = access.by_reference(reference)
    if found is None or not may_see(g.member, found.department_id):
        abort(404)
    return render_template("staff/enquiry.html", enquiry=found)
