"""What the sender does afterwards: answer, add, withdraw. One message is one, and one mail."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, current_app

from intake import clock, links
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import access, attachments, attention, limits, sender
from intake.enquiries.attention import Need
from intake.enquiries.models import Attachment, Enquiry, Event
from intake.enquiries.steps import Act, NotAllowed, Status, record
from intake.outbox.models import OutgoingMail
from tests import files, make
from tests.enquiries.conftest import MONDAY

pytestmark = pytest.mark.usefixtures("monday")


def mails(enquiry: Enquiry, *kinds: str) -> list[OutgoingMail]:
    db.session.commit()
    wanted = sa.select(OutgoingMail).filter_by(about=enquiry.reference).order_by(OutgoingMail.id)
    return [mail for mail in db.session.scalars(wanted) if mail.key.split("/")[1] in kinds]


def asked(enquiry: Enquiry) -> Enquiry:
    enquiry.question_at = enquiry.first_answer_at = clock.now()
    record(enquiry, Act.ASKED, by="barn-utbildning", text="Hur många?")
    attention.reckon(enquiry, organisation())
    db.session.commit()
    return enquiry


def test_an_answer_ends_the_question_and_is_news() -> None:
    enquiry = asked(make.enquiry())
    assert sender.reply(enquiry, "Ungefär 30, hälsar Kim Exempel.", submission="a")
    db.session.commit()
    assert enquiry.question_at is None
    assert Need.NEWS in attention.needs(enquiry, organisation())
    event = enquiry.history[-2]
    assert (event.act, event.by_role, event.data["answers"]) == (Act.REPLIED, "sender", True)

    [mail] = mails(enquiry, "news")
    assert mail.to_address == organisation().posts["barn-utbildning"].contacts[0].email
    assert "Ungefär 30" in mail.text
    assert "Kim" not in mail.text + mail.subject, "the mailbox of a department gets no person"


@pytest.mark.parametrize(
    "change", [{"flagged": True}, {"protected": True}, {"config": "link"}, {"text": "850709-9805"}]
)
def test_a_mail_says_nothing_that_it_may_not_carry(change: dict[str, object]) -> None:
    enquiry = make.enquiry()
    enquiry.flagged = bool(change.get("flagged"))
    enquiry.protected = bool(change.get("protected"))
    current_app.config["MAIL_DETAIL"] = change.get("config", "full")
    sender.reply(enquiry, f"Kanarie {change.get('text', '')}", submission="a")
    [mail] = mails(enquiry, "news")
    assert "Kanarie" not in mail.text + mail.subject + mail.html


def test_a_flood_of_messages_is_no_flood_of_mails() -> None:
    enquiry = make.enquiry()
    for number in range(5):
        sender.reply(enquiry, "Mer", submission=str(number))
    assert len(mails(enquiry, "news")) == 1
    with time_machine.travel(MONDAY + timedelta(minutes=11), tick=False):
        sender.reply(enquiry, "Ännu mer", submission="later")
        assert len(mails(enquiry, "news")) == 2


def test_too_much_in_an_hour_is_refused() -> None:
    enquiry = make.enquiry()
    current_app.config["LIMIT_COMMENTS"] = 2
    for number in range(2):
        sender.reply(enquiry, "Mer", submission=str(number))
    with pytest.raises(limits.TooMany):
        sender.reply(enquiry, "Mer", submission="third")
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        assert sender.reply(enquiry, "Mer", submission="third")


def test_two_clicks_at_once_are_one_message(app: Flask) -> None:
    """Both wait for their turn on the row, so the second sees what the first one wrote."""
    reference = make.enquiry().reference
    db.session.rollback()  # reading it began a transaction, which would hold up everybody
    start, taken = threading.Barrier(8), []

    def click() -> None:
        with app.app_context():
            start.wait()
            enquiry = access.by_reference(reference)
            file = attachments.File("a.pdf", "application/pdf", files.PDF)
            taken.append(sender.reply(enquiry, "En gång", [file], submission="the same"))
            db.session.commit()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * 7 + [True]
    db.session.rollback()
    replied = sa.select(sa.func.count()).select_from(Event).where(Event.act == Act.REPLIED)
    assert db.session.scalar(replied) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 1


def test_a_fault_after_the_files_leaves_nothing() -> None:
    enquiry = make.enquiry()
    file = attachments.File("a.pdf", "application/pdf", files.PDF)
    sender.reply(enquiry, "Hej", [file], submission="a")
    db.session.flush()
    db.session.rollback()
    assert enquiry.news_at is None
    assert all(event.act != Act.REPLIED for event in enquiry.history)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 0
    assert mails(enquiry, "news") == []


def test_a_closed_case_still_takes_a_message() -> None:
    enquiry = make.enquiry()
    sender.withdraw(enquiry)
    enquiry.news_at = None
    sender.reply(enquiry, "Jag ångrar mig", submission="a")
    db.session.commit()
    assert enquiry.status == Status.CLOSED
    assert attention.needs(enquiry, organisation()) == [Need.NEWS]


def test_withdrawing_closes_and_tells_both_sides() -> None:
    enquiry = asked(make.enquiry())
    sender.withdraw(enquiry, "Vi har flyttat")
    db.session.commit()
    assert (enquiry.status, enquiry.closing_reason) == (Status.CLOSED, "withdrawn")
    assert enquiry.question_at is None
    to_staff, to_sender = mails(enquiry, "withdrawal", "withdrawn")
    assert "Vi har flyttat" in to_staff.text
    assert to_sender.to_address == make.IDEA["email"]
    assert "Vi har flyttat" not in to_sender.text
    with pytest.raises(NotAllowed):
        sender.withdraw(enquiry)


def test_who_gave_no_address_is_mailed_nothing() -> None:
    enquiry = make.enquiry(email="", phone="0372-123456")
    sender.withdraw(enquiry)
    assert mails(enquiry, "withdrawn") == []


def test_what_looks_like_spam_mails_no_stranger() -> None:
    enquiry = make.enquiry(trap="x")
    sender.reply(enquiry, "Jag är en människa", submission="a")
    sender.withdraw(enquiry)
    assert mails(enquiry, "withdrawn") == []
    coordinator = organisation().coordinator.contacts[0].email
    assert {mail.to_address for mail in mails(enquiry, "news")} == {coordinator}


def test_a_sender_replaces_the_link() -> None:
    enquiry = make.enquiry()
    old = enquiry.token_hash
    assert sender.replace_link(enquiry)
    assert enquiry.token_hash != old
    assert len(mails(enquiry, "link_again")) == 1


def test_one_network_writes_so_much_and_no_more_however_many_ideas_it_has() -> None:
    """Each has room for files, and each message is a mail to somebody."""
    current_app.config["LIMIT_COMMENTS"] = 2
    ideas = [make.enquiry() for _ in range(3)]
    for idea in ideas[:2]:
        sender.reply(idea, "Mer", submission="a", address="192.0.2.7")
    with pytest.raises(limits.TooMany):
        sender.reply(ideas[2], "Mer", submission="a", address="192.0.2.7")
    assert sender.reply(ideas[2], "Mer", submission="b", address="192.0.2.8")


def test_a_new_link_again_and_again_fills_no_strangers_mailbox() -> None:
    """Anybody can type somebody's address into the form and then ask for a new link all day."""
    enquiry = make.enquiry()
    for _ in range(6):
        sender.replace_link(enquiry)
        db.session.commit()
    assert len(mails(enquiry, "receipt", "link_again")) == 3
    assert access.by_token(links.status_token(enquiry.link_seed)) is enquiry
