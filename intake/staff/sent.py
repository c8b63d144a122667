"""Which forms of staff have been done, so that none is done twice unawares.

The same form, filled in the same way, is done once: whoever presses twice, or lets the browser send
again what it once sent, does nothing a second time. Whoever goes back gets a new form, in which the
browser has put the old words, so the same words from the same person are asked about for an hour.
(Browsers would show the old page instead if they were let keep it. They are not: it would lie on
the disk with who the sender is, for whoever sits there next.)
"""

import hashlib
import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import g, request

from intake import clock
from intake.db import db
from intake.staff import kept
from intake.staff.models import SentForm

LATELY = timedelta(hours=1)

#: What tells how a form was sent or what its page showed, not what was filled in.
_BESIDE = frozenset({"csrf_token", "seen", "send", "twice"})


def was_done() -> bool:
    """Has the form of this request been done before, filled in as it is now?"""
    return db.session.get(SentForm, _hash(_BESIDE)) is not None


def done_lately() -> datetime | None:
    """When the same words were sent, in another form, in the last hour; None if they were not, or
    if there are none.
    """
    if not kept.texts():
        return None
    same = SentForm.answers == _answers()
    return db.session.scalar(
        sa.select(sa.func.max(SentForm.at)).where(same, SentForm.at > clock.now() - LATELY)
    )


def note_done() -> None:
    """The form of this request is done, if the caller's transaction is committed."""
    if request.form.get("submission_id"):  # else nothing tells it from another
        db.session.add(SentForm(key=_hash(_BESIDE), answers=_answers(), at=clock.now()))


def _answers() -> str:
    return _hash(_BESIDE | {"submission_id"})


def _hash(beside: frozenset[str]) -> str:
    """Tells one form from another; nothing of what was written can be read from it."""
    sent = sorted(each for each in request.form.items(multi=True) if each[0] not in beside)
    return hashlib.sha256(json.dumps([g.member.email, request.path, sent]).encode()).hexdigest()
