"""Writing to us from the status page: forms without JavaScript, nothing typed is ever lost."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock, links
from intake.db import db
from intake.enquiries import access, attachments, join
from intake.enquiries.models import Attachment, Enquiry, Event
from intake.enquiries.steps import Act, Status, record
from tests import files, make
from tests.page import Fetched, Page
from tests.staff.desk import coordinator

TEXT = "Ungefär trettio elever."


@pytest.fixture
def idea(app: Flask) -> tuple[str, str]:
    with app.app_context():
        enquiry = make.enquiry()
        return enquiry.reference, f"/sv/status/{links.status_token(enquiry.link_seed)}"


def upload(content: bytes = files.PDF, name: str = "plan.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def write(page: Page, address: str, code: int = 303, **changes: Any) -> Fetched:
    fields = page.get(address).fields("reply")
    fields.pop("files")
    answer = page.post(f"{address}/reply", fields | {"text": TEXT} | changes, code)
    answer.response.request.environ["wsgi.input"].close()  # a large one is a file
    return answer


def replied(app: Flask) -> list[Event]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Event).where(Event.act == Act.REPLIED)))


def change(app: Flask, reference: str, act: Act, facts: dict[str, Any], **data: Any) -> None:
    with app.app_context():
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        for name, value in facts.items():
            setattr(enquiry, name, value)
        record(enquiry, act, by="coordinator", **data)
        db.session.commit()


def test_a_question_stands_first_and_is_answered_with_a_file(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    reference, address = idea
    change(app, reference, Act.ASKED, {"question_at": clock.now()}, text="Hur många elever?")
    text = page.get(address).text
    assert text.index("Hur många elever?") < text.index("Mottagen")

    there = write(page, address, files=[upload(name="Förslag å.pdf")]).location
    shown = page.get(there)
    assert TEXT in shown.text
    assert "Förslag å.pdf" in shown.text
    assert "<details" in shown.html, "the answer form is still there"
    link = next(a for a in shown.tree.iter("a") if "/files/" in (a.get("href") or ""))
    response = page.client.get(link.get("href"))
    assert response.data == files.PDF
    headers = response.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith('attachment; filename="Forslag a.pdf"')
    assert "filename*=UTF-8''F%C3%B6rslag%20%C3%A5.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_a_file_opens_only_under_its_own_idea(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    _, address = idea
    write(page, address, files=[upload()])
    with app.app_context():
        key = db.session.scalars(sa.select(Attachment.key)).one()
        other = links.status_token(make.enquiry().link_seed)
    assert page.client.get(f"{address}/files/{key}").status_code == 200
    page.get(f"/sv/status/{other}/files/{key}", 404)
    page.get(f"/sv/status/{'x' * 39}/files/{key}", 404)
    page.get(f"{address}/files/{'0' * 32}", 404)


def test_sent_twice_is_one_message(page: Page, app: Flask, idea: tuple[str, str]) -> None:
    _, address = idea
    fields = page.get(address).fields("reply") | {"text": TEXT}
    fields.pop("files")
    for _ in range(2):
        page.post(f"{address}/reply", fields | {"files": [upload()]}, 303)
    assert len(replied(app)) == 1
    write(page, address)
    assert len(replied(app)) == 2, "a new form is a new message"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([upload(files.HTML, "sida.html")], "sida.html"),
        ([upload(files.EXE, "bild.png")], "bild.png"),
        ([upload(b"", "tom.pdf")], "tom.pdf"),
        ([upload(b"x" * (attachments.LARGEST + 1), "stor.txt")], "10 MB"),
        ([upload()] * 4, "3"),
    ],
)
def test_a_file_that_is_not_taken_loses_no_word(
    page: Page, app: Flask, idea: tuple[str, str], sent: list[tuple[io.BytesIO, str]], words: str
) -> None:
    _, address = idea
    fresh = [(io.BytesIO(stream.getvalue()), name) for stream, name in sent]
    again = write(page, address, 422, files=fresh)
    assert again.fields("reply")["text"] == TEXT
    assert words in again.text
    assert replied(app) == []


def test_another_mistake_says_that_the_files_are_gone(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    _, address = idea
    again = page.get(address, 200).fields("reply")
    long = "x" * 5001
    shown = write(page, address, 422, text=long, files=[upload()])
    assert shown.fields("reply")["text"] == long
    assert shown.html.count("files-error") >= 1
    assert again["submission_id"]


def test_nothing_is_not_sent(page: Page, app: Flask, idea: tuple[str, str]) -> None:
    shown = write(page, idea[1], 422, text="  ")
    assert replied(app) == []
    [first] = [a for a in shown.tree.iter("a") if "Skriv ett meddelande" in "".join(a.itertext())]
    assert first.get("href") == "#text"


def test_without_the_token_nothing_is_taken_and_nothing_lost(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    shown = write(page, idea[1], 422, csrf_token="wrong")
    assert shown.fields("reply")["text"] == TEXT
    assert replied(app) == []


def test_without_the_token_no_file_is_looked_into(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    """That is work, which whoever has not come from our page is not given."""
    shown = write(page, idea[1], 422, csrf_token="wrong", files=[upload(b"no pdf")])
    assert "plan.pdf" not in shown.text


def test_only_a_form_with_files_may_be_large(page: Page, idea: tuple[str, str]) -> None:
    """Any other is read into memory whole."""
    page.post(f"{idea[1]}/reply", {"text": "x" * 2_000_000}, 413)


def test_a_wrong_link_takes_nothing(page: Page, app: Flask, idea: tuple[str, str]) -> None:
    fields = page.get(idea[1]).fields("reply") | {"text": TEXT}
    fields.pop("files")
    for what in ("reply", "withdraw", "link"):
        page.post(f"/sv/status/{'x' * 39}/{what}", fields, 404)
        if what != "reply":
            page.get(f"/sv/status/{'x' * 39}/{what}", 404)
    assert replied(app) == []


def test_far_too_much_is_refused_unread(page: Page, app: Flask, idea: tuple[str, str]) -> None:
    _, address = idea
    large = io.BytesIO(b"x" * (attachments.LARGEST_BODY + 1))
    shown = write(page, address, 413, files=[(large, "a.txt")])
    assert "10 MB" in shown.text
    assert shown.fields("reply")["submission_id"]
    # No other form takes as much.
    page.client.get("/sv/status")
    much = {"reference": "x" * 2_000_000}
    assert page.client.post("/sv/status", data=much).status_code == 413


def test_a_limit_keeps_the_text(page: Page, app: Flask, idea: tuple[str, str]) -> None:
    app.config["LIMIT_COMMENTS"] = 1
    write(page, idea[1])
    shown = write(page, idea[1], 429, text="Och en sak till")
    assert shown.fields("reply")["text"] == "Och en sak till"
    assert shown.response.headers["Retry-After"]


def test_a_fault_of_the_database_leaves_nothing_and_keeps_the_text(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    """The event is stored already when the file is refused: both are taken back."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            break_it = (
                "CREATE TRIGGER broken BEFORE INSERT ON attachment "
                "BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
        else:
            break_it = "ALTER TABLE attachment ADD CONSTRAINT broken CHECK (size < 0)"
        db.session.execute(sa.text(break_it))
        db.session.commit()
    shown = write(page, idea[1], 500, files=[upload()])
    assert shown.fields("reply")["text"] == TEXT
    assert replied(app) == []
    with app.app_context():
        assert db.session.scalars(sa.select(Enquiry)).one().news_at is None


def test_a_database_that_is_away_keeps_the_text(impatient: Page, trouble: Any) -> None:
    with impatient.app.app_context():
        address = f"/sv/status/{links.status_token(make.enquiry().link_seed)}"
    fields = impatient.get(address).fields("reply") | {"text": TEXT}
    fields.pop("files")
    with trouble:
        shown = impatient.post(f"{address}/reply", fields, 503)
    assert shown.fields("reply")["text"] == TEXT
    impatient.post(f"{address}/reply", shown.fields("reply") | {"files": []}, 303)


def test_withdrawing_asks_first_and_says_what_remains(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    reference, address = idea
    asked = page.get(f"{address}/withdraw")
    with app.app_context():
        assert access.by_reference(reference).status == Status.RECEIVED  # type: ignore[union-attr]
    fields = asked.fields("withdraw")
    done = page.post(f"{address}/withdraw", fields, 303)
    page.post(f"{address}/withdraw", fields, 303)
    assert "Ingen arbetar längre med den." in page.get(done.location).text
    shown = page.get(address)
    assert "Har du ändrat dig?" in shown.text
    assert "/withdraw" not in shown.html
    assert [li.get("class") for li in shown.tree.iter("li") if li.get("class")][:5] == [
        "done",
        "skipped",
        "skipped",
        "skipped",
        "now",
    ]
    page.get(f"{address}/withdraw", 303)
    write(page, address)
    assert len(replied(app)) == 1


def test_one_that_goes_on_in_another_is_withdrawn_too(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    reference, address = idea
    with app.app_context():
        other, mine = make.enquiry(email="bo@exempel.example"), access.by_reference(reference)
        by = coordinator()
        assert mine is not None
        join.join(mine, other, by=by)
        db.session.commit()
    assert f"{address}/withdraw" in page.get(address).html
    fields = page.get(f"{address}/withdraw").fields("withdraw")
    done = page.post(f"{address}/withdraw", fields, 303)
    assert "Ingen arbetar längre med den." in page.get(done.location).text
    assert "två går vidare som en" not in page.get(address).text


def test_a_new_link_is_shown_and_the_old_one_is_dead(page: Page, idea: tuple[str, str]) -> None:
    _, address = idea
    fields = page.get(f"{address}/link").fields("new-link")
    there = page.post(f"{address}/link", fields, 303).location
    assert there.partition("?")[0] in page.get(there).text
    page.get(address, 404)


@pytest.mark.parametrize(
    ("act", "facts", "data", "shown"),
    [
        (Act.ASKED, {}, {"text": "Kanarie"}, True),
        (Act.ANSWERED, {}, {"text": "Kanarie"}, True),
        (Act.SHARED, {}, {"text": "Kanarie"}, True),
        (Act.HANDED_OVER, {"status": "with_department"}, {"department": "kultur-fritid"}, False),
        (Act.SENT_BACK, {"status": "assessing"}, {"department": "barn-utbildning"}, False),
        (Act.TAKEN, {"status": "assessing"}, {}, False),
        (Act.RETURNED, {"status": "assessing"}, {"department": "barn-utbildning"}, False),
        (Act.DEPARTMENT_GONE, {"status": "assessing"}, {"department": "barn-utbildning"}, False),
        (Act.MOVED, {"status": "developing"}, {"to": "developing", "text": "Kanarie"}, True),
        (Act.MOVED, {"status": "applying"}, {"to": "applying", "text": ""}, False),
        (Act.MOVED, {"status": "applied"}, {"to": "applied"}, False),
        (Act.MOVED, {"status": "granted"}, {"to": "granted"}, False),
        (Act.PARKED, {"status": "parked"}, {"until": "2027-03-01", "text": "Kanarie"}, True),
        (Act.WOKEN, {"status": "assessing"}, {}, False),
        (
            Act.CLOSED,
            {"status": "closed"},
            {"reason": "not_eu", "text": "Kanarie", "next": "Sök LEADER"},
            True,
        ),
        (Act.REFERRED, {"status": "closed"}, {"body": "Region", "text": "Kanarie"}, True),
        (Act.REOPENED, {"status": "assessing"}, {"text": "Kanarie"}, True),
        (Act.LINKED, {"status": "closed"}, {"to": "EU-2026-9999", "leads": False}, False),
        (Act.LINKED, {}, {"to": "EU-2026-9999", "leads": True}, False),
    ],
)
def test_every_public_act_is_a_line_and_shows_no_person(
    page: Page,
    app: Flask,
    idea: tuple[str, str],
    act: Act,
    facts: dict[str, Any],
    data: dict[str, Any],
    shown: bool,
) -> None:
    reference, address = idea
    before = page.get(address).html.count("<time")
    change(app, reference, act, facts, **data)
    fetched = page.get(address)
    assert fetched.html.count("<time") == before + 1
    assert ("Kanarie" in fetched.text) is shown
    assert "EU-2026-9999" not in fetched.html
    assert "@ljungby.example" not in fetched.text.replace("internationellt@ljungby.example", "")


@pytest.mark.parametrize("act", [Act.NOTED, Act.ASSESSED, Act.SET, Act.READ, Act.REMINDED])
def test_what_is_for_staff_leaves_no_trace(
    page: Page, app: Flask, idea: tuple[str, str], act: Act
) -> None:
    reference, address = idea

    def words() -> str:
        return page.get(address).text

    change(app, reference, Act.SET, {"flagged": True})
    before = words()
    change(app, reference, act, {}, text="kanarie", secret=True)
    assert words() == before


def test_a_promise_that_was_kept_is_not_called_late(
    page: Page, app: Flask, idea: tuple[str, str]
) -> None:
    reference, address = idea
    past = clock.today() - timedelta(days=1)
    change(app, reference, Act.SET, {"answer_by": past})
    late = "Vi lovade ett första svar"
    before = page.get(address).text
    change(app, reference, Act.SET, {"first_answer_at": clock.now()})
    assert late in before
    assert late not in page.get(address).text


def test_right_after_sending_files_can_be_added(page: Page, idea: tuple[str, str]) -> None:
    shown = page.get(f"{idea[1]}?sent=1")
    add = next(e for e in shown.tree.iter("details") if e.get("id") == "add")
    assert add.get("open") is not None
    assert shown.fields("reply")["submission_id"]
