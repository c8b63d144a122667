"""What every template may use besides its own facts."""

from functools import lru_cache
from typing import Any

from flask import Flask, g, render_template, request, url_for
from markupsafe import Markup

from intake.db import DatabaseFailure
from intake.directory.organisation import NotLoaded, organisation
from intake.directory.values import Organisation
from intake.enquiries.choices import CHANNELS, SENDER_KINDS
from intake.i18n import language, language_name, languages


def init_app(app: Flask) -> None:
    app.context_processor(_facts)
    app.jinja_env.globals.update(
        foot=foot,
        url_in=url_in,
        sender_kind=lambda code: str(SENDER_KINDS.get(code, code)),
        channel_words=lambda code: str(CHANNELS.get(code, code)),
        language_here=lambda code: language_name(code, language()),
    )


def url_in(code: str) -> str:
    """The address of this very page in another language; the start page's if it has none."""
    if request.endpoint is None or not g.get("lang"):
        return url_for("pages.start", lang=code)
    # What a POST answered has no address of its own to go back to.
    endpoint = {"form.submit": "form.check", "pages.send_comment": "pages.start"}.get(
        request.endpoint, request.endpoint
    )
    if endpoint != request.endpoint:
        return url_for(endpoint, lang=code)
    query = request.query_string.decode("latin-1")
    return url_for(endpoint, **((request.view_args or {}) | {"lang": code})) + (
        f"?{query}" if query else ""
    )


@lru_cache(maxsize=16)
def foot(house: Organisation, code: str) -> Markup:
    """The foot of every page; it is the same for all that are in the language *code*."""
    return Markup(render_template("public/_foot.html", organisation=house))  # noqa: S704 - ours


def _facts() -> dict[str, Any]:
    return {"organisation": _organisation(), "languages": languages()}


def _organisation() -> Organisation | None:
    """The organisation, or None on an error page that is shown because it cannot be read."""
    try:
        return organisation()
    except (NotLoaded, DatabaseFailure):
        return None
