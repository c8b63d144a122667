"""``intake serve``: the whole service in one process. Web server, mail worker, and a local mail
catcher when no mail server is set.
"""

import fcntl
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
import waitress
from flask import Flask, current_app

from intake.db import db, plain_words
from intake.directory.check import OrganisationError
from intake.directory.organisation import NotLoaded, organisation
from intake.directory.start import at_start
from intake.enquiries import undelivered
from intake.enquiries.attachments import LARGEST_BODY
from intake.migrating import upgrade
from intake.operate.catcher import Catcher
from intake.operate.mailbox import folder
from intake.operate.morning import Morning
from intake.operate.organisation import loaded_now, settle
from intake.outbox import delivery


@click.command()
def serve() -> None:
    """Migrate, load the organisation, and serve the web and the mail until told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with _alone(Path(app.config["INSTANCE"])), _port(app) as listener:
        with plain_words():
            upgrade(app)
            changes = _load()

        with _mail(app):
            _greet(app, changes)
            signal.signal(signal.SIGTERM, _leave)
            waitress.serve(
                app,
                sockets=[listener],
                threads=app.config["THREADS"],
                ident=None,
                # Up to here it is Flask that refuses, with a page in the reader's language.
                max_request_body_size=2 * LARGEST_BODY,
                connection_limit=500,
                channel_timeout=30,  # seconds that an idle connection is kept
                clear_untrusted_proxy_headers=not app.config["PROXY_HOPS"],
            )


def _load() -> str:
    """Bring the tables in line with the organisation file (see ``start``), and say what changed.

    A slip in the file must not close the form at the next restart: what was loaded before serves
    on (``/readyz`` tells its version). Only when nothing was ever loaded is there nothing to serve.
    """
    try:
        before = loaded_now()
        changes = "\n".join([at_start(), *settle(before)])
        db.session.commit()
    except OrganisationError as faults:
        db.session.rollback()
        try:
            version = organisation().version
        except NotLoaded:
            raise click.ClickException(str(faults)) from None
        changes = f"{faults}\n  Version {version}, which was loaded before, serves on."
    db.session.close()
    return changes


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """Hold the instance folder, so that two servers never share one by mistake."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"Another server already runs in {instance}. Stop it, or set INTAKE_INSTANCE."
            ) from None
        yield


@contextmanager
def _port(app: Flask) -> Iterator[socket.socket]:
    """The listening socket, or a plain word about why there is none."""
    host, port = app.config["HOST"], app.config["PORT"]
    try:
        listener = socket.create_server((host, port), backlog=256)
    except OSError as problem:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({problem.strerror}). Set INTAKE_PORT to a free port."
        ) from None
    with listener:
        yield listener


@contextmanager
def _mail(app: Flask) -> Iterator[None]:
    """The mail worker in a thread of its own, and a catcher for it if there is nowhere to send."""
    catcher = None
    if not app.config["MAIL_SERVER"]:
        catcher = Catcher(folder())
        catcher.start()
        app.config.update(
            MAIL_SERVER="127.0.0.1",
            MAIL_PORT=catcher.port,
            MAIL_USE_TLS=False,
            MAIL_USE_SSL=False,
            MAIL_USERNAME=None,
        )

    stop = threading.Event()
    worker = threading.Thread(target=_deliver, args=(app, stop), name="mail")
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()
        if catcher:
            catcher.stop()


def _deliver(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        delivery.run(stop, undelivered.take_back, arrived=undelivered.arrived, besides=Morning())


def _greet(app: Flask, changes: str) -> None:
    here = f"http://{app.config['HOST']}:{app.config['PORT']}"
    click.echo(f"Organisation: {changes}")
    click.echo(f"\n  The form      {here}/")
    if "mailbox" in app.blueprints:
        click.echo(f"  Caught mail   {here}/dev/mail/")
    click.echo(f"  Health        {here}/readyz")
    click.echo(f"  For staff     {here}/staff/")
    click.echo("\n  Stop with Ctrl-C.\n")


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
