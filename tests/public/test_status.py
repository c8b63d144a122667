"""The status page: its address is its only key, and says nothing that is not for its reader."""

import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock, links
from intake.db import db
from intake.enquiries import access, close, handle, join, lost_link, sender
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.release import release
from intake.enquiries.steps import Act, record
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff.desk import coordinator


def received(app: Flask, **changes: object) -> tuple[str, str]:
    """Reference and status address of a new enquiry."""
    with app.app_context():
        enquiry = make.enquiry(**changes)
        return enquiry.reference, f"/sv/status/{links.status_token(enquiry.link_seed)}"


def test_it_says_who_has_it_and_what_happened(page: Page, app: Flask) -> None:
    reference, address = received(app)
    text = page.get(address).text
    for words in (
        reference,
        make.IDEA["title"],
        "Barn- och utbildningsförvaltningen",
        "Mottagen",
        "Avslutad",
        "Nummer",
        "Vi tog emot din idé.",
        f"Nummer {reference}",
        "Vem som har den nu",
    ):
        assert words in text

    with app.app_context():
        closed = {"text": "Nej.", "next_step": "Prata med Leader.", "learnt": "Inget."}
        close.close(access.by_reference(reference), "no_owner", by=coordinator(), **closed)
        db.session.commit()
    text = page.get(address).text
    assert "Vem som hade den" in text
    assert "Vem som har den nu" not in text


@on_sqlite
def test_what_may_be_secret_leaves_no_trace_there(page: Page, app: Flask) -> None:
    """Not even the title, which anybody reads who has got hold of the link (L6)."""
    reference, address = received(app, title="Anna är sjuk", description="Elever reser till Anna.")
    with app.app_context():
        enquiry = access.by_reference(reference)
        assert enquiry
        enquiry.flagged = True
        by = coordinator()
        close.refer(enquiry, "Kvinnojouren", by=by, text="Vänd dig dit.", learnt="")
        db.session.commit()
        mail = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        assert mail
        assert (mail.to_address, "Kvinnojouren" in mail.text) == ("kim@exempel.example", False)
    shown = page.get(address)
    assert "Anna" not in shown.html
    assert "Kvinnojouren" in shown.text


def test_it_never_shows_a_person_or_a_note(page: Page, app: Flask) -> None:
    reference, address = received(app, name="Kim Kanariefågel")
    with app.app_context():
        enquiry = access.by_reference(reference)
        record(enquiry, Act.MARKED, by="coordinator", why="kanarie")
        db.session.commit()
    html = page.get(address).html
    assert "anarie" not in html
    assert "internationellt.barn-utbildning@" not in html


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, True),
        ({"department_id": None}, True),
        ({"department_id": "teknik"}, False),
        ({"department_id": None, "status": "parked"}, False),
        ({"department_id": None, "status": "closed"}, False),
    ],
)
def test_it_gives_no_reason_that_holds_no_longer(
    page: Page, app: Flask, facts: dict[str, object], why: bool
) -> None:
    reference, address = received(app)
    with app.app_context():
        enquiry = access.by_reference(reference)
        for name, value in facts.items():
            setattr(enquiry, name, value)
        db.session.commit()
    text = page.get(address).text
    assert ("Den internationella samordnaren läser" in text) == why


def test_what_staff_share_is_shown_as_text(page: Page, app: Flask) -> None:
    reference, address = received(app)
    with app.app_context():
        enquiry = access.by_reference(reference)
        record(enquiry, Act.SHARED, by="coordinator", text="<b>Bra</b> idé!")
        db.session.commit()
    fetched = page.get(address)
    assert "<b>Bra</b> idé!" in fetched.text
    assert "<b>Bra" not in fetched.html


def test_it_is_not_kept_nor_indexed(page: Page, app: Flask) -> None:
    _, address = received(app)
    headers = page.get(address).response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_wrong_links_all_look_the_same(page: Page, app: Flask) -> None:
    reference, address = received(app)
    answers = {
        page.get(f"/sv/status/{token}", 404).text
        for token in (address[-39:][::-1], "x", "a" * 39, "%00", reference, "å" * 400)
    }
    assert len(answers) == 1


@pytest.mark.parametrize("around", ["{}.", "{})", "{}>", "{},"])
def test_what_mail_programs_add_is_forgiven(page: Page, app: Flask, around: str) -> None:
    _, address = received(app)
    page.get(around.format(address))
    head, token = address.rsplit("/", 1)
    page.get(f"{head}/{token.upper()}")


def test_looking_changes_nothing(page: Page, app: Flask) -> None:
    _, address = received(app)

    def dump() -> list[object]:
        with app.app_context():
            tables = sa.inspect(db.engine).get_table_names()
            return [
                db.session.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1")).all()
                for table in sorted(tables)
            ]

    before = dump()
    for _ in range(5):
        page.get(address)
        page.client.head(address)
        page.client.post(address)
    assert dump() == before


def test_a_replaced_link_is_dead_and_the_new_one_is_mailed(page: Page, app: Flask) -> None:
    reference, old = received(app)
    runner = app.test_cli_runner()
    result = runner.invoke(args=["enquiry", "replace-link", reference, "--why", "forwarded"])
    assert result.exit_code == 0, result.output
    page.get(old, 404)
    with app.app_context():
        seed = access.by_reference(reference).link_seed
        [mail] = db.session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.key.contains("/link_again/"))
        )
        assert mail.seed == seed
        assert mail.to_address == make.IDEA["email"]
        page.get(f"/sv/status/{links.status_token(seed)}")


def test_a_stranger_gets_no_receipt_when_it_was_no_spam_after_all(page: Page, app: Flask) -> None:
    with app.app_context():
        enquiry = make.enquiry(trap="x")
        lost_link.replace(enquiry, by="operator", why="not mine", wrong_address=True)
        release(enquiry, by="coordinator", why="a real idea")
        db.session.commit()
        keys = db.session.scalars(sa.select(OutgoingMail.key)).all()
        assert not any("receipt" in key for key in keys)


def test_a_stranger_gets_no_other_link(page: Page, app: Flask) -> None:
    """Whoever says that the mail was not meant for them."""
    reference, old = received(app)
    why = ["--why", "not mine", "--wrong-address"]
    done = app.test_cli_runner().invoke(args=["enquiry", "replace-link", reference, *why])
    assert done.exit_code == 0, done.output
    assert "Nobody was mailed" in done.output
    page.get(old, 404)
    page.get(done.output.strip().rpartition("ideer.ljungby.example")[2])
    with app.app_context():
        lost_link.request(reference, make.IDEA["email"], "192.0.2.1")
        db.session.commit()
        mails = {mail.key: mail for mail in db.session.scalars(sa.select(OutgoingMail))}
        assert not any("link_again" in key for key in mails)
        waiting = mails[f"{reference}/receipt/1"]
        page.get(f"/sv/status/{links.status_token(waiting.seed)}", 404)


def test_a_receipt_that_still_waits_carries_the_new_link(app: Flask) -> None:
    reference, _ = received(app)
    with app.app_context():
        enquiry = access.by_reference(reference)
        lost_link.replace(enquiry, by="operator", why="forwarded")
        db.session.commit()
        receipt = sa.select(OutgoingMail).where(OutgoingMail.key == f"{reference}/receipt/1")
        assert db.session.scalars(receipt).one().seed == enquiry.link_seed


def test_spam_gets_no_link(page: Page, app: Flask) -> None:
    """What the trap caught was sent to a stranger's address, or by nobody."""
    reference, _ = received(app, trap="x")
    result = app.test_cli_runner().invoke(args=["enquiry", "replace-link", reference, "--why", "x"])
    assert "http://ideer.ljungby.example/sv/status/" in result.output
    with app.app_context():
        lost_link.request(reference, make.IDEA["email"], "192.0.2.1")
        db.session.commit()
        linked = sa.select(OutgoingMail.id).where(OutgoingMail.key.contains("/link_again/"))
        assert db.session.scalars(linked).all() == []


def test_a_mail_that_failed_is_told(page: Page, app: Flask) -> None:
    reference, address = received(app)
    before = page.get(address).text
    with app.app_context():
        db.session.execute(
            sa.update(OutgoingMail)
            .where(OutgoingMail.key == f"{reference}/receipt/1")
            .values(state="failed", due_at=None)
        )
        db.session.commit()
    assert "Vårt mejl har inte nått dig" not in before
    assert "Vårt mejl har inte nått dig" in page.get(address).text


def test_a_stolen_database_opens_no_page(page: Page, app: Flask, database: str) -> None:
    """No stored value is a token, and none is in the file; only the key makes one."""
    _, address = received(app)
    token = address.rsplit("/", 1)[1]
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry)).one()
        values = [str(getattr(enquiry, c.key)) for c in sa.inspect(Enquiry).column_attrs]
        assert not any(token in value for value in values)
        for value in (enquiry.link_seed, enquiry.token_hash, enquiry.reference):
            page.get(f"/sv/status/{value}", 404)
        app.config["LINK_KEY"] = "another key"
        assert links.token_hash(links.status_token(enquiry.link_seed)) != enquiry.token_hash

    if database.startswith("sqlite"):
        path = Path(database.removeprefix("sqlite:///"))
        sqlite3.connect(path).close()
        for file in path.parent.glob("intake.sqlite*"):
            assert token.encode() not in file.read_bytes()


class TestLostLink:
    def ask(self, page: Page, reference: str, email: str) -> str:
        token = page.get("/sv/status").fields("find")["csrf_token"]
        data = {"reference": reference, "email": email, "csrf_token": token}
        return page.post("/sv/status", data).html

    def mails(self, app: Flask) -> list[str]:
        with app.app_context():
            chosen = sa.select(OutgoingMail.to_address).where(
                OutgoingMail.key.contains("/link_again/")
            )
            return list(db.session.scalars(chosen))

    def test_the_answer_is_the_same_whether_it_matches_or_not(self, page: Page, app: Flask) -> None:
        reference, _ = received(app)
        answers = {
            self.ask(page, reference, "kim@exempel.example"),
            self.ask(page, reference, "eva@exempel.example"),
            self.ask(page, "EU-2026-9999", "kim@exempel.example"),
        }
        assert len(answers) == 1
        assert self.mails(app) == ["kim@exempel.example"]

    def test_writing_differs_but_it_is_the_same(self, page: Page, app: Flask) -> None:
        reference, _ = received(app)
        self.ask(page, f" {reference.lower()} ", "Kim@Exempel.example")
        assert self.mails(app) == ["kim@exempel.example"]

    @pytest.mark.parametrize(
        "typed", ["EU-{year}-1", "eu {year} 1", "{year}-0001", "EU{year}/0001"]
    )
    def test_the_number_is_known_however_it_is_typed(
        self, page: Page, app: Flask, typed: str
    ) -> None:
        reference, _ = received(app)
        self.ask(page, typed.format(year=reference[3:7]), "kim@exempel.example")
        assert self.mails(app) == ["kim@exempel.example"]

    @pytest.mark.parametrize("typed", ["1", "zzz", "EU-2026", "EU-2026-0001 eller 2", "2026--"])
    def test_what_is_no_number_is_refused(self, page: Page, typed: str) -> None:
        token = page.get("/sv/status").fields("find")["csrf_token"]
        data = {"reference": typed, "email": "kim@exempel.example", "csrf_token": token}
        assert "Skriv hela numret" in page.post("/sv/status", data, 422).text

    def test_without_a_stored_address_nothing_is_mailed(self, page: Page, app: Flask) -> None:
        reference, _ = received(app, email="")
        self.ask(page, reference, "kim@exempel.example")
        assert self.mails(app) == []

    def test_asking_is_limited(self, page: Page, app: Flask) -> None:
        app.config["LIMIT_LINK_REQUESTS"] = 2
        for _ in range(2):
            self.ask(page, "EU-2026-0001", "kim@exempel.example")
        token = page.get("/sv/status").fields("find")["csrf_token"]
        data = {"reference": "EU-2026-0001", "email": "kim@exempel.example", "csrf_token": token}
        answer = page.post("/sv/status", data, 429)
        assert "Retry-After" in answer.response.headers
        assert answer.fields("find")["email"] == "kim@exempel.example"

    def test_a_form_that_lay_open_too_long_says_so(self, page: Page) -> None:
        page.get("/sv/status")
        data = {"reference": "EU-2026-0001", "email": "kim@exempel.example", "csrf_token": "old"}
        answer = page.post("/sv/status", data, 422)
        assert "tryck på knappen en gång till" in answer.text
        assert "kaka" not in answer.text

    def test_without_our_cookie_it_is_named_as_a_cause(self, page: Page) -> None:
        data = {"reference": "EU-2026-0001", "email": "kim@exempel.example", "csrf_token": "old"}
        answer = page.post("/sv/status", data, 422)
        assert "tar din webbläsare inte emot vår kaka" in answer.text
        page.post("/sv/status", answer.fields("find"))

    def test_mistakes_are_explained(self, page: Page) -> None:
        token = page.get("/sv/status").fields("find")["csrf_token"]
        page.post("/sv/status", {"csrf_token": token, "reference": "", "email": "x"}, 422)


def test_history_tells_why_to_staff(app: Flask) -> None:
    reference, _ = received(app)
    result = app.test_cli_runner().invoke(args=["enquiry", "show", reference])
    assert "routed | system | clear" in result.output
    assert "nämner ”Elever”" in result.output
    assert make.IDEA["description"] in result.output
    with app.app_context():
        seed = access.by_reference(reference).link_seed
        assert seed not in result.output
        assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 5


def test_bytes_that_are_no_text_are_not_shared(page: Page, app: Flask) -> None:
    """They could never be shown, and history cannot be mended."""
    reference, address = received(app)
    args = ["enquiry", "share", reference, os.fsdecode(b"En sk\xe5l"), "--yes"]
    said = app.test_cli_runner().invoke(args=args)
    assert (said.exit_code, "UTF-8" in said.output) == (1, True)
    page.get(address)


def test_a_text_can_be_shared_from_the_command_line(page: Page, app: Flask) -> None:
    """The way to answer somebody who gave no address, until staff can sign in."""
    reference, address = received(app, email="")
    said = app.test_cli_runner().invoke(
        args=["enquiry", "share", reference, "Vi hör gärna mer.\nRing oss <b>i dag</b>!"],
        input="y\n",
    )
    assert said.exit_code == 0
    assert "for good?" in said.output
    status = page.get(address)
    assert "Ring oss <b>i dag</b>!" in status.text


@pytest.mark.parametrize(
    ("text", "answer"), [("Nej tack.", "n\n"), ("Nej tack.", ""), ("  ", "y\n")]
)
def test_nothing_is_shared_that_was_not_meant(
    page: Page, app: Flask, text: str, answer: str
) -> None:
    """History cannot be edited afterwards."""
    reference, address = received(app)
    args = ["enquiry", "share", reference, text]
    assert app.test_cli_runner().invoke(args=args, input=answer).exit_code == 1
    assert "Ett meddelande till dig" not in page.get(address).text


def test_nobody_waits_while_the_operator_thinks(
    page: Page, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, address = received(app, email="")
    asked: list[str] = []

    def think(words: str, **options: Any) -> bool:
        asked.append(words)
        with app.app_context():
            begun = time.monotonic()
            make.enquiry()
            assert time.monotonic() - begun < 2
        return True

    monkeypatch.setattr("click.confirm", think)
    done = app.test_cli_runner().invoke(args=["enquiry", "share", reference, "Vi ringer."])
    assert done.exit_code == 0, done.output
    assert len(asked) == 1
    assert "Vi ringer." in page.get(address).text


def test_a_promise_that_was_not_kept_is_not_repeated(page: Page, app: Flask) -> None:
    reference, address = received(app)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=20)):
        late = page.get(address).text
        assert "Vi lovade ett första svar senast" in late
        assert "Du får ett första svar" not in late
        app.test_cli_runner().invoke(
            args=["enquiry", "share", reference, "Vi hör gärna mer.", "--yes"]
        )
        answered = page.get(address).text
        assert "Vi lovade" not in answered
        assert "Du får ett första svar" not in answered
    with time_machine.travel(datetime.now(UTC) + timedelta(days=60)):
        assert "Här ser du när något händer" in page.get(address).text


def test_a_failed_receipt_that_is_retried_carries_the_new_link(app: Flask) -> None:
    with app.app_context():
        enquiry = make.enquiry()
        receipt = sa.update(OutgoingMail).where(OutgoingMail.key.endswith("/receipt/1"))
        db.session.execute(receipt.values(state="failed", due_at=None))
        db.session.commit()
        lost_link.replace(enquiry, by="operator", why="astray")
        db.session.commit()
        seeds = set(db.session.scalars(sa.select(OutgoingMail.seed)))
        assert seeds == {None, enquiry.link_seed}


def test_nothing_is_said_twice(page: Page, app: Flask) -> None:
    """What stands at the top is not repeated in the history, as long as it stands there."""
    with app.app_context():
        enquiry = make.enquiry()
        address = f"/sv/status/{links.status_token(enquiry.link_seed)}"
        by = coordinator()

        def shown() -> str:
            db.session.commit()
            return page.get(address).text

        handle.ask(enquiry, "Hur många klasser?", by=by)
        assert shown().count("Hur många klasser?") == 1
        sender.reply(enquiry, "Sju.", submission="x" * 32)
        assert shown().count("Hur många klasser?") == 1
        handle.park(enquiry, clock.today() + timedelta(days=30), "Utlysningen öppnar då.", by=by)
        assert shown().count("Utlysningen öppnar då.") == 1
        told = {"text": "Det blev för dyrt.", "next_step": "Prata med Leader.", "learnt": "Dyrt."}
        close.close(enquiry, "no_owner", by=by, **told)
        assert shown().count("Det blev för dyrt.") == 1
        assert shown().count("Prata med Leader.") == 1
        assert shown().count("Utlysningen öppnar då.") == 1
        close.reopen(enquiry, by=by, why="Pengar finns.")
        assert shown().count("Det blev för dyrt.") == 1


WRONG = "Tycker du att något har blivit fel?"


@on_sqlite
@pytest.mark.parametrize(
    ("reason", "says", "asks"),
    [
        ("completed", "Projektet som kom av din idé är klart. Tack!", False),
        ("no_answer", "eftersom vår fråga inte har fått något svar.", True),
        ("other", "Vi har avslutat ärendet om din idé. Så blev det.", True),
        ("not_eu", "Skälet: det är inget för EU-stöd.", True),
    ],
)
def test_an_end_is_told_as_to_whoever_it_is_about(
    page: Page, app: Flask, reason: str, says: str, asks: bool
) -> None:
    reference, address = received(app)
    with app.app_context():
        told = {"text": "Så blev det.", "next_step": "Ring Leader.", "learnt": "Inget."}
        close.close(access.by_reference(reference), reason, by=coordinator(), **told)
        db.session.commit()
    text = page.get(address).text
    assert says in text
    assert (WRONG in text) is asks


@on_sqlite
def test_who_followed_what_is_withdrawn_is_not_told_of_an_end(page: Page, app: Flask) -> None:
    reference, address = received(app)
    with app.app_context():
        leading = make.enquiry()
        join.join(access.by_reference(reference), leading, by=coordinator())
        sender.withdraw(leading)
        db.session.commit()
    text = page.get(address).text
    assert "Vi ser efter vad det betyder för din och hör av oss till dig." in text
    assert "Vem som har den nu Internationell samordnare" in text
    assert "Bedöms Nu" in text
    for untrue in ("Din idé är avslutad", "de två går vidare som en. Här ser du", WRONG):
        assert untrue not in text
