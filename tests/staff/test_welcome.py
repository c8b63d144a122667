"""Whoever is given a role in the browser is told, and so are those who watch over the roles."""

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.outbox.models import OutgoingMail
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.test_directory import HOME, NEW, TEKNIK, bring, save

pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def signed_in(page: Page) -> None:
    desk.sign_in(page)


def mails(app: Flask, about: str) -> dict[str, OutgoingMail]:
    """The letters of that kind, by address."""
    with app.app_context():
        found = db.session.scalars(sa.select(OutgoingMail).filter_by(about=about)).all()
        db.session.expunge_all()
    assert len({mail.to_address for mail in found}) == len(found)
    return {mail.to_address: mail for mail in found}


def test_a_new_contact_is_welcomed(app: Flask, page: Page) -> None:
    save(page, f"{TEKNIK}/contacts/add", role__sv="Ställföreträdare", email=NEW)

    [(to, mail)] = mails(app, "welcome").items()
    assert to == NEW
    assert mail.subject == "Välkommen till Idélots"
    assert "kontaktperson för Tekniska förvaltningen, när de som står före dig" in mail.text
    assert "/staff/sign-in" in mail.text
    assert desk.COORDINATOR in mail.text  # whom to ask
    assert "<h2>Så loggar du in</h2>" in mail.html
    assert not mails(app, "new-keeper")


def test_whoever_is_known_is_told_only_what_is_new(app: Flask, page: Page) -> None:
    save(page, f"{TEKNIK}/contacts/add", role__sv="Ställföreträdare", email=desk.SOCIAL)

    mail = mails(app, "welcome")[desk.SOCIAL]
    assert "ny roll" in mail.subject
    assert "Tekniska" in mail.text
    assert "Socialförvaltningen" not in mail.text


def test_what_gives_nobody_a_role_writes_no_letter(app: Flask, page: Page) -> None:
    save(page, f"{TEKNIK}/contacts/0", role__sv="En annan roll", email=desk.TEKNIK.upper())
    save(page, f"{HOME}/roles", email=NEW, may="reader")
    save(page, f"{HOME}/roles", **{f"{NEW}/reader": ""})
    assert list(mails(app, "welcome")) == [NEW]


def test_others_who_keep_the_organisation_hear_of_a_new_one(app: Flask, page: Page) -> None:
    save(page, f"{HOME}/departments/coordinator/contacts/add", role__sv="Två", email=NEW)
    assert "samordnare, när" in mails(app, "welcome")[NEW].text
    [(to, mail)] = mails(app, "new-keeper").items()
    assert to == desk.ADMINISTRATOR  # the coordinator did it
    assert f"- {NEW}: samordnare" in mail.text
    assert desk.COORDINATOR in mail.text
    assert NEW not in mail.subject


def test_whoever_raises_their_own_address_does_it_before_the_eyes_of_the_others(
    app: Flask, page: Page
) -> None:
    desk.sign_in(page, desk.ADMINISTRATOR)
    own = {"role__sv": "Två", "email": desk.ADMINISTRATOR}
    save(page, f"{HOME}/departments/coordinator/contacts/add", **own)
    assert not mails(app, "welcome")
    assert list(mails(app, "new-keeper")) == [desk.COORDINATOR]


def test_whoever_is_put_out_hears_who_came_instead(app: Flask, page: Page) -> None:
    save(page, f"{HOME}/roles", email=NEW, may="administrator")
    save(page, f"{HOME}/roles", **{f"{desk.ADMINISTRATOR}/administrator": ""})
    assert list(mails(app, "new-keeper")) == [desk.ADMINISTRATOR]


def test_a_look_at_a_file_writes_no_letter_and_loading_it_does(app: Flask, page: Page) -> None:
    text = page.get(f"{HOME}/export").html.replace(desk.TEKNIK, NEW)
    looked = bring(page, text)
    assert not mails(app, "welcome")
    page.post(f"{HOME}/import", looked.fields("load") | {"load": "y"}, 303)
    assert list(mails(app, "welcome")) == [NEW]


def test_without_links_by_mail_it_says_how_else(app: Flask, page: Page) -> None:
    app.config["SIGN_IN_BY_MAIL"] = False
    save(page, f"{HOME}/roles", email=NEW, may="reader")
    text = mails(app, "welcome")[NEW].text
    assert "kontot som du har på jobbet" in text
    assert "länk via mejl" not in text
