"""Who may never do what, written by hand: laws that hold whatever the table of permissions says."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import access
from intake.staff.permissions import TAKING_PART
from intake.staff.verbs import VERBS
from tests import make
from tests.house import test_permissions as walk
from tests.house.test_permissions import Ask, file_of, placed, placed_beside, requests, token_of
from tests.staff import desk

ask = walk.ask
database = walk.database
app = walk.app
case = walk.case

#: Where nobody needs to be signed in: how one comes in and goes out, and the language.
_OPEN = ("/staff/sign-in", "/staff/sign-out", "/staff/language", "/staff/oidc")

#: What is the coordinator's alone to do with a case.
_HERS = (
    *("copy", "flag", "hand-over", "join", "refer", "relate", "release", "reopen", "take"),
    "tell-apart",
)
#: All that somebody does with a case in which their department only takes part.
_BESIDE = ("note", "contribute", "part")
_DIRECTORY = "/staff/directory"

#: The sender's name, as a word: a form's token may hold these letters by chance.
KIM = re.compile(r"\bKim\b")


@pytest.mark.parametrize("email", [desk.READER, desk.ADMINISTRATOR])
def test_who_has_no_cases_opens_none(app: Flask, ask: Ask, case: str, email: str) -> None:
    for _endpoint, method, address in of_case(app, case):
        assert ask(method, address, email).status_code == 403, (method, address)
    for address in ("/staff/enquiries/new", "/staff/senders"):
        assert ask("GET", address, email).status_code == 403, address
    assert ask("GET", "/staff/", email).status_code == 303


def test_a_reader_changes_nothing_of_the_organisation(app: Flask, ask: Ask, case: str) -> None:
    for method, address in of_the_organisation(app, case):
        assert ask(method, address, desk.READER).status_code == 403, (method, address)


@pytest.mark.parametrize("email", [desk.READER, desk.ADMINISTRATOR])
@pytest.mark.parametrize(
    ("address", "whole"), [("/staff/figures", "{}</h1>"), ("/staff/figures.csv", "31 december {}")]
)
def test_figures_tell_of_no_case(
    app: Flask, ask: Ask, email: str, address: str, whole: str
) -> None:
    """Nor lead to one; nor are they of single days, so that they would tell of one."""
    today = clock.today()
    with app.app_context():
        references = [placed(protected=number == 0) for number in range(6)]
    for query in ("", f"?since={today}&until={today}"):
        answer = ask("GET", address + query, email)
        assert whole.format(today.year) in answer.text
        for hidden in (*references, make.IDEA["title"], "Kim", "/staff/enquiries", "view="):
            assert hidden not in answer.text, hidden


def test_a_contact_has_no_figures(ask: Ask) -> None:
    for address in ("/staff/figures", "/staff/figures.csv"):
        assert ask("GET", address, desk.TEKNIK).status_code == 403


def test_a_contact_does_nothing_that_is_the_coordinators(app: Flask, ask: Ask, case: str) -> None:
    """With a case of their own department, which they may open."""
    assert ask("GET", f"/staff/enquiries/{case}", desk.TEKNIK).status_code == 200
    for verb in _HERS:
        for method in ("GET", "POST"):
            address = f"/staff/enquiries/{case}/{verb}"
            assert ask(method, address, desk.TEKNIK).status_code == 403, (method, address)
    for method, address in of_the_organisation(app, case):
        assert ask(method, address, desk.TEKNIK).status_code == 403, (method, address)
    for method, address in (("GET", "/staff/contacts"), ("POST", "/staff/contacts/99")):
        assert ask(method, address, desk.TEKNIK).status_code == 403, address


def test_the_coordinator_gives_nothing_back_as_a_department(ask: Ask, case: str) -> None:
    address = f"/staff/enquiries/{case}/send-back"
    for method in ("GET", "POST"):
        assert ask(method, address, desk.COORDINATOR).status_code == 403


def test_nobody_sees_anything_but_how_to_come_in(app: Flask, ask: Ask, case: str) -> None:
    for _endpoint, method, address in requests(app, case):
        if address.startswith(_OPEN):
            continue
        answer = ask(method, address, None)
        assert answer.status_code == (303 if method == "GET" else 403), (method, address)
        assert method != "GET" or answer.location.startswith("/staff/sign-in?next=")


def test_whoever_has_left_is_nobody_at_once(app: Flask, ask: Ask, case: str) -> None:
    """With a session that was begun before."""
    token = token_of(app, desk.TEKNIK)
    desk.leave(app, desk.TEKNIK)
    for _endpoint, method, address in requests(app, case):
        if address.startswith(_OPEN):
            continue
        client = app.test_client()
        client.set_cookie("staff", token)
        assert client.open(address, method=method).status_code == 403, (method, address)


def test_a_case_of_another_department_is_not_there(app: Flask, ask: Ask, case: str) -> None:
    """Nor its file, and nothing can be done with it."""
    assert_not_there(app, ask, case, desk.SOCIAL)


def test_who_takes_part_reads_notes_answers_and_leaves(app: Flask, ask: Ask) -> None:
    """And does nothing else with the case; nor does anybody who took part and does no more."""
    with app.app_context():
        reference = placed_beside("teknik")
    address = f"/staff/enquiries/{reference}"
    assert ask("GET", address, desk.TEKNIK).status_code == 200
    file = f"{address}/files/{file_of(app, reference)}"
    assert ask("GET", file, desk.TEKNIK).status_code == 200
    listed = [endpoint for endpoint in TAKING_PART if endpoint.startswith("staff.verbs.")]
    verbs = {endpoint.rpartition(".")[2].removeprefix("show_") for endpoint in listed}
    assert verbs == set(_BESIDE)  # and no other opens: test_permissions
    for each in (f"{address}/copy", f"{address}/entered"):
        assert ask("GET", each, desk.TEKNIK).status_code == 403

    with app.app_context():
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        enquiry.participations.clear()
        db.session.commit()
    assert_not_there(app, ask, reference, desk.TEKNIK)


def test_nobody_but_who_takes_part_answers_as_that(app: Flask, ask: Ask) -> None:
    with app.app_context():
        reference = placed_beside("teknik")
        [school] = organisation().posts["barn-utbildning"].contacts[:1]
    for email, code in ((desk.COORDINATOR, 403), (school.email, 403), (desk.SOCIAL, 404)):
        for method in ("GET", "POST"):
            answer = ask(method, f"/staff/enquiries/{reference}/contribute", email)
            assert answer.status_code == code, (method, email)


def test_spam_is_not_there_for_who_takes_part(app: Flask, ask: Ask) -> None:
    with app.app_context():
        spam = placed_beside("teknik", suspected=True)
    assert_not_there(app, ask, spam, desk.TEKNIK)
    listed = ask("GET", "/staff/?view=together", desk.TEKNIK)
    assert spam not in listed.text


def test_a_protected_sender_stays_so_for_who_takes_part(app: Flask, ask: Ask) -> None:
    with app.app_context():
        reference = placed_beside("teknik", protected=True)
    opened = 0
    for _endpoint, method, address in of_case(app, reference):
        answer = ask(method, address, desk.TEKNIK)
        opened += answer.status_code in (200, 409, 422)
        assert not KIM.search(answer.text), (method, address)
        assert "Kim" not in answer.headers.get("Content-Disposition", ""), address
    assert opened == 8


def test_what_looks_like_spam_is_not_there_for_a_department(app: Flask, ask: Ask) -> None:
    """Though it would be theirs, were it none; the coordinator sees it."""
    with app.app_context():
        spam = placed(suspected=True)
    assert_not_there(app, ask, spam, desk.TEKNIK)
    assert ask("GET", f"/staff/enquiries/{spam}", desk.COORDINATOR).status_code == 200


def test_a_protected_sender_stays_so_on_every_page(app: Flask, ask: Ask) -> None:
    """A department does with the case what it may with any, and learns nobody's name by that."""
    with app.app_context():
        reference = placed(protected=True)
    opened = 0
    for _endpoint, method, address in of_case(app, reference):
        answer = ask(method, address, desk.TEKNIK)
        opened += answer.status_code in (200, 409, 422)
        assert not KIM.search(answer.text), (method, address)
        assert "Kim" not in answer.headers.get("Content-Disposition", ""), address
    assert opened > 20
    assert KIM.search(ask("GET", f"/staff/enquiries/{reference}", desk.COORDINATOR).text)


def assert_not_there(app: Flask, ask: Ask, case: str, email: str) -> None:
    addresses = [f"/staff/enquiries/{case}", f"/staff/enquiries/{case}/files/{file_of(app, case)}"]
    assert all(ask("GET", each, desk.COORDINATOR).status_code == 200 for each in addresses)
    addresses += [f"/staff/enquiries/{case}/{verb}" for verb in VERBS if verb not in _HERS]
    for address in addresses:
        assert ask("GET", address, email).status_code == 404, address
    for _endpoint, method, address in of_case(app, case):
        assert ask(method, address, email).status_code in (403, 404), (method, address)


def of_case(app: Flask, case: str) -> list[tuple[str, str, str]]:
    """Everything that can be asked of that case."""
    found = [each for each in requests(app, case) if f"/enquiries/{case}" in each[2]]
    assert len(found) > 2 * len(VERBS)
    return found


def of_the_organisation(app: Flask, case: str) -> Iterator[tuple[str, str]]:
    found = [each[1:] for each in requests(app, case) if each[2].startswith(_DIRECTORY)]
    assert len(found) > 30
    yield from found
