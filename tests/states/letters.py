"""The letters that follow from what staff, the sender and the clock do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import attention, close, handle, join, reminders, sender, together
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status
from intake.links import fill_token
from intake.outbox.models import OutgoingMail
from tests.browser import Visit
from tests.staff.desk import COORDINATOR, TEKNIK
from tests.states import case
from tests.states.made import SENDER, happened, show_mail, staff
from tests.states.table import met

TO_STAFF, TO_SENDER = "@ljungby.example", SENDER["email"]


def letter(name: str, to: str, *acts: Callable[[Enquiry], object]) -> None:
    """The latest letter to an address that ends like that, after *acts* have happened."""

    @met(f"mail-{name}", is_mail=True)
    def _(visit: Visit) -> None:
        reference = happened(visit, *acts)
        with visit.site.app.app_context():
            about = sa.select(OutgoingMail).where(OutgoingMail.about == reference)
            mine = about.where(OutgoingMail.to_address.endswith(to))
            mail = db.session.scalars(mine.order_by(OutgoingMail.id.desc()).limit(1)).one()
            html = fill_token(mail.html, mail.seed)
        show_mail(visit, html)


def hand_over_elsewhere(enquiry: Enquiry) -> None:
    note = "Det gäller skolans tak.\n\nPrata gärna med rektorn."
    handle.hand_over(enquiry, "teknik", by=staff(COORDINATOR), note=note)


def confirm(enquiry: Enquiry) -> None:
    handle.hand_over(enquiry, case.DEPARTMENT, by=staff(COORDINATOR), note="Prata med rektorn.")


def answer(enquiry: Enquiry) -> None:
    handle.answer(enquiry, "Tack! Vi hör av oss i maj.\n\nHälsningar", by=staff(COORDINATOR))


def complete(enquiry: Enquiry) -> None:
    close.close(
        enquiry,
        "completed",
        by=staff(case.CONTACT),
        text="Klasserna har träffats två gånger.",
        next_step="Kom på avslutningen den 3 juni.",
        learnt="Börja med rektorn.",
    )


def follow(enquiry: Enquiry) -> None:
    """It goes on in one that came in before it."""
    join.join(enquiry, another(enquiry), by=staff(COORDINATOR), text="Ni kan söka tillsammans.")


def lead(enquiry: Enquiry) -> None:
    """One that came in before it goes on in it."""
    other = another(enquiry)
    if other.status == Status.CLOSED:
        close.reopen(other, by=staff(COORDINATOR), why="För bilden.")
    join.join(other, enquiry, by=staff(COORDINATOR))


def another(enquiry: Enquiry) -> Enquiry:
    """The latest before it that neither follows another nor is followed."""
    followed = sa.select(Enquiry.leads_id).where(Enquiry.leads_id.is_not(None))
    free = sa.select(Enquiry).where(
        Enquiry.id < enquiry.id, Enquiry.leads_id.is_(None), Enquiry.id.not_in(followed)
    )
    return db.session.scalars(free.order_by(Enquiry.id.desc()).limit(1)).one()


def part(by: str) -> Callable[[Enquiry], None]:
    def act(enquiry: Enquiry) -> None:
        together.part(enquiry, "teknik", "Det blev en annan lösning.", by=staff(by))

    return act


def withdraw(enquiry: Enquiry) -> None:
    sender.withdraw(enquiry, "Vi hinner inte.")


def morning(**before: Any) -> Callable[[Enquiry], None]:
    """The clock looks at it when these facts have become true."""

    def act(enquiry: Enquiry) -> None:
        for name, value in before.items():
            setattr(enquiry, name, value)
        attention.reckon(enquiry, organisation())
        db.session.flush()
        reminders.look_after(enquiry.id)

    return act


NOW = clock.now()
LATELY = NOW - timedelta(days=60)

letter("placed", TO_SENDER, case.hand_over)
letter("handed-over", TEKNIK, hand_over_elsewhere)
letter("handed-over-flagged", TEKNIK, case.flag, hand_over_elsewhere)
letter("confirmed", TO_STAFF, confirm)
letter("no-longer-yours-moved", TO_STAFF, *case.CONFIRMED, hand_over_elsewhere)
letter("no-longer-yours-closed", TO_STAFF, *case.CLOSED)
letter("no-longer-yours-parked", TO_STAFF, *case.PARKED)
letter("no-longer-yours-unopened", case.CONTACT, case.hand_over, morning(handed_over_at=LATELY))
letter("no-longer-yours-together", TEKNIK, *case.TOGETHER, case.end)
letter("beside", case.CONTACT, *case.CONFIRMED, case.involve("teknik", by=COORDINATOR))
letter("involved", TEKNIK, *case.CONFIRMED, case.involve("teknik"))
letter("involved-flagged", TEKNIK, *case.CONFIRMED, case.flag, case.involve("teknik"))
letter("contributed", case.CONTACT, *case.TOGETHER, case.contribute)
letter("parted", case.CONTACT, *case.TOGETHER, part(TEKNIK))
letter("parted-ended", TEKNIK, *case.TOGETHER, part(COORDINATOR))
letter("sent-back", TO_STAFF, *case.CONFIRMED, case.send_back)
letter("question", TO_SENDER, *case.ASKED)
letter("question-flagged", TO_SENDER, *case.CONFIRMED, case.flag, case.ask)
letter("question-again", TO_SENDER, *case.ASKED, morning(question_at=LATELY))
letter("answer", TO_SENDER, answer)
letter("news-answer", TO_STAFF, *case.ANSWERED)
letter("news", TO_STAFF, *case.CONFIRMED, case.reply)
letter("news-withdrawn", TO_STAFF, *case.CONFIRMED, withdraw)
letter("withdrawn", TO_SENDER, withdraw)
letter("moved-developing", TO_SENDER, *case.DEVELOPING)
letter("moved-applying", TO_SENDER, *case.APPLYING)
letter("moved-back", TO_SENDER, *case.APPLYING, case.advance(Status.DEVELOPING))
letter("moved-applied", TO_SENDER, *case.APPLIED)
letter("moved-granted", TO_SENDER, *case.GRANTED)
letter("parked", TO_SENDER, *case.PARKED)
letter("closed", TO_SENDER, *case.CLOSED)
letter("closed-completed", TO_SENDER, *case.GRANTED, complete)
letter("closed-referred", TO_SENDER, case.refer)
letter("joined", TO_SENDER, follow)
letter("joined-leads", TO_SENDER, lead)
letter("reopened", TO_SENDER, *case.CLOSED, case.reopen)
letter("reopened-separated", TO_SENDER, follow, case.reopen)
letter("reminder-late", TO_STAFF, morning(answer_by=LATELY.date()))
letter(
    "reminder-several",
    TO_STAFF,
    morning(
        answer_by=LATELY.date(),
        next_action_by=clock.today(),
        call_by=clock.today() + timedelta(days=10),
    ),
)
letter("reminder-unopened", TO_STAFF, case.hand_over, morning(handed_over_at=LATELY))
letter("reminder-awake", TO_STAFF, *case.PARKED, morning(parked_until=clock.today()))
letter(
    "reminder-call",
    TO_STAFF,
    *case.CONFIRMED,
    morning(call_by=clock.today() + timedelta(days=30)),
)
letter("reminder-planned", TO_STAFF, *case.CONFIRMED, morning(next_action_by=clock.today()))
