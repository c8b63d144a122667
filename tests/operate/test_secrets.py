"""What somebody wrote, and the secret of the way back, lie where they belong and nowhere else."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import links
from intake.db import db
from intake.outbox.models import OutgoingMail
from tests import make
from tests.load import HIDDEN, IDEA, Client, Server, free_port
from tests.operate.test_run import SERVE
from tests.page import Page

WROTE = {
    "name": "Kanariefågel Exempel",
    "email": "kanariefagel@exempel.example",
    "phone": "070-174 06 05",
    "title": "Kanariefåglar på biblioteket",
    "description": "Kanariefåglarna ska sjunga för alla. Jag är 19121212-1212. " * 3,
}
CANARIES = ("anarief", "070-174", "19121212")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    settings = {"INTAKE_INSTANCE": str(tmp_path / "instance"), "INTAKE_PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        server = Server(SERVE, port, settings, log=log)
        try:
            yield server
        finally:
            server.stop()


def test_logs_and_files_hold_nothing_of_it(server: Server, tmp_path: Path) -> None:
    with contextlib.closing(Client(server, 0)) as client:
        page, _, _ = client.ask("GET", "/sv/enquiry")
        body = IDEA | WROTE | dict(HIDDEN.findall(page))
        _, status, code = client.ask("POST", "/sv/enquiry/submit", urlencode(body))
        assert code == 303
        client.ask("GET", status)
        page, _, _ = client.ask("GET", "/sv/status")
        asked = dict(HIDDEN.findall(page)) | {"reference": "EU-2026-0001", "email": WROTE["email"]}
        assert client.ask("POST", "/sv/status", urlencode(asked))[2] == 200
        page, _, _ = client.ask("GET", "/sv/privacy")
        said = dict(HIDDEN.findall(page)) | {"page": "privacy", "text": WROTE["title"]}
        assert client.ask("POST", "/sv/comment", urlencode(said))[2] == 303

        # And now everything fails, in words that would hold it all.
        with contextlib.closing(
            sqlite3.connect(tmp_path / "instance" / "intake.sqlite", timeout=10)
        ) as connection:
            connection.execute("ALTER TABLE event RENAME TO elsewhere")
        page, _, _ = client.ask("GET", "/sv/enquiry")
        again = IDEA | WROTE | dict(HIDDEN.findall(page))
        assert client.ask("POST", "/sv/enquiry/submit", urlencode(again))[2] == 503
        assert client.ask("GET", status)[2] == 503

    token = status.rpartition("/")[2]
    log = (tmp_path / "log").read_text()
    assert "ERROR" in log
    for secret in (*CANARIES, token):
        assert secret not in log

    for file in (tmp_path / "instance").rglob("*"):
        if file.is_file() and file.parent.name != "mailbox":
            held = file.read_bytes()
            assert token.encode() not in held, file
            if "intake.sqlite" not in file.name:
                assert not any(canary.encode() in held for canary in CANARIES), file


def test_no_address_comes_from_the_request(page: Page, app: Flask) -> None:
    """A Host header is the sender's to choose; what stands in mails is not."""
    forged = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "host=evil.example",
    }
    typed = page.get("/sv/enquiry", headers=forged).fields() | make.IDEA
    fields = page.post("/sv/enquiry", typed, headers=forged).fields()
    sent = page.post("/sv/enquiry/submit", fields, 303, headers=forged)
    assert sent.response.headers["Location"].startswith("/sv/status/")

    with app.app_context():
        mails = list(db.session.scalars(sa.select(OutgoingMail)))
        written = [links.fill_token(part, m.seed) for m in mails for part in (m.text, m.html)]
    assert len(written) == 6
    for part in written:
        assert "http://ideer.ljungby.example/" in part
        assert "evil" not in part
    status = page.get(sent.location, headers=forged).html
    assert "http://ideer.ljungby.example/" in status
    assert "evil" not in status
