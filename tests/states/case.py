"""One case, as the coordinator and its department meet it, and what can have happened to it."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import (
    access,
    attachments,
    attention,
    close,
    facts,
    handle,
    join,
    sender,
    together,
)
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status
from intake.enquiries.undelivered import take_back
from intake.outbox.models import OutgoingMail
from tests import files
from tests.browser import Visit
from tests.staff.desk import COORDINATOR, TEKNIK
from tests.states.made import LONG_STORED, UNBROKEN, UNCLEAR, happened, staff
from tests.states.table import met

CASE = "staff.enquiry.show"
DEPARTMENT = "barn-utbildning"
CONTACT = f"internationellt.{DEPARTMENT}@ljungby.example"
BESIDE = TEKNIK  # of a department that takes part

Acts = tuple[Callable[[Enquiry], object], ...]


# ---- What can have happened --------------------------------------------------------------------


def hand_over(enquiry: Enquiry) -> None:
    handle.hand_over(enquiry, DEPARTMENT, by=staff(COORDINATOR))


def opened(enquiry: Enquiry) -> None:
    handle.opened(enquiry, by=staff(CONTACT))


def ask(enquiry: Enquiry) -> None:
    text = "Hur många elever vill åka?\n\nOch vilken klass?"
    handle.ask(enquiry, text, by=staff(CONTACT))


def reply(enquiry: Enquiry) -> None:
    taken = [attachments.check("Brev från vänskolan.pdf", files.PDF)]
    sender.reply(enquiry, "Tjugofyra elever i 8B.", taken, submission=f"x{enquiry.id:020}")


def advance(to: Status) -> Callable[[Enquiry], None]:
    def act(enquiry: Enquiry) -> None:
        text = "Rektorn vill göra det här tillsammans med er."
        handle.advance(enquiry, to, by=staff(CONTACT), text=text, owner="Rektor, Astradskolan")

    return act


def involve(*departments: str, by: str = CONTACT) -> Callable[[Enquiry], None]:
    def act(enquiry: Enquiry) -> None:
        for each in departments:
            text = "Kan ni hjälpa till med taket?\n\nSvara gärna före påsk."
            together.involve(enquiry, each, text, by=staff(by))

    return act


def contribute(enquiry: Enquiry) -> None:
    together.contribute(enquiry, "Ja, taket håller. Vi ritar det i maj.", by=staff(BESIDE))


def park(enquiry: Enquiry) -> None:
    until = clock.today() + timedelta(days=90)
    handle.park(enquiry, until, "Nästa utlysning öppnar då.", by=staff(COORDINATOR))


def end(enquiry: Enquiry) -> None:
    close.close(
        enquiry,
        "no_owner",
        by=staff(COORDINATOR),
        text="Ingen skola kan ta emot en klass i år.",
        next_step="Prata med Leaderkontoret. De har stöd för utbyten mellan byar.",
        learnt="Skolorna planerar på våren.",
    )


def refer(enquiry: Enquiry) -> None:
    close.refer(
        enquiry,
        "Leader Linné Småland",
        by=staff(COORDINATOR),
        text="De har pengarna.",
        learnt="Nej.",
    )


def reopen(enquiry: Enquiry) -> None:
    text = "Nu finns en skola som kan."
    close.reopen(enquiry, by=staff(COORDINATOR), why="En skola har hört av sig.", text=text)


def send_back(enquiry: Enquiry) -> None:
    handle.send_back(enquiry, by=staff(CONTACT), why="Det gäller en förening, inte en skola.")


def be_late(enquiry: Enquiry) -> None:
    enquiry.answer_by = enquiry.assessment_by = clock.today() - timedelta(days=3)
    attention.reckon(enquiry, organisation())


def lose_receipt(enquiry: Enquiry) -> None:
    lost = sa.select(OutgoingMail).filter_by(key=f"{enquiry.reference}/receipt/1")
    take_back(db.session.scalars(lost).one())


def flag(enquiry: Enquiry) -> None:
    facts.set_facts(
        enquiry, by=staff(COORDINATOR), flagged=True, secrecy_ground="OSL 19:1", protected=True
    )


def plan(enquiry: Enquiry) -> None:
    facts.set_facts(
        enquiry,
        by=staff(COORDINATOR),
        owner="Rektor, Astradskolan",
        next_action="Ringa vänskolan i Šilutė",
        next_action_by=clock.today() + timedelta(days=5),
        case_number="KS 2026/0123",
        authority="Kommunstyrelsen",
        staff_goals=[4, 17],
    )


def note(enquiry: Enquiry) -> None:
    handle.note(enquiry, f"Ringt skolan.\n\n{UNBROKEN}", by=staff(CONTACT), secret=True)


def joined_with(leading: str) -> Callable[[Enquiry], None]:
    def act(enquiry: Enquiry) -> None:
        other = access.by_reference(leading)
        assert other is not None
        join.join(enquiry, other, by=staff(COORDINATOR), text="Idén går vidare i en annan.")

    return act


def like(reference: str) -> Callable[[Enquiry], None]:
    """It may be the same as that one."""

    def act(enquiry: Enquiry) -> None:
        other = access.by_reference(reference)
        assert other is not None
        enquiry.resembles_id = other.id

    return act


CONFIRMED: Acts = (hand_over, opened)
ASKED: Acts = (*CONFIRMED, ask)
ANSWERED: Acts = (*ASKED, reply)
DEVELOPING: Acts = (*ANSWERED, advance(Status.DEVELOPING))
APPLYING: Acts = (*DEVELOPING, advance(Status.APPLYING))
APPLIED: Acts = (*APPLYING, advance(Status.APPLIED))
GRANTED: Acts = (*APPLIED, advance(Status.GRANTED))
TOGETHER: Acts = (*CONFIRMED, involve("teknik", "kultur-fritid"))
LATE: Acts = (be_late,)
PARKED: Acts = (*CONFIRMED, park)
CLOSED: Acts = (*CONFIRMED, end)


# ---- The page ----------------------------------------------------------------------------------


def open_case(visit: Visit, reference: str) -> None:
    visit.open_desk(f"/enquiries/{reference}")


@met("case", who=COORDINATOR, endpoint=CASE, is_main=True)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit))


@met("case-unclear", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, **UNCLEAR))


@met("case-verbs", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    """All that can be done, unfolded, and who has it is certain."""
    open_case(visit, happened(visit, *CONFIRMED))
    visit.page.locator("#verbs ~ details summary").click()


@met("case-of-the-contact", who=CONTACT, endpoint=CASE, is_main=True)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, hand_over))


@met("case-asked", who=CONTACT, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *ASKED))


@met("case-answered", who=CONTACT, endpoint=CASE, is_main=True)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *ANSWERED))


@met("case-long", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    """Very long words everywhere, and everything that staff can add."""
    open_case(visit, happened(visit, *ANSWERED, plan, note, **LONG_STORED))


@met("case-late", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *LATE))


@met("case-mail-failed", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, lose_receipt))


@met("case-flagged", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *CONFIRMED, flag))


@met("case-protected", who=CONTACT, endpoint=CASE)
def _(visit: Visit) -> None:
    """Whoever sent it is hidden from the department."""
    open_case(visit, happened(visit, *CONFIRMED, flag))


@met("case-menu", who=CONTACT, endpoint=CASE)
def _(visit: Visit) -> None:
    """The menu of a narrow screen is open."""
    open_case(visit, happened(visit, *CONFIRMED))
    visit.page.locator(".menu").evaluate("menu => { menu.open = true }")


@met("case-sent-back", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *CONFIRMED, send_back))


@met("case-developing", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *DEVELOPING, plan))


@met("case-together", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    """Two departments take part, of which one has answered."""
    open_case(visit, happened(visit, *TOGETHER, contribute))


@met("case-of-a-participant", who=BESIDE, endpoint=CASE, is_main=True)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *TOGETHER))


@met("case-of-a-participant-answered", who=BESIDE, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *TOGETHER, contribute))


@met("case-granted", who=CONTACT, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *GRANTED))


@met("case-joined", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    leading = happened(visit)
    open_case(visit, happened(visit, joined_with(leading)))


@met("case-that-leads", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    leading = happened(visit)
    happened(visit, joined_with(leading))
    open_case(visit, leading)


@met("case-resembling", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, like(happened(visit))))


@met("case-parked", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *PARKED))


@met("case-closed", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, *CLOSED))


@met("case-spam", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    open_case(visit, happened(visit, trap="spam"))


@met("case-done", who=COORDINATOR, endpoint=CASE)
def _(visit: Visit) -> None:
    """Something has just been done."""
    visit.open_desk(f"/enquiries/{happened(visit)}/note")
    visit.fill(text="Ringt skolan.")
    visit.press("Save the note")


@met("case-of-nobody", who=CONTACT, endpoint=CASE)
def _(visit: Visit) -> None:
    """No such number, or another department's: both look the same."""
    open_case(visit, "EU-2019-0001")


@met("case-not-allowed", who=CONTACT, endpoint="staff.verbs.show_hand_over")
def _(visit: Visit) -> None:
    visit.open_desk(f"/enquiries/{happened(visit, *CONFIRMED)}/hand-over")
