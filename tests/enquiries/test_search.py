"""Search: Swedish words in every form, and nothing that is typed is syntax."""

import secrets
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.directory.members import member
from intake.directory.organisation import organisation
from intake.enquiries import close, facts, handle, hits, inbox, search, sender
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, Status, record
from intake.enquiries.views import Filter, View
from tests.conftest import on_sqlite
from tests.make import enquiry
from tests.staff.desk import COORDINATOR, coordinator


def found(words: str, **facts: object) -> list[str]:
    chosen = sa.select(Enquiry.title).where(search.matching(words, **facts))
    return list(db.session.scalars(chosen.order_by(Enquiry.id)))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("En solcellspark", "solceller"),
        ("Solcellsparken vid ån", "solceller"),
        ("Bidrag till bygdegården", "bidraget"),
        ("Bidragen räcker inte", "bidrag"),
        ("Hjälp med ansökningar", "ansökan"),
        ("Vår ansökan", "ansökningarna"),
        ("Skolor i samverkan", "skolan"),
        ("Funding applications for schools", "application school"),
        ("ELBILAR i kommunen", "elbil"),
    ],
)
def test_forms_of_a_word_are_one(app: Flask, title: str, words: str) -> None:
    with app.app_context():
        enquiry(title=title)
        enquiry(title="Något helt annat")
        assert found(words) == [title]


def test_letters_are_not_taken_for_others(app: Flask) -> None:
    with app.app_context():
        enquiry(title="Ett får på ängen")
        assert found("far") == []
        assert found("får") == ["Ett får på ängen"]


def test_every_word_must_be_there(app: Flask) -> None:
    with app.app_context():
        enquiry(title="Cykelväg till skolan")
        assert found("cykelvägar skola") == ["Cykelväg till skolan"]
        assert found("cykelvägar simhall") == []


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "'",
        'cykel*"',
        "NOT cykel",
        "a OR b)",
        "stems:x",
        "% _",
        "';--",
        "🌱",
        "\x00",
        "-",
        "^a",
    ],
)
def test_nothing_typed_is_syntax(app: Flask, words: str) -> None:
    with app.app_context():
        enquiry(title="Ett vattenland")
        assert found(words) == []


@pytest.mark.parametrize("typed", ["EU-2026-{}", "eu 2026 {}", "2026-{}", "EU-2026-{:04d}"])
def test_a_reference_is_found_however_it_is_typed(app: Flask, typed: str) -> None:
    with app.app_context():
        enquiry(title="En annan")
        idea = enquiry(title="Ett växthus")
        number = int(idea.reference.rsplit("-", 1)[1])
        facts.set_facts(idea, by=member(organisation(), COORDINATOR), case_number="2025-7")
        db.session.commit()
        assert found(typed.format(number).replace("2026", idea.reference[3:7])) == ["Ett växthus"]
        assert found("2025-7") == ["Ett växthus"]


def test_reference_organisation_and_thread_are_found(app: Flask) -> None:
    with app.app_context():
        idea = enquiry(title="Ett bad", sender_kind="association", organisation="Hembygdsgillet")
        record(idea, Act.NOTED, by="coordinator", text="Jämför med simhallen i Växjö")
        search.index(idea)
        db.session.commit()
        enquiry(title="En annan", description="Den handlar om något helt annat än simning i dag.")
        for words in (idea.reference, idea.reference.lower(), "hembygdsgille", "simhall växjö"):
            assert found(words) == ["Ett bad"]


def test_who_is_protected_is_not_found_by_name(app: Flask) -> None:
    with app.app_context():
        idea = enquiry(name="Kim Hemlig", sender_kind="company", organisation="Gömstället AB")
        assert found("hemlig") == []
        assert len(found("gömstället")) == 1
        idea.protected = True
        search.index(idea)
        assert found("gömstället") == []


def test_facts_are_asked_of_the_index(app: Flask) -> None:
    with app.app_context():
        enquiry(title="Ett", goals=[1, 7])
        enquiry(title="Två", goals=[17], language="en", sender_kind="school")
        assert found("", goal="7") == ["Ett"]
        assert found("", goal="17", language="en") == ["Två"]
        assert found("ett", sender_kind="school") == []
        assert search.matching("  ") is None


def test_reindex_makes_the_same_again(app: Flask) -> None:
    with app.app_context():
        enquiry(title="En solcellspark")
        db.session.execute(sa.text("DELETE FROM search_text"))
        db.session.commit()
        assert found("solcell") == []
        db.session.rollback()
    result = app.test_cli_runner().invoke(args=["enquiry", "reindex"])
    assert "1 enquiries can be found" in result.output
    with app.app_context():
        assert found("solcell") == ["En solcellspark"]


def test_hits_are_marked_and_all_else_is_escaped(app: Flask) -> None:
    with app.app_context():
        shown = hits.marked("<b>Solcellspark</b> & bad", "solceller")
        assert shown == "&lt;b&gt;<mark>Solcellspark</mark>&lt;/b&gt; &amp; bad"
        text = "Ord " * 60 + "här blir en <i>solcellspark</i>. " + "Mer " * 60
        cut = hits.snippet(["Inget här.", text], "solceller")
        assert "<mark>solcellspark</mark>" in cut
        assert "&lt;i&gt;" in cut
        assert len(cut) < 300


def test_what_staff_and_sender_write_later_is_found(app: Flask) -> None:
    with app.app_context():
        written = enquiry(title="Något helt annat")
        boss = coordinator()
        handle.note(written, "De nämnde fjärrvärmen.", by=boss)
        sender.reply(written, "Vi tänkte på bergvärmepumpar.", submission="x" * 32)
        facts.set_facts(written, by=boss, case_number="KS2026/0042", authority="Räddningstjänsten")
        facts.assess(written, {"need": ("yes", "Torgmarknaden saknar el.")}, by=boss)
        handle.hand_over(written, "teknik", by=boss, note="Se på ledningarna.", text="Läs vidare.")
        handle.advance(written, Status.DEVELOPING, by=boss, owner="chefen", text="Sparbanken med.")
        close.close(
            written,
            "no_owner",
            by=boss,
            text="Kajplatsen räcker inte.",
            next_step="Tala med Leader om bryggan.",
            learnt="Börja med hamnen.",
        )
        db.session.commit()
        for words in (
            *("fjärrvärme", "bergvärme", "KS2026/0042", "räddningstjänst", "torgmarknad"),
            *("ledningar", "vidare", "sparbank", "kajplats", "brygga", "hamn"),
        ):
            assert found(words) == ["Något helt annat"], words


def test_a_list_shows_where_words_stand_in_what_was_said(app: Flask) -> None:
    with app.app_context():
        written = enquiry(title="Något helt annat", organisation="Bolmens byalag")
        boss = coordinator()
        handle.note(written, "De nämnde fjärrvärmen.", by=boss)
        handle.note(written, "Hemlig kvarnsten.", by=boss, secret=True)
        db.session.commit()

        def shown(words: str) -> str:
            asked = Filter(words=words)
            [row] = inbox.listed(boss, View.ALL, asked, None, organisation()).rows
            return row.snippet

        assert shown("fjärrvärme") == "De nämnde <mark>fjärrvärmen</mark>."
        assert shown("byalag") == "Bolmens <mark>byalag</mark>"
        assert shown("kvarnsten") == ""  # the list is no reading of what may be secret
        assert shown("annat") == ""  # it stands in the title
        facts.set_facts(written, by=boss, flagged=True)
        assert shown("fjärrvärme") == ""


@on_sqlite
def test_a_sender_who_writes_all_day_keeps_nobody_waiting(app: Flask) -> None:
    """The whole index of one idea is made anew with each act, while all others wait to write."""
    with app.app_context():
        idea = enquiry(title="Solceller")
        said = [" ".join(secrets.token_hex(3) for _ in range(700)) for _ in range(400)]
        began = time.process_time()
        kept = search.stems_of(idea, [*said, "Till sist: bergvärme"])
        assert time.process_time() - began < 3
        assert {"solcell", "bergvärm"} <= set(kept.split())


@on_sqlite
def test_nobody_finds_out_by_searching_who_is_protected(app: Flask) -> None:
    """A contact who reads none of it could try names."""
    with app.app_context():
        idea = enquiry(
            name="Kim Xylander", title="Xylander vill bygga", description="Jag, Xylander, 30 ord."
        )
        sender.reply(idea, "Hälsar Xylander, bergvärme", submission="x" * 32)
        assert found("Xylander") == ["Xylander vill bygga"]
        boss = coordinator()
        facts.set_facts(idea, by=boss, protected=True)
        for _ in range(2):
            assert found("Xylander") == []
            assert found("bergvärme") == ["Xylander vill bygga"]
            list(search.reindex(db.session.connection()))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Ett Trähusmuseum i Lagan", "museum"),
        ("Ungdomsutbyte med Litauen", "utbyten"),
        ("Nya skolmöbler", "möbler"),
        ("Rening av avloppsvatten", "vatten"),
        ("Landsbygdsutvecklingen", "utveckling"),
    ],
)
def test_a_later_part_of_a_compound_is_found(app: Flask, title: str, words: str) -> None:
    with app.app_context():
        enquiry(title=title)
        enquiry(title="Något helt annat")
        assert found(words) == [title]
        assert "<mark>" in hits.marked(title, words)
        assert found(f"{words} finnsinte") == []


def test_what_only_looks_like_a_part_is_none(app: Flask) -> None:
    with app.app_context():
        enquiry(title="Kulturhuset")
        assert found("tur") == []


def test_a_word_without_end_costs_little_and_hides_nothing(app: Flask) -> None:
    """Its parts would be thousands of words: PostgreSQL cannot hold them, and all others wait."""
    endless = "bavilo" * 500
    with app.app_context():
        began = time.process_time()
        idea = enquiry(title="En bastu", description=endless, need=endless[:1500])
        assert time.process_time() - began < 1
        assert len(search.stems_of(idea)) < 10_000
        assert found("bastu") == found("bavilo" * 10) == ["En bastu"]
