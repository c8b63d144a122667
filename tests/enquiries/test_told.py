"""What an act of staff tells the sender, and the department that has the idea no longer."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from intake import clock
from intake.db import db
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import attention, close, handle, join, reminders, sender
from intake.enquiries.attention import Need
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, Status, next_steps
from intake.enquiries.story import public_story
from intake.enquiries.thread import thread
from intake.i18n import speaking
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.enquiries.conftest import MONDAY
from tests.staff.desk import TEKNIK, coordinator, someone

pytestmark = [on_sqlite, pytest.mark.usefixtures("monday")]


def mails(kind: str) -> list[OutgoingMail]:
    """The mails of that kind, the oldest first."""
    db.session.commit()
    asked = sa.select(OutgoingMail).where(OutgoingMail.key.like(f"%/{kind}/%"))
    return list(db.session.scalars(asked.order_by(OutgoingMail.id)))


def to_teknik() -> list[OutgoingMail]:
    """What the department is told of what it has no longer to do."""
    return [mail for mail in mails("no_longer_yours") if mail.to_address == TEKNIK]


def handed_over(department: str = "teknik") -> Enquiry:
    enquiry = make.enquiry()
    handle.hand_over(enquiry, department, by=coordinator())
    return enquiry


def applying() -> Enquiry:
    enquiry = handed_over()
    handle.advance(enquiry, Status.DEVELOPING, by=coordinator(), owner="Gatuchefen")
    handle.advance(enquiry, Status.APPLYING, by=coordinator())
    return enquiry


def test_the_way_on_stands_before_the_way_back() -> None:
    assert next_steps(Status.APPLYING) == [Status.APPLIED, Status.DEVELOPING]
    assert next_steps(Status.WITH_DEPARTMENT) == [Status.DEVELOPING]
    assert next_steps(Status.PARKED) == []


def test_a_step_back_is_told_as_one() -> None:
    enquiry = applying()
    with speaking("sv"):
        handle.advance(enquiry, Status.DEVELOPING, by=coordinator(), text="Utlysningen är slut.")
        mail = mails("moved")[-1]
        assert "Vi skriver ingen ansökan just nu. Vi fortsätter att utveckla din idé." in mail.text
        assert "Goda nyheter" not in mail.text
        assert "ansökan" in mail.subject
        lines = [line.text for line in public_story(enquiry, organisation()).lines]
        assert len(lines) == len(set(lines)), "the page says the same of two steps"
        assert "Tillbaka" in thread(enquiry, organisation())[-2].what


CLOSING = {"text": "Ingen kan.", "next_step": "Leader.", "learnt": "Jaha."}

#: What the coordinator does over a department's head, and what that department reads of it.
OVER_ITS_HEAD: dict[str, tuple[Callable[[Enquiry, Member], None], str]] = {
    "close": (
        lambda e, by: close.close(e, "no_owner", by=by, **CLOSING),
        "Samordnaren har avslutat idé {}. Ni behöver inte göra något mer.",
    ),
    "refer": (
        lambda e, by: close.refer(e, "Leader", by=by, text="De kan.", learnt="Jaha."),
        "Samordnaren har avslutat idé {}. Ni behöver inte göra något mer.",
    ),
    "join": (
        lambda e, by: join.join(e, make.enquiry(email="lo@exempel.example"), by=by),
        "Samordnaren har avslutat idé {}. Ni behöver inte göra något mer.",
    ),
    "park": (
        lambda e, by: handle.park(e, date(2026, 12, 1), "Sedan.", by=by),
        "Samordnaren låter idé {} vila till tisdagen den 1 december 2026.",
    ),
    "take": (
        lambda e, by: handle.take(e, by=by),
        "Samordnaren har tagit över idé {}. Ni behöver inte göra något mer.",
    ),
    "hand-over": (
        lambda e, by: handle.hand_over(e, "kultur-fritid", by=by),
        "Samordnaren har lämnat över idé {} till Kultur- och fritidsförvaltningen.",
    ),
}


@pytest.mark.parametrize("verb", OVER_ITS_HEAD)
def test_a_department_is_told_that_it_need_do_nothing_more(verb: str) -> None:
    act, words = OVER_ITS_HEAD[verb]
    enquiry = handed_over()
    assert not to_teknik()
    act(enquiry, coordinator())
    [mail] = to_teknik()
    assert words.format(enquiry.reference) in " ".join(mail.text.split())
    # Nobody is led to a page that is no longer theirs.
    assert ("/staff/enquiries/" in mail.text) == (enquiry.department_id == "teknik")


def test_nobody_is_told_what_they_have_done_themselves() -> None:
    enquiry = handed_over()
    close.close(enquiry, "no_owner", by=someone(TEKNIK), **CLOSING)
    close.reopen(enquiry, by=coordinator(), why="Ändå.")
    close.close(enquiry, "no_owner", by=coordinator(), **CLOSING)  # nobody else had it by then
    assert not to_teknik()


def test_a_hand_over_is_the_first_answer() -> None:
    """The sender hears that a person has read the idea, who has it, and by when they answer."""
    enquiry = make.enquiry()
    assert enquiry.due_on == enquiry.answer_by
    handle.hand_over(enquiry, "teknik", by=coordinator())
    assert enquiry.first_answer_at == clock.now()
    assert enquiry.due_on == attention.decide_by(enquiry, organisation())


def test_what_the_sender_wrote_waits_on_after_a_hand_over() -> None:
    enquiry = make.enquiry()
    sender.reply(enquiry, "En sak till.", submission="x")
    handle.hand_over(enquiry, "teknik", by=coordinator())
    assert Need.NEWS in attention.needs(enquiry, organisation())


def test_what_is_opened_again_gets_a_new_promise() -> None:
    enquiry = make.enquiry()
    close.close(enquiry, "no_owner", by=coordinator(), **CLOSING)
    with time_machine.travel(MONDAY + timedelta(days=60), tick=False):
        close.reopen(enquiry, by=coordinator(), why="En skola kan.")
        assert Need.LATE not in attention.needs(enquiry, organisation())
        assert enquiry.due_on == clock.add_working_days(clock.today(), 15)
        assert "25 januari 2027" in mails("reopened")[-1].text
        [line] = [e for e in enquiry.history if e.act == Act.REOPENED]
        assert line.why == "En skola kan."


def test_a_department_signs_what_it_writes() -> None:
    enquiry = handed_over()
    handle.opened(enquiry, by=someone(TEKNIK))
    handle.ask(enquiry, "Hur många?", by=someone(TEKNIK))
    handle.answer(enquiry, "I mars.", by=coordinator())
    with time_machine.travel(MONDAY + timedelta(days=21), tick=False):
        reminders.look_after(enquiry.id)
    close.close(enquiry, "no_owner", by=someone(TEKNIK), **CLOSING)

    department, house = "Tekniska förvaltningen, Ljungby kommun", "Internationell samordnare, "
    for kind in ("question", "question_again", "closed"):
        assert mails(kind)[-1].text.rstrip().endswith(department), kind
    for kind in ("placed", "answer"):
        assert mails(kind)[-1].text.rstrip().endswith(f"{house}Ljungby kommun"), kind


def test_a_company_signs_with_its_own_name() -> None:
    enquiry = handed_over("ljungby-energi")
    company = organisation().posts["ljungby-energi"]
    handle.answer(enquiry, "I mars.", by=someone(company.contacts[0].email))
    assert mails("answer")[-1].text.rstrip().split("\n")[-1] == company.name["sv"]


def test_the_sender_is_given_one_day_that_holds() -> None:
    enquiry = handed_over()
    [mail] = mails("placed")
    assert "nu hos Tekniska förvaltningen. Senast måndagen den 30 november 2026 får du" in mail.text
    assert "i stället för dem du har fått tidigare" in mail.text
    with speaking("sv"):
        assert public_story(enquiry, organisation()).decide_by == date(2026, 11, 30)
        with time_machine.travel(MONDAY + timedelta(days=40), tick=False):
            assert public_story(enquiry, organisation()).decide_by is None


def test_the_history_says_why_no_receipt_was_written() -> None:
    enquiry = make.enquiry(email="")
    handle.answer(enquiry, "I mars.", by=coordinator())
    with speaking("sv"):
        lines = [entry.what for entry in thread(enquiry, organisation())]
    assert "Inget kvitto: avsändaren lämnade ingen e-post" in lines
    assert "Inget mejl (svaret): vi har ingen e-post till avsändaren" in lines
