"""The page of figures and its file, against what a person counts and what the inbox lists."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import time_machine
from flask import Flask

from intake.db import db
from intake.enquiries import search
from intake.enquiries.choices import CHANNELS, GOALS, SENDER_KINDS
from intake.enquiries.close import REASONS
from intake.enquiries.event_words import STATUSES
from intake.i18n import speaking
from intake.staff.figures_file import harmless
from tests import make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page
from tests.questions import asked_of
from tests.staff import desk

FIGURES = "/staff/figures"
#: A Wednesday.
TODAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def ideas(app: Flask) -> None:
    """Seven that came in this year, one of which looks like spam, and one of the year before."""
    with app.app_context():
        came_in(MONDAY - timedelta(days=365))
        came_in(MONDAY, answered=MONDAY + timedelta(days=1), department_id="teknik")
        came_in(MONDAY, answered=MONDAY + timedelta(days=1), department_id="teknik")
        came_in(
            MONDAY,
            answered=MONDAY + timedelta(days=2),
            sender_kind="company",
            status="closed",
            closing_reason="not_eu",
        )
        came_in(MONDAY, answered=MONDAY + timedelta(days=3), status="granted", language="en")
        came_in(MONDAY, answered=MONDAY + timedelta(days=8), programmes=["leader"])
        came_in(
            MONDAY,
            due_on=datetime(2026, 11, 23, tzinfo=UTC).date(),
            coordinator_from=datetime(2026, 11, 24, tzinfo=UTC).date(),
            staff_goals=[11],
        )
        came_in(MONDAY, suspected=True)


def came_in(
    at: datetime,
    answered: datetime | None = None,
    *,
    sender_kind: str = "resident",
    language: str = "sv",
    **columns: Any,
) -> None:
    with time_machine.travel(at, tick=False):
        enquiry = make.enquiry(sender_kind=sender_kind, language=language)
    as_it_is = {"due_on": None, "first_answer_at": answered, "resembles_id": None} | columns
    for name, value in as_it_is.items():
        setattr(enquiry, name, value)
    search.index(enquiry)
    db.session.commit()


def test_a_politician_can_read_it(page: Page, ideas: None) -> None:
    desk.sign_in(page, desk.READER)
    page.client.set_cookie("language", "en")
    shown = page.get(FIGURES)
    assert "Figures for 2026" in shown.html
    assert "6 ideas came in. Half of the first answers came within 2 working days." in shown.text
    assert "We promise an answer within 5 working days." in shown.text
    assert key(shown) == {
        "Came in": "6",
        "Half answered within": "2 working days",
        "Answered in time": "66%",
        "Wait for a first answer": "1",
        "Late now": "1",
        "Taken further": "16%",
    }
    assert "1 more looks like spam and is not counted." in shown.text


def test_the_tables_hold_what_a_person_counts(page: Page, ideas: None) -> None:
    desk.sign_in(page)
    page.client.set_cookie("language", "en")
    found = tables(page.get(FIGURES))
    with page.app.test_request_context(), speaking("en"):
        assert found["How they stand now"][str(STATUSES["granted"])][0] == "1"
        assert found["Why they are closed"] == {str(REASONS["not_eu"]): ["1"]}
        assert found["Who sent them"] == {
            str(SENDER_KINDS["resident"]): [
                "5",
                "too few to tell",
                "too few to tell",
                "too few to tell",
                "1",
            ],
            str(SENDER_KINDS["company"]): [
                "1",
                "too few to tell",
                "too few to tell",
                "too few to tell",
                "0",
            ],
        }
        assert found["In which language they were written"]["English"][0] == "1"
        assert found["Global goals of Agenda 2030"] == {f"11. {GOALS[11]!s}": ["1"]}
        [programme] = found["Programmes that may pay"].values()
        assert programme == ["1"]
        assert found["How they came in"] == {str(CHANNELS["form"]): ["6"]}


def test_each_number_leads_the_coordinator_to_as_many_ideas(page: Page, ideas: None) -> None:
    desk.sign_in(page)
    links = [each for each in main(page.get(FIGURES)).iter("a") if "?view=" in each.get("href", "")]
    assert len(links) > 10
    for link in links:
        address = link.get("href", "")
        rows = page.get(address).html.count('rowheader"')
        assert str(rows) == "".join(link.itertext()), address


@pytest.mark.parametrize("email", [desk.READER, desk.ADMINISTRATOR])
def test_nobody_else_is_led_to_any(page: Page, ideas: None, email: str) -> None:
    desk.sign_in(page, email)
    leads_to = {each.get("href") for each in main(page.get(FIGURES)).iter("a")}
    assert leads_to == {"/staff/figures.csv?year=2026"}


def test_a_year_or_days_can_be_asked_for(page: Page, ideas: None) -> None:
    desk.sign_in(page)
    page.client.set_cookie("language", "en")
    assert "Figures for 2025" in page.get(f"{FIGURES}?year=2025").html
    assert "6 ideas came in." in page.get(f"{FIGURES}?since=2026-11-16&until=2026-11-16").text
    shown = page.get(f"{FIGURES}?since=2026-11-17")
    assert "17 November 2026 – 25 November 2026" in shown.text
    assert "No ideas came in" in shown.text
    assert "1 January 2026 – 15 November 2026" in page.get(f"{FIGURES}?until=2026-11-15").text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("year=1066", "There are no figures for that year."),
        ("year=next", "There are no figures for that year."),
        ("since=yesterday", "Write a day"),
        ("since=0001-01-01", "Write a day between"),
        ("since=2026-05-01&until=2026-04-01", "This day is before the first one"),
    ],
)
@on_sqlite
def test_what_makes_no_sense_is_said_and_is_this_year(
    page: Page, ideas: None, asked: str, words: str
) -> None:
    desk.sign_in(page)
    page.client.set_cookie("language", "en")
    shown = page.get(f"{FIGURES}?{asked}")
    assert words in shown.text
    assert "You see 2026 instead" in shown.text
    assert "6 ideas came in." in shown.text
    assert page.client.get(f"{FIGURES}.csv?{asked}").status_code == 200


@on_sqlite
def test_only_the_coordinator_chooses_days(page: Page, ideas: None) -> None:
    desk.sign_in(page, desk.READER)
    page.client.set_cookie("language", "en")
    shown = page.get(f"{FIGURES}?since=2026-11-17&until=2026-11-17")
    assert "Only the coordinator can choose days." in shown.text
    assert "6 ideas came in." in shown.text
    assert set(shown.fields("period")) == {"year"}


@on_sqlite
def test_of_few_no_more_is_told_than_how_many(page: Page, ideas: None) -> None:
    desk.sign_in(page)
    page.client.set_cookie("language", "en")
    shown = page.get(f"{FIGURES}?year=2025")
    assert key(shown) == {"Came in": "1"}
    assert not tables(shown)
    assert "Fewer than five came in" in shown.text
    lines = rows_of(page.client.get(f"{FIGURES}.csv?year=2025").data)
    assert [what for what, *_rest in lines] == [
        "What",
        "Period",
        "Came in",
        "Possible spam, not counted",
    ]


def test_the_file_is_what_a_spreadsheet_opens(page: Page, ideas: None) -> None:
    desk.sign_in(page, desk.READER)
    page.client.set_cookie("language", "sv")
    answer = page.client.get(f"{FIGURES}.csv?year=2026")
    assert answer.data.startswith("\ufeffVad;Vilket;Värde\r\n".encode())
    assert answer.mimetype == "text/csv"
    assert "figures-2026.csv" in answer.headers["Content-Disposition"]
    lines = rows_of(answer.data)
    assert ["Kom in", "", "6"] in lines
    assert ["Första svar, arbetsdagar (median)", "", "2"] in lines
    assert ["Svar i tid, procent", "", "66"] in lines
    assert ["Vem som har skickat dem", "företag", "1"] in lines
    assert ["Vem som har skickat dem: Svar i tid, procent", "företag", ""] in lines
    assert all(len(line) == 3 for line in lines)


@pytest.mark.parametrize("words", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "\n=1", "\uff1d1"])
def test_no_cell_is_a_formula(words: str) -> None:
    assert harmless(words) == f"'{words}"
    assert harmless("Teknik = bra") == "Teknik = bra"


def test_few_questions_a_page(page: Page, app: Flask, ideas: None) -> None:
    desk.sign_in(page)
    page.get(FIGURES)
    with asked_of(app) as asked:
        page.get(FIGURES)
    questions = [each for each, _parameters in asked if each.startswith(("SELECT", "WITH"))]
    assert len(questions) <= 8, questions


def main(shown: Fetched) -> Element:
    found = shown.tree.find(".//main")
    assert found is not None
    return found


def words(element: Element) -> str:
    """What can be read in it, without what stands there for narrow screens."""
    labels = [each for each in element.iter("span") if each.get("class") == "label"]
    text = " ".join(" ".join(element.itertext()).split())
    for label in labels:
        text = text.removeprefix("".join(label.itertext())).strip()
    return text


def key(shown: Fetched) -> dict[str, str]:
    """The figures at the top."""
    [found] = [each for each in shown.tree.iter("dl") if "key" in (each.get("class") or "")]
    names, values = (map(words, found.iter(tag)) for tag in ("dt", "dd"))
    return dict(zip(names, values, strict=True))


def tables(shown: Fetched) -> dict[str, dict[str, list[str]]]:
    """Each table by its caption: what each row tells, by its head."""
    return {
        words(next(table.iter("caption"))): {
            words(next(row.iter("th"))): [words(cell) for cell in row.iter("td")]
            for row in next(table.iter("tbody")).iter("tr")
        }
        for table in shown.tree.iter("table")
    }


def rows_of(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))
