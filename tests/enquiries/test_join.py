"""Ideas that are about the same: found, joined, linked, told apart."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import attention, close, facts, handle, join, search, sender, similar, to_do
from intake.enquiries.attention import Need
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, NotAllowed, Status
from intake.enquiries.story import public_story
from intake.enquiries.thread import thread
from intake.i18n import speaking
from intake.outbox.models import OutgoingMail
from tests import make
from tests.enquiries.conftest import MONDAY
from tests.staff.desk import coordinator

pytestmark = pytest.mark.usefixtures("monday")

TEKNIK = "internationellt.teknik@ljungby.example"
SCHOOL = "internationellt.barn-utbildning@ljungby.example"
BENCHES = {
    "title": "Bänkar längs promenadstigen vid ån",
    "description": "Det behövs bänkar längs hela stigen så att äldre kan vila när de promenerar.",
}
SOLAR = {
    "title": "Solceller på simhallens tak",
    "description": "Simhallen drar mycket ström. Med solceller på taket blir den billigare.",
}


@pytest.fixture
def leading() -> Enquiry:
    return make.enquiry(**BENCHES, name="Britta Exempel", email="bo@exempel.example", phone="")


@pytest.fixture
def follower(leading: Enquiry) -> Enquiry:
    """An enquiry that follows *leading*."""
    found = make.enquiry(
        email="lo@exempel.example", name="Lovisa Exempel", title="Sittplatser vid ån"
    )
    join.join(found, leading, by=coordinator(), text="Vi tar dem tillsammans.")
    db.session.commit()
    return found


def mails_to(address: str) -> list[OutgoingMail]:
    mails = sa.select(OutgoingMail).where(OutgoingMail.to_address == address)
    return list(db.session.scalars(mails.order_by(OutgoingMail.id)))


def page(enquiry: Enquiry) -> str:
    """All that the sender's page says."""
    db.session.commit()
    return str(public_story(enquiry, organisation()))


def test_the_same_in_other_words_is_found_and_marked() -> None:
    first = make.enquiry(**BENCHES, email="bo@exempel.example")
    for number in range(3):
        make.enquiry(**SOLAR, email=f"sol{number}@exempel.example")
    again = make.enquiry(
        title="Fler bänkar utmed promenadstigen",
        description="Äldre som promenerar längs ån behöver bänkar där de kan vila.",
        email="lo@exempel.example",
    )
    assert again.resembles_id == first.id
    assert [each.enquiry.id for each in similar.similar(again)] == [first.id]


def test_what_is_about_something_else_is_not_marked() -> None:
    make.enquiry(**BENCHES, email="bo@exempel.example")
    other = make.enquiry(**SOLAR, email="lo@exempel.example")
    assert other.resembles_id is None
    assert similar.similar(other) == []


def test_what_came_long_ago_is_offered_but_not_marked() -> None:
    first = make.enquiry(**BENCHES, email="bo@exempel.example")
    with time_machine.travel(MONDAY + similar.WORDS_LATELY + timedelta(days=1)):
        again = make.enquiry(**BENCHES, email="lo@exempel.example")
        assert again.resembles_id is None
        assert similar.similar(again)[0].enquiry is first


def test_the_same_mailbox_lately_is_marked() -> None:
    first = make.enquiry(**BENCHES, email="bo@exempel.example")
    other = make.enquiry(**SOLAR, email="BO@exempel.example")
    assert other.resembles_id == first.id
    assert other.history[-1].data == {"to": first.reference, "because": "address"}
    with time_machine.travel(MONDAY + similar.ADDRESS_LATELY + timedelta(days=1)):
        assert make.enquiry(title="Ett nytt bibliotek").resembles_id is None


def test_spam_is_neither_marked_nor_found() -> None:
    make.enquiry(**BENCHES, trap="x")
    assert make.enquiry(**BENCHES).resembles_id is None
    make.enquiry(**BENCHES)
    assert make.enquiry(**BENCHES, trap="x").resembles_id is None


def test_at_most_five_are_offered_and_never_itself() -> None:
    for number in range(7):
        make.enquiry(**BENCHES, email=f"bo{number}@exempel.example")
    mine = make.enquiry(**BENCHES, email="lo@exempel.example")
    found = [each.enquiry.id for each in similar.similar(mine)]
    assert len(found) == similar.MOST
    assert mine.id not in found


def test_both_senders_hear_that_the_two_go_on_as_one(leading: Enquiry, follower: Enquiry) -> None:
    assert follower.leads_id == leading.id
    assert (follower.status, follower.closing_reason) == (Status.CLOSED, "duplicate")
    told, led = mails_to("lo@exempel.example")[-1], mails_to("bo@exempel.example")[-1]
    assert "Vi tar dem tillsammans." in told.text
    assert "För dig ändras inget" in led.text
    assert "Vi tar dem tillsammans." not in led.text
    assert "Lovisa" not in led.text
    assert "Britta" not in told.text


def test_what_is_done_with_the_leading_one_is_told_to_both(
    leading: Enquiry, follower: Enquiry
) -> None:
    handle.hand_over(leading, "teknik", by=coordinator())
    handle.answer(leading, "Hej Britta, vi bygger. Ring inte bo@exempel.example.", by=coordinator())
    handle.share(leading, "Ritningen är klar, säger Britta Exempel.", by=coordinator())
    handle.advance(leading, Status.DEVELOPING, by=coordinator(), owner="Parkchefen")

    kinds = [mail.key.split("/")[1] for mail in mails_to("lo@exempel.example")]
    assert kinds[-3:] == ["placed", "answer", "moved"]
    text = mails_to("lo@exempel.example")[-2].text
    assert "vi bygger" in text
    assert follower.reference in text
    assert leading.reference not in text
    assert "bo@exempel" not in text
    assert "Britta" not in text

    shown = page(follower)
    assert "Ritningen är klar" in shown
    assert public_story(follower, organisation()).steps[2].state == "now"
    for secret in ("Britta", "bo@exempel", leading.title, leading.reference):
        assert secret not in shown


def test_a_question_is_the_asked_ones_alone(leading: Enquiry, follower: Enquiry) -> None:
    before = len(mails_to("lo@exempel.example"))
    handle.ask(leading, "Var bor du?", by=coordinator())
    sender.reply(leading, "På Storgatan.", submission="x" * 32)
    assert len(mails_to("lo@exempel.example")) == before
    assert "Var bor du" not in page(follower)
    assert "Storgatan" not in page(follower)


def test_what_the_others_sender_writes_is_found_in_both(
    leading: Enquiry, follower: Enquiry
) -> None:
    sender.reply(follower, "Vi har hittat en kvarnsten.", submission="x" * 32)
    found = sa.select(Enquiry.id).where(search.matching("kvarnsten"))
    assert set(db.session.scalars(found)) == {leading.id, follower.id}


def test_a_flagged_leading_one_tells_the_other_no_words(
    leading: Enquiry, follower: Enquiry
) -> None:
    facts.set_facts(leading, by=coordinator(), flagged=True)
    handle.answer(leading, "Det är hemligt.", by=coordinator())
    assert "hemligt" not in mails_to("lo@exempel.example")[-1].text
    assert "hemligt" not in page(follower)


def test_a_flagged_leading_one_does_not_tell_where_it_was_referred(
    leading: Enquiry, follower: Enquiry
) -> None:
    facts.set_facts(leading, by=coordinator(), flagged=True)
    close.refer(leading, "Kvinnojouren", by=coordinator(), text="Dit.", learnt="De kan det.")
    mail = mails_to("lo@exempel.example")[-1]
    assert "Kvinnojouren" not in mail.text
    assert "Skälet: den hör till någon annan." in mail.text
    assert "Kvinnojouren" not in page(follower)
    assert "Turn to" not in page(follower)
    assert "Turn to: Kvinnojouren" in page(leading)


def test_the_end_of_the_leading_one_is_the_others_too(leading: Enquiry, follower: Enquiry) -> None:
    told = {"text": "Det blev för dyrt.", "next_step": "Prata med Leader.", "learnt": "Dyrt."}
    close.close(leading, "no_owner", by=coordinator(), **told)
    mail = mails_to("lo@exempel.example")[-1]
    assert "Det blev för dyrt." in mail.text
    assert "Prata med Leader." in mail.text
    story = public_story(follower, organisation())
    assert story.closed
    assert story.ending is not None
    assert story.ending.text == "Det blev för dyrt."


def test_the_page_is_open_as_long_as_the_leading_one_is(
    leading: Enquiry, follower: Enquiry
) -> None:
    story = public_story(follower, organisation())
    assert story.joined
    assert not story.closed
    assert story.routing_sentence == ""  # it quotes what the other one wrote


def test_opening_it_again_separates_it(leading: Enquiry, follower: Enquiry) -> None:
    handle.share(leading, "Medan de var ett.", by=coordinator())
    close.reopen(follower, by=coordinator(), why="De var inte lika.")
    handle.share(leading, "Efteråt.", by=coordinator())

    assert follower.leads_id is None
    assert leading.history[-2].act == Act.SEPARATED
    assert "går nu sin egen väg" in mails_to("lo@exempel.example")[-1].text
    shown = page(follower)
    assert "Medan de var ett." in shown
    assert "Efteråt." not in shown
    assert not public_story(follower, organisation()).joined


def test_what_the_follower_writes_is_news_to_whoever_has_the_leading_one(
    leading: Enquiry, follower: Enquiry
) -> None:
    follower.department_id = "barn-utbildning"  # where it was until it was joined
    handle.hand_over(leading, "teknik", by=coordinator())
    sender.reply(follower, "Vi har plats för fyra.\nLovisa Exempel", submission="x")

    [mail] = [m for m in mails_to(TEKNIK) if m.key.split("/")[1] == "news"]
    assert mail.about == leading.reference
    assert f"Avsändaren till idé {follower.reference}, som fortsätter i den här" in mail.text
    assert "Vi har plats för fyra." in mail.text
    assert "Lovisa" not in mail.text
    assert not [m for m in mails_to(SCHOOL) if m.key.split("/")[1] == "news"]

    told = thread(leading, organisation())
    [entry] = [each for each in told if follower.reference in each.what and each.kind == "in"]
    assert entry.text.startswith("Vi har plats för fyra.")
    assert "Lovisa" not in entry.text
    assert Need.NEWS in attention.needs(leading, organisation())
    assert Need.NEWS not in attention.needs(follower, organisation())
    assert "fyra" not in page(leading)
    assert "fyra" in page(follower)

    with speaking("sv"):
        news = to_do.latest_news([leading.id])[leading.id]
        [line] = to_do.lines([Need.NEWS], leading, news, organisation(), coordinates=False)
    assert follower.reference in line
    handle.answer(leading, "Fyra är bra.", by=coordinator())
    assert Need.NEWS not in attention.needs(leading, organisation())


def test_what_may_be_secret_of_a_follower_is_not_told_on(
    leading: Enquiry, follower: Enquiry
) -> None:
    follower.flagged = True
    sender.reply(follower, "Kvinnojouren vet.", submission="x")
    [news] = [m for m in mails_to(coordinator().email) if m.key.split("/")[1] == "news"]
    assert "Kvinnojouren" not in news.text
    assert all("Kvinnojouren" not in each.text for each in thread(leading, organisation()))


def test_when_the_leading_one_is_withdrawn_somebody_sees_to_the_other(
    leading: Enquiry, follower: Enquiry
) -> None:
    sender.withdraw(leading, "Jag flyttar.")
    assert Need.NEWS in attention.needs(follower, organisation())
    assert mails_to("lo@exempel.example")[-1].key.split("/")[1] == "joined"
    assert "Jag flyttar" not in page(follower)
    assert "Du har dragit tillbaka" not in page(follower)


def test_none_follows_one_that_follows(leading: Enquiry, follower: Enquiry) -> None:
    third = make.enquiry(email="mo@exempel.example")
    for follows, leads in ((third, follower), (leading, third), (third, third), (follower, third)):
        with pytest.raises(NotAllowed):
            join.join(follows, leads, by=coordinator())
    assert third.leads_id is None


def test_one_that_is_closed_may_lead_but_not_follow(leading: Enquiry) -> None:
    other = make.enquiry(email="mo@exempel.example")
    close.refer(leading, "Leader", by=coordinator(), text="Dit.", learnt="Leader gör det.")
    with pytest.raises(NotAllowed):
        join.join(leading, other, by=coordinator())
    join.join(other, leading, by=coordinator())
    told = mails_to("mo@exempel.example")[-1].text
    assert "redan fått svar" in told
    assert "får veta hur det går" not in told
    assert mails_to("bo@exempel.example")[-1].key.split("/")[1] == "closed"
    assert public_story(other, organisation()).closed


def test_a_link_is_on_both_and_nobody_is_written_to(leading: Enquiry) -> None:
    other = make.enquiry(email="mo@exempel.example")
    before = len(mails_to("mo@exempel.example"))
    join.relate(other, leading, by=coordinator(), why="Samma å.")
    assert join.related(other) == [leading.reference]
    assert join.related(leading) == [other.reference]
    assert len(mails_to("mo@exempel.example")) == before
    assert "Samma å" not in page(other)
    with pytest.raises(NotAllowed):
        join.relate(other, leading, by=coordinator())


def test_told_apart_the_mark_is_gone(leading: Enquiry) -> None:
    other = make.enquiry(**BENCHES, email="lo@exempel.example")
    assert other.resembles_id == leading.id
    join.tell_apart(other, leading, by=coordinator())
    assert other.resembles_id is None
    with pytest.raises(NotAllowed):
        join.tell_apart(other, leading, by=coordinator())


def test_a_link_can_be_taken_away_again_and_set_anew(leading: Enquiry) -> None:
    other = make.enquiry(email="mo@exempel.example")
    join.relate(other, leading, by=coordinator())
    join.tell_apart(leading, other, by=coordinator())  # from the other side
    assert join.related(other) == join.related(leading) == []
    told = [each.what for each in thread(other, organisation())]
    assert told[-1] == f"No longer linked to {leading.reference}"
    join.relate(other, leading, by=coordinator())
    assert join.related(other) == [leading.reference]


def test_staff_withdraw_at_the_senders_wish(leading: Enquiry) -> None:
    handle.hand_over(leading, "teknik", by=coordinator())
    close.withdraw(leading, by=coordinator(), why="Bo ringde i dag.", text="Tack för samtalet.")
    assert (leading.status, leading.closing_reason) == (Status.CLOSED, "withdrawn")
    mail = mails_to("bo@exempel.example")[-1]
    assert "Tack för samtalet." in mail.text
    assert "Bo ringde" not in mail.text
    assert mails_to("internationellt.teknik@ljungby.example")[-1].key.split("/")[1] == "withdrawal"
    assert "Bo ringde" not in page(leading)
    with pytest.raises(NotAllowed):
        close.withdraw(leading, by=coordinator(), why="Igen.")


def test_one_that_follows_can_be_withdrawn(leading: Enquiry, follower: Enquiry) -> None:
    sender.withdraw(follower, "Jag har flyttat.")
    handle.share(leading, "Efteråt.", by=coordinator())
    handle.answer(leading, "Vi bygger.", by=coordinator())

    assert (follower.leads_id, follower.closing_reason) == (None, "withdrawn")
    assert leading.status == Status.RECEIVED
    assert Need.NEWS in attention.needs(follower, organisation())
    assert mails_to("lo@exempel.example")[-1].key.split("/")[1] == "withdrawn"
    shown = page(follower)
    assert "Efteråt." not in shown
    assert "You have withdrawn your idea" in shown
    assert any(
        each.what == f"{follower.reference}, which was part of it, was withdrawn"
        for each in thread(leading, organisation())
    )
    with pytest.raises(NotAllowed):
        sender.withdraw(follower)


def test_one_that_follows_can_be_withdrawn_by_staff(leading: Enquiry, follower: Enquiry) -> None:
    close.withdraw(follower, by=coordinator(), why="Lo ringde i dag.")
    assert (follower.leads_id, follower.closing_reason) == (None, "withdrawn")
    assert mails_to("lo@exempel.example")[-1].key.split("/")[1] == "withdrawn"


def test_one_whose_leading_one_is_closed_cannot(leading: Enquiry, follower: Enquiry) -> None:
    close.refer(leading, "Leader", by=coordinator(), text="Dit.", learnt="Leader gör det.")
    with pytest.raises(NotAllowed):
        sender.withdraw(follower)
    assert follower.leads_id == leading.id


def test_what_becomes_of_the_leading_one_is_told_to_the_last_step(
    leading: Enquiry, follower: Enquiry
) -> None:
    """They were promised: you will be told what becomes of it."""
    by, later = coordinator(), MONDAY + timedelta(days=30)
    steps: list[tuple[Callable[[], object], str, str]] = [
        (lambda: handle.take(leading, by=by), "", "is assessing your idea"),
        (lambda: handle.hand_over(leading, "teknik", by=by, text="A1"), "placed", "A1"),
        (lambda: handle.share(leading, "A2", by=by), "", "A2"),
        (lambda: handle.park(leading, later.date(), "A3", by=by), "parked", "A3"),
        (lambda: handle.wake(leading, by=by), "", "We took your idea up again"),
        (
            lambda: handle.advance(
                leading, Status.DEVELOPING, by=by, owner="Parkchefen", text="A4"
            ),
            "moved",
            "A4",
        ),
        (lambda: handle.advance(leading, Status.APPLYING, by=by, text="A5"), "moved", "A5"),
        (lambda: handle.advance(leading, Status.APPLIED, by=by, text="A6"), "moved", "A6"),
        (lambda: handle.advance(leading, Status.GRANTED, by=by, text="A7"), "moved", "A7"),
        (
            lambda: close.close(
                leading, "completed", by=by, text="A8", next_step="Kom.", learnt="Bra."
            ),
            "closed",
            "A8",
        ),
        (lambda: close.reopen(leading, by=by, why="Fel.", text="A9"), "reopened", "A9"),
        (
            lambda: close.refer(leading, "Leader", by=by, text="B1", learnt="Bra."),
            "closed",
            "Turn to: Leader",
        ),
    ]
    for number, (step, letter, told) in enumerate(steps, start=1):
        with time_machine.travel(MONDAY + timedelta(hours=number)):
            before = len(mails_to("lo@exempel.example"))
            step()
            assert told in page(follower)
            new = [m.key.split("/")[1] for m in mails_to("lo@exempel.example")[before:]]
            assert new == ([letter] if letter else []), told
