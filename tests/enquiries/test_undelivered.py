"""A mail that failed for good: whoever should have had it is not said to have it."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.enquiries.models import Enquiry
from intake.outbox import delivery, queue
from intake.outbox.models import OutgoingMail
from tests import make
from tests.outbox.post import deliver
from tests.smtp import Server

CONTACT = "internationellt.barn-utbildning@ljungby.example"
COORDINATOR = "internationellt@ljungby.example"


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with Server() as server, app.app_context():
        app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=server.port, MAIL_PER_SECOND=0)
        yield server


def arrived(**changes: str) -> str:
    """The reference of an idea that came in; no transaction stays open."""
    reference = make.enquiry(**changes).reference
    db.session.rollback()
    return reference


def taken(server: Server) -> list[tuple[str, str]]:
    """Who got which subject, without the reference."""
    return [(t.recipient, t.message["Subject"].partition(" (")[0]) for t in server.taken]


def test_a_department_that_could_not_be_told_does_not_have_it(app: Flask, server: Server) -> None:
    server.refused = {CONTACT}
    reference = arrived()
    deliver(app)
    told = server.taken[-1]
    assert taken(server)[-1] == (COORDINATOR, "Ett mejl kom inte fram")
    text = told.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Barn- och utbildningsförvaltningen" in text
    assert "nu är det du som har idén" in text
    for typed in (*make.IDEA.values(), "status/"):
        assert typed not in text

    enquiry = db.session.scalars(sa.select(Enquiry)).one()
    assert enquiry.department_id is None
    noted = next(event for event in enquiry.history if event.act == "undelivered")
    assert noted.data == {"letter": "handover", "department": "barn-utbildning"}

    queue.retry(reference)
    db.session.commit()
    deliver(app)
    assert taken(server).count((COORDINATOR, "Ett mejl kom inte fram")) == 1


@pytest.mark.parametrize(("phone", "advice"), [("", "inget telefonnummer"), ("0372-1", "så ring")])
def test_a_sender_who_could_not_be_told(
    app: Flask, server: Server, phone: str, advice: str
) -> None:
    server.refused = {make.IDEA["email"]}
    arrived(phone=phone)
    deliver(app)
    assert taken(server)[-1] == (COORDINATOR, "Ett mejl kom inte fram")
    text = server.taken[-1].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert advice in text
    assert db.session.scalars(sa.select(Enquiry.department_id)).one() == "barn-utbildning"


def test_nobody_is_told_that_the_coordinator_could_not_be(app: Flask, server: Server) -> None:
    server.refused = {COORDINATOR, CONTACT}
    arrived()
    deliver(app)
    states = {m.key.split("/")[1]: m.state for m in db.session.scalars(sa.select(OutgoingMail))}
    assert states == {
        "receipt": "sent",
        "handover": "failed",
        "coordinator": "failed",
        "undelivered": "failed",
    }


def test_a_fault_in_telling_holds_up_no_mail(
    app: Flask, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(mail: OutgoingMail) -> None:
        db.session.execute(sa.update(Enquiry).values(status="closed"))
        raise ValueError(mail.to_address)

    server.refused = {CONTACT}
    arrived()
    with app.app_context():
        delivery.run(threading.Event(), fails, once=True)
    assert len(server.taken) == 2
    assert "ValueError" in caplog.text
    assert CONTACT not in caplog.text
    assert db.session.scalars(sa.select(Enquiry.status)).one() == "received"
