"""What a department learns of ideas that only go on in one of theirs: nothing of who sent them."""

from flask import Flask

from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk


@on_sqlite
def test_a_letter_to_whoever_follows_shows_no_address(app: Flask, page: Page) -> None:
    with app.app_context():
        first = make.enquiry(email="bo@exempel.example").reference
        second = make.enquiry(email="lo@exempel.example").reference
    desk.sign_in_by_mail(page)
    form = page.get(f"/staff/enquiries/{second}/join").fields("verb")
    desk.send(page, f"/staff/enquiries/{second}/join", form | {"other": first, "leads": "other"})
    form = page.get(f"/staff/enquiries/{first}/hand-over").fields("verb")
    desk.send(page, f"/staff/enquiries/{first}/hand-over", form | {"department_id": "teknik"})

    address = f"/staff/enquiries/{first}/answer"
    for email, told in ((desk.COORDINATOR, True), (desk.TEKNIK, False)):
        desk.sign_in_by_mail(page, email)
        form = page.get(address).fields("verb") | {"text": "Snart."}
        shown = page.post(address, form)
        assert "bo@exempel.example" in shown.html
        assert ("lo@exempel.example" in shown.html) is told
        assert (f"avsändaren till {second}" in shown.text) is not told
