"""What makes the service safe to run: headers, errors, logs, health, and the one process."""

from flask import Flask, abort, request
from flask_wtf import CSRFProtect

from intake import public
from intake.operate import (
    backup,
    context,
    deliver,
    demo,
    errors,
    headers,
    health,
    logs,
    mailbox,
    organisation,
    run,
)
from intake.outbox import commands as mail_commands
from intake.staff.signin_pages import enter

_URLENCODED = "application/x-www-form-urlencoded"
_MOST_FIELDS = 200


def init_app(app: Flask) -> None:
    logs.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    context.init_app(app)
    app.before_request(_take_in)
    app.register_blueprint(health.bp)
    app.cli.add_command(run.serve)
    app.cli.add_command(backup.backup)
    app.cli.add_command(demo.cli)
    app.cli.add_command(organisation.cli)
    mail_commands.cli.add_command(deliver.deliver)

    if mailbox.is_open(app):
        app.register_blueprint(mailbox.bp)

    # Closed unless opened: every POST needs the form's token. The public forms check it
    # themselves, because they show what was typed again when it is missing; so does the button to
    # sign in, which knows a way on for whoever presses it twice.
    protection = CSRFProtect(app)
    for bp in public.PAGES:
        protection.exempt(bp)
    protection.exempt(public.to_language)
    protection.exempt(enter)


def _take_in() -> None:
    """Read what was sent before anything is asked of the database: whoever sends slowly must not
    hold the turn to write meanwhile.

    :status 413: it holds many times the fields of any form, which only serves to keep us busy.
    """
    if request.routing_exception is not None:
        return
    if request.mimetype == _URLENCODED and request.get_data().count(b"&") > _MOST_FIELDS:
        abort(413)
    _ = request.form
