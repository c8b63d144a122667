"""Commands about mail, for whoever runs the service."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from intake import clock
from intake.db import db
from intake.outbox import delivery, queue
from intake.outbox.models import MailFailure, OutgoingMail

cli = AppGroup("mail", help="Mail: the worker that delivers it, and what waits.")


@cli.command("deliver")
@click.option("--once", is_flag=True, help="Deliver what is due now, and return.")
def deliver(once: bool) -> None:
    """Deliver queued mail until told to stop (SIGTERM, Ctrl-C).

    The mail that is being delivered then is finished first. Any number of these may run, on any
    number of hosts.
    """
    with _stopped_by_signals() as stop:
        delivery.run(stop, once=once)


@cli.command("status")
def status() -> None:
    """Say how much mail waits, for how long, and which mails failed and why."""
    for name, count in queue.counts().items():
        click.echo(f"{name:8} {count}")
    if oldest := queue.oldest():
        age = timedelta(seconds=int((clock.now() - oldest).total_seconds()))
        click.echo(f"oldest   {age}")

    failures = db.session.execute(
        sa.select(OutgoingMail.about, OutgoingMail.key, MailFailure)
        .join(MailFailure, MailFailure.mail_id == OutgoingMail.id)
        .where(OutgoingMail.state == "failed", MailFailure.final)
        .order_by(OutgoingMail.about, MailFailure.at)
    )
    for about, key, failure in failures:
        said = " ".join(str(part) for part in (failure.stage, failure.code, failure.reply) if part)
        click.echo(f"{about}  {key}  {failure.at:%Y-%m-%d %H:%M}  {said}")


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set; the second time they end the process at once."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ask(number: int, frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        # Not here: the thread that was interrupted may be holding the event's lock.
        threading.Thread(target=stop.set).start()

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
