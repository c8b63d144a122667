"""The development mailbox shows caught mails, and nothing else of the machine."""

from pathlib import Path

import pytest
from flask import Flask

from intake import create_app
from tests.conftest import dispose
from tests.page import Page

MAIL = (
    "From: a@ljungby.example\r\nTo: kim@exempel.example\r\nSubject: Hej\r\n"
    "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nContent-Type: text/plain\r\n\r\nTack!\r\n"
)


@pytest.fixture
def kept(app: Flask) -> Path:
    """A mail in the folder, and one beside it that nobody may read."""
    folder = Path(app.config["INSTANCE"]) / "mailbox"
    folder.mkdir(parents=True)
    (folder / "1.eml").write_text(MAIL)
    (folder.parent / "secret.eml").write_text(MAIL.replace("Tack!", "Hemligt"))
    return folder


def test_it_shows_what_was_caught(page: Page, kept: Path) -> None:
    assert "Hej" in page.get("/dev/mail/").text
    assert "Tack!" in page.get("/dev/mail/1.eml").text


@pytest.mark.parametrize(
    "name",
    ["2.eml", "../secret.eml", "..%2Fsecret.eml", "%2e%2e%2fsecret.eml", "..%5Csecret.eml",
     "1.eml%00", "%00", ".", "..", "1", "/etc/passwd", "%2Fetc%2Fpasswd"],
)  # fmt: skip
def test_nothing_else_can_be_read(app: Flask, kept: Path, name: str) -> None:
    client = app.test_client()
    for address in (f"/dev/mail/{name}", f"/dev/mail/{name}/html"):
        answer = client.get(address)
        assert answer.status_code in (308, 404), address
        assert "Hemligt" not in answer.text
        assert "root:" not in answer.text


@pytest.mark.parametrize(
    "settings",
    [
        {"INTAKE_MAIL_SERVER": "smtp.ljungby.example"},
        {
            "INTAKE_ENV": "production",
            "INTAKE_MAIL_SERVER": "smtp.ljungby.example",
            "INTAKE_BASE_URL": "https://ideer.ljungby.example",
            "INTAKE_SECRET_KEY": "s" * 43,
            "INTAKE_LINK_KEY": "l" * 43,
        },
    ],
    ids=["mail-server", "production"],
)
def test_it_does_not_exist_where_people_live(
    environ: dict[str, str], settings: dict[str, str]
) -> None:
    app = create_app(environ | settings)
    base = settings.get("INTAKE_BASE_URL", "http://localhost")
    assert app.test_client().get("/dev/mail/", base_url=base).status_code == 404
    assert not any(rule.rule.startswith("/dev") for rule in app.url_map.iter_rules())
    dispose(app)
