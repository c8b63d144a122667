"""Letters are queued in the caller's transaction, once for each key."""

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import db
from intake.links import TOKEN_PLACE, status_token
from intake.outbox import queue
from intake.outbox.models import OutgoingMail

from .post import deliver, letter, mail, post


@pytest.fixture(autouse=True)
def context(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def count() -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(OutgoingMail)).one()


def test_a_letter_shares_the_fate_of_the_transaction() -> None:
    queue.put(letter(), about="EU-2026-0042", key="one")
    db.session.rollback()
    assert count() == 0

    queue.put(letter(), about="EU-2026-0042", key="one")
    db.session.commit()
    assert count() == 1


def test_what_is_stored() -> None:
    stored = mail(post(subject="Ämne", language="ar"))
    assert (stored.state, stored.attempts, stored.leased_by) == ("queued", 0, None)
    assert (stored.subject, stored.language) == ("Ämne", "ar")
    assert stored.due_at == stored.created_at
    assert abs(stored.created_at - clock.now()) < timedelta(seconds=5)


def test_the_same_key_is_one_mail() -> None:
    queue.put(letter(subject="first"), about="a", key="EU-2026-0001/receipt")
    queue.put(letter(subject="again"), about="a", key="EU-2026-0001/receipt")
    db.session.commit()
    queue.put(letter(subject="later"), about="a", key="EU-2026-0001/receipt")
    db.session.commit()
    assert db.session.scalars(sa.select(OutgoingMail.subject)).all() == ["first"]


def test_the_same_key_at_the_same_moment_is_one_mail(app: Flask) -> None:
    start = threading.Barrier(4)
    done = []

    def put(number: int) -> None:
        with app.app_context():
            start.wait()
            queue.put(letter(subject=f"by {number}"), about="a", key="one")
            db.session.commit()
            done.append(number)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    assert count() == 1


def test_the_message_id_is_random_and_tells_nothing() -> None:
    one, two = mail(post()).message_id, mail(post()).message_id
    assert one != two
    for name in (one, two):
        assert re.fullmatch(r"<[0-9a-f]{32}@ideer\.ljungby\.example>", name)


def test_the_secret_of_the_link_is_nowhere_in_the_row(app: Flask) -> None:
    number = post()
    deliver(app)
    mail(number)
    token = status_token("a-seed")
    row = db.session.execute(sa.select(OutgoingMail.__table__)).one()
    assert row.state == "sent"
    assert TOKEN_PLACE in row.text
    assert not any(token in str(value) for value in row)


def test_mails_to_an_address_are_counted() -> None:
    begun = clock.now()
    first = mail(post(to="Kim@exempel.example")).created_at
    second = mail(post(to="kim+eu@Exempel.example")).created_at
    other = mail(post(to="eva@exempel.example")).created_at
    assert queue.times_to("KIM@exempel.example", since=begun, most=9) == [second, first]
    assert queue.times_to("kim@exempel.example", since=begun, most=1) == [second]
    assert queue.times_to("kim@exempel.example", since=second, most=9) == [second]
    assert queue.times_to("eva@exempel.example", since=begun, most=9) == [other]
    assert queue.times_to("nobody@exempel.example", since=begun, most=9) == []


def test_counts_and_the_oldest() -> None:
    nothing = {"queued": 0, "kept": 0, "delayed": 0, "sending": 0, "failed": 0}
    assert queue.counts() == nothing
    assert queue.oldest() is None

    first = mail(post())
    for state, attempts in [("queued", 3), ("sending", 1), ("sending", 2), ("sent", 1)]:
        _set(post(), state=state, attempts=attempts)
    for _ in range(3):
        _set(post(), state="failed", attempts=1)
    assert queue.counts() == nothing | {"queued": 1, "delayed": 1, "sending": 2, "failed": 3}
    assert queue.oldest() == first.created_at


def test_a_failure_is_found_by_what_it_is_about_and_to_whom() -> None:
    _set(post(to="Kim@exempel.example"), state="failed")
    assert queue.has_failed("EU-2026-0042", "kim@exempel.example")
    assert not queue.has_failed("EU-2026-0042", "eva@exempel.example")
    assert not queue.has_failed("EU-2026-0043", "kim@exempel.example")
    assert not queue.has_failed("EU-2026-0042", "")


def _set(number: int, **values: object) -> None:
    if values["state"] in ("sent", "failed"):
        values["due_at"] = None
    db.session.execute(sa.update(OutgoingMail).where(OutgoingMail.id == number).values(**values))
    db.session.commit()
