"""Start page and information pages, and the comments on them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.db import db
from intake.enquiries.comments import PAGES, comment
from intake.i18n import language
from intake.public.forms import CommentForm
from intake.public.notices import REFUSED, expired, refusal

bp = Blueprint("pages", __name__)


@bp.get("/")
def start() -> str:
    return _page("start")


@bp.get("/departments")
def departments() -> str:
    return _page("departments")


@bp.get("/privacy")
def privacy() -> str:
    return _page("privacy")


@bp.get("/accessibility")
def accessibility() -> str:
    return _page("accessibility")


@bp.post("/comment")
def send_comment() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Keep a comment on a page and go back there; the page again with what is wrong (422)."""
    form = CommentForm(formdata=request.form)
    if form.page.data not in PAGES:
        abort(404)
    if not form.validate():
        return _page(form.page.data, form, expired(form)), 422

    try:
        comment(
            form.page.data,
            form.text.data,
            form.contact.data,
            language=language(),
            address=request.remote_addr or "",
            trap=form.website.data or "",
        )
        db.session.commit()
    except REFUSED as problem:
        why = refusal(problem)
        return _page(form.page.data, form, why.notice), why.code, why.headers
    flash("commented")
    return redirect(url_for(f"pages.{form.page.data}", _anchor="comment"), 303)


def _page(name: str, form: CommentForm | None = None, notice: str = "") -> str:
    form = form or CommentForm(formdata=None, page=name)
    return render_template(f"public/{name}.html", comment_form=form, trouble=notice)
