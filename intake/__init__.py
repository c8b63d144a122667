"""Idélots: a municipality's intake and routing of ideas that the EU might fund.

The root wires the rooms together and decides nothing. Nothing inside imports it.
"""

import os
import runpy
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from intake import db, i18n, migrating, operate, programmes, public, staff
from intake.enquiries import commands as enquiry_commands
from intake.outbox import commands as mail_commands
from intake.routing import commands as routing_commands

_PACKAGE = Path(__file__).parent


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Build the application.

    :param environ: settings as in the environment (``INTAKE_...``), which is the default.
    :raises SystemExit: a setting is missing or makes no sense, or the file of programmes has
        faults; the message says which.
    """
    settings = _reader()(os.environ if environ is None else environ)

    app = Flask(
        __name__,
        instance_path=str(settings["INSTANCE"]),
        template_folder=str(_beside("templates")),
    )
    app.config.from_mapping(settings)
    app.jinja_options = app.jinja_options | {"trim_blocks": True, "lstrip_blocks": True}

    if hops := settings["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]

    i18n.init_app(app)
    db.init_app(app)
    migrating.init_app(app, str(_beside("migrations")))
    programmes.init_app(app)
    public.init_app(app)
    staff.init_app(app)
    operate.init_app(app)

    for commands in (enquiry_commands, mail_commands, routing_commands):
        app.cli.add_command(commands.cli)
    return app


@click.group(cls=FlaskGroup, create_app=create_app)
def main() -> None:
    """Idélots: intake and routing of ideas that the EU might fund."""
    os.umask(0o077)  # keys, database and mails are nobody else's to read


@cache
def _reader() -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """What reads the settings, in a file that is no module of the package."""
    read: Callable[[Mapping[str, str]], dict[str, Any]]
    read = runpy.run_path(str(_beside("config.py")))["read"]
    return read


def _beside(name: str) -> Path:
    """A file or folder of the project: beside the package in a checkout, inside it in a wheel."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.exists() else _PACKAGE.parent / name
