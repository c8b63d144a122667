"""Languages: the Swedish catalogue is whole, and one more file is one more language."""

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel.messages.catalog import Message
from flask import Flask

from intake.enquiries.undelivered import take_back
from intake.i18n import day, speaking
from intake.outbox import delivery
from tests import catalogue, make
from tests.page import Fetched, Page
from tests.smtp import Server

PAGES = ("/", "/departments", "/privacy", "/accessibility", "/enquiry", "/status")
SWEDISH = [message for message in catalogue.read(catalogue.SWEDISH) if message.id]


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """Languages do not depend on the database: one kind is enough."""
    shutil.copyfile(sqlite_template, tmp_path / "intake.sqlite")
    return f"sqlite:///{tmp_path / 'intake.sqlite'}"


@pytest.fixture(scope="module")
def more_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one compiled catalogue, as an operator would add it."""
    folder = tmp_path_factory.mktemp("translations")
    catalogue.compile_into(folder, catalogue.ARABIC)
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def environ(environ: dict[str, str], more_languages: Path, server: Server) -> dict[str, str]:
    return environ | {
        "INTAKE_TRANSLATIONS": str(more_languages),
        "INTAKE_MAIL_SERVER": "127.0.0.1",
        "INTAKE_MAIL_PORT": str(server.port),
        "INTAKE_MAIL_PER_SECOND": "0",
    }


def test_the_swedish_catalogue_misses_nothing_and_has_nothing_over() -> None:
    kept, fresh = ({_key(message) for message in found} for found in (SWEDISH, _extracted()))
    assert not fresh - kept, "run `make strings` and translate"
    assert not kept - fresh, "run `make strings`"
    assert not catalogue.read(catalogue.SWEDISH).obsolete


def test_the_swedish_catalogue_says_every_text() -> None:
    faults = {_key(message)[0]: found for message in SWEDISH if (found := faults_of(message))}
    assert not faults


def test_the_arabic_catalogue_speaks_of_texts_that_exist() -> None:
    arabic = [message for message in catalogue.read(catalogue.ARABIC) if message.id]
    assert {_key(m) for m in arabic} <= {_key(m) for m in _extracted()}
    assert not [found for message in arabic if (found := faults_of(message))]


def faults_of(message: Message) -> list[str]:
    """What is wrong with a translation: missing, unsure, or with places that nothing fills."""
    source, said = catalogue.forms(message)
    known = set().union(*map(catalogue.places, source))
    faults = ["unsure (fuzzy)"] * message.fuzzy + [str(error) for error in message.check()]
    for words in said:
        faults += ["not translated"] * (not words.strip())
        faults += ["spaces around it"] * (words != words.strip())
        faults += [f"nothing fills {name}" for name in catalogue.places(words) - known]
        faults += ["a lone %"] * ("%" in re.sub(r"%\(\w+\)[sd]|%%", "", words))
    return faults


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_every_page_says_its_language(page: Page, app: Flask, language: str) -> None:
    for fetched in every_page(page, app, language):
        html = fetched.tree
        assert html.get("lang") == language
        assert html.get("dir") == ("rtl" if language == "ar" else "ltr")
        switch = {e.get("lang"): "".join(e.itertext()) for e in languages_of(fetched)}
        assert switch == {
            code: name
            for code, name in {"sv": "Svenska", "en": "English", "ar": "العربية"}.items()
            if code != language
        }


def test_no_english_on_swedish_pages(page: Page, app: Flask) -> None:
    for fetched in every_page(page, app, "sv"):
        assert not catalogue.english_in(fetched.html), fetched.response.request.path


def test_the_search_for_english_finds_it(page: Page) -> None:
    assert catalogue.english_in(page.get("/en/").html)


class TestRightToLeft:
    def test_pages_speak_it(self, page: Page) -> None:
        form = page.get("/ar/enquiry")
        assert "أخبرنا بفكرتك" in form.text
        assert "ما موضوع الفكرة؟" in form.text
        wrong = page.post("/ar/enquiry", form.fields(), 422)
        assert "".join(wrong.tree.find(".//title").itertext()).startswith("خطأ:")

    def test_its_own_plurals(self, page: Page) -> None:
        text = page.get("/ar/").text
        assert "5 أيام عمل" in text
        assert "15 يوم عمل" in text

    def test_a_text_in_another_language_is_marked(self, page: Page) -> None:
        """The organisation wrote nothing in Arabic; a screen reader must know that."""
        start = page.get("/ar/departments")
        marked = {
            "".join(e.itertext()): (e.get("lang"), e.get("dir"))
            for e in start.tree.iter("span")
            if e.get("lang")
        }
        assert marked["Ljungby Municipality"] == ("en", "ltr")
        assert marked["Technical Services Department"] == ("en", "ltr")

    def test_numbers_and_addresses_keep_their_direction(self, page: Page, app: Flask) -> None:
        fetched = page.get(sent(page, "ar"))
        kept = {"".join(e.itertext()).strip() for e in fetched.tree.iter() if e.get("dir") == "ltr"}
        assert any(re.fullmatch(r"EU-\d{4}-0001", words) for words in kept)
        assert "08-465 004 10" in kept
        assert "internationellt@ljungby.example" in kept

    def test_the_browser_chooses_it(self, page: Page) -> None:
        answer = page.get("/enquiry", 302, headers={"Accept-Language": "ar-SY,ar;q=0.9,en;q=0.5"})
        assert answer.location == "/ar/enquiry"

    def test_letters_go_out_in_it(self, page: Page, app: Flask, server: Server) -> None:
        """To its reader; staff get theirs in their own language."""
        sent(page, "ar")
        with app.app_context():
            delivery.run(threading.Event(), take_back, once=True)
        mails = {taken.recipient.strip("<>"): taken.message for taken in server.taken}

        receipt = mails.pop(make.IDEA["email"])
        assert receipt["Content-Language"] == "ar"
        assert receipt["Subject"].startswith("لقد استلمنا فكرتك")
        assert "شكرًا لك على فكرتك!" in receipt.get_body(("plain",)).get_content()
        html = receipt.get_body(("html",)).get_content()
        assert 'lang="ar"' in html
        assert 'dir="rtl"' in html
        assert "/ar/status/" in html
        assert {mail["Content-Language"] for mail in mails.values()} == {"sv"}


@pytest.mark.parametrize(
    ("that", "swedish", "english"),
    [
        (date(2026, 12, 3), "3 december", "3 December"),
        (date(2027, 1, 8), "8 januari", "8 January"),
        (date(2027, 11, 25), "25 november 2027", "25 November 2027"),
    ],
)
def test_a_thatthat_is_near_needs_no_year(
    app: Flask, that: date, swedish: str, english: str
) -> None:
    with app.app_context(), time_machine.travel("2026-11-25 10:00Z", tick=False):
        for code, words in (("sv", swedish), ("en", english)):
            with speaking(code):
                assert day(that, "near") == words


def every_page(page: Page, app: Flask, language: str) -> Iterator[Fetched]:
    """Every page of the resident's door in *language*, also those with mistakes."""
    for path in PAGES:
        yield page.get(f"/{language}{path}")

    yield page.post(f"/{language}/enquiry", page.get(f"/{language}/enquiry").fields(), 422)
    token = page.get(f"/{language}/enquiry").fields()["csrf_token"]
    comment = {"page": "accessibility", "csrf_token": token}
    yield page.post(f"/{language}/comment", comment, 422)
    yield checked(page, language)
    status = sent(page, language)
    yield page.get(status)
    yield page.get(status)

    find = page.get(f"/{language}/status").fields("find")
    yield page.post(f"/{language}/status", find, 422)
    asked = {"reference": "EU-2026-0001", "email": make.IDEA["email"]}
    yield page.post(f"/{language}/status", find | asked)
    yield page.get(f"/{language}/nowhere", 404)
    yield page.get("/staff/sign-in")
    app.config["LIMIT_ENQUIRIES"] = 0
    yield page.post(f"/{language}/enquiry/submit", checked(page, language).fields(), 429)


def checked(page: Page, language: str) -> Fetched:
    fields = page.get(f"/{language}/enquiry").fields() | make.IDEA
    return page.post(f"/{language}/enquiry", fields)


def sent(page: Page, language: str) -> str:
    """The address of the status page of an idea that was just sent."""
    fields = checked(page, language).fields()
    return page.post(f"/{language}/enquiry/submit", fields, 303).location


def languages_of(fetched: Fetched) -> list[Any]:
    """The links and buttons that lead to the other languages."""
    lists = [e for e in fetched.tree.iter("ul") if e.get("class") == "languages"]
    return [e for e in lists[0].iter() if e.get("lang")]


def _extracted() -> list[Message]:
    return [message for message in catalogue.extracted() if message.id]


def _key(message: Message) -> tuple[str, ...]:
    return tuple(catalogue.forms(message)[0])
