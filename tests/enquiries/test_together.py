"""Several departments on one idea: who takes part, what they are told, and when that ends."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from intake import clock
from intake.db import db
from intake.directory import presence
from intake.directory.members import Member
from intake.directory.models import Contact, Department
from intake.directory.organisation import forget, organisation, read
from intake.enquiries import (
    access,
    attention,
    close,
    facts,
    handle,
    inbox,
    join,
    pages,
    sender,
    to_do,
    together,
)
from intake.enquiries.attention import Need
from intake.enquiries.copy import parts
from intake.enquiries.models import Enquiry, Participation
from intake.enquiries.steps import Act, NotAllowed, Status
from intake.enquiries.story import public_story
from intake.enquiries.thread import thread
from intake.enquiries.undelivered import take_back, to_successor
from intake.enquiries.views import Filter, View
from intake.i18n import pick, speaking
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.enquiries.conftest import MONDAY
from tests.staff import desk
from tests.staff.desk import SCHOOL, coordinator, someone

pytestmark = pytest.mark.usefixtures("monday")

SECRET = "Rektorn säger att taket läcker."


def school() -> Member:
    return someone(SCHOOL)


def teknik() -> Member:
    return someone(desk.TEKNIK)


def with_teknik(**columns: Any) -> Enquiry:
    """One that the school department has, and in which the technical one is asked to take part."""
    enquiry = make.enquiry()
    handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
    handle.opened(enquiry, by=school())
    for name, value in columns.items():
        setattr(enquiry, name, value)
    together.involve(enquiry, "teknik", "Håller taket?", by=school())
    db.session.commit()
    return enquiry


def mails(enquiry: Enquiry, kind: str) -> list[tuple[str, str]]:
    """To whom letters of that kind go, and what they say."""
    db.session.commit()
    asked = sa.select(OutgoingMail).where(OutgoingMail.key.like(f"{enquiry.reference}/{kind}/%"))
    found = db.session.scalars(asked.order_by(OutgoingMail.id))
    return [(mail.to_address, f"{mail.subject}\n{mail.text}") for mail in found]


def there(enquiry: Enquiry) -> list[str]:
    db.session.expire_all()
    return [each.department_id for each in access.participations(enquiry)]


def test_whoever_is_asked_learns_by_the_mail_what_and_by_whom() -> None:
    enquiry = with_teknik()
    assert there(enquiry) == ["teknik"]
    [(to, text)] = mails(enquiry, "involved")
    assert to == desk.TEKNIK
    assert f"Vill ni delta? EU-idé {enquiry.reference}" in text
    assert "Barn- och utbildningsförvaltningen vill att Tekniska förvaltningen deltar" in text
    assert "> Håller taket?" in text
    assert enquiry.title in text
    assert f"/staff/enquiries/{enquiry.reference}" in text
    event = next(e for e in enquiry.history if e.act == Act.INVOLVED)
    assert (event.by_role, event.data["department"]) == ("barn-utbildning", "teknik")
    assert event.data["other_authority"] is True
    assert [e.kind for e in thread(enquiry, organisation()) if e.text == "Håller taket?"] == [
        "border"
    ]


def test_whoever_has_it_hears_whom_the_coordinator_asks() -> None:
    enquiry = with_teknik()
    assert mails(enquiry, "beside") == []  # they have asked themselves
    together.involve(enquiry, "kultur-fritid", "Finns det en lokal?", by=coordinator())
    [(to, text)] = mails(enquiry, "beside")
    assert to == SCHOOL
    assert f"Kultur- och fritidsförvaltningen tillfrågas om EU-idé {enquiry.reference}" in text
    assert "Samordnaren har bett Kultur- och fritidsförvaltningen delta" in text
    assert "> Finns det en lokal?" in text
    assert len(mails(enquiry, "involved")) == 2


def test_within_one_authority_no_border_is_noted() -> None:
    enquiry = make.enquiry()
    handle.take(enquiry, by=coordinator())
    together.involve(enquiry, "kommunledning", "Vad säger ni?", by=coordinator())
    event = next(e for e in enquiry.history if e.act == Act.INVOLVED)
    assert event.data["other_authority"] is False
    [(_to, text)] = mails(enquiry, "involved")
    assert "Samordnaren vill att" in text


@pytest.mark.parametrize(
    ("department", "says"),
    [
        ("barn-utbildning", "har redan ärendet"),
        ("teknik", "deltar redan"),
        ("nowhere", "Välj en verksamhet"),
        ("coordinator", "Välj en verksamhet"),
    ],
)
def test_who_cannot_be_asked_is_told_in_words(department: str, says: str) -> None:
    enquiry = with_teknik()
    with speaking("sv"), pytest.raises(NotAllowed, match=says) as refused:
        together.involve(enquiry, department, "Vad säger ni?", by=coordinator())
    assert refused.value.argument == "department_id"


def test_nobody_takes_part_in_what_is_closed() -> None:
    enquiry = with_teknik()
    end(enquiry, coordinator())
    for act in (
        lambda: together.involve(enquiry, "kultur-fritid", "Och ni?", by=coordinator()),
        lambda: together.contribute(enquiry, "Ja.", by=teknik()),
    ):
        with pytest.raises(NotAllowed):
            act()


def end(enquiry: Enquiry, by: Member) -> None:
    close.close(enquiry, "no_owner", by=by, text="Nej.", next_step="Leader.", learnt="Inget.")


def test_who_takes_part_sees_it_and_nobody_else_does() -> None:
    enquiry = with_teknik()
    assert access.for_staff(teknik(), enquiry.reference) is enquiry
    assert access.for_staff(someone(desk.SOCIAL), enquiry.reference) is None
    together.part(enquiry, "teknik", "Inget för oss.", by=teknik())
    db.session.commit()
    assert access.for_staff(teknik(), enquiry.reference) is None


def test_an_answer_is_news_for_whoever_has_it_and_no_answer_of_the_senders() -> None:
    enquiry = with_teknik()
    handle.ask(enquiry, "Hur många elever?", by=school())
    together.contribute(enquiry, SECRET, by=teknik())

    [(to, text)] = mails(enquiry, "contributed")
    assert to == SCHOOL
    assert "Tekniska förvaltningen har svarat" in text
    assert text.index("> Håller taket?") < text.index(f"> {SECRET}")
    assert enquiry.question_at == clock.now()  # we still wait for the sender
    house = organisation()
    for who in (school(), coordinator()):
        assert Need.NEWS in attention.needs_of(who, enquiry, house)
        with speaking("sv"):
            news = to_do.latest_news([enquiry.id])[enquiry.id]
            words = to_do.lines([Need.NEWS], enquiry, news, house, coordinates=who.coordinates)
        assert words == ["Tekniska förvaltningen har svarat. Läs svaret."]
    handle.deal_with(enquiry, by=school())
    assert enquiry.news_at is None


def test_an_answer_does_not_hide_that_the_sender_has_written() -> None:
    enquiry = with_teknik()
    sender.reply(enquiry, "Ring mig.", submission="x" * 32)
    for _again in range(2):
        together.contribute(enquiry, "Ja.", by=teknik())
        db.session.commit()
        assert to_do.latest_news([enquiry.id])[enquiry.id].act == Act.REPLIED
    handle.answer(enquiry, "Vi ringer.", by=school())
    for _again in range(2):
        together.contribute(enquiry, "Nej.", by=teknik())
        db.session.commit()
        assert to_do.latest_news([enquiry.id])[enquiry.id].act == Act.CONTRIBUTED


def test_who_takes_part_has_nothing_of_the_others_to_do() -> None:
    enquiry = with_teknik(news_at=MONDAY)
    house = organisation()
    assert attention.needs_of(teknik(), enquiry, house) == []
    assert attention.due_for(teknik(), enquiry, house) is None
    assert inbox.listed(teknik(), View.ACTION, Filter(), None, house).rows == ()
    [row] = inbox.listed(teknik(), View.TOGETHER, Filter(), None, house).rows
    with speaking("sv"):
        waits = to_do.of_participant(teknik(), enquiry, house)
    assert waits == "Barn- och utbildningsförvaltningen har ärendet och väntar på ert svar."
    assert len(row.to_do) == 1
    together.contribute(enquiry, "Ja.", by=teknik())
    with speaking("sv"):
        assert to_do.of_participant(teknik(), enquiry, house).endswith("Ni har svarat.")


def test_a_note_and_a_reading_are_the_own_departments() -> None:
    enquiry = with_teknik(flagged=True)
    handle.note(enquiry, "Vi har ritningarna.", by=teknik())
    handle.was_read(enquiry, by=teknik())
    assert [e.by_role for e in enquiry.history[-2:]] == ["teknik", "teknik"]
    assert enquiry.seen_by_department_at is not None


def test_leaving_tells_whoever_has_it() -> None:
    enquiry = with_teknik()
    together.part(enquiry, "teknik", "Det är inget tak.", by=teknik())
    [(to, text)] = mails(enquiry, "parted")
    assert to == SCHOOL
    assert "Tekniska förvaltningen deltar inte längre i EU-idé" in text
    assert "> Det är inget tak." in text
    event = next(e for e in enquiry.history if e.act == Act.PARTED)
    assert event.by_role == "teknik"
    with pytest.raises(NotAllowed):
        together.part(enquiry, "teknik", "Igen.", by=coordinator())


@pytest.mark.parametrize("who", [desk.COORDINATOR, SCHOOL])
def test_ending_it_for_a_department_tells_that_one(who: str) -> None:
    enquiry = with_teknik()
    together.involve(enquiry, "kultur-fritid", "Och ni?", by=school())
    together.part(enquiry, "teknik", "Det löste sig.", by=someone(who))
    [(to, text)] = mails(enquiry, "parted")
    assert to == desk.TEKNIK
    assert "Ni behöver inte längre delta" in text
    assert "> Det löste sig." in text
    assert there(enquiry) == ["kultur-fritid"]


def test_nobody_ends_it_for_another_department_that_takes_part() -> None:
    enquiry = with_teknik()
    together.involve(enquiry, "kultur-fritid", "Och ni?", by=school())
    with pytest.raises(NotAllowed):
        together.part(enquiry, "kultur-fritid", "Nej.", by=teknik())


def test_what_is_handed_to_who_takes_part_is_theirs() -> None:
    enquiry = with_teknik()
    handle.hand_over(enquiry, "teknik", by=coordinator())
    assert there(enquiry) == []
    assert access.participating(teknik(), enquiry) is None


def test_handing_over_and_resting_change_nothing_for_who_takes_part() -> None:
    enquiry = with_teknik()
    handle.hand_over(enquiry, "kultur-fritid", by=coordinator())
    handle.send_back(enquiry, by=someone(contact("kultur-fritid")), why="Nej.")
    handle.park(enquiry, date(2027, 3, 1), "Senare.", by=coordinator())
    assert there(enquiry) == ["teknik"]
    assert desk.TEKNIK not in [to for to, _text in mails(enquiry, "no_longer_yours")]
    together.contribute(enquiry, "Ja.", by=teknik())
    assert [to for to, _text in mails(enquiry, "contributed")] == [desk.COORDINATOR]


def contact(department: str) -> str:
    return organisation().posts[department].contacts[0].email


@pytest.mark.parametrize("who", [desk.COORDINATOR, SCHOOL])
def test_who_takes_part_hears_that_it_is_closed_and_nobody_twice(who: str) -> None:
    enquiry = with_teknik()
    end(enquiry, someone(who))
    told = mails(enquiry, "no_longer_yours")
    assert sorted(to for to, _text in told) == sorted({SCHOOL, desk.TEKNIK} - {who})
    text = dict(told)[desk.TEKNIK]
    closer = "Samordnaren" if who == desk.COORDINATOR else "Barn- och"
    assert closer in text
    assert "som du deltar i. Du behöver inte göra något mer." in text
    assert there(enquiry) == ["teknik"]


def test_who_takes_part_hears_that_it_goes_on_in_another() -> None:
    enquiry, leading = with_teknik(), make.enquiry(email="bo@exempel.example")
    join.join(enquiry, leading, by=coordinator())
    assert desk.TEKNIK in [to for to, _text in mails(enquiry, "no_longer_yours")]


def test_who_takes_part_hears_that_the_sender_withdraws() -> None:
    for by_sender in (True, False):
        enquiry = with_teknik()
        if by_sender:
            sender.withdraw(enquiry, "Vi hinner inte.")
        else:
            close.withdraw(enquiry, by=coordinator(), why="Kim ringde.")
        assert [to for to, _text in mails(enquiry, "withdrawal")] == [SCHOOL, desk.TEKNIK]


@pytest.mark.parametrize("column", ["flagged", "protected"])
def test_a_mail_about_a_secret_says_nothing(column: str) -> None:
    enquiry = with_teknik(**{column: True})
    together.contribute(enquiry, SECRET, by=teknik())
    together.part(enquiry, "teknik", SECRET, by=teknik())
    for kind in ("involved", "contributed", "parted"):
        [(_to, text)] = mails(enquiry, kind)
        for words in ("Håller taket?", SECRET, enquiry.title, enquiry.description, "Kim"):
            assert words not in text, kind


def test_the_sender_sees_who_takes_part_and_nothing_that_they_say() -> None:
    enquiry = with_teknik()
    together.contribute(enquiry, SECRET, by=teknik())
    db.session.commit()
    with speaking("sv"):
        story = public_story(enquiry, organisation())
        assert [pick(name)[0] for name in story.together] == ["Tekniska förvaltningen"]
        assert "Vi bad Tekniska förvaltningen hjälpa till med din idé." in [
            line.text for line in story.lines
        ]
        assert "Håller taket?" not in str(story)
        assert SECRET not in str(story)
        together.part(enquiry, "teknik", SECRET, by=teknik())
        db.session.commit()
        story = public_story(enquiry, organisation())
    assert story.together == []
    assert story.lines[-1].text == "Tekniska förvaltningen hjälper inte längre till med din idé."
    assert SECRET not in str(story)


def test_who_follows_an_idea_sees_who_takes_part_in_it() -> None:
    enquiry, leading = make.enquiry(), with_teknik()
    join.join(enquiry, leading, by=coordinator())
    together.involve(leading, "kultur-fritid", SECRET, by=coordinator())
    db.session.commit()
    with speaking("sv"):
        story = public_story(enquiry, organisation())
    assert len(story.together) == 2
    assert "Vi bad Kultur- och fritidsförvaltningen hjälpa till med din idé." in [
        line.text for line in story.lines
    ]
    assert SECRET not in str(story)


def test_a_copy_tells_who_takes_part() -> None:
    enquiry = with_teknik()
    together.contribute(enquiry, SECRET, by=teknik())
    db.session.commit()
    with speaking("sv"):
        told = "\n".join(part.text for part in parts(enquiry, organisation()))
    assert "Deltar: Tekniska förvaltningen" in told
    assert SECRET in told
    assert "Håller taket?" in told


OF_TWO = Member("t@ljungby.example", frozenset(), frozenset({"teknik", "kultur-fritid"}))


def test_one_who_answers_for_two_departments_is_shown_it_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    references = []
    for number in range(5):
        enquiry = with_teknik()
        if number % 2:
            together.involve(enquiry, "kultur-fritid", "Och ni?", by=school())
        references.append(enquiry.reference)
    db.session.commit()
    for who in (OF_TWO, teknik(), coordinator()):
        assert inbox.counts(who)[View.TOGETHER] == 5
        found, cursor = [], None
        while True:
            page = pages.read(who, View.TOGETHER, Filter(), cursor)
            found += [each.reference for each in page.found]
            if page.next is None:
                break
            cursor = page.next
        assert found == references[::-1]
        before = pages.read(who, View.TOGETHER, Filter(), page.previous).found
        assert [each.reference for each in before] == references[2:0:-1]


def test_the_list_is_narrowed_by_words_marks_and_who_has_it() -> None:
    first, second = with_teknik(), with_teknik(flagged=True)
    handle.hand_over(second, "kultur-fritid", by=coordinator())
    make.enquiry()
    db.session.commit()

    def found(who: Member, **asked: Any) -> list[str]:
        rows = pages.read(who, View.TOGETHER, Filter(**asked), None).found
        return [each.reference for each in rows]

    both = [second.reference, first.reference]
    for who in (teknik(), coordinator()):
        assert found(who) == found(who, words="litauen") == both
        assert found(who, department="kultur-fritid") == [second.reference]
        assert found(who, department="none") == []
        assert found(who, words="litauen", department="kultur-fritid") == [second.reference]
        assert found(who, flag="secrecy") == [second.reference]
        assert found(who, status=Status.CLOSED) == []
    assert found(someone(desk.SOCIAL)) == found(someone(desk.SOCIAL), words="litauen") == []
    # Nothing of it stands among the own ones.
    assert pages.read(teknik(), View.ALL, Filter(), None).found == []


def lose(enquiry: Enquiry, number: int = 1) -> None:
    """Let the letter that asked a department fail for good."""
    key = f"{enquiry.reference}/involved/{number}"
    take_back(db.session.scalars(sa.select(OutgoingMail).filter_by(key=key)).one())
    db.session.commit()


def test_who_could_not_be_asked_takes_part_no_longer() -> None:
    enquiry = with_teknik()
    together.involve(enquiry, "kultur-fritid", "Och ni?", by=school())
    db.session.commit()
    lose(enquiry)
    assert there(enquiry) == ["kultur-fritid"]
    assert enquiry.department_id == "barn-utbildning"
    [(to, text)] = mails(enquiry, "undelivered")
    assert to == desk.COORDINATOR
    assert "Tekniska förvaltningen ombads delta i idén" in text
    assert "du som har idén" not in text
    with speaking("sv"):
        lines = [line.text for line in public_story(enquiry, organisation()).lines]
        told = [entry.what for entry in thread(enquiry, organisation())]
    assert "Tekniska förvaltningen hjälper inte längre till med din idé." in lines
    assert not any("så den internationella" in line for line in lines)
    assert "Tekniska förvaltningen deltar inte längre: vårt mejl kom inte fram" in told
    lose(enquiry)  # failed again
    assert there(enquiry) == ["kultur-fritid"]


def test_somebody_else_there_is_asked_instead() -> None:
    enquiry = make.enquiry(chosen_department="teknik")
    handle.hand_over(enquiry, "teknik", by=coordinator())
    together.involve(enquiry, "barn-utbildning", "Vad säger rektorn?", by=teknik())
    db.session.commit()
    deputy = {"rank": 1, "role": {"sv": "Ersättaren"}, "email": "stf@ljungby.example"}
    db.session.add(Contact(department_id="barn-utbildning", **deputy))
    presence.note_failed(SCHOOL)
    db.session.commit()
    forget()
    lose(enquiry)
    assert there(enquiry) == ["barn-utbildning"]
    first, again = mails(enquiry, "involved")
    assert (first[0], again[0]) == (SCHOOL, "stf@ljungby.example")
    assert first[1].splitlines()[:8] == again[1].splitlines()[:8]
    [(_to, told)] = mails(enquiry, "undelivered")
    assert "någon annan där fått det: Ersättaren" in told
    presence.note_failed(again[0])
    db.session.commit()
    forget()
    lose(enquiry, 2)
    assert there(enquiry) == []


def test_whoever_follows_somebody_who_left_is_asked() -> None:
    enquiry = with_teknik()
    key = f"{enquiry.reference}/involved/1"
    to_successor(db.session.scalars(sa.select(OutgoingMail).filter_by(key=key)).one())
    assert [to for to, _text in mails(enquiry, "involved")] == [desk.TEKNIK] * 2
    together.part(enquiry, "teknik", "Nej.", by=teknik())
    to_successor(db.session.scalars(sa.select(OutgoingMail).filter_by(key=key)).one())
    assert len(mails(enquiry, "involved")) == 2


def test_a_department_that_is_no_more_takes_part_in_nothing() -> None:
    enquiry = with_teknik()
    together.involve(enquiry, "kultur-fritid", "Och ni?", by=school())
    db.session.execute(sa.update(Department).filter_by(id="teknik").values(active=False))
    db.session.commit()
    together.end_without_department(read())
    db.session.commit()
    assert there(enquiry) == ["kultur-fritid"]
    with speaking("sv"):
        last = thread(enquiry, organisation())[-1]
    assert last.what == "Tekniska förvaltningen deltar inte längre: verksamheten finns inte kvar"


def test_there_is_one_row_for_a_department() -> None:
    enquiry = with_teknik()
    again = {"enquiry_id": enquiry.id, "department_id": "teknik", "since": MONDAY}
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(Participation), again)
    db.session.rollback()


@on_sqlite
def test_the_words_of_the_history_in_both_languages() -> None:
    enquiry = with_teknik()
    together.contribute(enquiry, "Ja.", by=teknik())
    together.part(enquiry, "teknik", "Klart.", by=teknik())
    facts.set_facts(enquiry, by=coordinator(), owner="Rektorn")
    db.session.commit()
    said = {}
    for language in ("sv", "en"):
        with speaking(language):
            entries = thread(enquiry, organisation())
            said[language] = [e.what for e in entries if e.kind != "mail"][-4:-1]
    assert said["sv"] == [
        "Tekniska förvaltningen ombads delta (annan myndighet)",
        "Svar från Tekniska förvaltningen",
        "Tekniska förvaltningen deltar inte längre",
    ]
    assert said["en"][1].startswith("Answer of ")
