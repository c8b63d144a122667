"""The page of one case: what it says, and to whom."""

import ast
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

import intake
from intake.db import db
from intake.enquiries import access, attachments, join, sender
from intake.enquiries.attention import AT_DEPARTMENT
from intake.enquiries.event_words import LETTERS
from intake.enquiries.fact_words import LABELS
from intake.enquiries.models import SETTABLE, Enquiry
from intake.enquiries.steps import Status
from intake.outbox.models import OutgoingMail
from intake.staff.tasks import GROUPS
from intake.staff.verbs import VERBS
from tests import make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page
from tests.questions import asked_of
from tests.staff import desk
from tests.staff.desk import act


def test_what_was_set_is_told_in_words(page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(
        page,
        reference,
        "facts",
        kind="question",
        next_action="Ring UHR",
        next_action_by="2027-02-03",
        call_by="2027-03-12",
    )
    chosen = {"staff_goals": ["4", "17"], "programmes": ["erasmus-skola"]}
    act(page, reference, "programmes", **chosen)  # type: ignore[arg-type]
    act(page, reference, "facts", next_action="")

    case = page.get(f"/staff/enquiries/{reference}").text
    assert "Ändrat: Vad det är, Nästa åtgärd, Dag för nästa åtgärd, Sista ansökningsdag" in case
    assert (
        "Vad det är en fråga Nästa åtgärd Ring UHR Dag för nästa åtgärd 3 februari 2027 "
        "Sista ansökningsdag 12 mars 2027"
    ) in " ".join(case.split())
    assert "Ändrat: Program, Globala mål" in case
    assert "Erasmus+ skola" in case
    assert "4 God utbildning för alla, 17 Genomförande och globalt partnerskap" in case
    assert "Nästa åtgärd ingenting längre" in " ".join(case.split())
    assert "next_action" not in case


def test_the_latest_assessment_stands_on_the_case(page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "assess", need="partly", need_text="Kanske")
    act(page, reference, "assess", need="yes", need_text="Tydligt", money="no")

    case = page.get(f"/staff/enquiries/{reference}")
    [card] = [e for e in case.tree.iter("section") if e.get("aria-labelledby") == "facts"]
    words = " ".join(" ".join(card.itertext()).split())
    assert "Finns det ett behov? ja – Tydligt" in words
    assert "Kanske" not in words
    assert "delvis – Kanske" in case.text


@on_sqlite
def test_a_protected_sender_is_taken_out_of_all_that_a_department_reads(
    app: Flask, page: Page, contact: Page
) -> None:
    with app.app_context():
        enquiry = make.enquiry(
            title="Kim Exempel vill ha en vänskola",
            description="Jag heter Kim Exempel, elever kan ringa 070-123 45 67 om vänskolan.",
        )
        reference = enquiry.reference
        sender.reply(
            enquiry,
            "Hälsningar, Kim Exempel",
            [attachments.check("a.txt", b"ja")],
            submission="x" * 32,
        )
        db.session.commit()
    desk.sign_in(page)
    act(page, reference, "flag", protected="y")

    for address in ("", "/answer"):
        seen = contact.get(f"/staff/enquiries/{reference}{address}")
        assert "Exempel" not in seen.html
        assert "070-123" not in seen.html
    stale = contact.get(f"/staff/enquiries/{reference}/note").fields("verb")
    with app.app_context():
        found = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        sender.reply(found, "Kim Exempel igen.", [], submission="y" * 32)
        db.session.commit()
    refused = contact.post(f"/staff/enquiries/{reference}/note", stale | {"text": "Hej."}, 409)
    assert "igen." in refused.text
    assert "Exempel" not in refused.html
    assert "Kim Exempel igen." in page.get(f"/staff/enquiries/{reference}").text


@on_sqlite
def test_neither_reasons_nor_names_of_files_tell_who_is_protected(
    app: Flask, page: Page, contact: Page
) -> None:
    with app.app_context():
        enquiry = make.enquiry(
            name="Kim Elevsson",
            title="Elevsson och skolan",
            description="Skolan får besök: elever, lärare och klassen träffas. Hälsar Elevsson.",
        )
        reference = enquiry.reference
        file = attachments.check("kim_elevsson.txt", b"ja")
        sender.reply(enquiry, "Hej", [file], submission="x" * 32)
        db.session.commit()
        key = next(iter(attachments.of(enquiry).values()))[0].key
    address = f"/staff/enquiries/{reference}"
    assert "Elevsson" in contact.get(address).html
    desk.sign_in(page)
    act(page, reference, "flag", protected="y")

    assert "elevsson" not in contact.get(address).html.lower()
    for who, named in ((contact, False), (page, True)):
        answer = who.get(f"{address}/files/{key}").response
        assert answer.data == b"ja"
        assert ("elevsson" in answer.headers["Content-Disposition"]) is named


@on_sqlite
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({}, set()),
        ({"protected": "y"}, {"Skyddad identitet"}),
        ({"flagged": "y"}, {"Kan omfattas av sekretess"}),
        ({"flagged": "y", "protected": "y"}, {"Skyddad identitet", "Kan omfattas av sekretess"}),
    ],
)
def test_what_must_not_be_told_is_said_to_whoever_opens_it(
    page: Page, contact: Page, reference: str, flags: dict[str, str], said: set[str]
) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", **flags)
    for who in (page, contact):
        for address in ("", "/answer"):
            seen = who.get(f"/staff/enquiries/{reference}{address}")
            notices = [e for e in seen.tree.iter("div") if "warning" in e.get("class", "")]
            headings = {"".join(h.itertext()) for e in notices for h in e.iter("h2")}
            assert headings == said
            assert ("Säg aldrig namn" in seen.text) is ("protected" in flags)

        [row] = [e for e in who.get("/staff/?view=all").tree.iter("tr") if e.get("id")]
        pills = {"".join(e.itertext()) for e in row.iter("span") if e.get("class") == "tag"}
        assert pills == said
        for flag, words in (("protected", "Skyddad identitet"), ("secrecy", "Kan omfattas")):
            found = who.get(f"/staff/?view=all&flag={flag}").text
            assert (reference in found) is any(words in each for each in said)


@on_sqlite
def test_who_has_read_it_stands_apart(page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", flagged="y")
    page.get(f"/staff/enquiries/{reference}")
    case = page.get(f"/staff/enquiries/{reference}")
    assert "Läst 2 gånger" in case.text
    [thread] = [e for e in case.tree.iter("ol") if e.get("class") == "timeline"]
    assert "Läst" not in "".join(thread.itertext())


@on_sqlite
def test_each_is_told_what_is_theirs_to_do(page: Page, contact: Page, reference: str) -> None:
    desk.sign_in(page)
    new, asked = "bekräfta var den hör hemma", "vill ni utveckla idén? svara senast"
    mine = page.get(f"/staff/enquiries/{reference}").text
    theirs = contact.get(f"/staff/enquiries/{reference}").text
    assert new in mine.lower()
    assert asked not in mine.lower()
    assert new not in theirs.lower()
    assert asked in theirs.lower()

    assert new in page.get("/staff/").text.lower()
    assert new not in contact.get("/staff/").text.lower()


@on_sqlite
def test_what_the_coordinator_wants_to_know_stands_where_it_is_answered(
    page: Page, contact: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "hand-over", note="Passar Kvarnen?", text="Hälsningar till Kim.")
    case = contact.get(f"/staff/enquiries/{reference}")
    [tasks] = [e for e in case.tree.iter("section") if e.get("class") == "tasks"]
    words = "".join(tasks.itertext())
    assert words.index("Från samordnaren") < words.index("Passar Kvarnen?")
    assert "Hälsningar" not in words
    act(contact, reference, "advance", owner="Rektor")
    assert "Från samordnaren" not in contact.get(f"/staff/enquiries/{reference}").text


def primary(seen: Fetched) -> list[str]:
    """What the buttons say that are not quiet."""
    [main] = seen.tree.iter("main")
    return [
        " ".join("".join(e.itertext()).split()) for e in main.iter() if e.get("class") == "button"
    ]


@on_sqlite
def test_one_button_stands_out_where_the_task_is(page: Page, contact: Page, reference: str) -> None:
    desk.sign_in(page)
    case = f"/staff/enquiries/{reference}"
    name = "Barn- och utbildningsförvaltningen"

    assert primary(page.get(case)) == [f"Bekräfta: {name}"]
    pressed = page.get(case).fields("confirm") | {"department_id": "barn-utbildning"}
    shown = page.post(f"{case}/hand-over", pressed)
    assert name in shown.text
    act(page, reference, "hand-over")
    assert primary(page.get(case)) == []  # it is the department's turn

    asked = contact.get(case)
    assert primary(asked) == ["Ja, vi tar den"]
    assert "Nej, skicka tillbaka" in asked.text
    act(contact, reference, "send-back", why="Det gäller en förening.")
    back = page.get(case)
    assert primary(back) == ["Lämna över"]
    assert f"{name} har skickat tillbaka den." in back.text


@on_sqlite
def test_a_department_says_yes_before_the_coordinator_has_confirmed(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    case = f"/staff/enquiries/{reference}"
    assert primary(contact.get(case)) == ["Ja, vi tar den"]
    act(contact, reference, "advance", to="developing", owner="Rektor")
    desk.sign_in(page)
    assert "bekräfta var den" not in page.get(case).text.lower()
    with app.app_context():
        nobodys = make.enquiry(title="Något", description="Något bra som vi vill göra en gång.")
        assert nobodys.department_id is None
        other = nobodys.reference
    assert f"{other}/advance" not in page.get(f"/staff/enquiries/{other}").html


@on_sqlite
def test_the_top_says_what_is_next_and_what_is_promised(page: Page, reference: str) -> None:
    desk.sign_in(page)
    with time_machine.travel("2026-11-25 10:00Z", tick=False):
        planned = {"next_action": "Ring Per", "next_action_by": "2026-12-03"}
        act(page, reference, "facts", kind="partner_search", **planned)
        seen = page.get(f"/staff/enquiries/{reference}").text
    assert "Ring Per , senast 3 december" in seen
    assert "Första svar senast" in seen
    assert "Vad det är en partnersökning" in seen


@on_sqlite
def test_programmes_that_are_set_say_by_whom_and_why_is_folded(
    page: Page, contact: Page, reference: str
) -> None:
    desk.sign_in(page)
    case = f"/staff/enquiries/{reference}"
    suggested = page.get(case).fields("confirm-programmes")
    page.post(f"{case}/programmes", suggested, 303)
    twice = page.post(f"{case}/programmes", suggested, 303)
    assert "inte gjorts en gång till" in page.get(twice.location).text

    seen = page.get(case)
    assert "Bekräftade av dig i dag." in seen.text
    assert "Bekräftade av samordnaren i dag." in contact.get(case).text
    [card] = [e for e in seen.tree.iter("section") if e.get("aria-labelledby") == "funding"]
    [why] = card.findall("details")
    assert "Texten nämner" in "".join(why.itertext())
    assert "Texten nämner" not in "".join("".join(e.itertext()) for e in card if e is not why)

    act(page, reference, "programmes", programmes="leader")
    assert "Valda av dig i dag." in page.get(case).text


def happened(seen: Fetched) -> list[Element]:
    """The entries of the history that a case shows, the latest first."""
    [thread] = [e for e in seen.tree.iter("ol") if e.get("class") == "timeline"]
    return list(thread)


@on_sqlite
def test_letters_stand_folded_with_the_act_that_sent_them(app: Flask, page: Page) -> None:
    with app.app_context():
        placed = make.enquiry().reference
        unclear = make.enquiry(title="En idé", description="Något bra som vi vill göra en gång.")
        to_place = unclear.reference
    desk.sign_in(page)
    sent, received = happened(page.get(f"/staff/enquiries/{placed}"))[-2:]
    assert received.find("details") is None
    [mails] = sent.findall("details")
    assert [" ".join("".join(e.itertext()).split(" (")[0].split()) for e in mails.iter("li")] == [
        "Mejl till internationellt.barn-utbildning@ljungby.example: överlämningen",
        "Mejl till internationellt@ljungby.example: kopian till samordnaren",
        "Mejl till avsändaren: kvittot",
    ]
    assert "3 mejl" in "".join(mails.itertext())
    assert "idén att fördela" in page.get(f"/staff/enquiries/{to_place}").text


@on_sqlite
def test_a_letter_that_failed_is_not_folded(app: Flask, page: Page, reference: str) -> None:
    with app.app_context():
        lost = sa.select(OutgoingMail).filter_by(key=f"{reference}/receipt/1")
        mail = db.session.scalars(lost).one()
        mail.state, mail.due_at = "failed", None
        db.session.commit()
    desk.sign_in(page)
    entries = happened(page.get(f"/staff/enquiries/{reference}"))
    [failed] = [entry for entry in entries if "failed" in entry.get("class", "")]
    assert "kvittot (misslyckades)" in "".join(failed.itertext())


@on_sqlite
def test_the_idea_and_the_question_stand_beside_a_form(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    act(contact, reference, "ask", text="Hur många elever?")
    with app.app_context():
        found = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        sender.reply(found, "Tjugofyra.", [], submission="x" * 32)
        db.session.commit()
    for verb in ("answer", "ask", "park", "close"):
        seen = contact.get(f"/staff/enquiries/{reference}/{verb}")
        [beside] = seen.tree.iter("aside")
        words = "".join(beside.itertext())
        assert make.IDEA["title"] in words
        assert make.IDEA["description"] in words
        assert words.index("Hur många elever?") < words.index("Tjugofyra.")


def test_a_case_asks_as_much_with_one_other_idea_as_with_many(
    contact: Page, reference: str
) -> None:
    """Of each other one it is asked whether the reader may see it, too."""
    address, asked = f"/staff/enquiries/{reference}", []
    contact.get(address)
    for several in (1, 4):
        with contact.app.app_context():
            enquiry = access.by_reference(reference)
            assert enquiry is not None
            for _number in range(several):
                by_her = desk.coordinator()
                join.relate(enquiry, make.enquiry(chosen_department="teknik"), by=by_her)
                join.join(make.enquiry(chosen_department="teknik"), enquiry, by=by_her)
            db.session.commit()
        with asked_of(contact.app) as questions:
            contact.get(address)
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 12


def test_every_verb_stands_in_one_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(VERBS)


def test_every_letter_has_a_name() -> None:
    """In the history, which tells of each that was sent."""
    sent = {
        call.args[2].value
        for path in (Path(intake.__file__).parent / "enquiries").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in ("tell", "send")
        and len(call.args) > 2
        and isinstance(call.args[2], ast.Constant)
    }
    assert {"receipt", "handover", "withdrawal", "placed"} <= sent
    assert sent <= LETTERS.keys()


def test_every_field_of_staffs_own_has_a_label() -> None:
    assert LABELS.keys() == SETTABLE


def test_where_a_department_has_it() -> None:
    assert {
        Status.WITH_DEPARTMENT,
        Status.DEVELOPING,
        Status.APPLYING,
        Status.APPLIED,
        Status.GRANTED,
    } == AT_DEPARTMENT


@on_sqlite
def test_what_is_confirmed_is_not_to_be_confirmed_again(
    app: Flask, page: Page, reference: str
) -> None:
    """Handing it over anew would take it a step back."""
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}"
    assert "Bekräfta: Barn- och utbildningsförvaltningen" in page.get(address).text
    act(page, reference, "hand-over", department_id="barn-utbildning")
    assert "Bekräfta: " not in page.get(address).text
    act(page, reference, "advance", to="developing", owner="Rektorn")
    assert "Bekräfta: " not in page.get(address).text
