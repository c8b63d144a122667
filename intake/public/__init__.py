"""The resident's door: start page, form, status page, information. Every page in every language."""

from typing import Any

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from intake.directory.organisation import organisation
from intake.i18n import reader_language
from intake.public import form, look, pages, reply, status

PREFIX = "/<language:lang>"
PAGES = (pages.bp, form.bp, status.bp, reply.bp)


def init_app(app: Flask) -> None:
    """Put the pages under a language prefix, and send addresses without one on."""
    for bp in PAGES:
        app.register_blueprint(bp, url_prefix=PREFIX)

    app.register_blueprint(look.bp)

    for rule in list(app.url_map.iter_rules()):
        if rule.rule.startswith(PREFIX):
            app.add_url_rule(
                rule.rule.removeprefix(PREFIX),
                f"to_language.{rule.endpoint}",
                to_language,
                methods=rule.methods,
            )


def _need_organisation() -> None:
    """Every page speaks of the organisation: if it cannot be read, there is nothing to show."""
    organisation()


def to_language(**values: str) -> Response:
    """Send the reader to the same page in the best language; a POST keeps its body."""
    endpoint = (request.endpoint or "").removeprefix("to_language.")
    known: dict[str, Any] = {**values, "lang": reader_language()}
    query = request.query_string.decode("latin-1")
    address = url_for(endpoint, **known) + (f"?{query}" if query else "")

    reading = request.method in ("GET", "HEAD")
    response = redirect(address, 302 if reading else 307)
    response.vary.update(("Accept-Language", "Cookie"))
    return response


for _bp in PAGES:
    _bp.before_request(_need_organisation)
