"""What somebody wrote, and the secret of the way back, lie where they belong and nowhere else."""

import contextlib
import logging
import sqlite3
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock, links
from intake.db import db
from intake.enquiries.undelivered import take_back
from intake.outbox import delivery
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.load import HIDDEN, IDEA, Client, Server, free_port
from tests.page import Page
from tests.trouble import unable_to_store

WROTE = {
    "name": "Kanariefågel Exempel",
    "email": "kanariefagel@exempel.example",
    "phone": "070-174 06 05",
    "title": "Kanariefåglar på biblioteket",
    "description": "Kanariefåglarna ska sjunga för alla. Jag är 19121212-1212. " * 3,
}
PRODUCTION = {
    "INTAKE_ENV": "production",
    "INTAKE_MAIL_SERVER": "smtp.ljungby.example",
    "INTAKE_BASE_URL": "https://ideer.ljungby.example",
    "INTAKE_SECRET_KEY": "s" * 43,
    "INTAKE_LINK_KEY": "l" * 43,
}
CANARIES = ("anarief", "070-174", "19121212")


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


def test_no_record_holds_any_of_it(
    page: Page, app: Flask, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Not even before it is written out, where a formatter would veil it."""
    caplog.set_level(logging.DEBUG)
    typed = page.get("/sv/enquiry").fields() | WROTE | {"sender_kind": "resident"}
    page.post("/sv/enquiry", typed | {"title": ""}, 422)
    fields = page.post("/sv/enquiry", typed).fields()
    page.post("/sv/enquiry/submit", fields | {"csrf_token": "old"}, 422)
    with unable_to_store(app):
        page.post("/sv/enquiry/submit", fields, 500)
    status = page.post("/sv/enquiry/submit", fields, 303).location
    page.get(status)
    page.get(f"{status}?from=mail")
    page.client.post(status)

    find = page.get("/sv/status").fields("find")
    year = clock.today().year
    page.post("/sv/status", find | {"reference": f"EU-{year}-0001", "email": WROTE["email"]})
    said = {"page": "privacy", "text": WROTE["title"], "contact": WROTE["phone"]}
    page.post("/sv/comment", find | said, 303)

    with app.app_context():
        delivery.run(threading.Event(), take_back, once=True)  # to a mail server that is not there
        db.session.execute(sa.text("UPDATE event SET data = '{}'"))
        db.session.commit()
    page.get(status, 500)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE event RENAME TO elsewhere"))
    page.get(status, 503)

    records = [*caplog.records]
    said_in_all = caplog.text + "".join(str(vars(record)) for record in records)
    assert {"intake.operate.errors", "intake.public.notices"} <= {r.name for r in records}
    for secret in (*CANARIES, status.rpartition("/")[2]):
        assert secret not in said_in_all
    for file in (tmp_path / "instance").rglob("*"):
        assert not file.is_file() or file.name in ("link.key", "secret.key"), file


@on_sqlite
@pytest.mark.parametrize(
    "command",
    [["flask", "--app", "wsgi", "run", "--port"], ["gunicorn", "wsgi:app", "-b"]],
    ids=["flask", "gunicorn"],
)
def test_the_access_log_masks_the_secret_of_a_link(
    app: Flask, environ: dict[str, str], tmp_path: Path, command: list[str]
) -> None:
    with app.app_context():
        token = links.status_token(make.enquiry().link_seed)
    port = free_port()
    where = str(port) if command[0] == "flask" else f"127.0.0.1:{port}"
    with (tmp_path / "log").open("wb") as log:
        server = Server([sys.executable, "-m", *command, where], port, environ, log=log)
        for address in (f"/sv/status/{token}", f"/status/{token}?x=1", f"/en/status/{token}."):
            server.get(address)
        server.stop()
    written = (tmp_path / "log").read_text()
    assert token not in written
    if command[0] == "flask":
        assert "GET /sv/status/... HTTP" in written


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
