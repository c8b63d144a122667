"""What people see when something goes wrong: what happened, what to do, how to reach a human."""

import logging
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as AnyResponse

from intake.db import DatabaseFailure, NotReady, Unavailable, db, fault
from intake.enquiries.limits import TooMany

log = logging.getLogger(__name__)

Page = tuple[str, int, dict[str, str]]

_TEXTS = {
    400: (_l("We did not understand that"), _l("Go back, reload the page and try again.")),
    403: (
        _l("You cannot open this page"),
        _l(
            "It is for other members of staff. Do you need it for your work? Ask the coordinator, "
            "or whoever runs this service."
        ),
    ),
    404: (
        _l("We cannot find that page"),
        _l("It does not exist, or it has moved."),
    ),
    405: (_l("That cannot be done here"), _l("Go back to the start page and start there.")),
    413: (_l("That is too much at once"), _l("Go back and shorten your text.")),
    429: (
        _l("A little too fast"),
        _l(
            "We have received a lot from your network in the last hour. Wait a while and try "
            "again, or call us."
        ),
    ),
    500: (
        _l("Something went wrong on our side"),
        _l(
            "If you were sending something, we have not received it. Go back, wait a minute and "
            "try again, or call us."
        ),
    ),
    503: (
        _l("The service cannot be reached right now"),
        _l(
            "If you were sending something, we have not received it. Go back, wait a minute and "
            "try again, or call us."
        ),
    ),
}


_DEAD_LINK = _l(
    "The address may have been cut off in the email, or the link may have been replaced by a new "
    "one."
)


_NOT_THEIRS = _l(
    "There is no case with that number, or it is no longer yours to open: it may have gone back to "
    "the coordinator or on to another department."
)


#: Such as to answer as one that takes part, when they have got the whole case since.
_NOT_TO_DO = _l(
    "That is not for your department to do in this case. It may have changed since you opened it: "
    "go back to it to see what you can do now."
)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(Exception, _failed)
    app.after_request(_stay_here)


def _page(code: int, headers: dict[str, str] | None = None) -> Page:
    heading, text = _TEXTS.get(code, _TEXTS[400 if code < 500 else 500])
    if code == 404 and request.endpoint == "status.show":
        text = _DEAD_LINK
    elif (member := g.get("member")) and "reference" in (request.view_args or {}):
        if code == 404:
            text = _NOT_THEIRS
        elif code == 403 and member.departments:
            text = _NOT_TO_DO
    page = render_template("errors/error.html", code=code, heading=heading, text=text)
    return page, code, headers or {}


def _known(error: HTTPException) -> Page | HTTPException:
    if error.code is None or error.code < 400 or isinstance(error, SecurityError):
        return error  # a redirect that the router asks for, or a host that is not ours
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return _page(error.code, allow)


def _too_many(error: TooMany) -> Page:
    db.session.rollback()
    return _page(429, {"Retry-After": str(error.retry_after)})


def _failed(error: Exception) -> Page:
    """Logged here and not by Flask, which names the path: a status page's holds its secret."""
    db.session.rollback()
    if isinstance(error, (NotReady, DatabaseFailure)):
        log.error("The page %s failed: %s", request.endpoint, fault(error))
    else:
        log.error("The page %s failed", request.endpoint, exc_info=error)
    if isinstance(error, (NotReady, *Unavailable)):
        return _page(503, {"Retry-After": "60"})
    return _page(500)


def _stay_here(response: Response) -> AnyResponse:
    """The router redirects to the host that the request names, which is the sender's to choose."""
    error = request.routing_exception
    if not isinstance(error, RequestRedirect) or response.location is None:
        return response
    there = urlsplit(error.new_url)
    return redirect(there._replace(scheme="", netloc="").geturl(), error.code)
