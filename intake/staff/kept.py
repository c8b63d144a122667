"""What was typed into a form that could not be taken: shown again, and ready to be sent on.

It goes back to the browser that it came from and is stored nowhere: whoever is not signed in could
fill our disk with it, and whoever signs in next at that computer could meet it.

Another site can make a browser send us a form too. To show what stood in it does no harm. But a
form of ours that held it, with a token of ours, would be one tired press away from being sent in
somebody's name. So only what a page of ours has sent can be sent on; anything else can be read and
copied. Which of the two it is, a header tells that no page can set, and that does not depend, as
the token does, on who is signed in.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

_View = TypeVar("_View", bound=Callable[..., Any])
_TOKEN = "csrf_token"  # noqa: S105 - a field's name
#: What forms carry along that nobody has typed.
_CARRIED = frozenset(
    {
        _TOKEN,
        "submission_id",
        "seen",
        "shown",
        "next",
        "back",
        "days",
        "act",
        "send",
        "insert",
        "previewed",
    }
)
_LONGEST_CODE = 20  # characters of a value that was chosen rather than written


def came_from_us() -> bool:
    """Does the browser say that a page of ours sent this form? An old one, and any over plain HTTP,
    says nothing, which is no.
    """
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def texts() -> list[str]:
    """What was written into a form for staff, to be read and copied. Nothing of other requests."""
    if request.method != "POST" or not (request.endpoint or "").startswith("staff."):
        return []
    typed = [value for name, value in _sent().items(multi=True) if name not in _CARRIED]
    return [value for value in typed if _is_written(value)]


def fields() -> list[tuple[str, str]]:
    """All that the form held, but the token, to be sent on."""
    return [(name, value) for name, value in _sent().items(multi=True) if name != _TOKEN]


def has_answers() -> bool:
    """Was anything written or chosen, or was it only a button?"""
    return any(value and name not in _CARRIED for name, value in fields())


def had_files() -> bool:
    """Did files come along? No page can keep these."""
    return any(file.filename for file in request.files.values())


def asks_again(view: _View) -> _View:
    """Mark a view that checks its form, token included, before it does anything, and else shows
    the form with what was typed. Only such a one may meet a form whose token is worth nothing.
    """
    view.asks_again = True  # type: ignore[attr-defined]
    return view


def ask_again() -> Any:
    """The answer of the view that was asked for, if it only shows its form again; else None."""
    view = current_app.view_functions[request.endpoint or ""]
    if not getattr(view, "asks_again", False):
        return None
    return current_app.ensure_sync(view)(**(request.view_args or {}))


def _is_written(value: str) -> bool:
    return len(value.split()) > 1 or len(value) > _LONGEST_CODE or "@" in value


def _sent() -> MultiDict[str, str]:
    try:
        return request.form
    except RequestEntityTooLarge:  # nothing of it was read
        return MultiDict()
