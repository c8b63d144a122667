"""The coordinator's and the contacts' door. Closed: signing in does not exist yet, so every page
answers 403 and says how to reach the coordinator.
"""

from flask import Blueprint, abort

from intake.staff import models as models

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.before_request
def closed() -> None:
    abort(403)


@bp.get("/")
def inbox() -> str:
    raise AssertionError("closed() answers first")


@bp.get("/enquiries/<reference>")
def enquiry(reference: str) -> str:
    raise AssertionError("closed() answers first")
