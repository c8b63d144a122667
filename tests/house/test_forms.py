"""Every form says what is wrong in our words and the reader's language, whatever is sent to it."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask_wtf import FlaskForm

from intake import fields
from intake.db import db
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status
from intake.links import status_token
from tests import make
from tests.catalogue import english_in
from tests.conftest import on_sqlite
from tests.house.test_routes import addresses
from tests.page import Page
from tests.staff import desk

#: Parts of what WTForms says by itself.
THEIRS = [
    "ot a valid",
    "coerce",
    "This field",
    "Field must",
    "Field cannot",
    "Number must",
    "Invalid ",
]


@pytest.fixture
def case(app: Flask) -> Enquiry:
    """An idea with a department, so that most verbs are offered."""
    with app.app_context():
        enquiry = make.enquiry()
        enquiry.status, enquiry.department_id = Status.WITH_DEPARTMENT, "teknik"
        db.session.commit()
        db.session.refresh(enquiry)
        db.session.expunge(enquiry)
        return enquiry


def test_all_forms_speak_our_words() -> None:
    ours = {form for form in _below(FlaskForm) if form.__module__.startswith("intake.")}
    assert len(ours) > 20
    assert not ours - {fields.Form, *_below(fields.Form)}


@on_sqlite
@pytest.mark.parametrize("typed", ["☃ nonsense", ""])
def test_no_fault_is_told_in_english(app: Flask, page: Page, case: Enquiry, typed: str) -> None:
    desk.sign_in(page)
    with app.app_context():
        token = status_token(case.link_seed)
    known = {"reference": case.reference, "token": token, "id": "teknik", "number": "0"}
    refused = 0
    for address, methods in addresses(app, **known).items():
        if "GET" not in methods or address.startswith(("/en/", "/mailbox", "/static")):
            continue
        shown = page.client.get(address)
        if shown.status_code != 200 or shown.mimetype != "text/html":
            continue
        for form in html5lib.parse(shown.text, namespaceHTMLElements=False).iter("form"):
            names = set(_visible(form))
            if form.get("method") != "post" or not names:
                continue
            sent = _hidden(form) | dict.fromkeys(names, typed)
            answer = page.client.post(form.get("action") or address, data=sent)
            if 300 <= answer.status_code < 400:
                continue
            assert answer.status_code < 500, address
            refused += answer.status_code == 422
            assert not english_in(answer.text), address
            assert not [words for words in THEIRS if words in answer.text], address
    assert refused > 15


@on_sqlite
def test_a_day_that_was_not_chosen_and_one_that_is_none(page: Page, case: Enquiry) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{case.reference}/park"
    form = page.get(address).fields("verb") | {"text": "Vi väntar."}
    assert "Välj en dag." in page.post(address, form | {"until": ""}, 422).text
    assert "till exempel 2026-11-25" in page.post(address, form | {"until": "snart"}, 422).text


def _below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _visible(form: Element) -> Iterator[str]:
    for element in form.iter():
        kind = element.get("type", "text")
        is_field = element.tag in ("input", "select", "textarea") and kind not in ("hidden", "file")
        if is_field and element.get("name"):
            yield str(element.get("name"))


def _hidden(form: Element) -> dict[str, Any]:
    """What the form carries along, but with nonsense for which event it showed."""
    hidden = {
        str(element.get("name")): element.get("value", "")
        for element in form.iter("input")
        if element.get("type") == "hidden"
    }
    return hidden | ({"seen": "☃"} if "seen" in hidden else {})
