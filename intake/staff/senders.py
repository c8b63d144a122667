"""Finding a sender. What is typed goes by POST, though nothing changes, so that no name stands in
an address, or in a log of addresses.
"""

from typing import Any

from flask import Blueprint, g, render_template

from intake.db import changes_nothing
from intake.enquiries import senders
from intake.enquiries.event_words import STATUSES
from intake.staff.inbox_forms import SenderForm
from intake.staff.kept import asks_again

bp = Blueprint("senders", __name__)


@bp.get("/senders")
def show() -> str:
    """The field, with nothing in it."""
    return _page(SenderForm(formdata=None))


@bp.post("/senders")
@changes_nothing
@asks_again
def find() -> str | tuple[str, int]:
    """The newest ideas of that sender.

    :status 422: nobody was asked for.
    """
    form = SenderForm()
    if not form.validate():
        return _page(form), 422
    return _page(form, found=senders.find(g.member, form.who.data))


def _page(form: SenderForm, **found: Any) -> str:
    return render_template("staff/senders.html", form=form, statuses=STATUSES, **found)
