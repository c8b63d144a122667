"""The door of the coordinator, the contacts and whoever else works here. Every page but those for
signing in needs a member, who is ``g.member``; ``permissions.MAY`` says who may open which.
"""

from flask import Blueprint, Flask, Response
from flask_wtf.csrf import CSRFError

from intake.staff import (
    contacts,
    copy,
    directory,
    enquiry,
    enter,
    figures,
    inbox,
    kept,
    lost,
    oidc,
    permissions,
    programmes,
    senders,
    session,
    sessions,
    signin_pages,
    verb_pages,
)
from intake.staff import models as models

bp = Blueprint("staff", __name__, url_prefix="/staff")
bp.before_request(session.resume)
bp.before_request(permissions.guard)
bp.register_error_handler(CSRFError, lost.stale)
bp.register_error_handler(permissions.SignedOut, lost.signed_out)
bp.register_error_handler(permissions.HasLeft, lost.has_left)


@bp.after_request
def _keep_out_of_search(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


for _page in (
    inbox.bp,
    figures.bp,
    senders.bp,
    contacts.bp,
    enter.bp,
    enquiry.bp,
    programmes.bp,
    copy.bp,
    sessions.bp,
    signin_pages.bp,
    oidc.bp,
    verb_pages.bp,
    directory.bp,
):
    bp.register_blueprint(_page)


def init_app(app: Flask) -> None:
    oidc.init_app(app)
    app.register_blueprint(bp)
    app.jinja_env.globals.update(may_open=permissions.may_open, kept=kept)
