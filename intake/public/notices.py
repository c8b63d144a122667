"""What a form says when it could not be taken. What was typed always stays in it."""

import logging
from dataclasses import dataclass, field

from flask import current_app, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intake.db import DatabaseFailure, Unavailable, db, fault
from intake.enquiries.limits import TooMany

log = logging.getLogger(__name__)

#: What a view catches around its verb and its commit, and hands to :func:`refusal`.
REFUSED = (TooMany, DatabaseFailure)


@dataclass(frozen=True)
class Refusal:
    """Why something was not taken, with the status and the headers of the answer."""

    notice: str
    code: int
    headers: dict[str, str] = field(default_factory=dict)


def refusal(problem: Exception) -> Refusal:
    """Take the transaction back, and say what to do about *problem*, one of ``REFUSED``."""
    db.session.rollback()

    if isinstance(problem, TooMany):
        return Refusal(
            _(
                "We have received a lot from your network in the last hour, so we cannot take this "
                "yet. Everything that you wrote is still here: wait a while and press the button "
                "again, or call us."
            ),
            429,
            {"Retry-After": str(problem.retry_after)},
        )
    log.error("What was sent could not be stored: %s", fault(problem))
    return Refusal(
        _(
            "Something is wrong on our side, and we have not received what you sent. Everything "
            "that you wrote is still here: wait a minute and press the button again, or call us."
        ),
        503 if isinstance(problem, Unavailable) else 500,
        {"Retry-After": "60"},
    )


def expired(form: FlaskForm) -> str:
    """What to say if *form* came without a valid token; nothing if that is in order."""
    if "csrf_token" not in form.errors:
        return ""
    if not request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]):
        return _(
            "You have been away for a while, or your browser does not accept our cookie, which "
            "keeps others from sending in your name. Everything that you wrote is still here: "
            "press the button once more. Do you see this again? Then allow cookies for this "
            "page, or call us."
        )
    return _(
        "You have been away for a while, so we want to be sure that it is you who is sending "
        "this. Everything that you wrote is still here: press the button once more."
    )
