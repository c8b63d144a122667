"""The inbox: what is to be done, and whose turn it is. Its whole state stands in its address."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import inbox
from intake.enquiries.choices import SENDER_KINDS
from intake.enquiries.event_words import STATUSES
from intake.enquiries.inbox import MOST_COUNTED
from intake.enquiries.pages import LOOK, PAGE, Cursor
from intake.enquiries.views import View
from intake.staff import models
from intake.staff.inbox_forms import FLAGS, RANKS, FilterForm, KeepForm, as_query, view_words
from intake.staff.kept import asks_again

bp = Blueprint("inbox", __name__)


@bp.get("/")
def show() -> str:
    """One page of one view. A cursor that makes no sense shows the first page."""
    return _page(KeepForm(formdata=None))


def _page(keep: KeepForm) -> str:
    house = organisation()
    form = FilterForm(house, g.member)
    cursor = Cursor.parse(request.args.get("page", ""))
    page = inbox.listed(g.member, form.chosen_view, form.filter(), cursor, house)
    counts, words = inbox.counts(g.member), view_words(g.member)
    asked = inbox.waiting_for(g.member) if form.chosen_view is View.ACTION else 0
    return render_template(
        "staff/inbox.html",
        filters=form,
        keep=keep,
        query=as_query(form.state()),
        page=page,
        view_words=words,
        page_size=PAGE,
        tabs=[(view, words[view], counts[view]) for view in counts],
        asked_of_us=asked,
        saved=models.saved_views(g.member.email),
        most_counted=MOST_COUNTED,
        most_looked=LOOK,
        statuses=STATUSES,
        kinds=SENDER_KINDS,
        flags=FLAGS,
        ranks=RANKS,
    )


@bp.get("/shortcuts")
def shortcuts() -> str:
    """What the keys do, and a button that switches them off in this browser."""
    return render_template("staff/shortcuts.html")


@bp.post("/")
@asks_again
def save_view() -> Response | tuple[str, int]:
    """Keep the view that stands in the address, under a name, for this member alone.

    :status 422: the name is none; the view is shown again with it.
    """
    form = KeepForm()
    if not form.validate():
        return _page(form), 422
    query = as_query(FilterForm(organisation(), g.member).state())[: models.LONGEST_QUERY]
    models.save_view(g.member.email, form.name.data, query)
    db.session.commit()
    flash(_("The view is saved."))
    return redirect(url_for("staff.inbox.show") + f"?{query}", 303)


@bp.post("/views/<int(max=2147483647):number>/drop")
def drop_view(number: int) -> Response:
    """Forget a view.

    :status 404: there is none with that number, or it is somebody else's.
    """
    if not models.drop_view(g.member.email, number):
        abort(404)
    db.session.commit()
    return redirect(url_for("staff.inbox.show"), 303)
