"""What staff meet whose form cannot be taken because of who they are by now: nobody, because the
session has ended; the same as before, but signed in anew; or somebody who works here no more.
"""

from typing import Any

from flask import current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from intake.staff import kept, permissions, session
from intake.staff.permissions import HasLeft, SignedOut
from intake.staff.signin_pages import own_page

Page = tuple[str, int]


def signed_out(error: SignedOut) -> Page:
    """Sign in, beside this page if something was typed; then go on with it."""
    return _page("signed_out"), 403


def has_left(error: HasLeft) -> Page:
    """Signing in would lead nowhere, and why."""
    return _page("has_left"), 403


def stale(error: CSRFError) -> Response | Page | Any:
    """The form again, with everything that was typed, for whoever may have it. It was drawn before
    its reader signed in, or by somebody else.

    Flask-WTF looks at the token before anybody has asked who sends it.
    """
    try:
        session.resume()
        refused = permissions.guard()
        again = kept.ask_again() if kept.came_from_us() else None
    except Exception as problem:
        return current_app.handle_user_exception(problem)
    return refused or again or (_page("once_more"), 400)


def _page(name: str) -> str:
    return render_template(
        f"staff/{name}.html",
        form_page=own_page(request.full_path.removesuffix("?")),
        again=request.full_path.removesuffix("?"),
        is_ours=kept.came_from_us(),
    )
