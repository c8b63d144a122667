"""A copy of a case to give away: what it holds, what is masked, what the history keeps of it."""

import email
import email.policy
import hashlib
import io
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import attachments, close, copy, facts, handle, masking, sender
from intake.enquiries.masking import Part
from intake.enquiries.models import Enquiry, Event
from intake.links import status_token
from tests import make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page, check_headers
from tests.staff import desk

LONG = "Barnen i Lagan vill ha en lekplats vid ån. " * 60  # the mails hold its beginning


@pytest.fixture
def reference(app: Flask) -> str:
    """The number of a case with something of every kind in it."""
    with app.app_context():
        enquiry = make.enquiry(phone="070-123 45 67", need="Kim Exempel vet.")
        by = desk.coordinator()
        handle.note(enquiry, "En intern sak.", by=by)
        handle.note(enquiry, "Om en enskilds hälsa.", by=by, secret=True)
        facts.assess(enquiry, {"need": ("yes", "Tydligt")}, by=by)
        handle.ask(enquiry, "Hur många, Kim\nExempel?", by=by)
        db.session.commit()
        files = [
            attachments.check("Kim Exempel.txt", b"Sju klasser."),
            attachments.check("karta.txt", b"Norr om Bolmen."),
        ]
        sender.reply(enquiry, "Sju. Hälsningar KIM EXEMPELS vän", files, submission="x" * 32)
        close.close(
            enquiry, "no_owner", by=by, text="Ingen kan.", next_step="Fråga.", learnt="Lärdom."
        )
        db.session.commit()
        return enquiry.reference


def fields(page: Page, reference: str) -> dict[str, Any]:
    return page.get(f"/staff/enquiries/{reference}/copy").fields("copy") | {"why": "Allt."}


def give(page: Page, reference: str, form: dict[str, Any]) -> Fetched:
    return page.post(f"/staff/enquiries/{reference}/copy", form | {"release": "page"})


def pack(page: Page, reference: str, form: dict[str, Any]) -> TestResponse:
    data = form | {"release": "zip"}
    address = f"/staff/enquiries/{reference}/copy"
    answer = page.client.post(address, data=data, buffered=True)
    assert answer.status_code == 200
    check_headers(answer)
    return answer


def ticked(form: dict[str, Any]) -> set[str]:
    return set(form.get("mask", []))


def keys(app: Flask, reference: str, section: str) -> list[str]:
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        return [p.key for p in copy.parts(enquiry, organisation()) if p.section == section]


def released(app: Flask) -> list[Event]:
    with app.app_context():
        found = db.session.scalars(sa.select(Event).filter_by(act="released_copy")).all()
        db.session.expunge_all()
        return list(found)


def test_it_is_shown_first_then_given_and_noted(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    form = fields(page, reference) | {"words": "Kim Exempel\nSJU", "to": "En tidning"}
    shown = page.post(f"/staff/enquiries/{reference}/copy", form)
    assert "Det här är kopian" in shown.text
    assert released(app) == []

    copied = give(page, reference, shown.fields("copy"))
    for there in (
        make.IDEA["title"],
        "kim@exempel.example",
        "070-123 45 67",
        "Ingen kan.",
        "Mejl: kvittot",
        "karta.txt",
    ):
        assert there in copied.html
    for gone in (
        "Kim Exempel",
        "KIM EXEMPEL",
        "Kim\nExempel",
        "klasser",
        "Sju",
        "En intern sak.",
        "enskilds hälsa",
        "Tydligt",
        "Lärdom.",
    ):
        assert gone not in copied.html, gone
    assert "[maskerat] vän" in copied.html
    assert "csrf" not in copied.html

    [event] = released(app)
    assert (event.why, event.data["to"], event.data["words"]) == ("Allt.", "En tidning", 2)
    assert set(event.data["masked"]) == set(keys(app, reference, "notes"))
    assert "Exempel" not in str(event.data)
    case = " ".join(page.get(f"/staff/enquiries/{reference}").text.split())
    assert "En kopia lämnades ut" in case
    assert "Till vem En tidning Maskerat 4 händelser, 2 ord" in case


def test_the_archive_holds_it_all_and_a_sum_of_each(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    form = fields(page, reference) | {"words": "Kim\nkim@exempel.example"}
    mails = keys(app, reference, "mails")
    form["mask"] = [*form["mask"], mails[1]]

    packed = pack(page, reference, form)
    assert packed.headers["Content-Disposition"] == f"attachment; filename={reference}.zip"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as file:
        content = {name: file.read(name) for name in file.namelist()}

    assert content["filer/01-[maskerat] Exempel.txt"] == b"Sju klasser."
    assert content["filer/02-karta.txt"] == b"Norr om Bolmen."
    letters = [name for name in content if name.startswith("mejl/")]
    assert len(letters) == len(mails) - 1
    assert not [name for name in letters if name.startswith("mejl/02-")]
    for name in letters:
        message = email.message_from_bytes(content[name], policy=email.policy.default)
        assert "Kim" not in message.get_content()
        assert "kim@exempel.example" not in str(message["To"])
        assert message["Date"] is not None
    page_there = content[f"{reference}.html"].decode()
    assert "<style>" in page_there
    assert "/static/" not in page_there
    assert "Kim" not in page_there
    sums = dict(
        reversed(line.split("  ")) for line in content.pop("SHA-256.txt").decode().splitlines()
    )
    assert sums == {name: hashlib.sha256(each).hexdigest() for name, each in content.items()}


@on_sqlite
def test_masked_words_stand_in_no_head_of_a_mail(page: Page, reference: str) -> None:
    """A department's contact person, for example."""
    desk.sign_in(page)
    words = f"Ljungby kommun\n{desk.COORDINATOR}"
    packed = pack(page, reference, fields(page, reference) | {"words": words})
    with zipfile.ZipFile(io.BytesIO(packed.data)) as file:
        letters = [file.read(name) for name in file.namelist() if name.endswith(".eml")]
    assert letters
    for letter in letters:
        message = email.message_from_bytes(letter, policy=email.policy.default)
        heads = f"{message['From']} {message['To']}"
        assert message["From"].defects == message["To"].defects == ()
        assert desk.COORDINATOR not in heads
        assert "Ljungby kommun" not in heads
        assert "[maskerat]" in heads


@on_sqlite
def test_a_masked_file_is_not_in_the_archive(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    form = fields(page, reference)
    first, _second = keys(app, reference, "files")
    form["mask"] = [*form["mask"], first]
    packed = pack(page, reference, form).data
    assert b"Sju klasser." not in packed
    assert hashlib.sha256(b"Sju klasser.").hexdigest().encode() not in packed
    assert hashlib.sha256(b"Norr om Bolmen.").hexdigest().encode() in packed


@on_sqlite
def test_the_secret_link_is_never_given_away(app: Flask, page: Page, reference: str) -> None:
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        token = status_token(enquiry.link_seed)
    desk.sign_in(page)
    form = fields(page, reference) | {"mask": []}
    assert token not in give(page, reference, form).html
    assert token.encode() not in pack(page, reference, form).data


@on_sqlite
def test_what_is_flagged_protected_or_internal_is_ticked(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    assert ticked(fields(page, reference)) == set(keys(app, reference, "notes"))
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        enquiry.protected = True
        db.session.commit()
    form = fields(page, reference)
    assert {"sender.name", "sender.email", "sender.phone"} < ticked(form)
    assert set(keys(app, reference, "files")) < ticked(form)
    assert "title" not in ticked(form)
    assert form["sender"]
    copied = give(page, reference, form).html.casefold()
    assert "exempel@" not in copied
    assert "kim" not in copied
    assert "070-123" not in copied

    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        enquiry.protected, enquiry.flagged = False, True
        db.session.commit()
    form = fields(page, reference)
    assert {"title", "description", "answer.need", "sender.name"} < ticked(form)
    for section in ("files", "mails", "notes", "written"):
        assert set(keys(app, reference, section)) <= ticked(form)
    assert "register" not in ticked(form)
    assert make.IDEA["title"] not in give(page, reference, form).html


@on_sqlite
def test_what_has_come_in_meanwhile_is_looked_at_first(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    form = fields(page, reference)
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        sender.reply(enquiry, "En hemlighet till.", [], submission="y" * 32)
        db.session.commit()
    address = f"/staff/enquiries/{reference}/copy"
    refused = page.post(address, form | {"release": "page", "words": "Kim"}, 409)
    assert "En hemlighet till." in refused.text
    assert refused.fields("copy")["words"] == "Kim"
    assert released(app) == []
    give(page, reference, refused.fields("copy"))
    pack(page, reference, refused.fields("copy"))  # giving it away is nothing new in it
    assert len(released(app)) == 2


@on_sqlite
def test_a_reason_is_asked_for_and_a_letter_is_no_word(page: Page, reference: str) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/copy"
    form = fields(page, reference)
    page.post(address, form | {"why": "", "release": "page"}, 422)
    page.post(address, form | {"words": "a", "release": "page"}, 422)


@on_sqlite
def test_reading_a_flagged_case_this_way_is_noted_too(
    app: Flask, page: Page, reference: str
) -> None:
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        enquiry.flagged = True
        db.session.commit()
    desk.sign_in(page)
    page.get(f"/staff/enquiries/{reference}/copy")
    with app.app_context():
        assert db.session.scalar(
            sa.select(sa.func.count()).select_from(Event).where(Event.act == "read")
        )


@on_sqlite
def test_the_sender_is_masked_wherever_they_stand(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    form = fields(page, reference)
    assert "sender" not in form
    shown = page.post(f"/staff/enquiries/{reference}/copy", form | {"sender": "y", "words": "sju"})
    assert "Orden här" not in shown.text
    copied = give(page, reference, shown.fields("copy"))
    for gone in ("Kim", "KIM", "kim@exempel.example", "123 45 67", "Sju"):
        assert gone not in copied.html

    shown = page.post(f"/staff/enquiries/{reference}/copy", form | {"words": "elever"})
    assert "Orden här innehåller ett som du maskerar, och står kvar: eleverna." in shown.text


@on_sqlite
def test_words_are_found_as_people_write_them(app: Flask) -> None:
    with app.app_context():
        for text in ("KIM EXEMPEL", "kim\n> exempel", "Kim  Exempel", "Kim Exempels"):
            assert "xempel" not in masking.mask(["Kim Exempel"], text).casefold()
        assert masking.mask(["a.b"], "aXb a.b") == "aXb [masked]"
        read = "Annas hus i ett annat land, anna.k@exempel.example; Anna-Karin"
        assert (
            masking.mask(["Anna"], read)
            == "[masked] hus i ett annat land, [masked]; [masked]-Karin"
        )
        assert masking.within(["Anna"], [Part("x", "idea", "Annars", "annat")]) == [
            "annars",
            "annat",
        ]
        assert masking.mask(["Kim", "Kim Exempel"], "Kim Exempel") == "[masked]"
        assert masking.mask([], "Kim") == "Kim"


@on_sqlite
@pytest.mark.parametrize(
    "written",
    ["070 123 45 67", "070-1234567", "+46 70 123 45 67", "0046(0)70/1234567", "tel070.123.45.67"],
)
def test_the_senders_number_is_masked_however_it_is_written(
    app: Flask, page: Page, written: str
) -> None:
    with app.app_context():
        text = f"Ring mig gärna på {written}, eller på 0372-555 12."
        reference = make.enquiry(phone="070-123 45 67", description=text).reference
    desk.sign_in(page)
    copied = give(page, reference, fields(page, reference) | {"sender": "y"})
    assert "på [maskerat], eller på 0372-555 12." in copied.text.replace("tel[", "[")


@on_sqlite
@pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u200c", "\u200d", "\ufeff"])
def test_what_cannot_be_seen_hides_no_name(app: Flask, hidden: str) -> None:
    with app.app_context():
        read = masking.mask(["Kim Exempel"], f"Av Kim Ex{hidden}em{hidden}{hidden}pels vän")
        assert read == "Av [masked] vän"


@on_sqlite
def test_each_reading_of_what_is_flagged_is_noted(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        by = desk.coordinator()
        facts.set_facts(enquiry, by=by, flagged=True)
        db.session.commit()

    def readings() -> int:
        with app.app_context():
            count = sa.select(sa.func.count()).where(Event.act == "read")
            return db.session.scalar(count) or 0

    form = fields(page, reference)  # opens the page
    address = f"/staff/enquiries/{reference}/copy"
    assert readings() == 1
    page.post(address, form | {"why": ""}, 422)
    page.post(address, form)
    page.post(address, form | {"seen": "0", "release": "page"}, 409)
    assert readings() == 4
    give(page, reference, form)
    assert readings() == 4  # that is noted as what it is
    assert len(released(app)) == 1


def test_what_was_learnt_from_referring_is_internal_too(app: Flask, page: Page) -> None:
    """Its form says, as that for closing does, that the sender does not see it."""
    with app.app_context():
        enquiry = make.enquiry()
        by = desk.coordinator()
        close.refer(enquiry, "Leader", by=by, text="De har pengarna.", learnt="Lärdom.")
        db.session.commit()
        reference = enquiry.reference
    desk.sign_in(page)
    form = fields(page, reference)
    assert [key for key in ticked(form) if key.endswith(".learnt")]
    copied = give(page, reference, form)
    assert "Leader" in copied.text
    assert "Lärdom." not in copied.html


def test_what_quotes_a_masked_part_is_listed(app: Flask, page: Page, reference: str) -> None:
    """The mails to staff hold the idea: masked in one place, it would stand in the others."""
    with app.app_context():
        quoted = make.enquiry(email="bo@exempel.example", title="Sol", description=LONG).reference
    desk.sign_in(page)
    address = f"/staff/enquiries/{quoted}/copy"
    form = fields(page, quoted)
    assert "säger fortfarande" not in page.post(address, form).text

    shown = page.post(address, form | {"mask": ["description"]})
    assert "säger fortfarande" in shown.text
    listed = {
        (link.get("href") or "").removeprefix("#mask-")
        for notice in shown.tree.iter("div")
        if "notice" in notice.get("class", "")
        for link in notice.iter("a")
    }
    assert listed
    mails = keys(app, quoted, "mails")
    assert listed < set(mails)  # the receipt does not quote it

    rest = page.post(address, form | {"mask": ["description", *listed]})
    assert "säger fortfarande" not in rest.text
    copied = give(page, quoted, rest.fields("copy"))
    assert "Barnen" not in copied.text


@pytest.mark.parametrize(
    ("masked", "said", "is_quoted"),
    [
        ("Vi vill bada i ån varje sommar", "> vi vill bada\n> i ån varje", True),
        ("Vi vill bada i ån varje sommar", "Vi vill bada i sjön", False),
        ("Kim Exempel", "Hej Kim Exempel!", True),
        ("Kim Exempel", "Hej Kim!", False),
        ("070-123 45 67", "Ring 070 123 45 67.", True),
        ("Nej", "Nej tack.", False),
        ("", "Något.", False),
    ],
)
def test_a_quotation_is_some_words_in_a_row(masked: str, said: str, is_quoted: bool) -> None:
    parts = [Part("a", "idea", "Idén", masked), Part("b", "mails", "Mejl", said)]
    shown = masking.mask_parts(parts[1:], (), ())
    assert [part.key for part in masking.quoting(parts, {"a"}, shown)] == ["b"] * is_quoted
    assert masking.quoting(parts, {"a", "b"}, shown) == []
