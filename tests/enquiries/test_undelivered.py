"""A mail that failed for good: whoever should have had it is not said to have it."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory import presence
from intake.directory.history import COMMAND
from intake.directory.models import Contact
from intake.directory.organisation import forget, organisation
from intake.enquiries import access, attention, daily, dispatch, handle, letters
from intake.enquiries.attention import Need
from intake.enquiries.desk_letters import reminder
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import NotAllowed
from intake.enquiries.story import public_story
from intake.enquiries.thread import thread
from intake.enquiries.undelivered import take_back
from intake.i18n import speaking
from intake.outbox import delivery, queue
from intake.outbox.models import MailFailure, OutgoingMail
from tests import make
from tests.conftest import on_postgresql
from tests.outbox.post import deliver
from tests.smtp import Server
from tests.staff.desk import TEKNIK, coordinator

CONTACT = "internationellt.barn-utbildning@ljungby.example"
DEPUTY = "stf.barn-utbildning@ljungby.example"
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
    assert (noted.data["letter"], noted.data["department"]) == ("handover", "barn-utbildning")

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


def test_an_answer_that_did_not_arrive_keeps_no_promise(app: Flask, server: Server) -> None:
    """Until somebody has told the sender otherwise, or says that nothing more can be done."""
    reference = arrived()
    deliver(app)
    say(reference, "answer", "Vi hör av oss i mars.")
    deliver(app)
    assert case(reference).due_on == case(reference).assessment_by

    server.refused = {make.IDEA["email"]}
    say(reference, "ask", "Hur många?")
    deliver(app)
    assert case(reference).first_answer_at  # the answer before that has arrived

    reference = arrived()
    say(reference, "answer", "Vi hör av oss i mars.")
    deliver(app)
    enquiry = case(reference)
    assert enquiry.first_answer_at is None
    assert enquiry.due_on == enquiry.answer_by
    with speaking("sv"):
        assert public_story(enquiry, organisation()).first_answer == "given"  # it stands there

    say(reference, "deal_with")
    assert case(reference).first_answer_at
    assert case(reference).due_on == case(reference).assessment_by


def test_an_answer_that_is_sent_anew_and_arrives_keeps_its_promise(
    app: Flask, server: Server
) -> None:
    reference = arrived()
    deliver(app)
    server.refused = {make.IDEA["email"]}
    say(reference, "answer", "Vi hör av oss i mars.")
    deliver(app)
    assert case(reference).first_answer_at is None

    server.refused = set()
    queue.retry(reference)
    db.session.commit()
    assert case(reference).first_answer_at is None  # it has not arrived yet
    db.session.rollback()
    deliver(app)
    assert case(reference).first_answer_at
    assert case(reference).due_on == case(reference).assessment_by


def test_nor_does_a_word_about_who_has_it_that_did_not_arrive(app: Flask, server: Server) -> None:
    server.refused = {make.IDEA["email"]}
    reference = arrived()
    say(reference, "hand_over", "teknik")
    assert case(reference).first_answer_at
    db.session.rollback()
    deliver(app)
    assert case(reference).first_answer_at is None
    assert "första svar är inte hållet" in letters_of("undelivered")[-1].text
    say(reference, "deal_with")
    assert case(reference).first_answer_at

    server.refused = set()
    reference = arrived()
    say(reference, "hand_over", "teknik")
    deliver(app)
    server.refused = {make.IDEA["email"]}
    say(reference, "answer", "Vi hör av oss i mars.")
    deliver(app)
    assert case(reference).first_answer_at  # that word had arrived


def test_a_receipt_that_did_not_arrive_is_no_answer_when_dealt_with(
    app: Flask, server: Server
) -> None:
    server.refused = {make.IDEA["email"]}
    reference = arrived()
    deliver(app)
    say(reference, "deal_with")
    assert case(reference).first_answer_at is None


def say(reference: str, verb: str, *said: str) -> None:
    by_her = coordinator()
    getattr(handle, verb)(case(reference), *said, by=by_her)
    db.session.commit()


def case(reference: str) -> Enquiry:
    db.session.rollback()
    return db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()


@on_postgresql  # on SQLite one waits for the other before it reads
def test_whose_turn_it_is_follows_from_what_two_do_at_once(app: Flask, server: Server) -> None:
    reference = arrived()
    is_held, go_on = threading.Event(), threading.Event()

    def take() -> None:
        with app.app_context():
            enquiry = access.by_reference(reference, lock=True)
            assert enquiry is not None
            handle.take(enquiry, by=coordinator())
            db.session.flush()
            is_held.set()
            go_on.wait(10)
            db.session.commit()

    her = threading.Thread(target=take)
    her.start()
    assert is_held.wait(10)
    threading.Timer(0.3, go_on.set).start()
    take_back(letters_of("receipt")[0])
    db.session.commit()
    her.join(10)

    enquiry = case(reference)
    stored = (enquiry.rank, enquiry.due_on, enquiry.coordinator_from, enquiry.department_from)
    attention.reckon(enquiry, organisation())
    assert stored == (
        enquiry.rank,
        enquiry.due_on,
        enquiry.coordinator_from,
        enquiry.department_from,
    )


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


def letters_of(kind: str) -> list[OutgoingMail]:
    db.session.rollback()
    asked = sa.select(OutgoingMail).where(OutgoingMail.key.contains(f"/{kind}/"))
    return list(db.session.scalars(asked.order_by(OutgoingMail.id)))


def test_whoever_cannot_be_reached_gets_nothing_new(app: Flask, server: Server) -> None:
    server.refused = {CONTACT}
    arrived()
    deliver(app)
    server.refused = set()
    forget()  # as at the next request
    later = arrived()
    deliver(app)
    assert CONTACT not in [t.recipient for t in server.taken]
    text = letters_of("coordinator")[-1].text
    assert "mejlen når inte kontaktpersonen där" in text

    enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=later)).one()
    assert enquiry.department_id is None
    with speaking("sv"):
        whys = [entry.why for entry in thread(enquiry, organisation())]
    assert "Mejlen når inte kontaktpersonen." in whys
    by_her = coordinator()
    with pytest.raises(NotAllowed, match="cannot be reached"):
        handle.hand_over(enquiry, "barn-utbildning", by=by_her)

    presence.confirm(CONTACT, by=COMMAND)
    handle.hand_over(enquiry, "barn-utbildning", by=by_her)
    assert enquiry.department_id == "barn-utbildning"


def test_a_server_that_is_away_says_nothing_of_the_address(app: Flask, server: Server) -> None:
    arrived()
    mail = letters_of("handover")[0]
    db.session.add(
        MailFailure(
            mail_id=mail.id, at=mail.created_at, stage="connect", code=None, reply="", final=True
        )
    )
    take_back(mail)
    assert organisation().held_by(CONTACT)[0][1].failed_at is None


@pytest.mark.parametrize("by_hand", [False, True])
def test_somebody_else_there_gets_it_instead(app: Flask, server: Server, by_hand: bool) -> None:
    deputy = Contact(
        department_id="barn-utbildning", rank=1, role={"sv": "Ersättaren"}, email=DEPUTY
    )
    db.session.add(deputy)
    db.session.commit()
    forget()
    server.refused = {CONTACT}
    if by_hand:
        enquiry = make.enquiry(title="Utan ord", description="Något helt annat än allt det där.")
        by_her = coordinator()
        handle.hand_over(enquiry, "barn-utbildning", by=by_her, note="Hör med rektorn.")
        db.session.commit()
    else:
        arrived()
    deliver(app)

    told = [t for t in server.taken if t.recipient == DEPUTY]
    assert len(told) == 1
    text = told[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert ("Hör med rektorn." in text) is by_hand
    assert "Ersättaren" in text
    enquiry = db.session.scalars(sa.select(Enquiry)).one()
    assert enquiry.department_id == "barn-utbildning"
    assert "någon annan där fått det: Ersättaren" in letters_of("undelivered")[0].text


def test_what_has_gone_on_to_another_department_stays_there(app: Flask, server: Server) -> None:
    """A mail may be tried for days. Meanwhile the idea can be given to somebody else."""
    reference = arrived()
    say(reference, "hand_over", "teknik")
    server.refused = {CONTACT}
    deliver(app)
    assert [each.to_address for each in letters_of("handover")] == [CONTACT, TEKNIK]
    assert case(reference).department_id == "teknik"
    assert case(reference).mail_failed_at

    presence.be_away(TEKNIK, clock.today(), clock.today(), by=COMMAND)
    db.session.commit()
    forget()
    queue.retry(reference)
    db.session.commit()
    deliver(app)
    assert case(reference).department_id == "teknik"


@pytest.mark.parametrize("kind", ["coordinator", "news", "reminder", "sent_back"])
def test_no_letter_to_the_coordinator_begins_a_chain(app: Flask, server: Server, kind: str) -> None:
    reference = arrived(email="")
    deliver(app)
    server.refused = {COORDINATOR}
    enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
    house = organisation()
    letter = letters.undelivered(
        enquiry,
        house,
        house.coordinator.contacts[0],
        department=None,
        instead=None,
        to="a@b.example",
    )
    dispatch.send(enquiry, letter, kind, to=COORDINATOR)
    db.session.commit()
    deliver(app)
    assert letters_of("undelivered") == []
    stored = db.session.scalars(sa.select(Enquiry)).one()
    assert stored.mail_failed_at  # she sees it on the page
    assert stored.department_id == "barn-utbildning"


def test_a_notice_to_a_contact_is_told_as_one(app: Flask, server: Server) -> None:
    reference = arrived(email="")
    deliver(app)
    server.refused = {CONTACT}
    enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
    house = organisation()
    to = house.held_by(CONTACT)[0][1]
    dispatch.send(enquiry, reminder(enquiry, Need.LATE, house, to), "reminder", to=CONTACT)
    db.session.commit()
    deliver(app)
    text = letters_of("undelivered")[0].text
    assert "kom inte fram till: Kontaktperson" in text
    assert db.session.scalars(sa.select(Enquiry.department_id)).one() == "barn-utbildning"


def test_what_a_failed_digest_told_of_was_not_told(app: Flask, server: Server) -> None:
    presence.choose_digest(CONTACT, wanted=True, by=COMMAND)
    db.session.commit()
    arrived()
    server.refused = {CONTACT}
    daily.digest(CONTACT)
    db.session.commit()
    deliver(app)
    enquiry = db.session.scalars(sa.select(Enquiry)).one()
    assert enquiry.department_id is None
    assert len(letters_of("undelivered")) == 1
    with speaking("sv"):
        lines = [e.what for e in thread(enquiry, organisation()) if e.failed]
    assert lines == [f"Mejl till {CONTACT}: överlämningen (misslyckades)"]
