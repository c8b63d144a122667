"""``flask mail deliver``: the mail worker on its own, for when the web is served by others."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from intake.enquiries import undelivered
from intake.operate.morning import Morning
from intake.outbox import delivery, queue


@click.command()
@click.option("--once", is_flag=True, help="Deliver what is due now, and return.")
@with_appcontext
def deliver(once: bool) -> None:
    """Deliver queued mail until told to stop (SIGTERM, Ctrl-C).

    The mail that is being delivered then is finished first. Any number of these may run, on any
    number of hosts.
    """
    with _stopped_by_signals() as stop:
        delivery.run(
            stop,
            undelivered.take_back,
            arrived=undelivered.arrived,
            once=once,
            besides=Morning(),
        )
    if once:
        left = [f"{count} {name}" for name, count in queue.counts().items() if count]
        click.echo(f"Left: {', '.join(left) or 'nothing'}.")


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
