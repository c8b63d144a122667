"""Entering an idea that did not come through the form (S2). It goes the way of every other."""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from intake import clock, links
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import attachments
from intake.enquiries.receive import receive
from intake.enquiries.steps import NotAllowed
from intake.enquiries.story import public_story
from intake.i18n import language
from intake.staff import session
from intake.staff.enquiry import load
from intake.staff.enter_form import EnterForm
from intake.staff.kept import asks_again
from intake.staff.permissions import may_open

bp = Blueprint("enter", __name__)

#: For how long whoever entered an idea can see its link, to tell it or to hand it over. Nobody
#: among staff sees it afterwards: it is the sender's key.
FRESH = timedelta(hours=1)

Page = tuple[str, int]


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, values: object) -> None:
    """Allow a large body where files are taken, before any of it is read."""
    if endpoint == "staff.enter.submit" and request.mimetype == "multipart/form-data":
        request.max_content_length = attachments.LARGEST_BODY


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Page | Response:
    """So much that nothing of it was read, and nobody asked yet who sends it."""
    session.resume()
    if g.member is None or not may_open(g.member, "staff.enter.submit"):
        return redirect(url_for("staff.sign_in.show"), 303)
    form = EnterForm(organisation(), g.member, formdata=None)
    notice = _(
        "The files are too large together, so nothing was received. A file can be at most 10 MB. "
        "Go back in your browser, and choose smaller ones."
    )
    return _page(form, notice), 413


@bp.get("/enquiries/new")
def show() -> str:
    """The empty form."""
    form = EnterForm(organisation(), g.member, formdata=None)
    form.language.data = language()
    return _page(form)


@bp.post("/enquiries/new")
@asks_again
def submit() -> Page | Response:
    """Receive the idea; entered twice, it is still one. 422 with what is wrong, all of it kept."""
    form = EnterForm(organisation(), g.member)
    if not form.validate():
        form.files.say_that_they_are_gone()
        return _page(form), 422
    try:
        received = receive(form.draft(browser=g.member.email), form.arrival)
        db.session.commit()
    except (NotAllowed, attachments.Refused) as problem:
        db.session.rollback()
        form.files.say_that_they_are_gone()
        return _page(form, str(problem)), 422
    return redirect(url_for("staff.enter.entered", reference=received.reference), 303)


@bp.get("/enquiries/<reference>/entered")
def entered(reference: str) -> str | Response:
    """Number, promise and link, to be told or handed to the sender; only whoever entered it sees
    them, and only for an hour.
    """
    enquiry = load(reference)
    first = enquiry.history[0]
    if first.by_email != g.member.email or clock.now() - first.at > FRESH:
        return redirect(url_for("staff.enquiry.show", reference=reference), 303)

    address = links.link(
        "status.show", lang=enquiry.language, token=links.status_token(enquiry.link_seed)
    )
    return render_template(
        "staff/entered.html",
        enquiry=enquiry,
        page=public_story(enquiry, organisation()),
        today=clock.today(),
        link=address,
    )


def _page(form: EnterForm, notice: str = "") -> str:
    return render_template("staff/enter.html", form=form, trouble=notice)
