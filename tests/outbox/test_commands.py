"""``mail deliver`` and ``mail status``, as an operator sees them."""

import signal
from datetime import timedelta

import pytest
from flask import Flask

from intake import clock
from intake.db import db
from intake.outbox import queue
from tests.conftest import on_sqlite
from tests.smtp import Server

from .post import letter, mail, post

pytestmark = on_sqlite

pytestmark = pytest.mark.usefixtures("quiet")


def test_deliver_once(app: Flask, server: Server) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with app.app_context():
        number = post()
    result = app.test_cli_runner().invoke(args=["mail", "deliver", "--once"])
    assert (result.exit_code, result.output) == (0, "Left: nothing.\n")
    assert len(server.taken) == 1
    with app.app_context():
        assert mail(number).state == "sent"
    assert signal.getsignal(signal.SIGTERM) is before


def test_status_of_nothing(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "status"])
    assert [line.split() for line in result.output.splitlines()] == [
        [name, "0"] for name in ("queued", "kept", "delayed", "sending", "failed")
    ]


def test_what_waits_for_a_digest_is_told_until_it_leaves_by_itself(app: Flask) -> None:
    now = clock.now()
    with app.app_context():
        for name, hours in (("one", 1), ("another", 1), ("late", -1)):
            until = now + timedelta(hours=hours)
            queue.put(letter(), about="EU-2026-0042", key=name, kept_until=until)
        db.session.commit()
    lines = app.test_cli_runner().invoke(args=["mail", "status"]).output.splitlines()
    assert [line.split() for line in lines[:2]] == [["queued", "1"], ["kept", "2"]]


def test_status_names_what_failed_and_why(app: Flask, server: Server) -> None:
    server.refused = {"gone@exempel.example"}
    with app.app_context():
        post(to="gone@exempel.example")
    app.test_cli_runner().invoke(args=["mail", "deliver", "--once"])
    with app.app_context():
        post()
    lines = app.test_cli_runner().invoke(args=["mail", "status"]).output.splitlines()
    assert [line.split() for line in lines[:5]] == [
        ["queued", "1"],
        ["kept", "0"],
        ["delayed", "0"],
        ["sending", "0"],
        ["failed", "1"],
    ]
    assert lines[5].startswith("oldest   0:00:0")
    assert lines[7] == "Failed for good:"
    assert lines[8].startswith("EU-2026-0042  EU-2026-0042/")
    assert lines[8].endswith("rcpt 550 5.1.1 <...@...> unknown here")
    assert len(lines) == 9
    assert "gone" not in lines[8]


def test_status_names_what_waits_again_and_why(app: Flask, server: Server) -> None:
    server.mode = "450@rcpt"
    with app.app_context():
        post(to="full@exempel.example")
    app.test_cli_runner().invoke(args=["mail", "deliver", "--once"])
    said = app.test_cli_runner().invoke(args=["mail", "status"]).output
    assert "Will be tried again:\nEU-2026-0042  EU-2026-0042/" in said
    assert " 450 " in said
    assert "(next try 20" in said


def test_retry_of_a_comment_takes_what_the_status_shows(app: Flask, server: Server) -> None:
    server.mode = "550@rcpt"
    with app.app_context():
        queue.put(letter(), about="comment/accessibility", key="comment/1")
        db.session.commit()
    app.test_cli_runner().invoke(args=["mail", "deliver", "--once"])
    said = app.test_cli_runner().invoke(args=["mail", "status"]).output
    about = next(line.split()[0] for line in said.splitlines() if line.startswith("comment"))
    retried = app.test_cli_runner().invoke(args=["mail", "retry", about])
    assert retried.output == "1 queued again.\n"


def test_retry_lets_a_delayed_mail_go_now(app: Flask, server: Server) -> None:
    """Whoever has mended the mail server need not wait."""
    server.mode = "450@rcpt"
    with app.app_context():
        number = post()
    deliver = ["mail", "deliver", "--once"]
    assert app.test_cli_runner().invoke(args=deliver).output == "Left: 1 delayed.\n"
    server.mode = "ok"
    assert app.test_cli_runner().invoke(args=deliver).output == "Left: 1 delayed.\n"
    app.test_cli_runner().invoke(args=["mail", "retry", "all"])
    assert app.test_cli_runner().invoke(args=deliver).output == "Left: nothing.\n"
    with app.app_context():
        assert mail(number).state == "sent"


def test_retry_lets_a_failed_mail_begin_anew(app: Flask, server: Server) -> None:
    server.refused = {"gone@exempel.example"}
    with app.app_context():
        number = post(to="gone@exempel.example")
    app.test_cli_runner().invoke(args=["mail", "deliver", "--once"])
    server.refused = set()

    none = app.test_cli_runner().invoke(args=["mail", "retry", "EU-2026-9999"])
    assert none.exit_code == 1
    assert "No mail about EU-2026-9999" in none.output
    some = app.test_cli_runner().invoke(args=["mail", "retry", "eu-2026-0042"])
    assert some.output == "1 queued again.\n"
    app.test_cli_runner().invoke(args=["mail", "deliver", "--once"])
    with app.app_context():
        assert mail(number).state == "sent"
