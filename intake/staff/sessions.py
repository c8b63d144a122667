"""The page of open sessions: everybody sees and ends their own, an administrator everybody's."""

from flask import Blueprint, abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake.db import db
from intake.directory.members import Role
from intake.staff import session

bp = Blueprint("sessions", __name__, url_prefix="/sessions")


@bp.get("")
def show() -> str:
    """Where am I signed in?"""
    mine = session.open_sessions(g.member.email)
    others = [
        each
        for each in (session.open_sessions(None) if _looks_after_all() else [])
        if each.email != g.member.email
    ]
    return render_template("staff/sessions.html", mine=mine, others=others, this=g.session_id)


@bp.post("/<int:number>/end")
def end(number: int) -> Response:
    """End one session.

    :status 404: it has ended, or it is somebody else's.
    """
    mine = session.open_sessions(None if _looks_after_all() else g.member.email)
    if number not in {each.id for each in mine}:
        abort(404)
    session.end(number)
    db.session.commit()
    return _go_on(ended_this=number == g.session_id)


@bp.post("/end")
def end_all() -> Response:
    """End all of one's own sessions, this one too."""
    for each in session.open_sessions(g.member.email):
        session.end(each.id)
    db.session.commit()
    return _go_on(ended_this=True)


def _looks_after_all() -> bool:
    return Role.ADMINISTRATOR in g.member.roles


def _go_on(*, ended_this: bool) -> Response:
    if ended_this:
        return session.take_away(redirect(url_for("staff.sign_in.show", gone=1), 303))
    return redirect(url_for("staff.sessions.show"), 303)
