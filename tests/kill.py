"""Kills the server and a mail worker at random moments while ideas come in, again and again.

``python -m tests.kill 200`` does 200 rounds and prints what was lost. Nothing may be: every idea
that was answered with 303 is stored with all its mails, each mail is delivered at least once, and
one that is delivered again is the same, byte for byte but for what the way adds.
"""

import contextlib
import hashlib
import http.client
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller

from tests.load import AMPLE, Client, Server, free_port

SENDERS = 3


@dataclass
class Mailroom:
    """Takes every mail; slow now and then, so that kills also fall into the middle of one."""

    taken: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    count: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        del message["Date"]
        name = message["Message-ID"]
        self.taken[name].add(hashlib.sha256(message.as_bytes()).hexdigest())
        self.count[name] += 1
        return "250 Taken"


@dataclass
class Outcome:
    """What the rounds showed."""

    rounds: int
    acknowledged: int
    lost: int
    without_mails: int
    undelivered: int
    changed: int
    mails: int
    repeated: int

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.without_mails or self.undelivered or self.changed)


def run(rounds: int, database: str = "", seed: int | None = None) -> Outcome:
    """Kill *rounds* times.

    :param database: an address of a migrated database; a new SQLite file if empty.
    """
    chance = random.Random(seed)
    mailroom = Mailroom()
    smtp = Controller(mailroom, hostname="127.0.0.1", port=free_port())
    smtp.start()

    with tempfile.TemporaryDirectory() as folder:
        database = database or f"sqlite:///{folder}/intake.sqlite"
        environ = AMPLE | {
            "INTAKE_INSTANCE": f"{folder}/instance",
            "INTAKE_DATABASE_URL": database,
            "INTAKE_MINIMUM_SECONDS": "0",
            "INTAKE_MAIL_SERVER": "127.0.0.1",
            "INTAKE_MAIL_PORT": str(smtp.port),
            "INTAKE_MAIL_TIMEOUT": "3",
            "INTAKE_MAIL_DOT_TIMEOUT": "3",
            "INTAKE_MAIL_LEASE": "10",
            "INTAKE_MAIL_PER_SECOND": "0",
        }
        acknowledged: list[str] = []
        for number in range(rounds):
            _round(environ, acknowledged, chance, with_worker=number % 2 == 0)

        _drain(environ, database)
        outcome = _count(rounds, acknowledged, database, mailroom)
    smtp.stop()
    return outcome


def _round(
    environ: dict[str, str], acknowledged: list[str], chance: random.Random, *, with_worker: bool
) -> None:
    """One server, now and then a worker beside it; both die in the middle of their work."""
    server = _serve(environ)
    worker = _worker(environ) if with_worker else None
    stop = threading.Event()
    threads = [
        threading.Thread(target=_send, args=(server, number, stop, acknowledged))
        for number in range(SENDERS)
    ]
    for thread in threads:
        thread.start()

    before, deadline = len(acknowledged), time.monotonic() + 10
    while len(acknowledged) == before and time.monotonic() < deadline:
        time.sleep(0.01)  # the machine may be slow; only then is there something to lose
    time.sleep(chance.uniform(0, 0.8))
    if worker:
        worker.kill()
        worker.wait()
        time.sleep(chance.uniform(0, 0.2))
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()


def _send(server: Server, number: int, stop: threading.Event, acknowledged: list[str]) -> None:
    while not stop.is_set():
        # The server dies under our hands: whatever was not answered does not count.
        with (
            contextlib.suppress(OSError, http.client.HTTPException, RuntimeError),
            contextlib.closing(Client(server, number)) as client,
        ):
            while not stop.is_set():
                acknowledged.append(client.submit())


def _serve(environ: dict[str, str]) -> Server:
    port = free_port()
    settings = environ | {"INTAKE_PORT": str(port)}
    return Server([sys.executable, "-m", "intake", "serve"], port, settings)


def _worker(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "intake", "mail", "deliver"],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _drain(environ: dict[str, str], database: str) -> None:
    """Let one undisturbed server deliver what is left."""
    server = _serve(environ)
    left = sa.text("SELECT count(*) FROM outgoing_mail WHERE state NOT IN ('sent', 'failed')")
    engine = sa.create_engine(database)
    for _ in range(600):
        with engine.connect() as connection:
            if not connection.execute(left).scalar_one():
                break
        time.sleep(0.5)
    engine.dispose()
    server.stop()


def _count(rounds: int, acknowledged: list[str], database: str, mailroom: Mailroom) -> Outcome:
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        enquiries = dict(
            connection.execute(sa.text("SELECT token_hash, reference FROM enquiry")).all()
        )
        mails = connection.execute(
            sa.text("SELECT about, message_id FROM outgoing_mail WHERE about LIKE 'EU-%'")
        ).all()
    engine.dispose()

    hashes = [hashlib.sha256(token.encode()).hexdigest() for token in acknowledged]
    each = Counter(about for about, _ in mails)
    return Outcome(
        rounds=rounds,
        acknowledged=len(acknowledged),
        lost=sum(found not in enquiries for found in hashes),
        without_mails=sum(each[reference] != 3 for reference in enquiries.values()),
        undelivered=sum(not mailroom.count[name] for _, name in mails),
        changed=sum(len(forms) > 1 for forms in mailroom.taken.values()),
        mails=len(mails),
        repeated=sum(times > 1 for times in mailroom.count.values()),
    )


if __name__ == "__main__":
    result = run(int(sys.argv[1]) if len(sys.argv) > 1 else 20, *sys.argv[2:3])
    print(result)
    sys.exit(not result.is_good)
