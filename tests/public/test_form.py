"""The form, the check page and sending, as a browser without JavaScript meets them."""

import io
import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import create_app
from intake.db import db
from intake.directory.models import Absence, Contact
from intake.directory.organisation import forget
from intake.enquiries.models import Enquiry
from intake.fields import as_line, as_text
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import dispose, on_sqlite
from tests.page import Fetched, Page

IDEA = make.IDEA


def filled(page: Page, **changes: Any) -> dict[str, Any]:
    """The fields of a fresh form with an idea typed into it."""
    return page.get("/sv/enquiry").fields() | IDEA | changes


def checked(page: Page, **changes: Any) -> Fetched:
    return page.post("/sv/enquiry", filled(page, **changes))


def sent(page: Page, **changes: Any) -> Fetched:
    return page.post("/sv/enquiry/submit", checked(page, **changes).fields(), 303)


def stored(app: Flask) -> list[Enquiry]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Enquiry)))


def test_the_way_from_form_to_status(page: Page, app: Flask) -> None:
    check = checked(page)
    assert IDEA["title"] in check.text
    assert IDEA["description"] in check.text
    status = page.get(page.post("/sv/enquiry/submit", check.fields(), 303).location)
    assert f"EU-{stored(app)[0].received_at.year}-0001" in status.text
    assert IDEA["title"] in status.text


def test_the_confirmation_stays_for_an_hour_and_in_another_language(page: Page) -> None:
    """With the link to save, which for some is the only way back."""
    address = sent(page).location
    first = page.get(address)
    assert "Spara den här länken" in first.text
    [link] = re.findall(r"http://ideer.ljungby.example(/\S+)", first.text)
    assert "Spara den här länken" not in page.get(link).text
    [english] = re.findall(r'href="([^"]*)" lang="en"', first.html)
    assert "Save this link" in page.get(english).text
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert "Spara den här länken" not in page.get(address).text


def test_the_check_page_says_where_it_goes(page: Page) -> None:
    assert "Barn- och utbildningsförvaltningen" in checked(page).text
    unclear = checked(page, title="En idé", description="Något bra för oss som EU kan betala här.")
    assert "Barn- och utbildningsförvaltningen" not in unclear.text


def test_the_check_page_promises_no_department_where_nobody_is(page: Page, app: Flask) -> None:
    with app.app_context():
        always = {"first_day": date(2000, 1, 1), "last_day": date(2100, 1, 1)}
        for contact in db.session.scalars(
            sa.select(Contact).where(Contact.department_id == "barn-utbildning")
        ):
            contact.absences.append(Absence(**always))
        db.session.commit()
        forget()
    check = checked(page)
    status = page.get(page.post("/sv/enquiry/submit", check.fields(), 303).location)
    for each in (check, status):
        assert "Barn- och utbildningsförvaltningen" not in each.text
        assert "samordnaren läser din idé först" in each.text


def test_a_telephone_number_is_enough(page: Page, app: Flask) -> None:
    status = page.get(sent(page, email="", phone="070-174 06 05").location)
    assert "så vi ringer dig" in status.text
    with app.app_context():
        [told] = db.session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.key.contains("/coordinator/"))
        )
    assert "ring med svaret" in told.text
    assert "070" not in told.text

    for typed in ("hej", "070"):
        wrong = page.post("/sv/enquiry", filled(page, email="", phone=typed), 422)
        assert "sakna några siffror" in wrong.text
    page.post("/sv/enquiry", filled(page, email="", phone="78 90 00"))
    fields = filled(page, email="", phone="070-174 06 05", no_contact="y")
    assert "Välj det ena" in page.post("/sv/enquiry", fields, 422).text


def test_a_choice_that_is_not_followed_is_not_passed_over(page: Page) -> None:
    check = checked(page, department="teknik")
    assert "Du valde Tekniska förvaltningen, men ord i din idé pekar" in check.text
    status = page.get(page.post("/sv/enquiry/submit", check.fields(), 303).location)
    assert "Du valde Tekniska förvaltningen, men" in status.text


def test_the_check_page_speaks_another_language_at_a_press(page: Page) -> None:
    answer = page.post("/en/enquiry", checked(page).fields())
    assert "Check your answers" in answer.text
    assert 'name="change" value="language"' not in answer.html


def test_change_keeps_everything(page: Page) -> None:
    fields = checked(page, need="Ett behov", goals=["4", "17"], department="teknik").fields()
    again = page.post("/sv/enquiry", fields | {"change": "title"})
    kept = again.fields()
    for name, value in IDEA.items():
        assert kept[name] in (value, [value])
    assert kept["need"] == "Ett behov"
    assert kept["goals"] == ["4", "17"]
    assert kept["department"] == "teknik"
    assert kept["submission_id"] == fields["submission_id"]


@on_sqlite
def test_switching_language_keeps_everything(page: Page) -> None:
    fields = filled(page)
    english = page.post("/en/enquiry", fields | {"change": "language"})
    assert english.tree.get("lang") == "en"
    assert english.fields()["description"] == IDEA["description"]
    assert english.fields()["language"] == "en"


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "  \n "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"description": "för kort"}, "description"),
        ({"description": "x" * 3001}, "description"),
        ({"sender_kind": ""}, "sender_kind"),
        ({"sender_kind": "king"}, "sender_kind"),
        ({"email": ""}, "email"),
        ({"email": "kim"}, "email"),
        ({"email": "a@b.example, c@d.example"}, "email"),
        ({"email": "åsa@exempel.example"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"email": f"{'x' * 300}@exempel.example"}, "email"),
        ({"no_contact": "y"}, "email"),
        ({"department": "nowhere"}, "department"),
        ({"goals": ["1", "2", "3", "4"]}, "goals"),
        ({"goals": ["99"]}, "goals"),
        ({"budget_range": "lots"}, "budget_range"),
        ({"timing": "never"}, "timing"),
        ({"need": "x" * 1501}, "need"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_lost(
    page: Page, changes: dict[str, Any], field: str
) -> None:
    response = page.post("/sv/enquiry", filled(page, **changes), 422)
    links = [a.get("href") for a in response.tree.iter("a")]
    target = f"#{field}-0" if field in ("sender_kind", "goals") else f"#{field}"
    assert target in links
    assert response.fields()["submission_id"]
    if "description" not in changes:
        assert response.fields()["description"] == IDEA["description"]


@on_sqlite
def test_too_long_says_by_how_much(page: Page) -> None:
    response = page.post("/en/enquiry", filled(page, description="å" * 3007), 422)
    assert "7 characters too long" in response.text
    assert "3,007" in response.text
    assert response.fields()["description"] == "å" * 3007


@on_sqlite
def test_line_breaks_count_as_one(page: Page) -> None:
    text = "a\r\n" * 1499 + "abc"  # 3001 with line breaks as one, 4500 as they travel
    page.post("/sv/enquiry", filled(page, description=text), 422)
    page.post("/sv/enquiry", filled(page, description=text[3:]), 200)


def test_sending_without_contact_details(page: Page, app: Flask) -> None:
    status = page.get(sent(page, email="", name="", no_contact="y").location)
    assert stored(app)[0].email == ""
    assert "kim@" not in status.text


def test_a_personal_number_brings_a_warning_before_sending(page: Page) -> None:
    plain, warned = checked(page), checked(page, need="Ring 19121212-1212")
    firm = checked(page, sender_kind="company", organisation="Firma Exempel, 121212-1212")
    assert min(len(warned.text), len(firm.text)) > len(plain.text) + 80
    page.post("/sv/enquiry/submit", warned.fields(), 303)


class TestToken:
    def test_missing_shows_the_filled_form_again(self, page: Page, app: Flask) -> None:
        response = page.post("/sv/enquiry", filled(page) | {"csrf_token": ""}, 422)
        assert response.fields()["description"] == IDEA["description"]
        page.post("/sv/enquiry", response.fields())

    def test_lost_cookie_keeps_the_check_page(self, page: Page, app: Flask) -> None:
        fields = checked(page).fields()
        page.client = app.test_client()
        again = page.post("/sv/enquiry/submit", fields, 422)
        assert stored(app) == []
        assert again.fields()["description"] == IDEA["description"]
        page.post("/sv/enquiry/submit", again.fields(), 303)
        assert len(stored(app)) == 1

    def test_a_changed_secret_key_loses_nothing(self, page: Page, app: Flask) -> None:
        fields = checked(page).fields()
        app.config["SECRET_KEY"] = "another key that is long enough to be one"
        again = page.post("/sv/enquiry/submit", fields, 422)
        page.post("/sv/enquiry/submit", again.fields(), 303)


class TestTwice:
    def test_from_the_same_browser_it_is_the_same_page(self, page: Page, app: Flask) -> None:
        fields = checked(page).fields()
        first = page.post("/sv/enquiry/submit", fields, 303).location
        assert page.post("/sv/enquiry/submit", fields, 303).location == first
        assert len(stored(app)) == 1

    def test_for_another_browser_it_is_no_key(self, page: Page, app: Flask) -> None:
        """SL-11: a seen or guessed submission_id must not open the status page."""
        fields = checked(page).fields()
        address = page.post("/sv/enquiry/submit", fields, 303).location
        other = Page(app)
        token = other.get("/sv/enquiry").fields()["csrf_token"]
        answer = other.post("/sv/enquiry/submit", fields | {"csrf_token": token}, 200)
        assert address not in answer.html
        assert "EU-20" not in answer.text
        assert len(stored(app)) == 1

    def test_a_cookie_that_was_lost_after_sending_makes_no_second_idea(
        self, page: Page, app: Flask
    ) -> None:
        """A browser that was closed brings the check page back without what it kept."""
        fields = checked(page).fields()
        address = page.post("/sv/enquiry/submit", fields, 303).location
        page.client = app.test_client()
        answer = page.post("/sv/enquiry/submit", fields, 200)
        assert "Vi har redan den här idén" in answer.text
        assert address not in answer.html
        assert len(stored(app)) == 1

        edited = page.post("/sv/enquiry/submit", fields | {"title": "En annan rubrik"}, 422)
        page.post("/sv/enquiry/submit", edited.fields(), 303)
        assert len(stored(app)) == 2

    def test_a_changed_idea_is_neither_lost_nor_stored_unasked(
        self, page: Page, app: Flask
    ) -> None:
        fields = checked(page).fields()
        page.post("/sv/enquiry/submit", fields, 303)
        edited = fields | {"title": "En helt annan rubrik"}
        asked = page.post("/sv/enquiry/submit", edited, 409)
        assert len(stored(app)) == 1
        page.post("/sv/enquiry/submit", asked.fields(), 303)
        assert [e.title for e in stored(app)] == [IDEA["title"], "En helt annan rubrik"]


class TestAttacks:
    def test_another_site_cannot_plant_what_people_do_not_see(self, page: Page) -> None:
        """Shown with what it sent, but with an id, a time and a trap of our own."""
        planted = IDEA | {"submission_id": "planted-by-another-site", "website": "x", "change": "x"}
        fields = page.post("/sv/enquiry", planted).fields()
        assert fields["submission_id"] != "planted-by-another-site"
        assert fields["website"] == ""
        assert fields["title"] == IDEA["title"]

    @on_sqlite
    def test_marks_in_the_wrong_order_take_no_time(self, page: Page) -> None:
        marks = "a" + "\u0301" * 40_000 + "\u0323" * 40_000
        begun = time.perf_counter()
        page.client.post("/sv/enquiry", data={"title": marks, "description": marks[:20_000]})
        assert time.perf_counter() - begun < 2

    @on_sqlite
    def test_files_and_json_are_no_answers(self, page: Page) -> None:
        upload = {"title": (io.BytesIO(b"x"), "x.txt")}
        assert page.client.post("/sv/enquiry", data=upload).status_code == 422
        assert page.client.post("/sv/enquiry", json=[1, 2]).status_code == 422

    @on_sqlite
    def test_a_query_is_carried_and_not_obeyed(self, page: Page) -> None:
        answer = page.get("/enquiry?endpoint=x&_scheme=ftp&_external=1", 302)
        assert answer.location == "/sv/enquiry?endpoint=x&_scheme=ftp&_external=1"

    @on_sqlite
    def test_an_address_that_mail_cannot_carry_is_explained(self, page: Page) -> None:
        page.post("/sv/enquiry", filled(page, email="a=?b@exempel.example"), 422)

    @on_sqlite
    def test_a_foreign_host_is_refused(self, environ: dict[str, str]) -> None:
        keys = {"INTAKE_SECRET_KEY": "s" * 43, "INTAKE_LINK_KEY": "l" * 43}
        production = {"INTAKE_ENV": "production", "INTAKE_MAIL_SERVER": "smtp.ljungby.example"}
        base = {"INTAKE_BASE_URL": "https://ideer.ljungby.example"}
        app = create_app(environ | keys | production | base)
        client = app.test_client()
        assert client.get("/sv/", headers={"Host": "evil.example"}).status_code == 400
        answer = client.get("/sv/", base_url="https://ideer.ljungby.example")
        assert answer.status_code == 200
        assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]
        cookie = answer.headers["Set-Cookie"]
        for part in ("__Host-intake=", "Secure", "HttpOnly", "SameSite=Lax"):
            assert part in cookie
        assert client.get("/dev/mail/", base_url="https://ideer.ljungby.example").status_code == 404
        dispose(app)


def test_too_many_keeps_what_was_typed(page: Page, app: Flask) -> None:
    app.config["LIMIT_ENQUIRIES"] = 1
    sent(page)
    answer = page.post("/sv/enquiry/submit", checked(page).fields(), 429)
    assert answer.response.headers["Retry-After"] == "3600"
    assert answer.fields()["description"] == IDEA["description"]
    assert len(stored(app)) == 1


def test_a_database_that_is_away_says_so_and_keeps_the_text(page: Page, app: Flask) -> None:
    fields = checked(page).fields()
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE enquiry RENAME TO elsewhere"))
    answer = page.post("/sv/enquiry/submit", fields, 503)
    assert answer.fields()["description"] == IDEA["description"]

    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO enquiry"))
    page.post("/sv/enquiry/submit", answer.fields(), 303)


@on_sqlite
def test_a_huge_body_is_refused(page: Page) -> None:
    page.post("/sv/enquiry", {"description": "x" * 1_100_000}, 413)


def test_markup_is_shown_as_text(page: Page) -> None:
    canary = "<script>alert(1)</script>{{ 7777*7 }}<img src=x onerror=alert(1)>"
    check = checked(page, title=canary[:100], description=canary, name=canary)
    assert "&lt;script&gt;" in check.html
    assert "<script>alert" not in check.html
    status = page.get(page.post("/sv/enquiry/submit", check.fields(), 303).location)
    assert "<script>alert" not in status.html
    assert "54439" not in status.text


@on_sqlite
def test_addresses_without_a_language(page: Page) -> None:
    assert page.get("/enquiry", 302).location == "/sv/enquiry"
    answer = page.get("/enquiry", 302, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert answer.location == "/en/enquiry"
    assert page.get("/status/abc?x=1", 302).location == "/sv/status/abc?x=1"
    assert page.post("/enquiry", {}, 307).location == "/sv/enquiry"


@on_sqlite
def test_the_last_language_is_remembered(page: Page) -> None:
    page.get("/en/")
    assert page.get("/", 302).location == "/en/"
    page.get("/sv/")
    assert page.get("/", 302).location == "/sv/"


SOMETHING = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from("\0\r\n\t\x1a\u202e\u200f\ufeff<&\"'{%åÅ\u0301😀"),
    max_size=200,
)
NAMES = st.sampled_from(
    """submission_id sender_kind name email phone organisation title description department language
    need target_group partners place budget_range timing own_contribution known_call goals opened
    website no_contact change csrf_token""".split()  # noqa: SIM905
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.dictionaries(NAMES, SOMETHING, max_size=8), path=st.sampled_from(["", "/submit"]))
def test_whatever_is_typed_it_is_never_a_fault_of_ours(
    page: Page, app: Flask, data: dict[str, str], path: str
) -> None:
    app.config["LIMIT_ENQUIRIES"] = 10**6
    app.config["PROPAGATE_EXCEPTIONS"] = False
    base = filled(page)
    response = page.client.post(f"/sv/enquiry{path}", data=base | data)
    assert response.status_code in (200, 303, 422), response.text
    if response.status_code == 303:
        assert page.client.get(response.headers["Location"]).status_code == 200


@given(st.text())
def test_text_is_counted_as_the_browser_counts(text: str) -> None:
    read = as_text(text)
    assert as_text(read) == read
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", read)
    assert "\n" not in as_line(text)
