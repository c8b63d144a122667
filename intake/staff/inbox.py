"""The inbox: what is to be done, and whose turn it is."""

from flask import Blueprint, render_template

bp = Blueprint("inbox", __name__)


@bp.get("/")
def show() -> str:
    return render_template("staff/inbox.html")
