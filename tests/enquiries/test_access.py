"""Who may have an enquiry, and what an act may show, while others are at work on PostgreSQL.

SQLite lets one writer in at a time, so nothing changes there between two steps of an act.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.directory.members import Member, Role
from intake.enquiries import access, handle
from intake.enquiries.preview import mails_of
from tests import make
from tests.conftest import on_postgresql
from tests.staff import desk

CONTACT = Member("x@ljungby.example", frozenset({Role.CONTACT}), frozenset({"barn-utbildning"}))


@on_postgresql
def test_whoever_waits_while_it_is_taken_away_gets_nothing(app: Flask) -> None:
    with app.app_context():
        reference = make.enquiry().reference

    def wait() -> bool:
        with app.app_context():
            return access.for_staff(CONTACT, reference, lock=True) is not None

    with app.app_context(), ThreadPoolExecutor(1) as threads, db.engine.connect() as other:
        other.execute(sa.text("UPDATE enquiry SET department_id = NULL"))
        waiting = threads.submit(wait)
        time.sleep(0.5)
        assert not waiting.done()
        other.commit()
        assert waiting.result() is False


@on_postgresql
def test_what_others_send_meanwhile_is_not_shown(app: Flask) -> None:
    def meanwhile() -> str:
        with app.app_context():
            return make.enquiry(email="nagon.annan@exempel.example").reference

    with app.app_context(), ThreadPoolExecutor(1) as threads:
        enquiry = make.enquiry()
        boss = desk.coordinator()

        def act() -> None:
            threads.submit(meanwhile).result()
            handle.ask(enquiry, "Hur många?", by=boss)

        shown = mails_of(act)
        assert [mail.to for mail in shown] == [enquiry.email]
