"""``intake serve``: one process, started and stopped like a person would."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from intake.directory.load import SHIPPED
from intake.links import token_hash
from tests.load import Client, Server, free_port
from tests.smtp import Server as MailServer
from tests.trouble import locked

SERVE = [sys.executable, "-m", "intake", "serve"]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"INTAKE_INSTANCE": str(tmp_path / "instance"), "INTAKE_PORT": str(free_port())}


def refused(settings: dict[str, str]) -> str:
    """What a server says that will not start."""
    found = subprocess.run(
        SERVE, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False
    )
    assert found.returncode != 0
    assert "Traceback" not in found.stderr
    return found.stderr


def test_an_idea_reaches_three_mailboxes_within_five_seconds(
    settings: dict[str, str], tmp_path: Path
) -> None:
    server = Server(SERVE, int(settings["INTAKE_PORT"]), settings)
    try:
        client = Client(server, 1)
        client.submit()
        begun = time.monotonic()
        mailbox = tmp_path / "instance" / "mailbox"
        # Of a working morning there is the coordinator's daily mail, too.
        while len(recipients := _recipients(mailbox)) < 3 and time.monotonic() - begun < 5:
            time.sleep(0.05)
        client.close()
        assert len(recipients) == 3
        assert "To: internationellt@ljungby.example" in recipients
        assert "To: internationellt.barn-utbildning@ljungby.example" in recipients
        assert "Idélots" in server.get("/dev/mail/")
    finally:
        server.stop()


def _recipients(mailbox: Path) -> set[str]:
    return {
        line
        for mail in mailbox.glob("*.eml")
        for line in mail.read_text().splitlines()
        if line.startswith("To: ")
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_and_leaves_nothing_behind(settings: dict[str, str], number: int) -> None:
    port = int(settings["INTAKE_PORT"])
    with subprocess.Popen(
        SERVE,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background has Ctrl-C ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            assert process.stdout
            for line in process.stdout:
                if "Ctrl-C" in line:
                    break
            time.sleep(0.3)
            os.killpg(process.pid, number)
            assert process.wait(15) == 0
        finally:
            process.kill()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_who_is_being_served_is_answered_before_it_stops(
    settings: dict[str, str], tmp_path: Path
) -> None:
    server = Server(SERVE, int(settings["INTAKE_PORT"]), settings)
    path = tmp_path / "instance" / "intake.sqlite"
    with (
        contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other,
        ThreadPoolExecutor() as threads,
    ):
        other.execute("BEGIN IMMEDIATE")  # so that the request lasts until we let it go
        client = Client(server, 0)
        sending = threads.submit(client.submit)
        time.sleep(1)
        assert not sending.done()

        server.ask_to_stop()
        time.sleep(0.5)
        other.execute("ROLLBACK")
        token = sending.result(10)
        client.close()
        assert server.wait() == 0
        [kept] = other.execute("SELECT token_hash FROM enquiry").fetchone()
        assert kept == token_hash(token)


def test_a_text_that_is_far_too_long_is_refused_in_our_own_words(settings: dict[str, str]) -> None:
    server = Server(SERVE, int(settings["INTAKE_PORT"]), settings)
    try:
        with contextlib.closing(Client(server, 0)) as client:
            page, _, code = client.ask("POST", "/sv/enquiry", "description=" + "%C3%A5" * 45_000)
            assert (code, "45\xa0000" in page) == (422, True)
            page, _, code = client.ask("POST", "/sv/enquiry", "description=" + "%C3%A5" * 500_000)
            assert (code, "Det var för mycket på en gång" in page) == (413, True)
    finally:
        server.stop()


def test_who_says_nothing_more_is_not_waited_for(settings: dict[str, str]) -> None:
    port = int(settings["INTAKE_PORT"])
    server = Server(SERVE, port, settings)
    half = b"POST /sv/enquiry HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\ntitle="
    with (
        socket.create_connection(("127.0.0.1", port)) as silent,
        socket.create_connection(("127.0.0.1", port)) as slow,
    ):
        slow.sendall(half)
        time.sleep(0.3)
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 8
        assert silent.recv(1) == b""


@pytest.mark.parametrize("mode", ["stall@greeting", "stall@dot"])
def test_a_silent_mail_server_is_waited_for_only_as_long_as_is_set(
    settings: dict[str, str], mode: str
) -> None:
    with MailServer(mode=mode) as mail_server:
        settings |= {
            "INTAKE_MAIL_SERVER": "127.0.0.1",
            "INTAKE_MAIL_PORT": str(mail_server.port),
            "INTAKE_MAIL_TIMEOUT": "2",
            "INTAKE_MAIL_DOT_TIMEOUT": "2",
        }
        server = Server(SERVE, int(settings["INTAKE_PORT"]), settings)
        with contextlib.closing(Client(server, 0)) as client:
            client.submit()
        until = time.monotonic() + 10
        while not (mail_server.connections and time.monotonic() < until):
            time.sleep(0.05)
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 9


def test_two_never_share_a_folder(settings: dict[str, str]) -> None:
    server = Server(SERVE, int(settings["INTAKE_PORT"]), settings)
    try:
        assert "already runs" in refused(settings | {"INTAKE_PORT": str(free_port())})
    finally:
        server.stop()


def test_a_port_that_is_taken_is_said(settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(settings["INTAKE_PORT"]))):
        assert "INTAKE_PORT" in refused(settings)


@pytest.mark.parametrize("fault", ["absent", "locked", "newer", "no database"])
def test_a_database_that_cannot_be_used_is_said(
    settings: dict[str, str], tmp_path: Path, sqlite_template: Path, fault: str
) -> None:
    path = tmp_path / "intake.sqlite"
    shutil.copy(sqlite_template, path)
    settings |= {"INTAKE_DATABASE_URL": f"sqlite:///{path}"}
    if fault == "absent":
        settings |= {"INTAKE_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/intake.sqlite"}
    elif fault == "newer":
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'from 2030'")
            connection.commit()
    elif fault == "no database":
        path.write_text("Something else altogether. " * 400)

    trouble = locked(str(path)) if fault == "locked" else contextlib.nullcontext()
    with trouble:
        said = refused(settings)
    assert "database" in said
    assert len(said.splitlines()) == 1


def test_a_faulty_organisation_is_said_with_its_line(
    settings: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "organisation.toml"
    broken.write_text('schema_version = 1\n[organisation]\nname = { sv = "" }\n')
    said = refused(settings | {"INTAKE_ORGANISATION": str(broken)})
    assert "line 3" in said


def test_a_slip_in_the_organisation_closes_nothing(
    settings: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "organisation.toml"
    shutil.copy(SHIPPED, file)
    shutil.copy(SHIPPED.with_suffix(".svg"), tmp_path)
    for fault in ("", "[oops"):
        file.write_text(file.read_text() + fault)
        faulty = settings | {"INTAKE_ORGANISATION": str(file)}
        server = Server(SERVE, int(settings["INTAKE_PORT"]), faulty)
        try:
            assert json.loads(server.get("/readyz"))["organisation"] == 1
            assert "Ljungby" in server.get("/sv/")
        finally:
            server.stop()


def test_production_says_what_is_missing(settings: dict[str, str]) -> None:
    assert "INTAKE_LINK_KEY" in refused(settings | {"INTAKE_ENV": "production"})
