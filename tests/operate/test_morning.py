"""A year of working mornings with two workers: what is due is done once, and never on a holiday."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory import presence
from intake.directory.history import COMMAND
from intake.directory.models import THE_ORGANISATION, Contact, OrganisationRow
from intake.directory.organisation import forget, organisation
from intake.enquiries import attention, comments, facts, handle, sender, still_you, to_do
from intake.enquiries.models import Enquiry, Event, LinkRequest, PageComment
from intake.enquiries.steps import Act, Status
from intake.i18n import speaking
from intake.operate.forget import forget_networks
from intake.operate.morning import Morning
from intake.outbox import queue
from intake.outbox.letter import Letter
from intake.outbox.models import MailFailure, OutgoingMail
from intake.staff.models import SignInLink, StaffSession
from tests import make
from tests.conftest import on_sqlite
from tests.staff.desk import COORDINATOR, SCHOOL, TEKNIK, coordinator, someone

START = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context(), time_machine.travel(START, tick=False):
        db.session.execute(sa.update(Contact).values(since=date(2026, 5, 1)))
        db.session.commit()
        forget()
        yield


def reminders() -> list[OutgoingMail]:
    asked = sa.select(OutgoingMail).where(
        sa.or_(
            OutgoingMail.key.contains("/reminder/"), OutgoingMail.key.contains("/question_again/")
        )
    )
    return list(db.session.scalars(asked.order_by(OutgoingMail.id)))


def handed_to_teknik() -> Enquiry:
    """They have opened it, and are asked until the 30th whether they want it."""
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "teknik", by=coordinator())
    handle.opened(enquiry, by=someone(TEKNIK))
    return enquiry


def due_of_a_year() -> dict[tuple[str, date, str], list[str]]:
    """Cases of every kind, and from the calendar, not from the code: on which day who is to be
    reminded of what.
    """
    due: dict[tuple[str, date, str], list[str]] = {}

    def expect(case: Enquiry, day: tuple[int, int, int], to: str, *needs: str) -> None:
        due[case.reference, date(*day), to] = list(needs)

    late = make.enquiry()
    handle.take(late, by=coordinator())
    expect(late, (2026, 11, 10), COORDINATOR, "late")  # promised by the 9th
    # Sixty days later nothing is done yet, and so on: one of these is a Saturday, one a Sunday.
    again = ((2027, 1, 11), (2027, 3, 10), (2027, 5, 10), (2027, 7, 8), (2027, 9, 6))
    for day in again:
        expect(late, day, COORDINATOR, "late")

    unopened = make.enquiry()
    handle.hand_over(unopened, "barn-utbildning", by=coordinator())
    expect(unopened, (2026, 11, 5), COORDINATOR, "unopened")  # three working days
    expect(unopened, (2026, 11, 24), COORDINATOR, "late")  # an assessment, in fifteen
    for day in ((2027, 1, 25), (2027, 3, 24), (2027, 5, 24), (2027, 7, 22), (2027, 9, 20)):
        expect(unopened, day, COORDINATOR, "late")

    asked = make.enquiry()
    handle.opened(asked, by=someone(SCHOOL))
    handle.ask(asked, "Hur många?", by=someone(SCHOOL))
    expect(asked, (2026, 11, 16), "kim@exempel.example", "question")  # ten working days

    parked = make.enquiry()
    handle.park(parked, date(2027, 1, 6), "Utlysningen öppnar då.", by=coordinator())
    # The sixth of January is a holiday, so the next morning wakes it; nobody opens it. Its
    # assessment is promised anew, in fifteen working days.
    expect(parked, (2027, 1, 7), SCHOOL, "awake")
    expect(parked, (2027, 1, 12), COORDINATOR, "unopened")
    for day in ((2027, 1, 29), (2027, 3, 30), (2027, 5, 31), (2027, 7, 28), (2027, 9, 27)):
        expect(parked, day, COORDINATOR, "late")

    calls = make.enquiry()
    handle.take(calls, by=coordinator())
    facts.set_facts(calls, by=coordinator(), call_by=date(2027, 1, 15))
    for day in ((2026, 11, 10), *again):
        expect(calls, day, COORDINATOR, "late")
    # Sixty days before, and thirty; ten is a Tuesday before a holiday.
    for day in ((2026, 11, 16), (2026, 12, 16), (2027, 1, 5)):
        expect(calls, day, COORDINATOR, "call")

    undecided = handed_to_teknik()
    for day in ((2026, 12, 1), (2027, 2, 1), (2027, 3, 31), (2027, 5, 31), (2027, 7, 29)):
        expect(undecided, day, TEKNIK, "late")
    expect(undecided, (2027, 9, 27), TEKNIK, "late")
    # The coordinator three working days after them.
    for day in ((2026, 12, 4), (2027, 2, 4), (2027, 4, 5), (2027, 6, 3), (2027, 8, 3)):
        expect(undecided, day, COORDINATOR, "late")
    expect(undecided, (2027, 9, 30), COORDINATOR, "late")

    at_once = make.enquiry()
    handle.take(at_once, by=coordinator())
    the_day = date(2026, 11, 10)
    later = the_day + timedelta(days=10)
    facts.set_facts(at_once, by=coordinator(), next_action_by=the_day, call_by=later)
    expect(at_once, (2026, 11, 2), COORDINATOR, "call")  # less than thirty days are left
    expect(at_once, (2026, 11, 10), COORDINATOR, "late", "call", "planned")
    for day in again:
        expect(at_once, day, COORDINATOR, "late")

    db.session.commit()
    return due


@on_sqlite
def test_a_year_with_two_workers(caplog: pytest.LogCaptureFixture) -> None:
    """Each due reminder is sent once, however often the service is started anew."""
    due = due_of_a_year()
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    db.session.commit()

    workers = [Morning(), Morning()]
    for days in range(365):
        if (START + timedelta(days=days)).day == 1:
            workers = [Morning(), Morning()]
        for hour in (3, 12):
            with time_machine.travel(START.replace(hour=hour) + timedelta(days=days), tick=False):
                for worker in workers:
                    worker()

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert Counter((m.about, _day(m), m.to_address) for m in reminders()) == dict.fromkeys(due, 1)
    assert _reminded() == due
    for mail in reminders():
        there = clock.local(mail.created_at)
        assert clock.is_working_day(there.date()), there
        assert there.hour >= 8

    days = [clock.local(START).date() + timedelta(days=each) for each in range(365)]
    mornings = [day for day in days if clock.is_working_day(day)]
    assert date(2026, 12, 24) not in mornings
    assert [_day(mail) for mail in _about("daily")] == mornings
    _asked_twice_a_year()
    _each_letter_is_in_one_digest()


def _reminded() -> dict[tuple[str, date, str], list[str]]:
    """What the history says: about which case, on which day, to whom, of what."""
    asked = sa.select(Event, Enquiry.reference, Enquiry.email).join(Enquiry)
    return {
        (
            reference,
            clock.local(event.at).date(),
            email if event.data["to"] == "sender" else event.data["to"],
        ): event.data["needs"]
        for event, reference, email in db.session.execute(asked.where(Event.act == Act.REMINDED))
    }


def _asked_twice_a_year() -> None:
    """Nobody ever says "still me", so each is asked again after half a year."""
    house = organisation()
    contacts = [p.email for post in (house.coordinator, *house.departments) for p in post.contacts]
    asked = Counter(mail.to_address for mail in _about("still-you"))
    assert asked == dict.fromkeys(contacts, 2)
    assert {_day(mail) for mail in _about("still-you")} == {date(2026, 11, 2), date(2027, 5, 4)}


def _each_letter_is_in_one_digest() -> None:
    kept = list(
        db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.kept_until.is_not(None)))
    )
    assert kept
    assert {mail.to_address for mail in kept} == {SCHOOL}
    digests = {mail.id: _day(mail) for mail in _about("digest")}
    assert len(set(digests.values())) == len(digests)  # one a day
    assert {mail.digest_id for mail in kept} == set(digests)
    for mail in kept:
        assert mail.digest_id
        assert digests[mail.digest_id] == _day(mail)  # reminders are told on the same morning
    assert all(clock.is_working_day(day) for day in digests.values())


def _about(what: str) -> list[OutgoingMail]:
    asked = sa.select(OutgoingMail).filter_by(about=what).order_by(OutgoingMail.id)
    return list(db.session.scalars(asked))


def _day(mail: OutgoingMail) -> date:
    return clock.local(mail.created_at).date()


def test_two_workers_at_the_same_moment(app: Flask) -> None:
    for _number in range(4):
        handle.take(make.enquiry(), by=coordinator())
    db.session.commit()
    db.session.close()
    gate = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            gate.wait(10)
            Morning()()

    with time_machine.travel(datetime(2026, 11, 10, 9, tzinfo=UTC), tick=True):
        threads = [threading.Thread(target=work) for _worker in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(reminders()) == 4


def test_what_nobody_opened_goes_back() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    db.session.commit()
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        Morning()()
        stored = db.session.get_one(Enquiry, enquiry.id)
        assert stored.department_id is None
        assert stored.status == Status.ASSESSING
        assert stored.coordinator_from == date(2026, 11, 5)
        [line] = _to_do(stored)
        assert line.startswith("Barn- och utbildningsförvaltningen har inte öppnat den.")

        told = sa.select(OutgoingMail).where(OutgoingMail.key.contains("/no_longer_yours/"))
        mail = db.session.scalars(told).one()
        assert mail.to_address == SCHOOL
        assert mail.subject == f"EU-idé {enquiry.reference} är inte längre hos er"
        assert "inom 3 arbetsdagar" in mail.text
        assert "Samordnaren har tagit över" not in mail.text


def test_what_goes_back_is_not_late_for_what_the_department_was_asked() -> None:
    """No worker ran for weeks: the hand-over is both unopened and late, until it goes back."""
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    enquiry.handed_over_at = START - timedelta(days=60)
    attention.reckon(enquiry, organisation())
    db.session.commit()
    Morning()()
    [mail] = reminders()
    assert "ingen hade öppnat den" in mail.subject


@pytest.mark.parametrize(("state", "again"), [("sent", 1), ("failed", 0)])
def test_a_sender_whom_no_mail_reaches_is_not_asked_again_by_mail(state: str, again: int) -> None:
    enquiry = make.enquiry()
    handle.ask(enquiry, "Hur många?", by=coordinator())
    db.session.flush()
    question = sa.update(OutgoingMail).where(OutgoingMail.key.contains("/question/"))
    db.session.execute(question.values(state=state, due_at=None))
    db.session.commit()
    with time_machine.travel(datetime(2026, 11, 16, 9, tzinfo=UTC)):
        Morning()()
    assert sum("/question_again/" in mail.key for mail in reminders()) == again


def test_what_has_rested_long_enough_is_to_be_done_by_somebody() -> None:
    enquiry = make.enquiry()
    handle.take(enquiry, by=coordinator())
    handle.park(enquiry, date(2026, 11, 5), "Utlysningen öppnar då.", by=coordinator())
    db.session.commit()
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        Morning()()
        stored = db.session.get_one(Enquiry, enquiry.id)
        assert stored.status == Status.ASSESSING
        assert stored.coordinator_from == date(2026, 11, 5)
        assert _to_do(stored) == ["Den har vilat färdigt."]


def _to_do(enquiry: Enquiry) -> list[str]:
    """What its page says to the coordinator."""
    house = organisation()
    needs = attention.needs_of(coordinator(), enquiry, house)
    news = to_do.latest_news([enquiry.id]).get(enquiry.id)
    with speaking("sv"):
        return to_do.lines(needs, enquiry, news, house, coordinates=True)


def test_a_fault_in_one_act_stops_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(enquiry_id: int) -> None:
        raise ValueError(enquiry_id)

    handle.take(make.enquiry(), by=coordinator())
    db.session.commit()
    monkeypatch.setattr("intake.enquiries.reminders.look_after", fails)
    with time_machine.travel(datetime(2026, 11, 10, 9, tzinfo=UTC)):
        Morning()()
    assert "ValueError" in caplog.text
    assert len(_about("daily")) == 1


def test_links_and_sessions_that_are_long_over_are_removed() -> None:
    """A3, and not those that somebody may still ask about."""
    now = clock.now()
    for days in (1, 6, 8):
        then = now - timedelta(days=days)
        db.session.add(SignInLink(at=then, token_hash=f"l{days}", expires_at=then, network="n"))
        db.session.add(_session(f"s{days}", seen_at=then, ended_at=None))
        db.session.add(_session(f"e{days}", seen_at=then, ended_at=then))
        db.session.add(LinkRequest(at=then, network=f"r{days}"))
        _mail(f"sign-in/{days}", about="sign-in", at=then)
        _mail(f"EU-2026-0001/answer/{days}", about="EU-2026-0001", at=then)
    db.session.add(_session("open", seen_at=now, ended_at=None))
    db.session.commit()
    Morning()()
    assert set(db.session.scalars(sa.select(SignInLink.token_hash))) == {"l1", "l6"}
    kept = set(db.session.scalars(sa.select(StaffSession.token_hash)))
    assert kept == {"s1", "s6", "e1", "e6", "open"}
    assert set(db.session.scalars(sa.select(LinkRequest.network))) == {"r1", "r6"}
    assert len(_about("sign-in")) == 2
    assert len(_about("EU-2026-0001")) == 3  # letters about a case are kept with it


@pytest.mark.parametrize("at_once", [5000, 1])
def test_network_codes_are_emptied_and_nothing_else(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part at a time, if there are many."""
    monkeypatch.setattr("intake.operate.forget.AT_ONCE", at_once)
    for days in (9, 8, 6):
        with time_machine.travel(START - timedelta(days=days), tick=False):
            enquiry = make.enquiry(address="192.0.2.1")
            sender.reply(enquiry, "Mer.", submission="x", address="192.0.2.1")
            comments.comment("privacy", "Bra.", "", language="sv", address="192.0.2.1")
            db.session.commit()
    received = set(db.session.scalars(sa.select(Enquiry.received_at)))

    left = [3, 2, 1] if at_once == 1 else [3, 1, 1]
    for expected in left:
        for column, none in ((Enquiry.network, ""), (Event.network, None)):
            codes = db.session.scalars(sa.select(column)).all()
            assert sum(bool(code) for code in codes) == expected
            assert {code for code in codes if not code} <= {none}
        assert sum(map(bool, db.session.scalars(sa.select(PageComment.network)))) == expected
        forget_networks()
        db.session.commit()
    assert set(db.session.scalars(sa.select(Enquiry.received_at))) == received


@on_sqlite
def test_what_is_emptied_already_is_not_read_again() -> None:
    """Of a million rows an index knows the few that have a code still."""
    asked: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, values: Any, *rest: Any) -> None:
        asked.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    forget_networks()
    sa.event.remove(db.engine, "before_cursor_execute", note)
    plans = [
        " ".join(map(str, db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", v)))
        for s, v in asked
        if s.startswith("UPDATE")
    ]
    for plan, index in zip(
        plans,
        (
            "ix_enquiry_network_received_at (network>?",
            "ix_event_network_at",
            "ix_page_comment_network_at (network>?",
        ),
        strict=True,
    ):
        assert index in plan


def _mail(key: str, *, about: str, at: datetime) -> None:
    """A letter that was refused then."""
    with time_machine.travel(at):
        letter = Letter(
            to=SCHOOL,
            subject="x",
            text="x",
            html="x",
            language="sv",
            reply_to=SCHOOL,
            sender_name="x",
        )
        number = queue.put(letter, about=about, key=key)
    over = sa.update(OutgoingMail).where(OutgoingMail.id == number)
    db.session.execute(over.values(state="failed", due_at=None))
    db.session.add(MailFailure(mail_id=number, at=at, stage="rcpt", code=550, reply="", final=True))


def _session(token: str, *, seen_at: datetime, ended_at: datetime | None) -> StaffSession:
    return StaffSession(
        token_hash=token,
        email=SCHOOL,
        way="mail",
        browser="",
        created_at=seen_at,
        seen_at=seen_at,
        ended_at=ended_at,
    )


def test_who_says_still_me_is_left_alone_for_half_a_year() -> None:
    Morning()()
    asked = len(_about("still-you"))
    with time_machine.travel(START + timedelta(days=10)):
        presence.confirm(SCHOOL, by=COMMAND)
        db.session.commit()
    for day, more in ((date(2027, 5, 12), asked - 1), (date(2027, 5, 17), 1)):
        with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
            Morning()()
        total = len(_about("still-you"))
        assert total == asked + more
        asked = total


def test_who_was_put_in_lately_is_not_asked_yet() -> None:
    lately = sa.update(Contact).filter_by(email=SCHOOL).values(since=date(2026, 10, 1))
    db.session.execute(lately)
    db.session.commit()
    forget()
    Morning()()
    asked = {mail.to_address for mail in _about("still-you")}
    assert SCHOOL not in asked
    assert len(asked) > 1
    with time_machine.travel(datetime(2027, 4, 2, 9, tzinfo=UTC)):
        Morning()()
    assert SCHOOL in {mail.to_address for mail in _about("still-you")}


def test_nobody_is_asked_who_is_away_or_cannot_be_reached() -> None:
    presence.be_away(SCHOOL, date(2026, 11, 2), date(2026, 11, 3), by=COMMAND)
    presence.note_failed("internationellt.teknik@ljungby.example")
    db.session.commit()
    Morning()()
    asked = {mail.to_address for mail in _about("still-you")}
    assert asked.isdisjoint({SCHOOL, "internationellt.teknik@ljungby.example"})
    with time_machine.travel(datetime(2026, 11, 4, 9, tzinfo=UTC)):
        Morning()()
    assert SCHOOL in {mail.to_address for mail in _about("still-you")}


def promise(**days: int) -> None:
    """The municipality promises otherwise from now on."""
    row = db.session.get_one(OrganisationRow, THE_ORGANISATION)
    row.facts = row.facts | {"promise": row.facts["promise"] | days}  # type: ignore[call-overload]
    db.session.commit()
    forget()


def told(day: date) -> list[str]:
    """Whom the round of that morning reminds, after a restart."""
    with time_machine.travel(datetime.combine(day, time(9), UTC), tick=False):
        before = len(reminders())
        Morning()()
        return [mail.to_address for mail in reminders()[before:]]


def test_the_coordinator_hears_of_it_some_working_days_after_the_department() -> None:
    promise(coordinator_days=4)
    handed_to_teknik()
    db.session.commit()
    assert told(date(2026, 12, 1)) == [TEKNIK]
    assert told(date(2026, 12, 4)) == []
    assert told(date(2026, 12, 7)) == [COORDINATOR]
    assert told(date(2026, 12, 8)) == []


def test_after_a_long_standstill_the_department_still_hears_of_it_first() -> None:
    handed_to_teknik()
    db.session.commit()
    assert told(date(2027, 3, 1)) == [TEKNIK]
    assert told(date(2027, 3, 3)) == []
    assert told(date(2027, 3, 4)) == [COORDINATOR]


def test_who_has_it_herself_is_reminded_once() -> None:
    """Also when she has what was late with the department before: it is hers, and she knows."""
    handle.take(make.enquiry(), by=coordinator())
    stood_in = handed_to_teknik()
    presence.be_away(TEKNIK, date(2026, 11, 30), date(2026, 12, 2), by=COMMAND)
    db.session.commit()
    assert told(date(2026, 11, 10)) == [COORDINATOR]
    assert told(date(2026, 12, 1)) == [COORDINATOR]
    assert reminders()[-1].about == stood_in.reference
    assert told(date(2026, 12, 10)) == []


def test_who_does_not_answer_in_time_is_shown() -> None:
    promise(still_you_days=5)
    Morning()()
    school = next(p for _post, p in organisation().held_by(SCHOOL))
    [letter] = [mail for mail in _about("still-you") if mail.to_address == SCHOOL]
    assert "5 arbetsdagar" in letter.text
    assert not still_you.has_not_answered(school, organisation(), date(2026, 11, 9))
    assert still_you.has_not_answered(school, organisation(), date(2026, 11, 10))


@on_sqlite
def test_of_the_days_before_a_call_that_have_passed_the_latest_counts() -> None:
    """Set late, it is reminded of once and not three times; and not at all when it has left."""
    for status in (Status.DEVELOPING, Status.APPLIED):
        enquiry = make.enquiry()
        enquiry.status, enquiry.owner = status, "Rektorn"
        facts.set_facts(enquiry, by=coordinator(), call_by=date(2026, 11, 9))
    db.session.commit()
    for day in (3, 4, 9, 10):
        with time_machine.travel(START.replace(day=day), tick=False):
            Morning()()
    reminded = db.session.scalars(sa.select(Event).filter_by(act=Act.REMINDED))
    [event] = [each for each in reminded if "call" in each.data["needs"]]
    assert event.data["keys"] == ["call/2026-11-09/10"]
    with time_machine.travel(START.replace(day=10), tick=False), speaking("sv"):
        developing = db.session.get_one(Enquiry, event.enquiry_id)
        house = organisation()
        needs = attention.needs(developing, house)
        assert "Sista ansökningsdag var 9 november. Berätta hur det gick." in to_do.lines(
            needs, developing, None, house, coordinates=True
        )
