"""Ready-made texts in the forms in which staff write to a sender."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.directory.models import THE_ORGANISATION, OrganisationRow
from intake.directory.organisation import forget, organisation
from intake.directory.texts import FOR
from intake.enquiries.models import Event
from intake.enquiries.ready_texts import ready_texts
from intake.outbox.models import OutgoingMail
from intake.staff.verb_forms import LetterForm
from intake.staff.verbs import VERBS
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import act


def test_it_comes_after_what_was_typed_and_nothing_is_done(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    before = desk.count(app, Event), desk.count(app, OutgoingMail)
    address = f"/staff/enquiries/{reference}/close"
    typed = {"text": "Hej på dig!", "learnt": "Fråga tidigare.", "reason": "no_owner"}
    form = page.get(address).fields("verb") | typed
    inserted = page.post(address, form | {"ready": "no-owner", "insert": "y"})

    fields = inserted.fields("verb")
    assert fields["text"].startswith("Hej på dig!\n\nVi har läst din idé och frågat")
    assert (fields["learnt"], fields["reason"]) == ("Fråga tidigare.", "no_owner")
    assert fields["ready"] == ""
    assert (desk.count(app, Event), desk.count(app, OutgoingMail)) == before

    sent = desk.send(page, address, fields | {"next_step": "Fråga en förening."})
    assert sent.location == f"/staff/enquiries/{reference}"
    with app.app_context():
        closed = db.session.scalars(sa.select(Event).filter_by(act="closed")).one()
        assert closed.data["text"] == fields["text"]
        assert "ready" not in closed.data


@on_sqlite
def test_choosing_none_loses_nothing(page: Page, reference: str) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/answer"
    form = page.get(address).fields("verb") | {"text": "Hej!", "insert": "y"}
    for chosen in ("", "no-such-text"):
        assert page.post(address, form | {"ready": chosen}).fields("verb")["text"] == "Hej!"


@on_sqlite
def test_it_speaks_the_senders_language(app: Flask, page: Page) -> None:
    with app.app_context():
        reference = make.enquiry(language="en", name="").reference
    desk.sign_in(page)
    form = page.get(f"/staff/enquiries/{reference}/answer")
    assert "Inte glömd, men inget besked än" in form.text  # its name is in the reader's language

    typed = form.fields("verb") | {"ready": "thanks", "insert": "y"}
    text = page.post(f"/staff/enquiries/{reference}/answer", typed).fields("verb")["text"]
    assert text.startswith("Thank you for your idea! We have read it.")
    assert reference in text
    assert "{" not in text


@on_sqlite
def test_the_name_of_a_protected_sender_is_never_filled_in(
    page: Page, contact: Page, reference: str
) -> None:
    """Not for the coordinator either: the department reads what was written."""
    desk.sign_in(page)
    act(page, reference, "flag", protected="y")
    for who in (page, contact):
        form = who.get(f"/staff/enquiries/{reference}/answer")
        assert "Kim Exempel" not in form.html
        assert "Tack för din idé!" in form.html


@on_sqlite
def test_a_preview_does_not_tell_a_contact_the_protected_address(
    page: Page, contact: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", protected="y")
    address = f"/staff/enquiries/{reference}/answer"
    for who in (page, contact):
        typed = who.get(address).fields("verb") | {"text": "Hej!"}
        shown = who.post(address, typed)
        assert "Det här kommer att skickas" in shown.text
        assert ("kim@exempel.example" in shown.html) == (who is page)


@on_sqlite
@pytest.mark.parametrize("verb", FOR)
def test_each_form_that_writes_to_the_sender_offers_one(
    app: Flask, page: Page, reference: str, verb: str
) -> None:
    desk.sign_in(page)
    if verb == "advance":
        act(page, reference, "hand-over", department_id="barn-utbildning")
    if verb == "reopen":
        act(page, reference, "refer", body="Leader", text="Dit.", learnt="Jaha.")
    address = f"/staff/enquiries/{reference}/{verb}"
    form = page.get(address)
    [choice] = [e for e in form.tree.iter("select") if e.get("name") == "ready"]
    chosen = list(choice.iter("option"))[1].get("value")
    inserted = page.post(address, form.fields("verb") | {"ready": chosen, "insert": "y"})
    assert len(inserted.fields("verb")["text"]) > 40


@on_sqlite
def test_one_who_is_joined_is_not_told_the_others_name(app: Flask) -> None:
    with app.app_context():
        enquiry, house = make.enquiry(), organisation()
        texts = [{"id": "x", "for": ["join"], "name": {"sv": "x"}, "text": {"sv": "Hej, {name}!"}}]
        house = replace(house, facts={**house.facts, "texts": texts})
        assert [each.text for each in ready_texts("join", enquiry, house)] == ["Hej!"]


@on_sqlite
def test_what_a_name_holds_is_not_filled_in_again(app: Flask) -> None:
    with app.app_context():
        enquiry = make.enquiry(name="{reference}")
        texts = {each.id: each.text for each in ready_texts("answer", enquiry, organisation())}
        assert texts["not-forgotten"].startswith("Din idé är inte glömd, {reference}.")


def test_every_form_that_takes_one_is_in_the_organisation_file() -> None:
    forms = {v.name: v.form.act for v in VERBS.values() if issubclass(v.form, LetterForm)}
    assert forms == {act: act for act in FOR}


@on_sqlite
def test_without_texts_the_form_is_as_it_was(app: Flask, page: Page, reference: str) -> None:
    with app.app_context():
        row = db.session.get_one(OrganisationRow, THE_ORGANISATION)
        row.facts = {key: value for key, value in row.facts.items() if key != "texts"}
        row.version += 1
        db.session.commit()
        forget()
    desk.sign_in(page)
    form = page.get(f"/staff/enquiries/{reference}/answer")
    assert "ready" not in form.fields("verb")
    address = f"/staff/enquiries/{reference}/answer"
    typed = form.fields("verb") | {"text": "Hej!"}
    assert page.post(address, typed | {"insert": "y"}).fields("verb")["text"] == "Hej!"
    desk.send(page, address, typed)
