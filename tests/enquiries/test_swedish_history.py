"""The history, told to staff in Swedish: every kind of event, and no word of English."""

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine

from intake.db import db
from intake.directory.models import Department
from intake.directory.organisation import organisation
from intake.enquiries import (
    attachments,
    close,
    copy,
    facts,
    handle,
    join,
    lost_link,
    release,
    reminders,
    sender,
    together,
    upkeep,
)
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, Status, record
from intake.enquiries.thread import readings, thread
from intake.enquiries.undelivered import take_back
from intake.i18n import speaking
from intake.outbox.models import OutgoingMail
from tests import make
from tests.catalogue import english_in
from tests.conftest import on_sqlite
from tests.staff.desk import COORDINATOR, TEKNIK, someone

pytestmark = [on_sqlite, pytest.mark.usefixtures("monday")]

#: No Swedish sentence of a history has one of these; what is English has one nearly always.
_ENGLISH = re.compile(
    r"\b(the|of|on|for|from|was|is|were|with|and|asked|not|it|by|to|an|back|could|that)\b", re.I
)


def live() -> None:
    """Let everything happen that can happen to an idea."""
    _the_way()
    _between_staff_and_sender()
    _between_departments()
    _between_ideas()
    _what_the_service_notes()
    _and_the_departments_go()
    db.session.commit()


def _the_way() -> None:
    her, teknik = someone(COORDINATOR), someone(TEKNIK)
    idea = make.enquiry()
    handle.take(idea, by=her)
    handle.hand_over(idea, "kultur-fritid", by=her)
    handle.hand_over(idea, "teknik", by=her, note="Det gäller en gata.")
    handle.opened(idea, by=teknik)
    handle.send_back(idea, by=teknik, why="Det är ingen gata.")
    handle.hand_over(idea, "teknik", by=her)
    facts.assess(idea, {"need": ("partly", "Några har frågat.")}, by=teknik)
    facts.set_facts(idea, by=teknik, call_by=date(2027, 3, 1), flagged=True, kind="question")
    handle.advance(idea, Status.DEVELOPING, by=teknik, owner="Gatuchefen", own_share="")
    handle.advance(idea, Status.APPLYING, by=teknik)
    handle.advance(idea, Status.DEVELOPING, by=teknik)
    handle.park(idea, date(2026, 12, 1), "Utlysningen öppnar då.", by=teknik)
    handle.wake(idea, by=teknik)
    handle.was_read(idea, by=teknik)
    close.close(idea, "no_owner", by=her, text="Nej.", next_step="Fråga.", learnt="Jaha.")
    close.reopen(idea, by=her, why="Nu finns en.")
    close.refer(idea, "Leader Linné", by=her, text="De kan.", learnt="Jaha.")
    copy.release_copy(idea, by=her, to="Lo Exempel", why="Allt.", masked=["sender/name"], words=2)
    close.withdraw(make.enquiry(), by=her, why="I telefon.")

    unopened = make.enquiry()
    handle.hand_over(unopened, "teknik", by=her)
    db.session.commit()
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=UTC)):
        reminders.look_after(unopened.id)


def _between_staff_and_sender() -> None:
    her = someone(COORDINATOR)
    idea = make.enquiry()
    handle.ask(idea, "Hur många?", by=her)
    db.session.commit()
    file = attachments.check("karta.txt", b"Norr om Bolmen.")
    sender.reply(idea, "Sju.", [file], submission="x" * 32)
    sender.reply(idea, "Eller sex.", submission="y" * 32)
    handle.deal_with(idea, by=her)
    handle.answer(idea, "Tack.", by=her)
    handle.share(idea, "Vi läser.", by=her)
    handle.note(idea, "Ringde.", by=her, secret=True)
    sender.replace_link(idea)
    lost_link.replace(idea, by="operator", why="Fel adress.", wrong_address=True)
    handle.answer(idea, "Hallå?", by=her)  # and no letter goes there any more
    sender.withdraw(idea, "Jag flyttar.")
    make.enquiry(email="")


def _between_departments() -> None:
    her, other = someone(COORDINATOR), someone("internationellt.kultur-fritid@ljungby.example")
    idea = make.enquiry()
    for own_wish in (True, False):
        together.involve(idea, "kultur-fritid", "Vad kostar det?", by=her)
        together.contribute(idea, "Ungefär en miljon.", by=other)
        together.part(idea, "kultur-fritid", "Det är klart.", by=other if own_wish else her)


def _between_ideas() -> None:
    her = someone(COORDINATOR)
    first, second, third = (make.enquiry(email=f"{n}@exempel.example") for n in "abc")
    for each in (second, third):
        join.join(each, first, by=her, text="De är samma.")
    close.reopen(third, by=her, why="De är inte samma.")
    join.relate(third, first, by=her, why="Samma gata.")
    join.tell_apart(third, first, by=her)
    db.session.commit()
    sender.reply(second, "Vi är fler.", submission="z" * 32)
    sender.withdraw(first)
    words = {"title": "Bänkar vid ån", "description": "Det behövs bänkar längs hela stigen."}
    make.enquiry(**words, email="d@exempel.example")
    same = make.enquiry(**words, email="d@exempel.example")
    other = db.session.get_one(Enquiry, same.resembles_id)
    join.tell_apart(same, other, by=her)


def _what_the_service_notes() -> None:
    suspected = make.enquiry(trap="x")
    release.release(suspected, by="coordinator", why="Hon är känd.")
    make.enquiry(description="Mitt nummer är 19811228-9874, ring mig gärna om idén.")
    idea = make.enquiry()
    lost = sa.select(OutgoingMail).filter_by(key=f"{idea.reference}/handover/1")
    take_back(db.session.scalars(lost).one())


def _and_the_departments_go() -> None:
    house = organisation()
    handle.hand_over(make.enquiry(), "teknik", by=someone(COORDINATOR))
    db.session.execute(sa.update(Department).filter_by(id="teknik").values(active=False))
    upkeep.settle(house)


def told() -> list[str]:
    """Every line of every history, in Swedish."""
    house, lines = organisation(), []
    with speaking("sv"):
        for idea in db.session.scalars(sa.select(Enquiry)):
            lines += [who for _at, who in readings(idea, house)]
            for entry in thread(idea, house):
                facts_told = [f"{label} {value}" for label, value in entry.facts]
                lines.append(
                    " | ".join((entry.who, entry.what, entry.text, entry.why, *facts_told))
                )
    return lines


def test_no_english_in_the_history_of_a_swedish_desk() -> None:
    live()
    acts = set(db.session.scalars(sa.select(Event.act)))
    assert acts == set(Act), "let it happen in this test, too"
    assert [line for line in told() if _ENGLISH.search(line)] == []
    assert english_in("\n".join(told())) == []


def test_what_was_noted_in_english_before_is_not_shown() -> None:
    record(make.enquiry(), Act.LINK_REPLACED, by="sender", why="asked for on the status page")
    db.session.commit()
    assert [line for line in told() if "asked" in line] == []
