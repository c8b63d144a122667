"""What staff do with an enquiry: every move of the table, every letter, whose turn it is."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine

from intake import clock
from intake.db import db
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import (
    attention,
    close,
    facts,
    handle,
    join,
    reminders,
    sender,
)
from intake.enquiries.arrival import Arrival
from intake.enquiries.attention import Need, Promise
from intake.enquiries.models import Enquiry
from intake.enquiries.receive import receive
from intake.enquiries.steps import Act, NotAllowed, Status, next_steps
from intake.enquiries.story import public_story
from intake.enquiries.thread import thread
from intake.enquiries.undelivered import take_back
from intake.outbox.models import OutgoingMail
from intake.staff.verbs import VERBS
from tests import make
from tests.conftest import on_sqlite
from tests.enquiries.conftest import MONDAY
from tests.staff.desk import coordinator, someone

pytestmark = pytest.mark.usefixtures("monday")


def contact(department: str = "barn-utbildning") -> Member:
    return someone(organisation().posts[department].contacts[0].email)


def letters(enquiry: Enquiry) -> list[str]:
    """What kind of letters wait, in order."""
    db.session.commit()
    keys = sa.select(OutgoingMail.key).filter_by(about=enquiry.reference).order_by(OutgoingMail.id)
    return [key.split("/")[1] for key in db.session.scalars(keys)]


def latest_mail(enquiry: Enquiry, **which: str) -> OutgoingMail:
    db.session.commit()
    mails = sa.select(OutgoingMail).filter_by(about=enquiry.reference, **which)
    found = db.session.scalars(mails.order_by(OutgoingMail.id.desc())).first()
    assert found is not None
    return found


def test_confirming_tells_the_sender_and_nobody_twice() -> None:
    enquiry = make.enquiry()
    assert enquiry.department_id == "barn-utbildning"
    before = letters(enquiry)

    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())

    assert letters(enquiry)[len(before) :] == ["placed"]
    assert enquiry.status == Status.WITH_DEPARTMENT
    mail = latest_mail(enquiry)
    assert mail.to_address == "kim@exempel.example"
    assert "Barn- och utbildningsförvaltningen" in mail.text


def test_what_the_coordinator_writes_when_she_confirms_reaches_the_contact() -> None:
    """The first letter asked them to look at it already, so without a note there is none."""
    enquiry = make.enquiry()
    before = letters(enquiry)
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator(), note="Hör med rektorn.")

    assert letters(enquiry)[len(before) :] == ["handover", "placed"]
    asked = sa.select(OutgoingMail).where(OutgoingMail.key.contains("/handover/2"))
    mail = db.session.scalars(asked).one()
    assert mail.to_address == contact().email
    assert "Samordnaren har bekräftat" in mail.subject
    assert "Hör med rektorn." in mail.text


def test_confirming_once_more_tells_only_what_is_new() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    before = letters(enquiry)

    with pytest.raises(NotAllowed, match="confirmed") as refused:
        handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    assert refused.value.argument == "department_id"
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator(), note="Hör med rektorn.")
    assert letters(enquiry)[len(before) :] == ["handover"]
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator(), text="Rektorn hör av sig.")
    assert letters(enquiry)[len(before) :] == ["handover", "placed"]


def test_where_it_is_can_be_confirmed_after_it_has_rested() -> None:
    """Nobody has told the sender yet who has it; they know only that it rested."""
    enquiry = make.enquiry()
    handle.park(enquiry, date(2026, 12, 1), "Vi väntar.", by=coordinator())
    handle.wake(enquiry, by=coordinator())
    assert enquiry.status == Status.WITH_DEPARTMENT
    before = letters(enquiry)
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    assert letters(enquiry)[len(before) :] == ["placed"]


def test_changing_the_department_writes_to_the_new_one() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "teknik", by=coordinator(), note="Det gäller skolans tak.")

    assert letters(enquiry)[-3:] == ["handover", "placed", "no_longer_yours"]
    mails = db.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.key.like("%/handover/2"))
    ).all()
    assert [mail.to_address for mail in mails] == [contact("teknik").email]
    assert "Det gäller skolans tak." in mails[0].text
    assert enquiry.department_id == "teknik"
    event = next(e for e in enquiry.history if e.act == Act.HANDED_OVER)
    assert event.data["before"] == "barn-utbildning"
    assert event.data["other_authority"] is True


def test_handing_on_from_one_department_to_the_next() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    handle.opened(enquiry, by=contact())
    handle.hand_over(enquiry, "kultur-fritid", by=coordinator(), note="Det är fritid.")

    assert enquiry.department_id == "kultur-fritid"
    assert enquiry.seen_by_department_at is None
    assert letters(enquiry)[-3:] == ["handover", "placed", "no_longer_yours"]


def test_what_came_back_is_dealt_with_by_a_new_place() -> None:
    """Not so what a sender wrote, which whoever has it now is to read."""
    house = organisation()
    enquiry, answered = make.enquiry(), make.enquiry()
    for each in (enquiry, answered):
        handle.ask(each, "Hur många?", by=contact())
        handle.send_back(each, by=contact(), why="Nej.")
    sender.reply(answered, "Tjugo.", submission="x")
    for each in (enquiry, answered):
        handle.hand_over(each, "teknik", by=coordinator())
    assert Need.NEWS not in attention.needs(enquiry, house)
    assert Need.NEWS in attention.needs(answered, house)


def test_an_application_that_lost_its_department_goes_on_with_another() -> None:
    enquiry = make.enquiry()
    handle.advance(enquiry, Status.DEVELOPING, owner="Rektor", by=contact())
    handle.advance(enquiry, Status.APPLYING, by=contact())
    enquiry.department_id = None  # as when it leaves the organisation's file
    assert VERBS["hand-over"].offered(enquiry)
    handle.hand_over(enquiry, "teknik", by=coordinator())

    assert (enquiry.status, enquiry.department_id) == (Status.APPLYING, "teknik")
    assert not VERBS["hand-over"].offered(enquiry)
    assert letters(enquiry)[-2:] == ["handover", "placed"]
    told = latest_mail(enquiry, to_address=contact("teknik").email).text
    assert "Arbetet med den har redan börjat" in told
    assert "Ja, vi tar den" not in told
    assert "som fortsätter med den" in latest_mail(enquiry, to_address=make.IDEA["email"]).text


def test_while_it_rests_an_application_stands_at_the_same_public_step() -> None:
    enquiry = make.enquiry()
    handle.advance(enquiry, Status.DEVELOPING, owner="Rektor", by=contact())
    handle.advance(enquiry, Status.APPLYING, by=contact())
    handle.park(enquiry, date(2026, 12, 1), "Vi väntar.", by=contact())
    [now] = [s.number for s in public_story(enquiry, organisation()).steps if s.state == "now"]
    assert now == 4

    nobodys = make.enquiry(title="Något", description="Något bra som vi vill göra en gång.")
    handle.park(nobodys, date(2026, 12, 1), "Vi väntar.", by=coordinator())
    [now] = [s.number for s in public_story(nobodys, organisation()).steps if s.state == "now"]
    assert now == 2  # no department works on it


def test_nobody_on_duty_or_no_such_department_changes_nothing() -> None:
    enquiry = make.enquiry()
    for wrong in ("coordinator", "nowhere"):
        with pytest.raises(NotAllowed):
            handle.hand_over(enquiry, wrong, by=coordinator())
    assert enquiry.status == Status.RECEIVED
    assert enquiry.department_id == "barn-utbildning"


def test_a_department_sends_it_back() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    handle.send_back(enquiry, by=contact(), why="Det är en fråga för kulturen.")

    assert enquiry.status == Status.ASSESSING
    assert enquiry.department_id is None
    mail = latest_mail(enquiry)
    assert mail.to_address == "internationellt@ljungby.example"
    assert "kulturen" in mail.text
    assert Need.NEWS in attention.needs(enquiry, organisation())


def test_a_reason_that_only_names_the_sender_is_not_mailed() -> None:
    """The coordinator reads it in the case, to which the letter leads."""
    enquiry = make.enquiry()
    handle.send_back(enquiry, by=contact(), why="Kim Exempel!")
    text = latest_mail(enquiry).text
    assert "[...]" not in text
    assert "Varför" not in text


def test_a_question_waits_for_the_sender() -> None:
    enquiry = make.enquiry()
    handle.ask(enquiry, "Hur många elever gäller det?", by=contact())

    mail = latest_mail(enquiry)
    assert "Hur många elever" in mail.text
    assert mail.seed
    assert enquiry.question_at == clock.now()
    assert enquiry.due_on is None


def test_a_flagged_one_says_nothing_in_a_mail() -> None:
    enquiry = make.enquiry()
    facts.set_facts(enquiry, by=coordinator(), flagged=True, secrecy_ground="OSL 19:1")
    handle.answer(enquiry, "Ert anbud är hemligt.", by=coordinator())

    mail = latest_mail(enquiry)
    assert "hemligt" not in mail.text + mail.html + mail.subject


def test_who_gave_no_address_gets_no_letter_and_that_is_noted() -> None:
    enquiry = make.enquiry(email="")
    handle.answer(enquiry, "Vi hör av oss.", by=coordinator())

    assert "answer" not in letters(enquiry)
    assert enquiry.history[-1].act == Act.WITHHELD


def test_the_whole_way() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    with pytest.raises(NotAllowed):
        handle.advance(enquiry, Status.DEVELOPING, by=contact())
    handle.advance(enquiry, Status.DEVELOPING, by=contact(), owner="Rektor, Sunnerboskolan")
    for step in (Status.APPLYING, Status.APPLIED, Status.GRANTED):
        handle.advance(enquiry, step, by=contact(), text="Det går framåt.")
    close.close(
        enquiry, "completed", by=contact(), text="Klart.", next_step="Kom igen!", learnt="Bra."
    )

    assert letters(enquiry)[-6:] == ["placed", "moved", "moved", "moved", "moved", "closed"]
    assert "Bra." not in latest_mail(enquiry).text  # what we learnt is ours
    assert "Kom igen!" in latest_mail(enquiry).text
    assert enquiry.coordinator_from is None


def test_every_move_that_is_not_in_the_table_is_refused() -> None:
    enquiry = make.enquiry()
    for here in Status:
        for there in (Status.APPLYING, Status.APPLIED, Status.GRANTED):
            enquiry.status = here
            enquiry.owner = "Någon"
            if there in next_steps(here):
                handle.advance(enquiry, there, by=coordinator())
                assert enquiry.status == there
            else:
                with pytest.raises(NotAllowed):
                    handle.advance(enquiry, there, by=coordinator())
                assert enquiry.status == here


def test_parked_wakes_by_itself_on_its_day() -> None:
    enquiry = make.enquiry()
    with pytest.raises(NotAllowed):
        handle.park(enquiry, clock.today(), "Snart.", by=coordinator())
    handle.park(enquiry, date(2026, 12, 1), "Utlysningen öppnar då.", by=coordinator())

    assert enquiry.coordinator_from == date(2026, 12, 1)
    assert attention.needs(enquiry, organisation()) == []
    assert "1 december 2026" in latest_mail(enquiry).text
    with time_machine.travel(MONDAY + timedelta(days=29)):
        assert attention.needs(enquiry, organisation()) == [Need.AWAKE]
    handle.wake(enquiry, by=coordinator())
    assert enquiry.status == Status.WITH_DEPARTMENT


def test_what_somebody_wakes_is_not_late_for_the_time_in_which_it_rested() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    handle.answer(enquiry, "Tack, vi läser den.", by=contact())
    handle.park(enquiry, date(2027, 3, 1), "Utlysningen öppnar då.", by=coordinator())

    with time_machine.travel(datetime(2027, 2, 1, 9, tzinfo=UTC)):
        handle.wake(enquiry, by=coordinator())
        assert Need.LATE not in attention.needs(enquiry, organisation())
        assert enquiry.due_on == attention.decide_by(enquiry, organisation())


def applying() -> Enquiry:
    """An application is being written, with an owner."""
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    handle.opened(enquiry, by=contact())
    handle.advance(enquiry, Status.DEVELOPING, by=contact(), owner="Rektorn")
    handle.advance(enquiry, Status.APPLYING, by=contact())
    return enquiry


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("stands", [Status.DEVELOPING, Status.APPLYING])
def test_what_was_parked_goes_on_where_it_was(stands: Status, *, by_hand: bool) -> None:
    enquiry = applying()
    if stands is Status.DEVELOPING:
        handle.advance(enquiry, Status.DEVELOPING, by=contact())
    handle.park(enquiry, date(2026, 12, 1), "Utlysningen öppnar då.", by=contact())
    db.session.commit()

    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False):
        if by_hand:
            handle.wake(enquiry, by=contact())
        else:
            reminders.look_after(enquiry.id)
        house = organisation()
        assert (enquiry.status, enquiry.owner) == (stands, "Rektorn")
        assert attention.promised(enquiry, house) == (Promise.LIFE, date(2027, 2, 1))
        # Whom the clock wakes it for must see that; nobody is asked again whether they want it.
        needs = [] if by_hand else [Need.NEWS]
        assert attention.needs_of(contact(), enquiry, house) == needs


def test_a_step_that_was_told_is_not_told_again_after_a_rest() -> None:
    enquiry = applying()
    handle.park(enquiry, date(2026, 12, 1), "Utlysningen öppnar då.", by=contact())
    with pytest.raises(NotAllowed):  # it is taken up first
        handle.advance(enquiry, Status.APPLYING, by=contact())
    handle.wake(enquiry, by=contact())
    assert next_steps(Status(enquiry.status)) == [Status.APPLIED, Status.DEVELOPING]


def test_what_lost_its_department_while_it_rested_is_the_coordinators() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    handle.park(enquiry, date(2026, 12, 1), "Utlysningen öppnar då.", by=coordinator())
    enquiry.department_id = None
    handle.wake(enquiry, by=coordinator())
    assert enquiry.status == Status.ASSESSING


@pytest.mark.parametrize("rests", [False, True])
def test_what_is_developed_cannot_lose_its_owner(*, rests: bool) -> None:
    enquiry = applying()
    if rests:
        handle.park(enquiry, date(2026, 12, 1), "Utlysningen öppnar då.", by=contact())
    with pytest.raises(NotAllowed) as refused:
        facts.set_facts(enquiry, by=contact(), owner="", case_number="KS 2026:1")
    assert refused.value.argument == "owner"
    assert (enquiry.owner, enquiry.case_number) == ("Rektorn", "")
    facts.set_facts(enquiry, by=contact(), owner="Skolchefen", case_number="KS 2026:1")
    assert enquiry.owner == "Skolchefen"


def test_what_nobody_develops_needs_no_owner() -> None:
    enquiry = make.enquiry()
    facts.set_facts(enquiry, by=coordinator(), owner="Rektorn")
    facts.set_facts(enquiry, by=coordinator(), owner="")
    assert enquiry.owner == ""


def test_what_is_late_needs_action_the_day_after() -> None:
    enquiry = make.enquiry()
    handle.take(enquiry, by=coordinator())
    db.session.commit()

    assert enquiry.answer_by == date(2026, 11, 9)
    assert enquiry.coordinator_from == date(2026, 11, 10)
    with time_machine.travel(datetime(2026, 11, 10, 9, tzinfo=UTC)):
        assert attention.needs(enquiry, organisation()) == [Need.LATE]


def test_not_opened_comes_up_after_the_promised_days() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    assert enquiry.coordinator_from == date(2026, 11, 5)
    assert enquiry.department_from == date(2026, 11, 2)

    handle.opened(enquiry, by=contact())
    assert enquiry.coordinator_from == date(2026, 12, 1)  # the department's answer is late then


def test_a_duplicate_follows_and_both_know() -> None:
    first, second = make.enquiry(), make.enquiry(title="Samma sak igen", email="lo@exempel.example")
    join.join(second, first, by=coordinator(), text="En annan har tänkt samma sak.")

    assert second.leads_id == first.id
    assert second.closing_reason == "duplicate"
    linked = next(event for event in first.history if event.act == Act.LINKED)
    assert linked.data["to"] == second.reference
    assert latest_mail(second).to_address == "lo@exempel.example"
    with pytest.raises(NotAllowed):
        join.join(first, second, by=coordinator(), text="Åt andra hållet.")


def test_closing_needs_words_and_reopening_starts_anew() -> None:
    enquiry = make.enquiry()
    with pytest.raises(NotAllowed):
        close.close(enquiry, "no_owner", by=coordinator(), text="", next_step="x", learnt="y")
    told = {"text": "De kan hjälpa dig.", "learnt": "Leader gör sådant."}
    close.refer(enquiry, "Leader Linné Småland", by=coordinator(), **told)
    mail = latest_mail(enquiry, to_address=enquiry.email)
    assert "Vänd dig till: Leader Linné Småland." in mail.text

    close.reopen(enquiry, by=coordinator(), why="Leader sade nej.")
    assert enquiry.status == Status.ASSESSING
    assert enquiry.closing_reason == ""


def test_facts_keep_what_stood_there_before() -> None:
    enquiry = make.enquiry()
    facts.set_facts(enquiry, by=coordinator(), case_number="KS2026/0042", kind="idea")
    event = enquiry.history[-1]
    assert event.data == {"before": {"case_number": ""}, "after": {"case_number": "KS2026/0042"}}
    count = len(enquiry.history)
    facts.set_facts(enquiry, by=coordinator(), case_number="KS2026/0042")
    assert len(enquiry.history) == count
    with pytest.raises(NotAllowed):
        facts.set_facts(enquiry, by=coordinator(), staff_goals=[1, 2, 3, 4])
    with pytest.raises(TypeError):
        facts.set_facts(enquiry, by=coordinator(), title="Nytt")


def test_what_somebody_else_did_meanwhile_is_told() -> None:
    enquiry = make.enquiry()
    db.session.commit()
    seen = enquiry.history[-1].id
    handle.was_read(enquiry, by=coordinator())
    handle.note(enquiry, "Ringde.", by=coordinator())
    db.session.commit()

    assert [event.act for event in handle.changed_since(enquiry, seen)] == [Act.NOTED]


def test_the_assessment_is_kept_and_not_added_up() -> None:
    enquiry = make.enquiry()
    facts.assess(enquiry, {"need": ("yes", "Tydligt.")}, by=coordinator())
    assert enquiry.history[-1].data == {"answers": {"need": {"answer": "yes", "text": "Tydligt."}}}
    before = len(enquiry.history)
    for wrong in ({"need": ("perhaps", "")}, {"weather": ("yes", "")}, {}):
        with pytest.raises(NotAllowed):
            facts.assess(enquiry, wrong, by=coordinator())
    assert len(enquiry.history) == before


def test_a_hand_over_that_cannot_be_delivered_is_the_coordinators_again() -> None:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "teknik", by=coordinator())
    db.session.commit()
    mails = sa.select(OutgoingMail).where(OutgoingMail.key == f"{enquiry.reference}/handover/2")
    take_back(db.session.scalars(mails).one())

    assert enquiry.department_id is None
    assert enquiry.status == Status.ASSESSING
    assert Need.MAIL in attention.needs(enquiry, organisation())


def test_each_way_over_the_border_to_another_authority_is_seen() -> None:
    """The committees are authorities, and so is each company (L11)."""
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())  # who has it already
    handle.send_back(enquiry, by=contact(), why="Fel.")
    handle.hand_over(enquiry, "ljungby-energi", by=coordinator())
    handle.take(enquiry, by=coordinator())
    handle.hand_over(enquiry, "teknik", by=coordinator())
    with time_machine.travel(MONDAY + timedelta(days=10), tick=False):
        reminders.look_after(enquiry.id)
        handle.hand_over(enquiry, "kommunledning", by=coordinator())
    db.session.commit()

    entries = thread(enquiry, organisation())
    words = [each.what for each in entries if each.kind == "border"]
    assert [line.split(" ")[0] for line in words] == [
        "The",  # service sent it to the department
        "Sent",
        "Handed",
        "Taken",
        "Handed",
        "Back",
    ]
    assert all(line.endswith(", across to another authority") for line in words)


def test_what_came_in_at_a_department_has_not_crossed_a_border() -> None:
    by = contact("teknik")
    arrival = Arrival(by=by, channel="phone", at=clock.now(), department="teknik")
    receive(make.draft(), arrival)
    db.session.commit()
    enquiry = db.session.scalars(sa.select(Enquiry)).one()
    assert enquiry.department_id == "teknik"
    assert "border" not in [each.kind for each in thread(enquiry, organisation())]


@on_sqlite
@pytest.mark.parametrize(
    ("alive", "due"),
    [
        (datetime(2026, 11, 2, 9, tzinfo=UTC), date(2027, 1, 4)),  # sixty days: New Year's Day
        (datetime(2026, 11, 10, 9, tzinfo=UTC), date(2027, 1, 11)),  # a Saturday
        (datetime(2026, 11, 5, 9, tzinfo=UTC), date(2027, 1, 4)),  # a plain Monday
    ],
)
def test_a_sign_of_life_is_promised_by_a_working_day(alive: datetime, due: date) -> None:
    with time_machine.travel(alive, tick=False):
        enquiry = make.enquiry()
        handle.hand_over(enquiry, "teknik", by=coordinator())
        handle.advance(enquiry, Status.DEVELOPING, by=coordinator(), owner="Rektorn")
        assert enquiry.due_on == due


def test_what_is_taken_or_sent_back_while_it_rests_rests_no_longer() -> None:
    for act in (handle.take, partial(handle.send_back, why="Fel.")):
        enquiry = make.enquiry()
        handle.park(enquiry, date(2026, 12, 1), "Vi väntar.", by=coordinator())
        act(enquiry, by=coordinator())
        assert (enquiry.status, enquiry.parked_until) == (Status.ASSESSING, None)


def test_a_department_is_asked_for_its_answer_by_one_day() -> None:
    """Its page, its row in the list, and the mails to it and about it say the same."""
    enquiry = make.enquiry()
    asked = attention.asked_by(enquiry, organisation())
    assert asked == date(2026, 11, 6)  # the first answer is due on the Monday after
    assert enquiry.due_on == date(2026, 11, 9)
    to_contact = db.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.key.like("%/handover/1"))
    ).one()
    assert "6 november 2026" in to_contact.text
    assert attention.due_for(contact(), enquiry, organisation()) == asked
    assert attention.due_for(coordinator(), enquiry, organisation()) == enquiry.due_on

    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    asked = attention.asked_by(enquiry, organisation())
    assert asked == attention.decide_by(enquiry, organisation())
    assert attention.due_for(contact(), enquiry, organisation()) == asked
    assert f"{asked.day} november 2026" in latest_mail(enquiry).text

    handle.advance(enquiry, Status.DEVELOPING, by=contact(), owner="Rektorn")
    assert attention.asked_by(enquiry, organisation()) is None
    assert attention.due_for(contact(), enquiry, organisation()) == enquiry.due_on


def test_what_is_entered_late_is_asked_for_on_the_next_day() -> None:
    arrival = Arrival(by=coordinator(), channel="letter", at=MONDAY - timedelta(days=20))
    receive(make.draft(), arrival)
    db.session.commit()
    enquiry = db.session.scalars(sa.select(Enquiry)).one()
    assert enquiry.answer_by < clock.today()
    assert attention.asked_by(enquiry, organisation()) == date(2026, 11, 3)


def test_an_answer_is_told_from_a_message() -> None:
    enquiry = make.enquiry()
    handle.ask(enquiry, "Hur många?", by=contact())
    sender.reply(enquiry, "Sju.", submission="x" * 32)
    sender.reply(enquiry, "Eller åtta.", submission="y" * 32)
    told = [each.what for each in thread(enquiry, organisation()) if each.kind == "in"]
    assert told == ["The sender’s answer", "The sender writes"]
