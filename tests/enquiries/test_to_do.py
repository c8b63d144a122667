"""What is to be done, in words: what to do, with whom, and since when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import attention, handle, join, sender, to_do
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, Status, record
from intake.i18n import speaking
from tests.enquiries.conftest import MONDAY
from tests.make import enquiry
from tests.staff.desk import COORDINATOR, TEKNIK, someone

MUCH_LATER = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_swedish(monday: None) -> Iterator[None]:
    with speaking("sv"):
        yield


def said(idea: Enquiry, to: str = COORDINATOR, at: datetime = MONDAY) -> list[str]:
    db.session.commit()
    who, house = someone(to), organisation()
    with time_machine.travel(at, tick=False):
        needs = attention.needs_of(who, idea, house)
        news = to_do.latest_news([idea.id]).get(idea.id)
        return to_do.lines(needs, idea, news, house, coordinates=who.coordinates)


def at_teknik() -> Enquiry:
    idea = enquiry()
    handle.hand_over(idea, "teknik", by=someone(COORDINATOR))
    return idea


def test_what_is_new_is_to_be_confirmed_and_answered_in_time() -> None:
    idea = enquiry()
    idea.department_id = idea.handed_over_at = None
    assert said(idea) == ["Ny: Bekräfta var den hör hemma."]
    _confirm, answer = said(idea, at=MUCH_LATER)
    assert answer == "Svara avsändaren: lovat till 9 november 2026."


def test_the_coordinator_reminds_whom_the_department_answers_itself() -> None:
    idea = at_teknik()
    idea.seen_by_department_at = idea.first_answer_at = MONDAY
    [reminds] = said(idea, at=MUCH_LATER)
    assert reminds.startswith("Påminn Tekniska förvaltningen: besked skulle ha kommit senast ")
    [decides] = said(idea, to=TEKNIK, at=MUCH_LATER)
    assert decides.startswith("Vill ni utveckla idén? Svara senast ")

    idea.first_answer_at = None
    assert said(idea, at=MUCH_LATER) == [
        "Påminn Tekniska förvaltningen: avsändaren skulle ha hört något senast 9 november 2026."
    ]
    assert "Svara avsändaren: lovat till 9 november 2026." in said(idea, TEKNIK, MUCH_LATER)


def test_news_say_whose_they_are() -> None:
    written = enquiry()
    sender.reply(written, "Hej igen", submission="x" * 32)
    assert "Avsändaren har skrivit. Läs och svara." in said(written)

    back = at_teknik()
    handle.send_back(back, by=someone(TEKNIK), why="Inte vår")
    assert said(back) == ["Tekniska förvaltningen har skickat tillbaka den. Läs varför."]
    sender.reply(back, "Hej igen", submission="y" * 32)
    assert said(back) == ["Avsändaren har skrivit. Läs och svara."]

    withdrawn = enquiry()
    sender.withdraw(withdrawn)
    assert said(withdrawn) == ["Avsändaren har dragit tillbaka den. Avbryt det som pågår."]


def test_an_idea_whose_leading_one_is_gone_needs_a_decision() -> None:
    leading, other = enquiry(), enquiry(title="En annan idé")
    join.join(other, leading, by=someone(COORDINATOR))
    sender.withdraw(leading)
    assert said(other) == [
        "Idén som den går vidare i har dragits tillbaka. Bestäm vad som händer med den här."
    ]


def test_days_are_those_that_count() -> None:
    idea = enquiry()
    idea.department_id, idea.first_answer_at = None, MONDAY
    idea.status, idea.parked_until = Status.PARKED, date(2026, 11, 20)
    attention.reckon(idea, organisation())
    [awake] = said(idea, at=MUCH_LATER)
    assert awake == "Den har vilat färdigt sedan 20 november 2026. Ta upp den igen."

    idea.status, idea.parked_until = Status.DEVELOPING, None
    idea.alive_at, idea.next_action_by = MUCH_LATER, date(2026, 11, 20)
    [planned] = said(idea, at=MUCH_LATER)
    assert planned == "Gör det som var planerat till 20 november 2026."

    idea.next_action_by, idea.question_at = None, MONDAY
    [silent] = said(idea, at=MUCH_LATER)
    assert "frågan från den 2 november 2026" in silent


def test_who_woke_it_by_hand_is_told_what_came_before() -> None:
    idea = at_teknik()
    for act, by in ((Act.REPLIED, "sender"), (Act.WOKEN, "coordinator")):
        record(idea, act, by=by, text="Hej")
    db.session.commit()
    news = to_do.latest_news([idea.id])[idea.id]
    assert news.act == Act.REPLIED
    assert to_do.is_news(news)
    assert not to_do.is_news(idea.history[-1])


def test_every_need_has_words() -> None:
    idea = at_teknik()
    record(idea, Act.NOTED, by="coordinator", text="")
    for coordinates in (True, False):
        for need in attention.Need:
            words = to_do.lines([need], idea, None, organisation(), coordinates=coordinates)
            assert all(words), need
    assert set(to_do.OF_MANY) == set(attention.Need)
