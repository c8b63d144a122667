"""What the pages of the verbs ask, promise and say when all is done."""

import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.enquiries import handle
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import act

pytestmark = on_sqlite


def said(page: Page, reference: str, verb: str, **typed: str) -> str:
    """Do it, and read the page that follows."""
    return page.get(act(page, reference, verb, **typed).location).text


def test_it_says_to_whom_the_mails_go(page: Page, reference: str) -> None:
    desk.sign_in(page)
    text = said(page, reference, "hand-over", department_id="barn-utbildning")
    assert "Bekräftat. Vi mejlar kim@exempel.example att idén är hos Barn- och" in text
    text = said(page, reference, "hand-over", department_id="barn-utbildning", note="Läs.")
    assert "Bekräftat: idén är hos Barn- och utbildningsförvaltningen. Ett mejl är på" in text
    text = said(page, reference, "answer", text="I mars.")
    assert "Svaret är på väg till kim@exempel.example." in text
    text = said(page, reference, "ask", text="Hur många?")
    assert "Frågan är mejlad. Vi påminner avsändaren om 10 arbetsdagar." in text
    text = said(page, reference, "hand-over", department_id="teknik")
    assert "överlämnad till Tekniska förvaltningen. Ett mejl är på väg till" in text
    for address in (
        desk.TEKNIK,
        "kim@exempel.example",
        "internationellt.barn-utbildning@ljungby.example",
    ):
        assert address in text


def test_without_an_address_it_promises_no_mail(app: Flask, page: Page) -> None:
    with app.app_context():
        reference = make.enquiry(email="", phone="0372-78 90 00").reference
    desk.sign_in(page)
    text = said(page, reference, "hand-over", department_id="barn-utbildning")
    assert "Bekräftat: idén är hos Barn- och utbildningsförvaltningen." in text
    for verb in ("answer", "ask"):
        text = said(page, reference, verb, text="I mars.")
        assert "visas på idéns sida. Inget mejl når avsändaren, så ring: 0372-78 90 00." in text
        assert "på väg" not in text.split("0372")[0]


def test_what_changed_nothing_promises_no_mail(page: Page, reference: str) -> None:
    desk.sign_in(page)
    assert "på väg till" not in said(page, reference, "facts")


def test_a_protected_sender_is_not_named(page: Page, reference: str, app: Flask) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", protected="y")
    desk.sign_in(page, "internationellt.barn-utbildning@ljungby.example")
    text = said(page, reference, "answer", text="I mars.")
    assert "Svaret är på väg till avsändaren." in text
    assert "kim@exempel" not in text


def test_a_step_back_is_called_one(page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "hand-over", department_id="barn-utbildning")
    for step in (Status.DEVELOPING, Status.APPLYING):
        text = said(page, reference, "advance", to=step, owner="Rektorn")
        assert "Idén är ett steg längre fram" in text
    form = page.get(f"/staff/enquiries/{reference}/advance")
    assert form.fields("verb")["to"] == ["applied"]
    assert form.text.index("Ansökan inskickad") < form.text.index("Tillbaka till: Utvecklas")
    text = said(page, reference, "advance", to=Status.DEVELOPING)
    assert "Idén har gått ett steg tillbaka: Utvecklas." in text


def test_the_page_is_headed_by_what_was_pressed(page: Page, reference: str) -> None:
    desk.sign_in(page)
    case = page.get(f"/staff/enquiries/{reference}")
    assert "Bekräfta: Barn- och utbildningsförvaltningen" in case.text
    address = f"/staff/enquiries/{reference}/hand-over"
    form = page.get(address).fields("verb")
    for department, heading in (
        ("barn-utbildning", "Bekräfta: Barn- och utbildningsförvaltningen"),
        ("teknik", "Lämna över till Tekniska förvaltningen"),
    ):
        shown = page.post(address, form | {"department_id": department})
        assert "".join(next(shown.tree.iter("h1")).itertext()).startswith(heading)


def test_a_day_that_is_no_working_day_is_said_to_come_up_on_the_next(
    page: Page, reference: str
) -> None:
    desk.sign_in(page)
    facts = {"kind": "idea", "next_action": "Ring"}
    text = said(page, reference, "facts", next_action_by="2099-01-05", **facts)
    assert "arbetsdag" not in text
    text = said(page, reference, "facts", next_action_by="2099-01-06", **facts)  # Epiphany
    assert "ingen arbetsdag, så ärendet kommer upp onsdagen den 7 januari 2099." in text
    text = said(page, reference, "facts", next_action_by="2099-01-06", **facts, owner="Rektorn")
    assert "ingen arbetsdag" not in text  # that was said before
    text = said(page, reference, "park", until="2099-01-31", text="Vi väntar.")  # a Saturday
    assert "ingen arbetsdag, så ärendet kommer upp måndagen den 2 februari 2099." in text
    assert "på väg till kim@exempel.example" in text


def test_a_button_promises_a_look_only_where_a_letter_follows(app: Flask, page: Page) -> None:
    with app.app_context():
        with_mail = make.enquiry().reference
        alone = make.enquiry(email="").reference
        handle.take(case(alone), by=desk.coordinator())
        db.session.commit()
    desk.sign_in(page)
    for verb in ("answer", "ask", "park", "close", "refer", "withdraw"):
        assert button(page, with_mail, verb) == "Förhandsgranska mejlet", verb
        assert button(page, alone, verb) != "Förhandsgranska mejlet", verb
    assert button(page, alone, "note") == "Spara anteckningen"
    assert button(page, with_mail, "take") == "Förhandsgranska mejlet"  # to the department


def button(page: Page, reference: str, verb: str) -> str:
    [form] = [
        form
        for form in page.get(f"/staff/enquiries/{reference}/{verb}").tree.iter("form")
        if form.get("id") == "verb"
    ]
    return "".join(list(form.iter("button"))[-1].itertext()).strip()


def case(reference: str) -> Enquiry:
    return db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()


def test_an_assessment_without_an_answer_is_no_entry(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/assess"
    form = page.get(address).fields("verb")
    assert "Svara på minst en av frågorna" in page.post(address, form, 422).text
    lost = page.post(address, form | {"need_text": "Kön är lång."}, 422)
    assert "Välj ett svar till det du har skrivit" in lost.text
    assert "Kön är lång." in lost.html
    page.post(address, form | {"need": "unknown", "money": "no", "money_text": "Slut."}, 303)
    told = page.get(f"/staff/enquiries/{reference}").text
    assert "Finns det ett behov? vet inte" in told
    assert "nej – Slut." in told
    with app.app_context():
        assert [e.act for e in case(reference).history].count("assessed") == 1


def test_what_is_applied_for_and_granted_stands_in_the_case(page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "programmes", programmes="interreg-south-baltic")
    act(page, reference, "hand-over", department_id="barn-utbildning")
    for step in (Status.DEVELOPING, Status.APPLYING):
        act(page, reference, "advance", to=step, owner="Rektorn")
    money = {"programme": "interreg-south-baltic", "amount": "60 000 euro"}
    act(page, reference, "advance", **money, decision_by="2099-05-06")
    told = page.get(f"/staff/enquiries/{reference}").text
    assert "Sökt belopp 60 000 euro" in told
    assert "Beslut väntas 6 maj 2099" in told
    assert "Program Interreg South Baltic" in told
    assert "decision_by" not in page.get(f"/staff/enquiries/{reference}/advance").fields("verb")
    act(page, reference, "advance", amount="50 000 euro")
    told = page.get(f"/staff/enquiries/{reference}").text
    assert "Beviljat belopp 50 000 euro" in told
    assert "Program inte känt än" in told


def test_a_step_back_asks_nothing(page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "hand-over", department_id="barn-utbildning")
    for step in (Status.DEVELOPING, Status.APPLYING):
        act(page, reference, "advance", to=step, owner="Rektorn")
    address, unknown = f"/staff/enquiries/{reference}", "inte känt än"
    before = page.get(address).text.count(unknown)
    act(page, reference, "advance", to=Status.DEVELOPING, amount="60 000 euro")
    after = page.get(address).text
    assert "60 000" not in after
    assert after.count(unknown) == before == 2  # our own share and who decides, at the first step
