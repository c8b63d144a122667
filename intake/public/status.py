"""The status page, whose address is its only key, and the way to have a lost link mailed."""

import time
from datetime import timedelta

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from intake import clock, links
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import access, lost_link
from intake.enquiries.models import Enquiry
from intake.enquiries.story import public_story
from intake.i18n import language
from intake.public.forms import FindForm
from intake.public.notices import REFUSED, expired, refusal
from intake.public.reply_forms import ReplyForm

bp = Blueprint("status", __name__)

#: Seconds. A letter is written in less, so that time tells nobody whether there was one.
ANSWER_AFTER = 0.1
#: For how long the page thanks whoever comes from the form, and shows the link to save.
FRESH = timedelta(hours=1)


@bp.get("/status/<token>")
def show(token: str) -> Response:
    """Who has the idea and what has happened. Opening it changes nothing: mail scanners do it too.

    :status 404: unknown, wrong or replaced links all look the same.
    """
    enquiry = access.by_token(token)
    if enquiry is None:
        abort(404)

    return page(enquiry, ReplyForm(formdata=None))


@bp.get("/status")
def find() -> str:
    """I lost my link: number and address, please."""
    return render_template("public/find.html", form=FindForm(formdata=None))


@bp.post("/status")
def send_link() -> str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Mail the link to the stored address if both belong together; say the same in any case."""
    form = FindForm(formdata=request.form)
    if not form.validate():
        return render_template("public/find.html", form=form, trouble=expired(form)), 422

    answer_at = time.monotonic() + ANSWER_AFTER
    try:
        lost_link.request(form.reference.data, form.email.data, request.remote_addr or "")
        db.session.commit()
    except REFUSED as problem:
        why = refusal(problem)
        page = render_template("public/find.html", form=form, trouble=why.notice)
        return page, why.code, why.headers
    time.sleep(max(0.0, answer_at - time.monotonic()))
    return render_template("public/find_sent.html")


def page(enquiry: Enquiry, form: ReplyForm, notice: str = "") -> Response:
    """The status page of *enquiry* with the form to write to us.

    :param notice: why what was sent has not been taken, beside what *form* says itself.
    """
    token = links.status_token(enquiry.link_seed)
    asked = request.args if request.method == "GET" else {}
    response = make_response(
        render_template(
            "public/status.html",
            page=public_story(enquiry, organisation()),
            form=form,
            trouble=notice,
            token=token,
            # Said in the address: a changed cookie would keep the browser from going back to the
            # form.
            fresh="sent" in asked and clock.now() - enquiry.received_at < FRESH,
            written="written" in asked,
            withdrawn="withdrawn" in asked,
            renewed="renewed" in asked,
            link=links.link("status.show", lang=language(), token=token),
        )
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
