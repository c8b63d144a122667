"""What the sender does on the status page: write, send files, withdraw, have the link replaced.

The form with files is the only one that takes more than a text; see :func:`let_files_in`.
"""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from intake import links
from intake.db import db
from intake.enquiries import access, attachments, join, sender
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import NotAllowed
from intake.public.notices import REFUSED, expired, refusal
from intake.public.reply_forms import LinkForm, ReplyForm, WithdrawForm
from intake.public.status import page as status_page

bp = Blueprint("reply", __name__)

Answer = Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, values: object) -> None:
    """Allow a large body where files are taken, before any of it is read."""
    if endpoint == "reply.send" and request.mimetype == "multipart/form-data":
        request.max_content_length = attachments.LARGEST_BODY


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Answer:
    """So much that nothing of it was read, not even the text."""
    form = ReplyForm(formdata=None)
    notice = _(
        "Your files are too large together, so we have received nothing. A file can be at most "
        "10 MB. Choose smaller ones, or send one at a time, and write your message again."
    )
    token = str((request.view_args or {})["token"])
    return _small_page("reply", token, form, notice), 413


@bp.post("/status/<token>/reply")
def send(token: str) -> Answer:
    """Keep a message and files, and go back to the status page; 422 with what is wrong."""
    form = ReplyForm()
    # Looking into files takes a while: whoever has not come from our page is not worth it.
    valid = form.csrf_token.validate(form) and form.validate()
    try:
        enquiry = _mine(token, form)
        if not valid:
            form.files.say_that_they_are_gone()
            return status_page(enquiry, form, expired(form)), 422
        sender.reply(
            enquiry,
            form.text.data,
            form.files.taken,
            submission=form.submission_id.data,
            address=request.remote_addr or "",
        )
        db.session.commit()
    except attachments.Refused as problem:
        db.session.rollback()
        form.files.errors = [str(problem)]
        return status_page(enquiry, form), 422
    except REFUSED as problem:
        why = refusal(problem)
        form.files.say_that_they_are_gone()
        return _small_page("reply", token, form, why.notice), why.code, why.headers
    return redirect(url_for("status.show", token=token, written=1), 303)


@bp.get("/status/<token>/withdraw")
def ask_withdraw(token: str) -> Answer:
    """What it means to withdraw the idea, and the button."""
    return _withdraw_page(_known(token), token, WithdrawForm(formdata=None))


@bp.post("/status/<token>/withdraw")
def withdraw(token: str) -> Answer:
    """Close the idea at the sender's wish. Pressed twice, it is closed once."""
    form = WithdrawForm()
    valid = form.validate()
    enquiry = _mine(token, form)
    if not valid:
        return _withdraw_page(enquiry, token, form, expired(form)), 422
    try:
        sender.withdraw(enquiry, form.text.data)
        db.session.commit()
    except NotAllowed:
        db.session.rollback()  # the page that follows says how it ended
    except REFUSED as problem:
        why = refusal(problem)
        return _small_page("withdraw", token, form, why.notice), why.code, why.headers
    return redirect(url_for("status.show", token=token, withdrawn=1), 303)


@bp.get("/status/<token>/link")
def ask_new_link(token: str) -> Answer:
    """What a new link means, and the button."""
    _known(token)
    return _small_page("new_link", token, LinkForm(formdata=None))


@bp.post("/status/<token>/link")
def replace_link(token: str) -> Answer:
    """Give the page a new link, show it there, and mail it if there is an address."""
    form = LinkForm()
    valid = form.validate()
    enquiry = _mine(token, form)
    if not valid:
        return _small_page("new_link", token, form, expired(form)), 422
    try:
        sender.replace_link(enquiry)
        seed = enquiry.link_seed
        db.session.commit()
    except REFUSED as problem:
        why = refusal(problem)
        return _small_page("new_link", token, form, why.notice), why.code, why.headers
    return redirect(url_for("status.show", token=links.status_token(seed), renewed=1), 303)


@bp.get("/status/<token>/files/<key>")
def download(token: str, key: str) -> Response:
    """A file that came with this idea, as a download.

    :status 404: no such file here; another idea's looks the same.
    """
    attachment = attachments.find(_known(token), key)
    if attachment is None:
        abort(404)
    file = attachments.download(attachment)
    return Response(file.content, headers=file.headers)


def _known(token: str) -> Enquiry:
    enquiry = access.by_token(token)
    if enquiry is None:
        abort(404)
    return enquiry


def _mine(token: str, form: FlaskForm) -> Enquiry:
    """The enquiry that the form is about; whoever has neither link nor form learns nothing."""
    enquiry = access.by_token(token)
    if enquiry is None:
        abort(400 if "csrf_token" in form.errors else 404)
    return enquiry


def _withdraw_page(enquiry: Enquiry, token: str, form: WithdrawForm, notice: str = "") -> Response:
    if not join.goes_on(enquiry):
        return redirect(url_for("status.show", token=token), 303)
    return _small_page("withdraw", token, form, notice)


def _small_page(name: str, token: str, form: FlaskForm, notice: str = "") -> Response:
    """A page of one form, which asks nothing of the database."""
    response = make_response(
        render_template(f"public/{name}.html", form=form, token=token, trouble=notice)
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
