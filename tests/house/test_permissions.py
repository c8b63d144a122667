"""Who may open which page for staff: every route, asked for by everybody, as the table says. What
the table must say stands in ``test_who_may``.
"""

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from intake import clock
from intake.db import db
from intake.directory.members import Role
from intake.enquiries import access, attachments, sender
from intake.enquiries.models import Participation
from intake.staff import session
from intake.staff.permissions import ANSWERING, ANYBODY, MAY, TAKING_PART
from tests import make
from tests.staff import desk

Ask = Callable[[str, str, str | None], Any]

WHO = {
    Role.ADMINISTRATOR: desk.ADMINISTRATOR,
    Role.COORDINATOR: desk.COORDINATOR,
    Role.CONTACT: desk.TEKNIK,
    Role.READER: desk.READER,
}


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> str:
    """Who may does not depend on the database: one kind is enough."""
    shutil.copyfile(sqlite_template, tmp_path / "intake.sqlite")
    return f"sqlite:///{tmp_path / 'intake.sqlite'}"


@pytest.fixture
def app(app: Flask) -> Flask:
    """Not refusing for want of a form's token, so that what answers is the permission."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return app


@pytest.fixture
def case(app: Flask) -> str:
    """The number of an idea that lies with the technical department."""
    with app.app_context():
        return placed()


@pytest.fixture
def ask(app: Flask, record_property: Callable[[str, object], None]) -> Iterator[Ask]:
    """Ask in a browser of its own, signed in as somebody; how many were tried is reported."""
    tried = set()

    def asked(method: str, address: str, email: str | None) -> Any:
        tried.add((method, address, email))
        client = app.test_client()
        if email is not None:
            client.set_cookie("staff", token_of(app, email))
        return client.open(address, method=method)

    yield asked
    record_property("pairs", len(tried))


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert {rule.endpoint for rule in rules(app)} == set(MAY)


def test_what_has_no_row_is_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(MAY, "staff.sessions.show")
    for email in (None, *WHO.values()):
        assert ask("GET", "/staff/sessions", email).status_code == 403


def test_only_the_pages_for_signing_in_are_open(app: Flask) -> None:
    opened = {endpoint for endpoint, may in MAY.items() if may == ANYBODY}
    assert {endpoint.rsplit(".", 1)[0] for endpoint in opened} == {"staff.sign_in", "staff.oidc"}


def test_nobody_is_sent_to_sign_in(app: Flask, ask: Ask, case: str) -> None:
    for endpoint, method, address in requests(app, case):
        answer = ask(method, address, None)
        if MAY[endpoint] == ANYBODY:
            assert answer.status_code != 403, address
        elif method == "GET":
            assert answer.status_code == 303, address
            assert answer.location.startswith("/staff/sign-in?next=/staff/"), address
        else:
            assert answer.status_code == 403, (method, address)


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_own_pages_and_no_others(
    app: Flask, ask: Ask, case: str, role: Role
) -> None:
    for endpoint, method, address in requests(app, case):
        if MAY[endpoint] == ANYBODY:
            continue
        answer = ask(method, address, WHO[role])
        assert answer.status_code < 500, (method, address)
        refused = answer.status_code == 403 or is_led_elsewhere(address, answer)
        may = MAY[endpoint] - ({Role.CONTACT} if endpoint in ANSWERING else set())
        assert refused == (role not in may), (role, method, address, answer.status_code)


def test_an_idea_of_another_department_does_not_exist(app: Flask, ask: Ask, case: str) -> None:
    """Not even that it is there is told: a contact gets 404 for it, or 403 for what is not theirs
    to do with any.
    """
    asked = [each for each in requests(app, case) if case in each[2]]
    assert asked
    for endpoint, method, address in asked:
        wanted = 404 if Role.CONTACT in MAY[endpoint] else 403
        assert ask(method, address, desk.SOCIAL).status_code == wanted, (method, address)


def test_who_only_takes_part_opens_what_that_is_for(app: Flask, ask: Ask) -> None:
    """Every page of the case and every verb: with 403 for all that is not in the short list."""
    with app.app_context():
        case = placed_beside("teknik")
    asked = [each for each in requests(app, case) if case in each[2]]
    assert {endpoint for endpoint, _method, _address in asked} > TAKING_PART
    for endpoint, method, address in asked:
        answer = ask(method, address, desk.TEKNIK)
        assert (answer.status_code == 403) == (endpoint not in TAKING_PART), (method, address)
        assert answer.status_code < 500, (method, address)


def test_a_contact_opens_an_idea_of_the_own_department(ask: Ask, case: str) -> None:
    assert ask("GET", f"/staff/enquiries/{case}", desk.TEKNIK).status_code == 200


def is_led_elsewhere(address: str, answer: Any) -> bool:
    """Has somebody come in by the address of the desk who begins on another page?"""
    return address == "/staff/" and answer.status_code == 303


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.")]


def file_of(app: Flask, case: str) -> str:
    """The key of its file."""
    with app.app_context():
        enquiry = access.by_reference(case)
        assert enquiry is not None
        [[file]] = attachments.of(enquiry).values()
        return file.key


def requests(app: Flask, case: str) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of everything that can be asked of the staff's door."""
    adapter = app.url_map.bind("")
    known = {"reference": case, "key": file_of(app, case)}
    found = []
    for rule in rules(app):
        values = {
            name: known.get(name)
            or (99 if isinstance(rule._converters[name], IntegerConverter) else "x")
            for name in rule.arguments
        }
        for method in (rule.methods or set()) & {"GET", "POST"}:
            address = adapter.build(rule.endpoint, values, method=method)
            found.append((rule.endpoint, method, address))
    return found


def token_of(app: Flask, email: str) -> str:
    """The secret of a session of *email*'s."""
    with app.test_request_context("/staff/", method="POST"):
        session.resume()
        who = desk.someone(email)
        token = session.begin(who, "mail")
        db.session.commit()
        return token


def placed(**columns: Any) -> str:
    """The number of an idea with a file, that lies with the technical department."""
    enquiry = make.enquiry()
    sender.reply(
        enquiry,
        "Se listan.",
        [attachments.check("Kim.txt", b"x")],
        submission=secrets.token_hex(16),
    )
    enquiry.department_id = "teknik"
    for name, value in columns.items():
        setattr(enquiry, name, value)
    db.session.commit()
    return enquiry.reference


def placed_beside(*departments: str, **columns: Any) -> str:
    """The number of one that lies with the school department, in which others take part."""
    reference = placed(department_id="barn-utbildning", **columns)
    enquiry = access.by_reference(reference)
    assert enquiry is not None
    for each in departments:
        enquiry.participations.append(Participation(department_id=each, since=clock.now()))
    db.session.commit()
    return reference
