"""Commands about mail, for whoever runs the service."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click
import sqlalchemy as sa

from intake import clock
from intake.db import Commands, db, only_read
from intake.outbox import delivery, queue
from intake.outbox.models import MailFailure, OutgoingMail

cli = Commands("mail", help="Mail: the worker that delivers it, and what waits.")


@cli.command("deliver")
@click.option("--once", is_flag=True, help="Deliver what is due now, and return.")
def deliver(once: bool) -> None:
    """Deliver queued mail until told to stop (SIGTERM, Ctrl-C).

    The mail that is being delivered then is finished first. Any number of these may run, on any
    number of hosts.
    """
    with _stopped_by_signals() as stop:
        delivery.run(stop, once=once)
    if once:
        left = [f"{count} {name}" for name, count in queue.counts().items() if count]
        click.echo(f"Left: {', '.join(left) or 'nothing'}.")


@cli.command("status")
def status() -> None:
    """Say how much mail waits, for how long, and which mails failed or wait again, and why."""
    only_read()
    for name, count in queue.counts().items():
        click.echo(f"{name:8} {count}")
    if oldest := queue.oldest():
        age = timedelta(seconds=int((clock.now() - oldest).total_seconds()))
        click.echo(f"oldest   {age}")

    for state, heading in (("failed", "Failed for good"), ("queued", "Will be tried again")):
        troubles = _last_troubles(state)
        if troubles:
            click.echo(f"\n{heading}:")
        for mail, failure in troubles:
            parts = (failure.stage, failure.code, failure.reply)
            said = " ".join(str(part) for part in parts if part)
            again = f"  (next try {_time(mail.due_at)})" if mail.due_at else ""
            click.echo(f"{mail.about}  {mail.key}  {_time(failure.at)}  {said}{again}")


@cli.command("retry")
@click.argument("about")
def retry(about: str) -> None:
    """Send failed and delayed mails about ABOUT, such as EU-2026-0042, now; "all" for every one."""
    count = queue.retry(None if about == "all" else about)
    db.session.commit()
    if not count:
        raise click.ClickException(
            f"No mail about {about} failed or waits for another try. See: flask mail status"
        )
    click.echo(f"{count} queued again.")


def _time(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def _last_troubles(state: str, most: int = 50) -> list[tuple[OutgoingMail, MailFailure]]:
    """The latest failure of each mail that is in that state, the oldest mail first."""
    latest = sa.select(sa.func.max(MailFailure.id)).group_by(MailFailure.mail_id)
    found = db.session.execute(
        sa.select(OutgoingMail, MailFailure)
        .join(MailFailure, MailFailure.mail_id == OutgoingMail.id)
        .where(OutgoingMail.state == state, MailFailure.id.in_(latest))
        .order_by(OutgoingMail.id)
        .limit(most)
    )
    return [(mail, failure) for mail, failure in found]


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
