"""Information pages from the organisation's values, and the comments on them."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.directory.load import load
from intake.directory.organisation import organisation
from intake.enquiries.models import PageComment
from intake.outbox.models import OutgoingMail
from tests.directory.small import write
from tests.page import Page


def test_the_pages_hold_the_organisations_values(page: Page, app: Flask) -> None:
    with app.app_context():
        house = organisation()
    start, departments = page.get("/sv/").text, page.get("/sv/departments").html
    assert house.facts["phone"] in start
    assert "5 arbetsdagar" in start
    for department in house.departments:
        assert department.name["sv"] in start
        assert department.contacts[0].email in departments
        assert department.responsibility["sv"] in departments

    privacy = page.get("/sv/privacy").text
    assert house.facts["privacy"]["controller"]["sv"] in privacy
    assert "6.1 e" in privacy
    assert "intake" in privacy

    accessibility = page.get("/sv/accessibility").text
    assert "delvis förenlig" in accessibility
    assert house.facts["accessibility"]["flaws"][0]["sv"] in accessibility
    assert house.facts["accessibility"]["complaint_url"] in page.get("/sv/accessibility").html


class TestComments:
    def send(self, page: Page, code: int = 303, /, on: str = "privacy", **typed: str) -> str:
        tree = page.get(f"/sv/{on}").tree
        [token] = {i.get("value") for i in tree.iter("input") if i.get("name") == "csrf_token"}
        return page.post("/sv/comment", {"page": on, "csrf_token": token} | typed, code).html

    def stored(self, app: Flask) -> list[PageComment]:
        with app.app_context():
            return list(db.session.scalars(sa.select(PageComment)))

    def test_it_is_kept_and_mailed_without_a_name(self, page: Page, app: Flask) -> None:
        self.send(page, text="Sidan är lång.\nKorta den.")
        [said] = self.stored(app)
        assert (said.page, said.text, said.contact) == ("privacy", "Sidan är lång.\nKorta den.", "")
        with app.app_context():
            [mail] = db.session.scalars(sa.select(OutgoingMail))
        assert mail.to_address == "internationellt@ljungby.example"
        assert "> Sidan är lång.\n> Korta den." in mail.text
        assert "Sidan" not in mail.subject
        assert "Tack" in page.get("/sv/privacy").text

    def test_accessibility_has_a_subject_of_its_own(self, page: Page, app: Flask) -> None:
        self.send(page, on="accessibility", text="Knappen syns inte.", contact="070-174 06 05")
        with app.app_context():
            [mail] = db.session.scalars(sa.select(OutgoingMail))
        assert "tillgänglighet" in mail.subject
        assert "070-174 06 05" in mail.text

    def test_a_strict_mail_says_nothing_of_it(self, page: Page, app: Flask) -> None:
        self.send(page, text="Jag är 19121212-1212.", contact="kim@exempel.example")
        app.config["MAIL_DETAIL"] = "link"
        self.send(page, text="Sidan är lång.", contact="kim@exempel.example")
        with app.app_context():
            for mail in db.session.scalars(sa.select(OutgoingMail)):
                assert "säger inte vad" in mail.text
                assert not any(word in mail.text for word in ("1212", "lång", "kim@"))
        said = app.test_cli_runner().invoke(args=["enquiry", "comments", "--most", "1"])
        assert "privacy  kim@exempel.example\n  Sidan är lång.\n" in said.output
        assert "1212" not in said.output

    def test_a_mistake_keeps_the_text(self, page: Page, app: Flask) -> None:
        html = self.send(page, 422, text="x" * 2001)
        assert "x" * 2001 in html
        assert self.stored(app) == []

    def test_what_looks_like_spam_is_kept_and_marked(self, page: Page, app: Flask) -> None:
        self.send(page, text="Buy!", website="http://spam.example")
        [said] = self.stored(app)
        assert said.suspected
        with app.app_context():
            [mail] = db.session.scalars(sa.select(OutgoingMail))
        assert "skräppost" in mail.subject

    def test_there_is_a_limit(self, page: Page, app: Flask) -> None:
        app.config["LIMIT_COMMENTS"] = 1
        self.send(page, text="En gång.")
        assert "En gång till." in self.send(page, 429, text="En gång till.")
        assert len(self.stored(app)) == 1

    def test_a_form_that_lay_open_too_long_says_so(self, page: Page, app: Flask) -> None:
        html = self.send(page, 422, text="Bra sida.", csrf_token="old")
        assert "tryck på knappen en gång till" in html
        assert "Bra sida." in html
        assert self.stored(app) == []

    def test_a_database_that_is_away_keeps_the_text(self, page: Page, app: Flask) -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE page_comment RENAME TO elsewhere"))
        assert "Bra sida." in self.send(page, 503, text="Bra sida.")

    @pytest.mark.parametrize("on", ["", "elsewhere", "../../etc"])
    def test_only_our_pages(self, page: Page, on: str) -> None:
        page.post("/sv/comment", {"page": on, "text": "Hej"}, 404)


def test_the_look_is_the_organisations(page: Page) -> None:
    assert "--brand:#1f5a46" in page.client.get("/theme.css").text
    logo = page.client.get("/logo")
    assert logo.mimetype == "image/svg+xml"
    assert "sandbox" in logo.headers["Content-Security-Policy"]


def test_a_new_look_has_a_new_address(page: Page, app: Flask, tmp_path: Path) -> None:
    """Browsers keep both for a day."""

    def addresses() -> set[str]:
        tree = page.get("/sv/").tree
        found = {
            e.get("href") or e.get("src") or "" for e in tree.iter() if e.tag in ("link", "img")
        }
        return {address for address in found if address.startswith(("/theme.css", "/logo"))}

    before = addresses()
    assert len(before) == 2
    with app.app_context():
        load(write(tmp_path))
        db.session.commit()
    assert len(addresses()) == 2
    assert not addresses() & before
