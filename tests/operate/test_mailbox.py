"""The development mailbox shows caught mails, and nothing else of the machine."""

import contextlib
from pathlib import Path

import pytest
from flask import Flask

from intake import create_app
from tests.conftest import dispose, on_sqlite
from tests.load import Client, Server
from tests.operate.test_secrets import PRODUCTION
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


@on_sqlite
def test_it_shows_what_was_caught(page: Page, kept: Path) -> None:
    assert "Hej" in page.get("/dev/mail/").text
    assert "Tack!" in page.get("/dev/mail/1.eml").text


@on_sqlite
@pytest.mark.parametrize(
    "name",
    ["2.eml", "../secret.eml", "..%2Fsecret.eml", "%2e%2e%2fsecret.eml", "..%5Csecret.eml",
     "1.eml%00", "%00", ".", "..", "1", "/etc/passwd", "%2Fetc%2Fpasswd",
     "secret.eml%00.eml", "%00.eml", "%ff.eml", "x.eml/../1.eml", ".eml", "1.EML",
     "x" * 300 + ".eml", "....//secret.eml", "%252e%252e%252fsecret.eml", "~root.eml"],
)  # fmt: skip
def test_nothing_else_can_be_read(app: Flask, kept: Path, name: str) -> None:
    client = app.test_client()
    for address in (f"/dev/mail/{name}", f"/dev/mail/{name}/html"):
        answer = client.get(address)
        assert answer.status_code in (308, 404), address
        assert "Hemligt" not in answer.text
        assert "root:" not in answer.text
        if answer.status_code == 308:  # two slashes made one: where that leads is nothing either
            assert client.get(answer.headers["Location"]).status_code == 404


@on_sqlite
def test_nothing_can_be_sent_to_it(app: Flask, kept: Path) -> None:
    for address in ("/dev/mail/", "/dev/mail/1.eml", "/dev/mail/1.eml/html"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert app.test_client().open(address, method=method).status_code == 405
    assert {path.name for path in kept.iterdir()} == {"1.eml"}


def test_a_way_that_no_browser_writes(server: Server, tmp_path: Path) -> None:
    """Browsers shorten ``..`` before they ask; whoever attacks does not."""
    mailbox = tmp_path / "instance" / "mailbox"
    (mailbox / "1.eml").write_text(MAIL)
    (mailbox.parent / "secret.eml").write_text(MAIL.replace("Tack!", "Hemligt"))
    with contextlib.closing(Client(server, 0)) as client:
        assert "Tack!" in client.ask("GET", "/dev/mail/1.eml")[0]
        for address in (
            "/dev/mail/../secret.eml",
            "/dev/mail/../mailbox/../secret.eml/html",
            "/dev/mail/..%2fsecret.eml",
            "/dev/mail/..;/secret.eml",
            "/dev/mail//etc/passwd",
            "//etc/passwd",
            "/static/../../config.py",
            "/static/..%2f..%2fconfig.py",
            "/static//etc/passwd",
            f"/static/%2e%2e{tmp_path}/instance/secret.eml",
            "http://localhost/dev/mail/../secret.eml",
        ):
            text, location, code = client.ask("GET", address)
            assert code in (308, 404), address
            if location:
                text, _, code = client.ask("GET", location)
                assert code == 404, location
            for secret in ("Hemligt", "root:", "REQUIRED_IN_PRODUCTION"):
                assert secret not in text


@on_sqlite
@pytest.mark.parametrize(
    "settings",
    [
        {"INTAKE_MAIL_SERVER": "smtp.ljungby.example"},
        PRODUCTION,
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
