"""The organisation, edited in the browser."""

from io import BytesIO
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from intake.db import db
from intake.directory import export, history
from intake.directory.check import parse
from intake.directory.history import Edit, Editor, edits_of
from intake.directory.load import store
from intake.directory.members import member
from intake.directory.models import OrganisationRow
from intake.directory.organisation import read
from intake.directory.values import Organisation
from intake.enquiries import upkeep
from intake.enquiries.models import Enquiry
from tests import make
from tests.conftest import on_postgresql, on_sqlite
from tests.page import Fetched, Page
from tests.staff import desk

HOME = "/staff/directory"
TEKNIK = f"{HOME}/departments/teknik"


@pytest.fixture(autouse=True)
def signed_in(page: Page) -> None:
    desk.sign_in(page)


def save(page: Page, path: str, code: int = 303, **typed: Any) -> Fetched:
    """Open a page of the directory, type, and press its button."""
    form = page.get(path).fields("directory")
    return page.post(path, form | typed, code)


def now(app: Flask) -> Organisation:
    with app.app_context():
        return read()


def latest(app: Flask) -> tuple[str, str, list[Edit]]:
    """Who did what, as the newest line of history has it."""
    with app.app_context():
        line = history.listed()[0]
        return line.by_role, line.by_email, edits_of(line)


def elsewhere(app: Flask, change: Any) -> None:
    """Somebody else changes something meanwhile."""
    with app.app_context():
        plain = export.plain()
        change(plain)
        store(parse(export.written(plain)), by=Editor("administrator", desk.ADMINISTRATOR))
        db.session.commit()


# ----- Looking and saving ------------------------------------------------------------------------


def test_the_overview_shows_who_answers_for_what(page: Page) -> None:
    overview = page.get(HOME)
    assert "Tekniska förvaltningen" in overview.text
    assert desk.TEKNIK in overview.html
    assert page.get("/staff/").html.count(f'href="{HOME}"') == 1  # the way to it


def test_contacts_lead_to_their_own_page(app: Flask, page: Page) -> None:
    theirs = f'href="/staff/contacts/{now(app).posts["teknik"].contacts[0].number}"'
    assert theirs in page.get(HOME).html
    assert theirs in page.get(TEKNIK).html

    desk.sign_in(page, desk.ADMINISTRATOR)  # who looks after no contacts
    assert "/staff/contacts/" not in page.get(HOME).html
    assert "/staff/contacts/" not in page.get(TEKNIK).html


def test_a_department_is_edited_and_history_tells_who(app: Flask, page: Page) -> None:
    save(page, TEKNIK, name__sv="Gatuförvaltningen", keywords__sv="gata\n*väg*\n\ngata")

    post = now(app).posts["teknik"]
    assert post.name["sv"] == "Gatuförvaltningen"
    assert post.keywords["sv"] == ("gata", "*väg*")
    role, email, edits = latest(app)
    assert (role, email) == ("coordinator", desk.COORDINATOR)
    assert ("name", "sv") in [edit.path for edit in edits]
    assert "Gatuförvaltningen" in page.get(HOME).text

    told = page.get(f"{HOME}/history").html
    assert f"{desk.COORDINATOR}</bdi>, samordnare" in told
    assert "Tekniska förvaltningen" in told
    assert "Gatuförvaltningen" in told


@pytest.mark.parametrize(
    "path",
    [
        *("municipality", "promise", "roles", "privacy", "accessibility", "look"),
        *("departments/teknik", "departments/coordinator", "departments/teknik/contacts/0"),
    ],
)
def test_what_is_only_looked_at_stays_as_it_was(app: Flask, page: Page, path: str) -> None:
    save(page, f"{HOME}/{path}")
    assert now(app).version == 1
    with app.app_context():
        assert not db.session.get_one(OrganisationRow, 1).edited


def test_a_text_is_looked_at_and_stays_as_it_was(app: Flask, page: Page) -> None:
    for text in now(app).facts["texts"]:
        save(page, f"{HOME}/texts/{text['id']}")
    assert now(app).version == 1


@on_sqlite
@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        ("departments/teknik", {"name__sv": ""}, "svenska"),
        ("departments/teknik", {"responsibility__sv": "x" * 501}, "501"),
        ("departments/teknik", {"keywords__en": "*street"}, "*street"),
        ("departments/teknik/contacts/0", {"email": "å@b"}, "namn@mejl"),
        ("departments/teknik/contacts/0", {"role__sv": ""}, "svenska"),
        ("promise", {"answer_days": "0"}, "1"),
        ("promise", {"answer_days": "many"}, "1"),
        ("promise", {"answer_days": "20"}, "Bedömningen kan inte ko"),
        ("municipality", {"phone": "ring!"}, "08-465 004 00"),
        ("municipality", {"website": "javascript:alert(1)"}, "https://"),
        ("privacy", {"officer_email": ""}, "Dataskyddsombudets e-post – Skriv en adress"),
        ("accessibility", {"updated": "2020-01-01"}, "kan inte vara äldre än"),
        ("look", {"brand": "#ffffff"}, "4.5"),
        ("look", {"brand": "red"}, "#1f5a46"),
        ("roles", {"email": "nobody"}, "namn@mejl"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    app: Flask, page: Page, path: str, typed: dict[str, str], words: str
) -> None:
    again = save(page, f"{HOME}/{path}", 422, **typed)

    assert 'class="field wrong"' in again.html
    assert [again.fields("directory")[name] for name in typed] == list(typed.values())  # is kept
    assert now(app).version == 1
    assert words in again.text


def test_what_only_the_checker_of_the_file_finds_is_said_too(app: Flask, page: Page) -> None:
    again = save(page, TEKNIK, 422, name__en="Streets =?utf-8?")

    assert "innehåller =?, som e-postprogram läser som en kod" in again.text
    assert 'href="#name__en"' in again.html
    assert again.fields("directory")["name__en"] == "Streets =?utf-8?"
    assert now(app).version == 1


# ----- Two people at once ------------------------------------------------------------------------


def test_the_second_of_two_sees_what_the_first_did(app: Flask, page: Page) -> None:
    form = page.get(f"{HOME}/promise").fields("directory") | {"answer_days": "4"}
    elsewhere(app, lambda plain: plain["organisation"]["promise"].update(open_days=7))

    again = page.post(f"{HOME}/promise", form, 409)
    assert desk.ADMINISTRATOR in again.html
    assert "7" in again.text
    assert again.fields("directory")["answer_days"] == "4"
    assert now(app).facts["promise"]["answer_days"] == 5

    page.post(f"{HOME}/promise", again.fields("directory"), 303)
    assert now(app).facts["promise"]["answer_days"] == 4
    assert now(app).facts["promise"]["open_days"] == 7  # what the second did not touch


def test_who_types_over_what_another_has_typed_sees_both(app: Flask, page: Page) -> None:
    form = page.get(TEKNIK).fields("directory") | {"name__sv": "Mitt", "keywords__sv": "mitt"}
    elsewhere(app, lambda plain: teknik(plain)["name"].update(sv="Ditt", en="Yours"))

    again = page.post(TEKNIK, form, 409)
    assert "Ditt" in again.text
    typed = again.fields("directory")
    assert (typed["name__sv"], typed["name__en"], typed["keywords__sv"]) == (
        "Mitt",
        "Yours",
        "mitt",
    )


def test_what_another_does_elsewhere_is_in_nobodys_way(app: Flask, page: Page) -> None:
    form = page.get(f"{HOME}/promise").fields("directory") | {"answer_days": "4"}
    elsewhere(app, lambda plain: plain["department"][0]["name"].update(en="Schools"))
    page.post(f"{HOME}/promise", form, 303)

    house = now(app)
    assert house.facts["promise"]["answer_days"] == 4
    assert house.departments[0].name["en"] == "Schools"


@on_postgresql
def test_what_another_has_done_in_the_same_moment_stays(app: Flask, page: Page) -> None:
    """After the form was loaded, and before the organisation is held."""
    with app.app_context():
        row = db.session.get_one(OrganisationRow, 1)  # as when the form is loaded
        other = Thread(target=elsewhere, args=(app, lambda plain: promise_of(plain, open_days=7)))
        other.start()
        other.join()

        by = member(read(), desk.COORDINATOR)
        assert by is not None
        upkeep.amend(
            lambda plain: promise_of(plain, answer_days=4),
            seen=1,
            concerns=lambda edit: False,
            by=by,
        )
        db.session.commit()
        assert row.version == 3
    promise = now(app).facts["promise"]
    assert (promise["answer_days"], promise["open_days"]) == (4, 7)


def test_a_contact_is_never_mistaken_for_another(app: Flask, page: Page) -> None:
    """Contacts are named by their place, so a change of the order stands in the way."""
    add_deputy(page)
    form = page.get(f"{TEKNIK}/contacts/0/remove").fields("directory")
    elsewhere(app, lambda plain: teknik(plain)["contact"].reverse())

    page.post(f"{TEKNIK}/contacts/0/remove", form, 409)
    assert len(now(app).posts["teknik"].contacts) == 2


# ----- Departments and contacts ------------------------------------------------------------------


def test_a_department_is_added_moved_and_taken_away(app: Flask, page: Page) -> None:
    typed = {
        "name__sv": "Räddningstjänsten",
        "responsibility__sv": "Släcker bränder.",
        "keywords__sv": "brand*",
        "role__sv": "Kontakt",
        "email": "raddning@ljungby.example",
    }
    save(page, f"{HOME}/departments/add", **typed)
    added = now(app).departments[-1]
    assert (added.id, added.kind) == ("raddningstjansten", "department")
    assert [person.email for person in added.contacts] == ["raddning@ljungby.example"]

    move = page.get(HOME).fields("move-raddningstjansten") | {"way": "up"}
    page.post(f"{HOME}/departments/raddningstjansten/move", move, 303)
    assert now(app).departments[-2].id == "raddningstjansten"

    save(page, f"{HOME}/departments/raddningstjansten/remove")
    assert not now(app).posts["raddningstjansten"].active
    assert "Släcker bränder" not in page.get("/sv/departments").text

    save(page, f"{HOME}/departments/add", **typed)  # the one that it was
    assert now(app).posts["raddningstjansten"].active


def test_two_departments_of_one_name_are_two(app: Flask, page: Page) -> None:
    typed = {
        "name__sv": "Teknik",
        "responsibility__sv": "Annat.",
        "role__sv": "Kontakt",
        "email": "annat@ljungby.example",
    }
    save(page, f"{HOME}/departments/add", **typed)
    assert now(app).departments[-1].id == "teknik-2"


def test_the_coordinators_post_cannot_go(app: Flask, page: Page) -> None:
    page.get(f"{HOME}/departments/coordinator/remove", 404)
    page.get(f"{HOME}/departments/nothing", 404)
    page.get(f"{TEKNIK}/contacts/7", 404)
    page.get(f"{HOME}/texts/nothing", 404)


def test_contacts_are_added_ordered_and_taken_away(app: Flask, page: Page) -> None:
    add_deputy(page)
    assert [p.email for p in now(app).posts["teknik"].contacts] == [desk.TEKNIK, DEPUTY]

    move = page.get(TEKNIK).fields("move-1") | {"way": "up"}
    page.post(f"{TEKNIK}/contacts/1/move", move, 303)
    assert [p.email for p in now(app).posts["teknik"].contacts] == [DEPUTY, desk.TEKNIK]
    assert latest(app)[2][0].path == ("contact", "order")

    save(page, f"{TEKNIK}/contacts/0/remove")
    assert [p.email for p in now(app).posts["teknik"].contacts] == [desk.TEKNIK]


def test_whoever_takes_something_away_sees_what(app: Flask, page: Page) -> None:
    add_deputy(page)
    asked = page.get(f"{TEKNIK}/contacts/1/remove")
    assert "Ställföreträdare" in asked.text
    assert f'href="mailto:{DEPUTY}"' in asked.html
    text = now(app).facts["texts"][0]
    assert text["name"]["sv"] in page.get(f"{HOME}/texts/{text['id']}/remove").text


def test_the_last_contact_cannot_go(app: Flask, page: Page) -> None:
    assert "/contacts/0/remove" not in page.get(TEKNIK).html
    again = save(page, f"{TEKNIK}/contacts/0/remove", 422)
    assert "contact" in again.text
    assert len(now(app).posts["teknik"].contacts) == 1


def test_an_address_stands_only_once_in_a_department(page: Page) -> None:
    typed = {"role__sv": "En till", "email": desk.TEKNIK.upper()}
    again = save(page, f"{TEKNIK}/contacts/add", 422, **typed)
    assert 'class="field wrong"' in again.html


def test_who_gets_an_address_is_in_at_once_and_who_loses_it_out(app: Flask, page: Page) -> None:
    deputy = Page(app)
    add_deputy(page)
    desk.sign_in(deputy, DEPUTY)
    assert deputy.get("/staff/").response.status_code == 200

    save(page, f"{TEKNIK}/contacts/1/remove")
    deputy.get("/staff/", 403)  # where it says why


# ----- Nobody goes while ideas need them ---------------------------------------------------------


def test_a_department_with_open_ideas_stays(app: Flask, page: Page) -> None:
    with app.app_context():
        enquiry = make.enquiry()
        enquiry.department_id, reference = "teknik", enquiry.reference
        db.session.commit()

    again = save(page, f"{TEKNIK}/remove", 422)
    assert f'href="/staff/enquiries/{reference}"' in again.html
    assert now(app).posts["teknik"].active
    assert now(app).version == 1

    desk.sign_in(page, desk.ADMINISTRATOR)  # who reads no ideas
    again = save(page, f"{TEKNIK}/remove", 422)
    assert reference in again.text
    assert "/staff/enquiries/" not in again.html


def test_an_owner_of_open_ideas_stays(app: Flask, page: Page) -> None:
    add_deputy(page)
    with app.app_context():
        enquiry = make.enquiry()
        enquiry.owner, reference, id = DEPUTY.upper(), enquiry.reference, enquiry.id
        db.session.commit()

    assert reference in save(page, f"{TEKNIK}/contacts/1/remove", 422).text
    with app.app_context():
        db.session.get_one(Enquiry, id).status = "closed"
        db.session.commit()
    save(page, f"{TEKNIK}/contacts/1/remove")


# ----- Roles -------------------------------------------------------------------------------------


ADMINISTRATES = f"{desk.ADMINISTRATOR}/administrator"
NEW = "ny@ljungby.example"


def test_roles_are_given_and_taken(app: Flask, page: Page) -> None:
    save(page, f"{HOME}/roles", email=NEW, may="administrator")
    assert {"email": NEW, "may": "administrator"} in now(app).facts["staff"]

    save(page, f"{HOME}/roles", **{f"{NEW}/administrator": "reader"})
    assert {"email": NEW, "may": "reader"} in now(app).facts["staff"]

    save(page, f"{HOME}/roles", **{f"{NEW}/reader": ""})
    assert NEW not in str(now(app).facts["staff"])


def test_whom_another_lets_in_meanwhile_stays_in(app: Flask, page: Page) -> None:
    form = page.get(f"{HOME}/roles").fields("directory") | {"email": NEW, "may": "reader"}
    another = {"email": "annan@ljungby.example", "may": "reader"}
    elsewhere(app, lambda plain: plain["staff"].append(another))

    again = page.post(f"{HOME}/roles", form, 409)
    page.post(f"{HOME}/roles", again.fields("directory"), 303)
    assert another in now(app).facts["staff"]
    assert {"email": NEW, "may": "reader"} in now(app).facts["staff"]


def test_the_last_administrator_cannot_go(app: Flask, page: Page) -> None:
    again = save(page, f"{HOME}/roles", 422, **{ADMINISTRATES: ""})
    assert again.fields("directory")[ADMINISTRATES] == ""
    assert desk.ADMINISTRATOR in str(now(app).facts["staff"])

    save(page, f"{HOME}/roles", 422, **{ADMINISTRATES: "", "email": NEW, "may": "administrator"})
    save(page, f"{HOME}/roles", email=NEW, may="administrator")
    save(page, f"{HOME}/roles", **{ADMINISTRATES: ""})
    assert desk.ADMINISTRATOR not in str(now(app).facts["staff"])


def test_nobody_locks_everybody_out(app: Flask, page: Page) -> None:
    """Where no administrator is named, the coordinator's only address cannot be mistyped away."""
    elsewhere(app, lambda plain: plain.pop("staff"))
    coordinator = f"{HOME}/departments/coordinator/contacts"
    save(page, f"{coordinator}/0", 422, email="internationelt@ljungby.example")
    assert now(app).coordinator.contacts[0].email == desk.COORDINATOR

    save(page, f"{coordinator}/add", role__sv="Ställföreträdare", email=DEPUTY)
    save(page, f"{coordinator}/0", email="internationelt@ljungby.example")


# ----- Ready-made texts --------------------------------------------------------------------------


def test_a_text_is_added_edited_and_taken_away(app: Flask, page: Page) -> None:
    typed = {"name__sv": "Tack", "for": ["answer"], "text__sv": "Hej {name}, tack för {reference}."}
    save(page, f"{HOME}/texts/add", **typed)
    added = now(app).facts["texts"][-1]
    assert added == {
        "id": "tack",
        "for": ["answer"],
        "name": {"sv": "Tack"},
        "text": {"sv": "Hej {name}, tack för {reference}."},
    }

    told = page.get(f"{HOME}/history").text
    assert typed["text__sv"] in told
    assert "indonesiska" not in told  # whose code is "id"

    save(page, f"{HOME}/texts/tack", text__en="Hello {name}.")
    assert now(app).facts["texts"][-1]["text"]["en"] == "Hello {name}."
    save(page, f"{HOME}/texts/tack", 422, text__en="Hello {nmae}.")

    save(page, f"{HOME}/texts/tack/remove")
    assert "tack" not in [text["id"] for text in now(app).facts["texts"]]


# ----- Look --------------------------------------------------------------------------------------


def test_a_logo_is_taken_and_given(app: Flask, page: Page) -> None:
    path = f"{HOME}/look"
    form = page.get(path).fields("directory")
    mark = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>'

    bad = form | {"logo": (BytesIO(b"<svg><script/></svg>"), "x.svg")}
    page.post(path, bad, 422, content_type="multipart/form-data")
    good = form | {"logo": (BytesIO(mark), "x.svg")}
    page.post(path, good, 303, content_type="multipart/form-data")
    with app.app_context():
        assert db.session.get_one(OrganisationRow, 1).logo == mark

    save(page, path, no_logo="y")
    assert not now(app).has_logo


# ----- Out and in --------------------------------------------------------------------------------


def bring(page: Page, text: str | bytes, code: int = 200) -> Fetched:
    form = page.get(f"{HOME}/import").fields("import")
    content = text if isinstance(text, bytes) else text.encode()
    file = {"file": (BytesIO(content), "organisation.toml")}
    return page.post(f"{HOME}/import", form | file, code, content_type="multipart/form-data")


def test_a_file_goes_out_and_comes_in_again(app: Flask, page: Page) -> None:
    exported = page.get(f"{HOME}/export")
    assert exported.response.headers["Content-Disposition"].endswith('"organisation-1.toml"')

    assert 'id="load"' not in bring(page, exported.html).html  # it changes nothing

    looked = bring(page, exported.html.replace("answer_days = 5", "answer_days = 6"))
    assert now(app).version == 1  # nothing was done yet
    assert "6" in looked.text
    page.post(f"{HOME}/import", looked.fields("load") | {"load": "y"}, 303)
    assert now(app).facts["promise"]["answer_days"] == 6
    assert latest(app) == (
        "coordinator",
        desk.COORDINATOR,
        [Edit("organisation", ("promise", "answer_days"), 5, 6)],
    )
    with app.app_context():
        assert db.session.get_one(OrganisationRow, 1).edited


def test_a_faulty_file_is_explained(app: Flask, page: Page) -> None:
    text = page.get(f"{HOME}/export").html
    wrong = text.replace("answer_days = 5", "answer_days = 500")
    again = bring(page, wrong, 422)
    line = text[: text.index("answer_days")].count("\n") + 1
    assert f"rad {line}: [organisation]: promise.answer_days är 500; skriv ett heltal" in again.text
    assert "spara filen som UTF-8" in bring(page, b"\xff\xfe", 422).text
    elsewhere = text.replace('logo = "data:', 'logo = "/etc/passwd" # ', 1)
    assert "är en egen fil, som inte följer med" in bring(page, elsewhere, 422).text
    page.client.set_cookie("language", "en")
    assert "answer_days is 500; write a whole number" in bring(page, wrong, 422).text
    page.post(f"{HOME}/import", page.get(f"{HOME}/import").fields("import"), 422)


def test_what_others_did_meanwhile_is_shown_before_a_file_undoes_it(app: Flask, page: Page) -> None:
    text = page.get(f"{HOME}/export").html.replace("answer_days = 5", "answer_days = 6")
    looked = bring(page, text)
    elsewhere(app, lambda plain: plain["organisation"]["promise"].update(open_days=7))

    again = page.post(f"{HOME}/import", looked.fields("load") | {"load": "y"}, 409)
    assert desk.ADMINISTRATOR in again.html
    assert now(app).facts["promise"]["open_days"] == 7

    page.post(f"{HOME}/import", again.fields("load") | {"load": "y"}, 303)
    assert (
        now(app).facts["promise"] | {"open_days": 3, "answer_days": 6} == now(app).facts["promise"]
    )


def test_history_has_pages(app: Flask, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    for days in (6, 7, 8):
        save(page, f"{HOME}/promise", answer_days=str(days))
    newest = page.get(f"{HOME}/history")
    assert "before=" in newest.html
    with app.app_context():
        last = history.listed()[-1].id
    older = page.get(f"{HOME}/history?before={last}")
    assert "before=" not in older.html or older.text != newest.text


DEPUTY = "stf.teknik@ljungby.example"


def add_deputy(page: Page) -> None:
    save(page, f"{TEKNIK}/contacts/add", role__sv="Ställföreträdare", email=DEPUTY)


def teknik(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(post for post in plain["department"] if post["id"] == "teknik")
    return found


def promise_of(plain: dict[str, Any], **days: int) -> None:
    plain["organisation"]["promise"] |= days
