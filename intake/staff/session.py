"""Sessions of staff. The browser keeps a random secret; all else lies here and can be ended here.

Each ends by itself twelve hours after signing in, after an hour without a page, and at once when
its owner no longer stands in the directory.
"""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app, g, request
from werkzeug.wrappers import Response

from intake import clock
from intake.db import also_write, db, only_read
from intake.directory.members import Member, member
from intake.directory.organisation import organisation
from intake.sqlite import begins_as_reader
from intake.staff.models import StaffSession

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=1)
_NOTE_EVERY = timedelta(minutes=1)  # a page more often than that costs no write

_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Open:
    """A session that is open, as its page tells of it."""

    id: int
    email: str
    way: str
    browser: str
    since: datetime
    seen_at: datetime


def begin(who: Member, way: str) -> str:
    """Open a session for *who* in the caller's transaction; one open in this browser ends.

    :param way: how they signed in: ``mail`` or ``oidc``.
    :return: the secret, for :func:`give`.
    """
    if g.session_id is not None:
        end(g.session_id)
    token, now = secrets.token_urlsafe(32), clock.now()
    opened = StaffSession(
        token_hash=_hash(token),
        email=who.email,
        way=way,
        browser=browser(request.headers.get("User-Agent", "")),
        created_at=now,
        seen_at=now,
    )
    db.session.add(opened)
    db.session.flush()
    log.info("Session %s began, by %s", opened.id, way)
    return token


def resume() -> None:
    """Find whose session the request carries: ``g.member`` and ``g.session_id``, both None if none.
    ``g.has_left`` if it is one, open or ended, of somebody who no longer stands in the directory.

    Notes once a minute that it is in use, and ends it if its owner has left the directory: each in
    a short transaction of its own, so that no page holds a lock for it.
    """
    g.member = g.session_id = None
    g.has_left = False
    token = request.cookies.get(_cookie(), "")
    if not token:
        return

    is_open = sa.and_(*_is_open())
    found = db.session.execute(
        sa.select(StaffSession.id, StaffSession.email, StaffSession.seen_at, is_open).where(
            StaffSession.token_hash == _hash(token)
        )
    ).first()
    if found is None:
        return
    number, email, seen_at, still_open = found

    who = member(organisation(), email)
    g.has_left = who is None
    if not still_open:
        return
    if who is None:
        log.info("Session %s ended: its owner is no longer in the directory", number)
        _note(number, ended_at=clock.now())
        return
    if clock.now() - seen_at >= _NOTE_EVERY:
        _note(number, seen_at=clock.now())
    g.member, g.session_id = who, number


def end(number: int) -> None:
    """End a session, in the caller's transaction; an ended one stays as it is."""
    _change(number, ended_at=clock.now())
    log.info("Session %s ended by %s", number, "its owner" if number == g.session_id else "hand")


def open_sessions(email: str | None) -> list[Open]:
    """The open sessions of that address, or everybody's if None; the one seen last comes first."""
    asked = sa.select(StaffSession).where(*_is_open()).order_by(StaffSession.seen_at.desc())
    if email is not None:
        asked = asked.where(StaffSession.email == email)
    return [
        Open(row.id, row.email, row.way, row.browser, row.created_at, row.seen_at)
        for row in db.session.scalars(asked)
    ]


def give(response: Response, token: str) -> Response:
    """Let the browser keep the secret until it is closed."""
    response.set_cookie(
        _cookie(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        # Not Strict: staff come by links in mails, and would have to sign in at each of them.
        # Forms are guarded by their token as well, and no GET changes anything.
        samesite="Lax",
    )
    return response


def take_away(response: Response) -> Response:
    """Let the browser forget the secret."""
    response.delete_cookie(
        _cookie(),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def browser(agent: str) -> str:
    """A browser as its owner may know it again: ``Firefox, Windows``. Empty if unknown."""
    known = (
        next((name for sign, name in signs.items() if sign in agent), "")
        for signs in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, known))


def _cookie() -> str:
    """``__Host-`` binds it to this host over HTTPS; a browser refuses that over plain HTTP."""
    return "__Host-staff" if current_app.config["SESSION_COOKIE_SECURE"] else "staff"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_open() -> tuple[sa.ColumnElement[bool], ...]:
    now = clock.now()
    return (
        StaffSession.ended_at.is_(None),
        StaffSession.created_at > now - LONGEST,
        StaffSession.seen_at > now - IDLE,
    )


def _note(number: int, **values: datetime) -> None:
    reading = begins_as_reader()
    if reading:
        also_write()
    _change(number, **values)
    db.session.commit()
    if reading:
        only_read()


def _change(number: int, **values: datetime) -> None:
    db.session.execute(
        sa.update(StaffSession)
        .where(StaffSession.id == number, StaffSession.ended_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
