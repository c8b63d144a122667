"""What letters say to whoever gets them."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine

from intake.db import db
from intake.enquiries import close, handle, lost_link, reminders
from intake.enquiries.models import Enquiry
from intake.links import TOKEN_PLACE
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.staff.desk import COORDINATOR, coordinator

pytestmark = [on_sqlite, pytest.mark.usefixtures("monday")]


def mail(enquiry: Enquiry, kind: str) -> OutgoingMail:
    """The latest letter of that kind about *enquiry*."""
    db.session.commit()
    asked = sa.select(OutgoingMail).where(
        OutgoingMail.key.startswith(f"{enquiry.reference}/{kind}/")
    )
    found = db.session.scalars(asked.order_by(OutgoingMail.id.desc())).first()
    assert found
    return found


@pytest.mark.parametrize(
    ("language", "page", "reply"),
    [
        ("sv", "Skriv till oss på idéns sida", "syns inte på sidan"),
        ("en", "Write to us on the page of your idea", "does not show on the page"),
    ],
)
def test_the_sender_is_told_where_an_answer_is_kept(language: str, page: str, reply: str) -> None:
    """What comes as a mail is read by a person, and not by the service."""
    enquiry = make.enquiry(language=language)
    handle.ask(enquiry, "Hur många?", by=coordinator())
    for kind in ("receipt", "question"):
        letter = mail(enquiry, kind)
        assert page in letter.text
        assert reply in letter.text
        assert letter.reply_to == COORDINATOR
        assert TOKEN_PLACE in letter.text


def test_a_question_that_the_mail_may_not_repeat_is_announced() -> None:
    enquiry = make.enquiry()
    enquiry.flagged = True
    handle.ask(enquiry, "Vad har du för diagnos?", by=coordinator())
    text = mail(enquiry, "question").text
    assert "diagnos" not in text
    assert "För säkerhets skull" in text
    assert not any(block.endswith(":") for block in text.split("\n\n"))


def test_a_new_link_is_told_from_the_one_that_was_lost() -> None:
    enquiry = make.enquiry()
    lost_link.request(enquiry.reference, make.IDEA["email"], "192.0.2.1")
    assert "Har du inte bett om den?" in mail(enquiry, "link_again").text
    lost_link.replace(enquiry, by="coordinator", why="Skickad vidare.")
    letter = mail(enquiry, "link_again")
    assert letter.subject.startswith("Ny länk")
    assert "Den gamla fungerar inte längre" in letter.text


def test_nobody_is_told_of_themselves_as_the_sender() -> None:
    enquiry = make.enquiry()
    by = coordinator()
    close.close(enquiry, "no_answer", by=by, text="Synd!", next_step="Hör av dig.", learnt="Ring.")
    text = mail(enquiry, "closed").text
    assert "eftersom vår fråga inte har fått något svar" in text
    assert "avsändaren" not in text


@pytest.mark.parametrize("flagged", [False, True])
def test_staff_know_by_the_title_which_idea_it_is(flagged: bool) -> None:
    enquiry = make.enquiry()
    enquiry.flagged = flagged
    handle.hand_over(enquiry, "teknik", by=coordinator())
    with time_machine.travel(datetime(2026, 11, 9, 9, tzinfo=UTC)):
        reminders.look_after(enquiry.id)
    text = mail(enquiry, "reminder").text
    assert "Tekniska förvaltningen har inte öppnat" in text
    assert ("Elever besöker en vänskola" in text) is not flagged


def test_a_link_stands_alone_on_its_lines() -> None:
    """So that it can be pressed in the text, too."""
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "teknik", by=coordinator())
    lines = mail(enquiry, "handover").text.splitlines()
    places = [n for n, line in enumerate(lines) if line.startswith("http")]
    assert len(places) == 2  # the case, and one's own page
    assert not any("".join(lines[place + 1 : place + 2]) for place in places)
