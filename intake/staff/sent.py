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

from flask import g, request

from intake import clock
from intake.staff import kept, models

LATELY = timedelta(hours=1)

#: What tells how a form was sent or what its page showed, not what was filled in.
_BESIDE = frozenset({"csrf_token", "previewed", "seen", "send", "twice"})


def was_done() -> bool:
    """Has the form of this request been done before, filled in as it is now?"""
    return models.was_sent(_hash(_BESIDE))


def done_lately() -> datetime | None:
    """When the same words were sent, in another form, in the last hour; None if they were not, or
    if there are none.
    """
    if not kept.texts():
        return None
    return models.last_sent(_answers(), since=clock.now() - LATELY)


def note_done() -> None:
    """The form of this request is done, if the caller's transaction is committed."""
    if request.form.get("submission_id"):  # else nothing tells it from another
        models.note_sent(_hash(_BESIDE), _answers())


def _answers() -> str:
    return _hash(_BESIDE | {"submission_id"})


def _hash(beside: frozenset[str]) -> str:
    """Tells one form from another; nothing of what was written can be read from it."""
    sent = sorted(each for each in request.form.items(multi=True) if each[0] not in beside)
    return hashlib.sha256(json.dumps([g.member.email, request.path, sent]).encode()).hexdigest()
