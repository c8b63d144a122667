"""The coordinator's mail of each working morning, and the digest of whoever wants one letter."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.directory import presence
from intake.directory.history import COMMAND
from intake.directory.models import Contact
from intake.directory.organisation import forget, organisation
from intake.enquiries import comments, daily, handle, together
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status
from intake.enquiries.thread import thread
from intake.i18n import speaking
from intake.operate.morning import Morning
from intake.outbox import delivery, queue
from intake.outbox.models import MailFailure, OutgoingMail
from intake.staff import signin
from tests import make
from tests.staff.desk import COORDINATOR, SCHOOL, TEKNIK, someone

SUCCESSOR = "nya.barn-utbildning@ljungby.example"
LONG_AGO = date(2026, 10, 1)
MONDAY = datetime(2026, 11, 2, 14, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 3, 7, 30, tzinfo=UTC)  # half past eight


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context(), time_machine.travel(MONDAY, tick=False):
        yield


def mails(**wanted: str) -> list[OutgoingMail]:
    db.session.rollback()
    asked = sa.select(OutgoingMail).filter_by(**wanted).order_by(OutgoingMail.id)
    return list(db.session.scalars(asked))


def morning(at: datetime = TUESDAY) -> None:
    with time_machine.travel(at, tick=False):
        Morning()()


def told(enquiry: Enquiry) -> list[str]:
    with speaking("sv"):
        return [entry.what for entry in thread(enquiry, organisation()) if entry.kind == "mail"]


def test_nothing_is_wrong() -> None:
    morning()
    [mail] = mails(about="daily")
    assert mail.to_address == COORDINATOR
    assert mail.subject == "EU-idéer i dag: 0 att göra"
    assert "Inget är fel." in mail.text
    assert "Inget i dag." in mail.text


def test_what_needs_doing_with_the_title_at_most() -> None:
    references = [make.enquiry().reference for _each in range(12)]
    db.session.execute(sa.update(OutgoingMail).values(state="sent", due_at=None))
    db.session.commit()
    morning()
    [mail] = mails(about="daily")
    assert mail.subject == "EU-idéer i dag: 12 att göra"
    assert "(12)" in mail.text
    title = make.IDEA["title"]
    assert f"{references[9]}: {title}" in mail.text
    assert f"/staff/enquiries/{references[9]}\n" in mail.text
    assert references[10] not in mail.text
    assert "/staff/?view=action" in mail.text
    for typed in set(make.IDEA.values()) - {title}:
        assert typed not in mail.text
        assert typed not in mail.html
    assert "Inget är fel." in mail.text


def test_what_is_new_stands_before_what_is_late_and_a_protected_title_nowhere() -> None:
    old, new = make.enquiry(title="En gammal"), make.enquiry(title="En hemlig")
    old.status, old.department_id, old.answer_by = Status.WITH_DEPARTMENT, "teknik", LONG_AGO
    old.coordinator_from, new.protected = LONG_AGO, True
    db.session.commit()
    morning()
    [mail] = mails(about="daily")
    assert mail.text.index(f"{new.reference}\n") < mail.text.index(f"{old.reference}: En gammal")
    assert "hemlig" not in mail.text + mail.html


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("sign-in", "länken för att logga in"),
        ("still-you", "frågan om någon fortfarande är kontaktperson"),
        ("welcome", "mejlet till den som har fått en ny roll"),
        ("new-keeper", "beskedet om vem som kan ändra organisationen"),
        ("comment/staff.inbox.show", "en synpunkt på en sida"),
    ],
)
def test_a_mail_about_no_case_is_called_by_what_it_is(about: str, words: str) -> None:
    number = queue.put(
        daily.daily_letter([], organisation(), organisation().coordinator.contacts[0]),
        about=about,
        key=about,
    )
    mail = db.session.get_one(OutgoingMail, number)
    mail.state, mail.due_at = "failed", None
    failure = MailFailure(mail_id=number, at=MONDAY, stage="rcpt", code=550, reply="no", final=True)
    db.session.add(failure)
    db.session.commit()
    morning()
    text = mails(about="daily")[0].text
    assert f"- {words}\n" in text
    assert about not in text


def test_all_that_is_broken() -> None:
    presence.note_failed(SCHOOL)
    with time_machine.travel(MONDAY - timedelta(days=60)):
        presence.note_asked("internationellt.teknik@ljungby.example")
    presence.be_away(
        "internationellt.social@ljungby.example", date(2026, 11, 2), date(2026, 11, 6), by=COMMAND
    )
    db.session.commit()
    owned, ownerless = make.enquiry(), make.enquiry()
    for enquiry, owner in ((owned, "Rektorn"), (ownerless, "")):
        enquiry.department_id, enquiry.owner = "teknik", owner
        enquiry.status = Status.DEVELOPING
    db.session.commit()
    stuck = mails(about=owned.reference)[0]
    stuck.state, stuck.due_at = "failed", None
    failure = MailFailure(
        mail_id=stuck.id, at=MONDAY, stage="rcpt", code=550, reply="no", final=True
    )
    db.session.add(failure)
    db.session.commit()

    morning()
    [mail] = mails(about="daily")
    _to_do, wrong = mail.text.split("Vad som är fel")
    assert "något är fel" in mail.subject
    for words in (
        "Mejl som inte har gått att leverera sedan förra arbetsdagen:\n\n- " + owned.reference,
        "Ett mejl har väntat i 17 timmar",
        f"({SCHOOL})",
        "(internationellt.teknik@ljungby.example)",
        "- Barn- och utbildningsförvaltningen",
        "- Socialförvaltningen",
        f"Öppna idéer som ingen äger:\n\n{ownerless.reference}: {ownerless.title}",
    ):
        assert words in wrong
    assert "Inget är fel" not in wrong


def test_a_department_that_was_asked_and_says_nothing_is_named() -> None:
    enquiry, closed = make.enquiry(), make.enquiry()
    for each in (enquiry, closed):
        together.involve(each, "teknik", "Håller taket?", by=someone(COORDINATOR))
    closed.status = Status.CLOSED
    db.session.commit()
    words = "En verksamhet har ombetts delta men inte svarat:"
    told = f"{words}\n\n{enquiry.reference}: {enquiry.title}"
    tenth, eleventh = date(2026, 11, 16), date(2026, 11, 17)  # working days after Monday
    for day in (tenth, eleventh):
        morning(datetime.combine(day, TUESDAY.timetz()))
    early, late = (mail.text for mail in mails(about="daily"))
    assert words not in early
    assert told in late
    assert closed.reference not in late.split(words)[1]

    together.contribute(enquiry, "Ja.", by=someone(TEKNIK))
    db.session.commit()
    morning(datetime.combine(date(2026, 11, 18), TUESDAY.timetz()))
    assert words not in mails(about="daily")[-1].text


def test_many_letters_become_one() -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    first, second = make.enquiry(), make.enquiry(title="Kim Exempel besöker en vänskola")
    handle.hand_over(first, "barn-utbildning", by=someone(COORDINATOR))
    db.session.commit()
    kept = mails(to_address=SCHOOL)
    assert len(kept) == 2
    assert {mail.state for mail in kept} == {"queued"}
    with time_machine.travel(MONDAY + timedelta(hours=2)):
        left = []
        while found := delivery.claim():
            left.append(found.to_address)
            db.session.commit()
    assert SCHOOL not in left
    assert "Mejl till " + SCHOOL + ": överlämningen (väntar på morgonmejlet)" in told(first)

    morning()
    morning()
    [digest] = mails(about="digest")
    assert digest.subject == "Nytt om 2 EU-idéer"
    for words in (
        f"{first.reference}: Elever besöker en vänskola",
        f"{second.reference}: [...] besöker en vänskola",
        "Vi tror att den hör till",
        f"/staff/enquiries/{first.reference}",
    ):
        assert words in digest.text
    assert make.IDEA["description"] not in digest.text
    assert {(m.state, m.digest_id) for m in mails(to_address=SCHOOL) if m.digest_id} == {
        ("sent", digest.id)
    }
    assert f"Mejl till {SCHOOL}: överlämningen (väntar på morgonmejlet)" in told(first)
    digest.state, digest.due_at = "sent", None
    db.session.commit()
    assert f"Mejl till {SCHOOL}: överlämningen (ingick i morgonmejlet)" in told(first)


def test_the_coordinators_digest_is_her_daily_mail() -> None:
    presence.choose_digest(COORDINATOR, wanted=True, by=COMMAND)
    db.session.commit()
    enquiry = make.enquiry()
    morning()
    assert mails(about="digest") == []
    [mail] = mails(about="daily")
    assert "Vad som har hänt sedan förra mejlet" in mail.text
    assert f"{enquiry.reference}: Elever besöker en vänskola" in mail.text
    assert f"<h2>{enquiry.reference}" in mail.html
    [copy] = [m for m in mails(to_address=COORDINATOR) if "/coordinator/" in m.key]
    assert copy.digest_id == mail.id


def test_a_flagged_idea_is_a_number_only() -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    enquiry = make.enquiry()
    enquiry.flagged = True
    db.session.commit()
    morning()
    [digest] = mails(about="digest")
    assert enquiry.reference in digest.text
    assert "vänskola" not in digest.text


def test_what_no_digest_tells_of_leaves_by_itself() -> None:
    """The worker was killed before the digest, and nobody starts it until noon is over."""
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    make.enquiry()
    with time_machine.travel(datetime(2026, 11, 3, 11, 1, tzinfo=UTC), tick=False):
        left = []
        while found := delivery.claim():
            left.append(found.to_address)
            db.session.commit()
    assert left.count(SCHOOL) == 1


def test_a_digest_that_is_not_committed_keeps_everything(app: Flask) -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    make.enquiry()
    with time_machine.travel(TUESDAY):
        daily.digest(SCHOOL)
        db.session.rollback()  # as when the process is killed
    assert mails(about="digest") == []
    morning()
    assert len(mails(about="digest")) == 1


def test_what_was_kept_for_somebody_who_left_is_told_to_the_coordinator() -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    make.enquiry()
    db.session.execute(sa.update(Contact).where(Contact.email == SCHOOL).values(active=False))
    db.session.commit()
    forget()
    enquiry = mails(to_address=SCHOOL)[0].about
    morning()
    assert mails(about="digest") == []
    [daily_mail] = mails(about="daily")
    assert "Det här väntade på någon som inte längre är kontaktperson" in daily_mail.text
    assert f"{enquiry}: Elever besöker en vänskola" in daily_mail.text
    assert {m.digest_id for m in mails(to_address=SCHOOL) if m.kept_until} == {daily_mail.id}


def test_whoever_comes_after_them_gets_the_hand_over() -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    make.enquiry()
    db.session.execute(sa.update(Contact).filter_by(email=SCHOOL).values(email=SUCCESSOR))
    db.session.execute(sa.update(Contact).values(digest=False))
    db.session.commit()
    forget()
    for _worker in range(2):
        morning()
    [handed_over] = mails(to_address=SUCCESSOR)
    assert "/handover/" in handed_over.key
    assert "/staff/enquiries/" in handed_over.text


def test_a_comment_on_a_page_waits_for_the_daily_mail_too() -> None:
    """Only there does the coordinator read it, so it stands there in full."""
    presence.choose_digest(COORDINATOR, wanted=True, by=COMMAND)
    db.session.commit()
    for text in ("Sidan saknar ett kartblad.\n\nOch en ordlista.", "Tack för en klar sida!"):
        comments.comment("start", text, "kim@exempel.example", language="sv", address="192.0.2.1")
    db.session.commit()
    assert queue.counts()["kept"] == 2
    morning()
    [mail] = mails(about="daily")
    assert mail.text.count("Synpunkt på en av våra sidor") == 2
    assert "> Och en ordlista." in mail.text
    assert "> Tack för en klar sida!" in mail.text
    assert "kim@exempel.example" in mail.text
    assert "comment/" not in mail.text


def test_a_link_to_sign_in_is_never_kept(app: Flask) -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()
    with app.test_request_context("/staff/sign-in"):
        signin.ask(SCHOOL, "192.0.2.1")
        db.session.commit()
        [mail] = mails(about="sign-in")
        assert mail.kept_until is None
        assert mail.due_at == mail.created_at


def test_waiting_for_a_digest_is_no_trouble() -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    presence.choose_digest(COORDINATOR, wanted=True, by=COMMAND)
    db.session.commit()
    make.enquiry(email="")
    assert queue.counts()["queued"] == 0
    assert queue.oldest() is None


def test_two_workers_at_the_same_moment(app: Flask) -> None:
    for email in (SCHOOL, COORDINATOR):
        presence.choose_digest(email, wanted=True, by=COMMAND)
    db.session.commit()
    for _each in range(3):
        make.enquiry()
    db.session.close()
    gate = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            gate.wait(10)
            Morning()()

    with time_machine.travel(TUESDAY, tick=True):
        threads = [threading.Thread(target=work) for _worker in range(2)]
        for thread_ in threads:
            thread_.start()
        for thread_ in threads:
            thread_.join(60)
    assert len(mails(about="daily")) == 1
    assert len(mails(about="digest")) == 1
    assert len({mail.to_address for mail in mails(about="still-you")}) == len(
        mails(about="still-you")
    )
    kept = [mail for mail in mails() if mail.kept_until]
    assert len(kept) == 6
    assert all(mail.digest_id for mail in kept)
