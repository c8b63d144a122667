"""What looked like spam and is none goes its way after all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.enquiries import access
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.release import NotHeldBack, release
from intake.outbox.models import OutgoingMail
from tests import make


def kinds() -> list[str]:
    return sorted(mail.key.split("/", 1)[1] for mail in db.session.scalars(sa.select(OutgoingMail)))


def run(app: Flask, *args: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["enquiry", "release", *args, "--why", "A real idea"])
    return done.exit_code, done.output


@pytest.mark.parametrize("email", [make.IDEA["email"], ""])
def test_it_is_handed_over_and_acknowledged(app: Flask, email: str) -> None:
    with app.app_context():
        reference = make.enquiry(trap="x", email=email).reference
        assert kinds() == ["coordinator/1"]
    assert run(app, reference) == (
        0,
        "Released. It is with barn-utbildning now, and the mails are queued.\n",
    )
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry)).one()
        assert not enquiry.suspected
        assert enquiry.department_id == "barn-utbildning"
        receipt = ["receipt/1"] if email else []
        assert kinds() == ["coordinator/1", "coordinator/2", "handover/1", *receipt]
        released = next(event for event in enquiry.history if event.act == "released")
        assert (released.by_role, released.why) == ("operator", "A real idea")

    code, said = run(app, reference)
    assert (code, "not held back" in said) == (1, True)
    with app.app_context():
        assert len(kinds()) == 3 + bool(email)


def test_two_at_once_release_it_once(app: Flask) -> None:
    with app.app_context():
        reference = make.enquiry(trap="x").reference
    start = threading.Barrier(2)

    def one(number: int) -> bool:
        with app.app_context():
            enquiry = access.by_reference(reference)
            start.wait(10) if db.engine.dialect.name == "postgresql" else None
            try:
                release(enquiry, by="coordinator", why="a real idea")
            except NotHeldBack:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor() as threads:
        assert sorted(threads.map(one, range(2))) == [False, True]
    with app.app_context():
        events = [event.act for event in db.session.scalars(sa.select(Event))]
        assert events.count("released") == 1


def test_what_is_promised_is_promised_anew(app: Flask) -> None:
    with app.app_context(), time_machine.travel(datetime(2026, 10, 23, 9, tzinfo=UTC)):
        reference = make.enquiry(trap="x").reference
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC)):
        assert run(app, reference)[0] == 0
    with app.app_context():
        mails = {mail.key: mail.text for mail in db.session.scalars(sa.select(OutgoingMail))}
        assert "senast tisdagen den 1 december 2026" in mails[f"{reference}/receipt/1"]
        assert "oktober" not in mails[f"{reference}/receipt/1"].partition("Det här händer nu")[2]
        assert "senast måndagen den 30 november 2026" in mails[f"{reference}/handover/1"]
        history = db.session.scalars(sa.select(Event).where(Event.act == "released")).one()
        assert history.data["answer_by"] == "2026-10-30"


def test_what_was_never_held_back_is_not_sent_twice(app: Flask) -> None:
    with app.app_context():
        reference = make.enquiry().reference
    assert run(app, reference)[0] == 1
    assert run(app, "EU-2026-9999")[0] == 1
    with app.app_context():
        assert kinds() == ["coordinator/1", "handover/1", "receipt/1"]
