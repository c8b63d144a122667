"""Being a member of staff: with a session at once, or signing in as they do, by the mailed link."""

import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import sqlalchemy as sa
from flask import Flask

from intake.db import Model, db
from intake.directory import load, organisation
from intake.directory.members import Member, member
from intake.enquiries.models import Enquiry
from intake.links import fill_token
from intake.outbox.models import OutgoingMail
from intake.staff import session
from tests.page import Fetched, Page, check_html

COORDINATOR = "internationellt@ljungby.example"
ADMINISTRATOR = "systemforvaltare@ljungby.example"
READER = "uppfoljning@ljungby.example"
SCHOOL = "internationellt.barn-utbildning@ljungby.example"
TEKNIK = "internationellt.teknik@ljungby.example"
SOCIAL = "internationellt.social@ljungby.example"


def someone(email: str) -> Member:
    """Whoever reads that address, by which they stand in the organisation today."""
    found = member(organisation.organisation(), email)
    assert found is not None
    return found


def coordinator() -> Member:
    return someone(COORDINATOR)


def sign_in(page: Page, email: str = COORDINATOR) -> None:
    """Let *page*'s browser hold a session of *email*'s, as if it had been begun by mail."""
    with page.app.test_request_context("/staff/", method="POST"):
        session.resume()
        token = session.begin(someone(email), "mail")
        db.session.commit()
    page.client.set_cookie("staff", token)


def sign_in_by_mail(page: Page, email: str = COORDINATOR, *, first: str = "/staff/") -> Fetched:
    """Sign in through the pages and open the page *first*, or where the member begins.

    Signs out whoever was signed in there before.
    """
    sign_out(page)
    ask_for_link(page, email, first=first)
    return use_link(page, mailed_link(page.app))


def send(page: Page, address: str, typed: dict[str, Any], code: int = 303) -> Fetched:
    """Press the button of a verb's form, and that which sends the letters, if any are shown."""
    pressed = page.client.post(address, data=typed)
    if pressed.status_code == 200:
        shown = Fetched(pressed, check_html(pressed.text)).fields("verb")
        return page.post(address, typed | {"send": "y", "previewed": shown["previewed"]}, code)
    assert pressed.status_code == code, pressed.text[:2000]
    return Fetched(pressed, check_html(pressed.text) if code != 303 else Element("html"))


def act(page: Page, reference: str, verb: str, code: int = 303, **typed: str) -> Fetched:
    """Fill in the form of *verb* and do it, whatever its letters say."""
    address = f"/staff/enquiries/{reference}/{verb}"
    form = page.get(address).fields("verb")
    return send(page, address, form | typed, code)


def looked_at(page: Page, address: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What the button below the letters sends, when they have been looked at."""
    return page.post(address, typed).fields("verb") | {"send": "y"}


def ask_for_link(page: Page, email: str, *, first: str = "") -> Fetched:
    """Ask for a link by mail, as whoever has opened the page *first*."""
    form = page.get("/staff/sign-in", query_string={"next": first} if first else {})
    return page.post("/staff/sign-in", form.fields("sign-in") | {"email": email})


def use_link(page: Page, link: str) -> Fetched:
    """Open the mailed link, press its button, and go where that leads."""
    opened = page.get(link)
    entered = page.post(link, opened.fields("enter"), 303)
    response = page.client.get(entered.location)
    return page.get(entered.location, response.status_code)


def sign_out(page: Page) -> None:
    """Press the button to sign out, if anybody is signed in."""
    if page.client.get("/staff/sessions").status_code == 200:
        page.post("/staff/sign-out", page.get("/staff/sessions").fields("sign-out"), 303)


def mailed_link(app: Flask) -> str:
    """Path and query of the latest sign-in link, as the mail that leaves carries it."""
    mail = latest_mail(app)
    with app.app_context():
        text = fill_token(mail.text, mail.seed)
    [link] = re.findall(r"https?://[^/\s]+(/staff/sign-in/\S+)", text)
    return link


def latest_mail(app: Flask) -> OutgoingMail:
    """The latest mail with a link to sign in, as it is stored."""
    with app.app_context():
        asked = sa.select(OutgoingMail).where(OutgoingMail.about == "sign-in")
        found = db.session.scalars(asked.order_by(OutgoingMail.id.desc()).limit(1)).one()
        db.session.expunge(found)
        return found


def leave(app: Flask, email: str) -> None:
    """Load the shipped organisation anew, where somebody else has that address's place."""
    shipped = Path(load.__file__).parent
    text = (shipped / "ljungby.toml").read_text()
    assert email in text
    folder = Path(app.instance_path)
    for picture in shipped.glob("*.svg"):
        (folder / picture.name).write_bytes(picture.read_bytes())
    (folder / "changed.toml").write_text(text.replace(email, "ny@ljungby.example"))
    with app.app_context():
        load.load(folder / "changed.toml")
        db.session.commit()
        organisation.forget()


def stored(app: Flask, reference: str) -> Enquiry:
    """The enquiry with that number, as it is stored now."""
    with app.app_context():
        found = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        db.session.expunge(found)
        return found


def count(app: Flask, model: type[Model]) -> int:
    """How many rows there are of *model*."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
