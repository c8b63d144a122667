"""The worker: nothing is lost, nothing goes twice without need, nothing holds it up."""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.outbox import delivery, queue, smtp
from intake.outbox.models import OutgoingMail
from intake.outbox.outcome import Outcome
from intake.outbox.trouble import Trouble
from tests.conftest import on_sqlite
from tests.smtp import Server, Taken

from .post import deliver, failures, letter, mail, post, working

#: The shortest that the settings allow.
SHORT_LEASE = {
    "INTAKE_MAIL_TIMEOUT": "1",
    "INTAKE_MAIL_DOT_TIMEOUT": "1",
    "INTAKE_MAIL_LEASE": "4",
}

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


# Claims and leases.


def test_a_claim_is_a_lease_and_the_mail_is_read_without_a_transaction(app: Flask) -> None:
    number = post()
    begun = clock.now()
    taken = delivery.exchange(None)
    assert taken is not None
    assert (taken.id, taken.state, taken.attempts) == (number, "sending", 1)
    assert taken.due_at is not None
    assert taken.due_at - begun >= timedelta(seconds=app.config["MAIL_LEASE"])
    assert taken.leased_by
    assert not db.session.in_transaction()
    assert delivery.exchange(None) is None


def test_two_workers_that_claim_at_the_same_moment_get_two_mails(app: Flask) -> None:
    first, second = post(), post()
    found: list[int | None] = []
    waiting = db.engine.dialect.name == "sqlite"

    def other() -> None:
        with app.app_context():
            found.append(_claimed())

    thread = threading.Thread(target=other)
    taken = delivery.claim()
    thread.start()
    thread.join(0.3 if waiting else 10)
    assert thread.is_alive() == waiting
    db.session.commit()
    db.session.close()
    thread.join(10)
    assert taken is not None
    assert (taken.id, found) == (first, [second])


def test_new_mail_goes_before_mail_that_failed_before() -> None:
    tired, tried, new, newer = post(), post(), post(), post()
    for number, attempts in ((tired, 7), (tried, 1)):
        _set(number, attempts=attempts)
    assert [_claimed() for _ in range(5)] == [new, newer, tried, tired, None]


@on_sqlite
def test_mail_that_is_not_due_stays() -> None:
    _set(post(), due_at=clock.now() + timedelta(seconds=30))
    assert _claimed() is None


def test_the_question_for_due_mail_is_answered_by_the_index() -> None:
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        if explain == "EXPLAIN":
            connection.execute(sa.text("SET enable_seqscan = off"))  # of an empty table
        plan = connection.execute(
            sa.text(
                f"{explain} SELECT id FROM outgoing_mail WHERE due_at <= '2026-01-01' "
                "ORDER BY attempts, due_at LIMIT 1"
            )
        )
        words = " ".join(str(row) for row in plan)
    assert "ix_outgoing_mail_due" in words
    assert "Sort" not in words
    assert "TEMP B-TREE" not in words


@on_sqlite
def test_a_mail_whose_worker_died_goes_out_again_the_same(app: Flask, server: Server) -> None:
    server.mode = "drop@dot"
    number = post()
    app.config["MAIL_LEASE"] = 2
    dead = delivery.exchange(None)
    assert dead is not None
    with smtp.Line(app.config) as line:
        assert delivery.deliver(dead, line) is not None  # and the worker dies before it settles

    server.mode = "ok"
    deliver(app)
    assert server.taken == []  # the lease still holds
    time.sleep(2)
    deliver(app)
    assert mail(number).state == "sent"
    assert server.taken[0].raw == server.unanswered[0].raw
    assert server.taken[0].message["Message-ID"] == mail(number).message_id


@pytest.mark.parametrize("newer", ["sending", "sent", "failed", "queued"])
def test_a_worker_that_was_frozen_cannot_overwrite(app: Flask, server: Server, newer: str) -> None:
    app.config["MAIL_LEASE"] = 0
    number = post()
    frozen = delivery.exchange(None)
    assert frozen is not None
    app.config["MAIL_LEASE"] = 900
    other = delivery.exchange(None)
    assert other is not None
    assert other.id == frozen.id == number
    result = {
        "sending": None,
        "sent": Outcome(other),
        "failed": Outcome(other, Trouble("rcpt", 550, "gone")),
        "queued": Outcome(other, Trouble("rcpt", 450, "later")),
    }[newer]
    delivery.exchange(result, take=False)
    before, known = _row(number), len(failures(number))

    for late in (None, Trouble("rcpt", 550, "gone"), Trouble("rcpt", 450, "later")):
        delivery.exchange(Outcome(frozen, late), take=False)
    assert mail(number).state == newer
    assert _row(number) == before
    assert len(failures(number)) == known


def test_the_lease_is_looked_at_again_before_the_message_is_said(
    app: Flask, server: Server
) -> None:
    number = post()
    app.config["MAIL_LEASE"] = 0
    frozen = delivery.exchange(None)
    app.config["MAIL_LEASE"] = 900
    other = delivery.exchange(None)
    assert frozen is not None
    assert other is not None
    with smtp.Line(app.config) as line:
        assert delivery.deliver(frozen, line) is None
        assert [c.partition(" ")[0] for c in server.commands] == ["ehlo", "MAIL", "RCPT", "QUIT"]
        assert delivery.deliver(other, line) is not None
    assert len(server.taken) == 1
    assert mail(number).leased_by == other.leased_by


def test_the_lease_counts_from_when_the_message_is_said(app: Flask, server: Server) -> None:
    """However long it took until then: a slow greeting starves no mail."""
    number = post()
    app.config["MAIL_LEASE"] = 0
    slow = delivery.exchange(None)
    assert slow is not None
    app.config["MAIL_LEASE"] = 900
    with smtp.Line(app.config) as line:
        outcome = delivery.deliver(slow, line)
    assert len(server.taken) == 1
    left = mail(number).due_at - clock.now()
    assert timedelta(seconds=880) < left <= timedelta(seconds=900)
    delivery.exchange(outcome, take=False)
    assert mail(number).state == "sent"


def test_no_transaction_is_open_while_the_server_is_spoken_to(app: Flask, server: Server) -> None:
    app.config["MAIL_DOT_TIMEOUT"] = 4
    server.mode = "stall@dot"
    post()
    with working(app) as stop:
        while not server.unanswered:
            time.sleep(0.01)
        stop.set()
        begun = time.monotonic()
        post()  # on SQLite, this would wait for the lock
        assert time.monotonic() - begun < 2
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                idle = connection.execute(
                    sa.text(
                        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' "
                        "AND datname = current_database()"
                    )
                )
                assert idle.scalar_one() == 0


# The schedule.


@on_sqlite
def test_the_schedule(app: Flask, server: Server) -> None:
    """Attempts at 0, 5, 15, 30 min, 1 h, 2 h, then every 3 h, until five days are over."""
    server.mode = "451@rcpt"
    begun = datetime(2026, 11, 2, 8, tzinfo=UTC)
    with time_machine.travel(begun, tick=False) as traveller:
        number = post()
        moments = []
        while (stored := mail(number)).state == "queued":
            assert stored.due_at is not None
            traveller.move_to(stored.due_at - timedelta(seconds=1))
            assert delivery.exchange(None) is None  # not a second before its time
            traveller.move_to(stored.due_at)
            moments.append(clock.now())
            deliver(app)

    waits = [(b - a) / timedelta(minutes=1) for a, b in itertools.pairwise(moments)]
    plan = [5, 15, 30, 60, 120] + [180] * (len(waits) - 5)
    assert all(0.8 <= wait / due <= 1.2 for wait, due in zip(waits, plan, strict=True))
    assert len(set(waits)) == len(waits)  # jitter
    assert 38 <= len(moments) <= 53
    assert timedelta(days=5) <= moments[-1] - begun <= timedelta(days=5, hours=3.6)
    assert mail(number).state == "failed"
    assert [f.final for f in failures(number)] == [False] * (len(moments) - 1) + [True]


@on_sqlite
def test_mail_that_waited_for_a_worker_for_days_still_gets_its_short_retries(
    app: Flask, server: Server
) -> None:
    server.mode = "451@rcpt"
    with time_machine.travel(datetime(2026, 11, 2, 8, tzinfo=UTC), tick=False) as traveller:
        number = post()
        traveller.shift(timedelta(days=20))
        for attempt in range(1, 6):
            deliver(app)
            stored = mail(number)
            assert (stored.state, stored.attempts) == ("queued", attempt)
            assert stored.due_at is not None
            traveller.move_to(stored.due_at)
        deliver(app)
        assert mail(number).state == "failed"


@on_sqlite
def test_a_mail_in_doubt_waits_half_an_hour_and_goes_the_same(app: Flask, server: Server) -> None:
    server.mode = "drop@dot"
    with time_machine.travel(datetime(2026, 11, 2, 8, tzinfo=UTC), tick=False) as traveller:
        number = post()
        deliver(app)
        server.mode = "ok"
        traveller.shift(timedelta(minutes=30 * 0.8 - 1))
        deliver(app)
        assert server.taken == []
        traveller.shift(timedelta(minutes=30 * 0.4 + 1))
        deliver(app)
    assert mail(number).state == "sent"
    assert server.taken[0].raw == server.unanswered[0].raw


# The loop.


@on_sqlite
def test_new_mail_leaves_within_two_seconds(app: Flask, server: Server) -> None:
    with working(app):
        time.sleep(0.3)
        for count in (1, 2):
            post()
            committed = time.monotonic()
            server.wait_for(count)
            assert server.taken[-1].at - committed < 2
            time.sleep(random.uniform(0, 1))


@on_sqlite
def test_a_server_that_does_not_serve_is_left_alone(app: Flask, server: Server) -> None:
    server.mode = "535@auth"
    server.login = True
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="hemligt")
    numbers = [post() for _ in range(30)]
    with working(app):
        time.sleep(1.5)
    assert server.connections == 2  # at once, and after a second; the next would be after two more
    tried = [n for n in numbers if mail(n).attempts]
    assert len(tried) == server.connections
    assert {mail(n).state for n in numbers} == {"queued"}


@on_sqlite
def test_the_pause_grows_to_five_minutes() -> None:
    assert [delivery._pause(n) for n in (1, 2, 3, 9, 10, 5000)] == [1, 2, 4, 256, 300, 300]


@on_sqlite
def test_once_gives_up_with_a_server_that_does_not_serve(app: Flask, server: Server) -> None:
    server.mode = "421@greeting"
    numbers = [post() for _ in range(5)]
    deliver(app)
    assert server.connections == 1
    assert sorted(mail(n).attempts for n in numbers) == [0, 0, 0, 0, 1]


@on_sqlite
def test_the_pace(app: Flask, server: Server) -> None:
    app.config["MAIL_PER_SECOND"] = 20
    for _ in range(11):
        post()
    deliver(app)
    assert 0.4 <= server.taken[-1].at - server.taken[0].at < 2


@on_sqlite
def test_stop_finishes_the_mail_in_hand(app: Flask, server: Server) -> None:
    server.slow = 0.5
    numbers = [post() for _ in range(5)]
    with working(app) as stop:
        while not server.unanswered:
            time.sleep(0.01)
        stop.set()
    states = Counter(mail(n).state for n in numbers)
    assert states == {"sent": 1, "queued": 4}
    assert len(server.taken) == 1


def test_the_database_may_go_and_come_back(
    app: Flask, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """What the server said is kept until it can be written down; nothing goes twice."""
    server.slow = 0.3
    first = post()
    with working(app):
        while not server.unanswered:
            time.sleep(0.01)
        _run("ALTER TABLE outgoing_mail RENAME TO away")
        server.wait_for(1)
        _until(lambda: "The mail worker goes on" in caplog.text)
        _run("ALTER TABLE away RENAME TO outgoing_mail")
        second = post(subject="second")
        server.wait_for(2)
        _until(lambda: mail(second).state == "sent")
    assert [mail(n).state for n in (first, second)] == ["sent", "sent"]
    assert len(server.taken) == 2
    assert "kim" not in caplog.text


# Several workers.


def test_two_workers_send_each_mail_once(
    app: Flask, server: Server, environ: dict[str, str]
) -> None:
    expected = _post_many(300)
    workers = [_worker(environ, "--once") for _ in range(2)]
    assert [worker.wait(30) for worker in workers] == [0, 0]
    assert Counter(t.message["Message-ID"] for t in server.taken) == Counter(expected)
    assert _states() == {"sent": 300}


@on_sqlite
def test_a_worker_killed_in_the_middle_loses_nothing(
    app: Flask, server: Server, environ: dict[str, str]
) -> None:
    server.slow = 0.01
    environ |= SHORT_LEASE
    expected = _post_many(40)
    kills = 2
    for _ in range(kills):
        before = len(server.taken)
        worker = _worker(environ)
        server.wait_for(before + random.randint(1, 12))
        time.sleep(random.uniform(0, 0.02))
        worker.kill()
        worker.wait()

    time.sleep(4.1)  # the last lease
    last = _worker(environ, "--once")
    assert last.wait(30) == 0
    assert _states() == {"sent": 40}

    times = Counter(t.message["Message-ID"] for t in server.taken)
    assert set(times) == expected
    assert sum(times.values()) - 40 <= kills
    assert all(len(forms) == 1 for forms in _forms(server.taken).values())


@on_sqlite
def test_a_worker_frozen_past_its_lease_sends_nothing_twice(
    app: Flask, server: Server, environ: dict[str, str]
) -> None:
    """It stops in the middle of a talk, another one delivers, then it wakes up."""
    environ |= SHORT_LEASE
    number = post()
    server.mode = "stall@rcpt"
    frozen = _worker(environ)
    _until(lambda: any(c.startswith("RCPT") for c in server.commands))
    frozen.send_signal(signal.SIGSTOP)
    server.mode = "ok"
    time.sleep(4.1)
    deliver(app)
    sent = _row(number)
    assert mail(number).state == "sent"

    frozen.send_signal(signal.SIGCONT)
    server.hang_up()
    frozen.send_signal(signal.SIGTERM)
    assert frozen.wait(20) == 0
    assert _row(number) == sent
    assert failures(number) == []
    assert len(server.taken) == 1


@on_sqlite
def test_a_signal_stops_a_worker_after_the_mail_in_hand(
    app: Flask, server: Server, environ: dict[str, str]
) -> None:
    server.slow = 0.5
    _post_many(3)
    worker = _worker(environ)
    _until(lambda: bool(server.unanswered))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert _states() == {"sent": 1, "queued": 2}


def _worker(environ: dict[str, str], *options: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "intake", "mail", "deliver", *options],
        env=os.environ | environ,
        stderr=subprocess.DEVNULL,
    )


def _post_many(count: int) -> set[str]:
    """Queue mails in one transaction; their Message-IDs."""
    for number in range(count):
        queue.put(letter(to=f"kim-{number}@exempel.example"), about="many", key=str(number))
    mine = sa.select(OutgoingMail.message_id).filter_by(about="many")
    names = set(db.session.scalars(mine))
    db.session.commit()
    return names


def _claimed() -> int | None:
    taken = delivery.exchange(None)
    return taken.id if taken else None


def _set(number: int, **values: object) -> None:
    db.session.execute(sa.update(OutgoingMail).where(OutgoingMail.id == number).values(**values))
    db.session.commit()


def _row(number: int) -> tuple[object, ...]:
    try:
        table = OutgoingMail.__table__
        return tuple(db.session.execute(sa.select(table).where(table.c.id == number)).one())
    finally:
        db.session.close()


def _states() -> dict[str, int]:
    try:
        counted = sa.select(OutgoingMail.state, sa.func.count()).where(
            OutgoingMail.about != "daily"
        )
        counted = counted.group_by(OutgoingMail.state)
        return dict(db.session.execute(counted).all())  # type: ignore[arg-type]
    finally:
        db.session.close()


def _forms(taken: list[Taken]) -> dict[str, set[bytes]]:
    forms: dict[str, set[bytes]] = {}
    for one in taken:
        forms.setdefault(one.message["Message-ID"], set()).add(one.raw)
    return forms


def _run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement))


def _until(done, seconds: float = 10) -> None:  # type: ignore[no-untyped-def]
    end = threading.Event()
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        end.wait(0.02)
    assert done()
