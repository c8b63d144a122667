"""What makes the service safe to run: headers, errors, logs, health, and the one process."""

from flask import Flask, request
from flask_wtf import CSRFProtect

from intake.operate import context, errors, headers, health, logs, mailbox, run


def init_app(app: Flask) -> None:
    logs.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    context.init_app(app)
    app.before_request(_take_in)
    app.register_blueprint(health.bp)
    app.cli.add_command(run.serve)

    if mailbox.is_open(app):
        app.register_blueprint(mailbox.bp)

    # Closed unless opened: every POST needs the form's token. The public forms check it
    # themselves, because they show what was typed again when it is missing.
    protection = CSRFProtect(app)
    for name in ("form", "status", "pages", "to_language"):
        _exempt(app, protection, name)


def _take_in() -> None:
    """Read what was sent before anything is asked of the database: whoever sends slowly must not
    hold the turn to write meanwhile.
    """
    _ = request.form


def _exempt(app: Flask, protection: CSRFProtect, prefix: str) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith(f"{prefix}."):
            protection.exempt(view)
