"""Who the sender is where that is protected (L7): no words of staff's tell a department."""

import pytest
from flask import Flask

from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import desk_letters, facts, handle, together, together_letters
from intake.enquiries.attention import Need
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import SCHOOL, TEKNIK, act, coordinator, stored

pytestmark = on_sqlite
CALL = "Ring Kim Qvistberg på 070-123 45 67"
SAYS = "Qvistberg säger det"


@pytest.fixture
def reference(app: Flask) -> str:
    """One of the school department's, in which the technical one takes part."""
    with app.app_context():
        enquiry = make.enquiry(name="Kim Qvistberg", email="kim.qvistberg@exempel.example")
        handle.hand_over(enquiry, "barn-utbildning", by=coordinator())
        enquiry.protected = True
        facts.set_facts(enquiry, by=coordinator(), next_action=CALL)
        facts.assess(enquiry, {"need": ("yes", SAYS)}, by=coordinator())
        together.involve(enquiry, "teknik", f"{CALL}.", by=coordinator())
        db.session.commit()
        return enquiry.reference


@pytest.mark.parametrize("who", [SCHOOL, TEKNIK])
def test_what_staff_noted_does_not_tell_a_department(page: Page, reference: str, who: str) -> None:
    desk.sign_in(page, who)
    for form in ("", "/note", "/facts", "/assess", "/contribute", "/involve", "/answer"):
        shown = page.client.get(f"/staff/enquiries/{reference}{form}")
        assert shown.status_code in (200, 403)
        assert "qvistberg" not in shown.text.casefold(), form
        assert "070-123" not in shown.text, form
    desk.sign_in(page)
    assert CALL in page.get(f"/staff/enquiries/{reference}").html


def test_what_a_department_may_not_read_stays_as_it_was(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page, SCHOOL)
    act(page, reference, "facts", owner="Rektorn")
    act(page, reference, "assess", money="no")
    case = stored(app, reference)
    assert (case.owner, case.next_action) == ("Rektorn", CALL)
    desk.sign_in(page)
    assert SAYS in page.get(f"/staff/enquiries/{reference}/assess").html

    desk.sign_in(page, SCHOOL)
    act(page, reference, "facts", next_action="Boka ett möte")
    assert stored(app, reference).next_action == "Boka ett möte"


def test_nobody_learns_who_it_is_by_another_idea_from_the_same_address(
    app: Flask, page: Page, reference: str
) -> None:
    with app.app_context():
        second = make.enquiry(
            name="Kim Qvistberg",
            email="kim.qvistberg@exempel.example",
            title="Biodling",
            description="Bin och humlor behöver ängar. Lär oss av grannländer som har sådana.",
        )
        handle.hand_over(second, "barn-utbildning", by=coordinator())
        db.session.commit()
        other = second.reference
    desk.sign_in(page, SCHOOL)
    shown = page.get(f"/staff/enquiries/{other}").text
    assert f"Den kan vara samma som {reference}" in shown
    assert "samma adress" not in shown.casefold()
    desk.sign_in(page)
    assert "Båda kom från samma adress." in page.get(f"/staff/enquiries/{other}").text


@pytest.mark.parametrize("how", ["protected", "link"])
def test_what_staff_write_to_one_another_stays_in_the_case(app: Flask, how: str) -> None:
    """Where a mail is to be nothing but a link, every mail to staff is."""
    words = "Solpanelerna är trasiga."
    with app.app_context():
        enquiry, house = make.enquiry(), organisation()
        enquiry.next_action, enquiry.protected = words, how == "protected"
        if how == "link":
            app.config["MAIL_DETAIL"] = "link"
        to, department = house.coordinator.contacts[0], house.posts["teknik"]
        for letter in (
            desk_letters.sent_back(enquiry, department, words, house, to),
            desk_letters.reminder(enquiry, [Need.PLANNED], house, to),
            desk_letters.handed_over(enquiry, words, house, to, department),
            together_letters.involved(enquiry, words, house, to, department, department),
            together_letters.beside(enquiry, words, house, to, department, department),
            together_letters.left(enquiry, words, house, to, department),
        ):
            assert words not in letter.text
