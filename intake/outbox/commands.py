"""``flask mail ...``: what waits and what failed. The worker is in ``operate/deliver.py``."""

from datetime import datetime, timedelta

import click
import sqlalchemy as sa

from intake import clock
from intake.db import Commands, db, only_read
from intake.outbox import queue
from intake.outbox.models import MailFailure, OutgoingMail

_MOST = 50  # mails that are named of each state

cli = Commands("mail", help="Mail: the worker that delivers it, and what waits.")


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


def _last_troubles(state: str) -> list[tuple[OutgoingMail, MailFailure]]:
    """The latest failure of each mail that is in that state, the oldest mail first."""
    latest = sa.select(sa.func.max(MailFailure.id)).group_by(MailFailure.mail_id)
    found = db.session.execute(
        sa.select(OutgoingMail, MailFailure)
        .join(MailFailure, MailFailure.mail_id == OutgoingMail.id)
        .where(OutgoingMail.state == state, MailFailure.id.in_(latest))
        .order_by(OutgoingMail.id)
        .limit(_MOST)
    )
    return [(mail, failure) for mail, failure in found]
