"""The pages by which staff come in and go out, and the choice of language for their pages."""

import time
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask import session as browser_session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from intake.db import db
from intake.directory.members import Member
from intake.enquiries.limits import TooMany
from intake.i18n import languages
from intake.staff import session, signin
from intake.staff.kept import asks_again
from intake.staff.permissions import MAY, beginning
from intake.staff.signin_forms import EnterForm, SignInForm

bp = Blueprint("sign_in", __name__)

#: Seconds. A letter is written in less, so that time tells nobody whether there was one.
ANSWER_AFTER = 0.1
_LONGEST_ADDRESS = 1000  # characters of a page to go back to


@bp.get("/sign-in")
def show() -> str | Response:
    """Who are you? Whoever is signed in already goes on."""
    asked = own_page(request.args.get("next", ""))
    if g.member is not None:
        return redirect(after_sign_in(g.member, asked), 303)
    return _ask_page(SignInForm(formdata=None, next=asked), gone="gone" in request.args)


@bp.post("/sign-in")
@asks_again
def ask() -> str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Mail the link if the address stands in the directory; say the same in any case."""
    _by_mail()
    form = SignInForm()
    if not form.validate():
        return _ask_page(form), 422

    answer_at = time.monotonic() + ANSWER_AFTER
    try:
        signin.ask(form.email.data, request.remote_addr or "", own_page(form.next.data or ""))
        db.session.commit()
    except TooMany as problem:
        db.session.rollback()
        return _ask_page(form, too_many=True), 429, {"Retry-After": str(problem.retry_after)}
    time.sleep(max(0.0, answer_at - time.monotonic()))
    return render_template(
        "staff/sign_in_sent.html",
        minutes=signin.LASTS.seconds // 60,
        next=own_page(form.next.data or ""),
    )


@bp.get("/sign-in/<token>")
def confirm(token: str) -> Response | str | tuple[str, int]:
    """A button. Opening the link signs nobody in: mail scanners open it too.

    :status 404: used, too old and unknown links all look the same.
    """
    _by_mail()
    asked = own_page(request.args.get("next", ""))
    if not signin.is_good(token):
        return _dead(asked)
    form = EnterForm(formdata=None, next=asked)
    return render_template("staff/sign_in_confirm.html", token=token, form=form)


@bp.post("/sign-in/<token>")
def enter(token: str) -> Response | tuple[str, int]:
    """Sign in, once. Whoever presses again goes on, if signed in, and else gets a new link.

    It checks the form's token itself: signing in has begun a new cookie, so the page that somebody
    comes back to holds one that is worth nothing.

    :status 400: that token is wrong or missing.
    """
    _by_mail()
    form = EnterForm()
    asked = own_page(form.next.data or "")
    if not form.validate():
        return abort(400) if signin.is_good(token) else _dead(asked, 400)

    who = signin.redeem(token)
    if who is None:
        db.session.commit()
        return _dead(asked)
    return sign_in(who, "mail", asked)


@bp.post("/sign-out")
def out() -> Response:
    """End this session. Whoever has none is signed out already."""
    if g.session_id is not None:
        session.end(g.session_id)
        db.session.commit()
    browser_session.clear()
    return session.take_away(redirect(url_for("staff.sign_in.show", gone=1), 303))


@bp.post("/language")
def language() -> Response:
    """Keep the chosen language and go back to the page; addresses of staff name no language."""
    code = request.form.get("code", "")
    if code not in languages():
        abort(400)
    g.lang = code  # the cookie is set as on any page whose address says so
    return redirect(own_page(request.form.get("back", "")) or url_for("staff.sign_in.show"), 303)


def sign_in(who: Member, way: str, asked: str = "") -> Response:
    """Open a session for *who*, commit, and go to the page that was asked for.

    :param asked: from :func:`own_page`.
    """
    token = session.begin(who, way)
    db.session.commit()
    browser_session.clear()  # forms that were drawn for whoever sat here before are worth nothing
    return session.give(redirect(after_sign_in(who, asked), 303), token)


def after_sign_in(who: Member, asked: str) -> str:
    """The page that was asked for, or the one where *who* begins."""
    return asked or url_for(beginning(who))


def own_page(address: str) -> str:
    """*address* if it is the path of a page for staff that a GET opens, else nothing.

    Nobody is sent elsewhere by an address that somebody else wrote.
    """
    try:
        parts = urlsplit(address if len(address) <= _LONGEST_ADDRESS else "")
    except ValueError:  # http://[
        return ""
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return ""
    try:
        endpoint, values = current_app.url_map.bind("").match(parts.path, method="GET")
    except HTTPException:
        return ""
    if endpoint not in MAY or endpoint.startswith("staff.oidc."):
        return ""
    return url_for(endpoint, **values) + (f"?{parts.query}" if parts.query else "")


def _by_mail() -> None:
    """Go on only where staff may sign in by a link in a mail."""
    if not current_app.config["SIGN_IN_BY_MAIL"]:
        abort(404)


def _dead(asked: str, code: int = 404) -> Response | tuple[str, int]:
    """The way on from a link that no longer works, without losing the page that was asked for.

    Whoever is signed in goes there: people open the same mail again, or press the button twice.
    """
    if g.member is not None:
        return redirect(after_sign_in(g.member, asked), 303)
    return render_template("staff/sign_in_dead.html", next=asked), code


def _ask_page(form: SignInForm, *, gone: bool = False, too_many: bool = False) -> str:
    return render_template(
        "staff/sign_in.html", form=form, gone=gone, too_many=too_many, next=form.next.data or ""
    )
