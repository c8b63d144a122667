"""The mails that the local catcher kept, shown as a mail program would. Development only."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, render_template

bp = Blueprint("mailbox", __name__, url_prefix="/dev/mail")


@dataclass(frozen=True)
class Mail:
    """One kept mail, as a list shows it."""

    name: str
    sender: str
    to: str
    subject: str
    date: datetime
    text: str


def is_open(app: Flask) -> bool:
    """Only where mail is caught and nobody lives: never in production, never with a mail server."""
    return app.config["ENV"] == "development" and not app.config["MAIL_SERVER"]


def folder() -> Path:
    return Path(current_app.config["INSTANCE"]) / "mailbox"


@bp.get("/")
def inbox() -> str:
    """All mails, the newest first."""
    names = sorted((path.name for path in folder().glob("*.eml")), reverse=True)
    return render_template("dev/inbox.html", mails=[_mail(name) for name in names[:200]])


@bp.get("/<name>")
def show(name: str) -> str:
    return render_template("dev/mail.html", mail=_mail(name))


@bp.get("/<name>/html")
def html(name: str) -> Response:
    """The HTML part, to be framed by the page of the mail; nothing in it may run."""
    part = _read(name).get_body(("html",))
    response = Response(part.get_content() if part else "", mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    )
    return response


@bp.after_request
def _allow_frame(response: Response) -> Response:
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    return response


def _mail(name: str) -> Mail:
    message = _read(name)
    part = message.get_body(("plain",))
    return Mail(
        name=name,
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=parsedate_to_datetime(str(message["Date"])),
        text=part.get_content() if part else "",
    )


def _read(name: str) -> EmailMessage:
    path = folder() / name
    if path.parent != folder() or path.suffix != ".eml":
        abort(404)
    try:
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    except (OSError, ValueError):  # not there, too long, or no name for a file at all
        abort(404)
