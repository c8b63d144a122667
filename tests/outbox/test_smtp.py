"""Flask-Mail's gaps stay closed, whatever a mail server does."""

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
import trustme
from flask import Flask

from intake import clock
from intake.db import db
from intake.links import TOKEN_PLACE, status_token
from intake.outbox import smtp
from intake.outbox.message import StoredMessage
from intake.outbox.models import OutgoingMail
from intake.outbox.outcome import GIVE_UP
from intake.outbox.trouble import Trouble
from tests.conftest import on_sqlite
from tests.smtp import Server

from .post import deliver, failures, mail, post, working

pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def context(app: Flask, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every test also checks that the log holds nothing of a mail."""
    caplog.set_level("DEBUG")
    with app.app_context():
        token = status_token("a-seed")
        yield
    for secret in ("@", "kim", "tagit emot", "Tack", token):
        assert secret not in caplog.text.replace("...@...", "")


@dataclass(frozen=True)
class Case:
    """What a server does in its *mode*, and what shall be written down."""

    mode: str
    stage: str = ""
    state: str = "queued"
    code: int | None = None
    minutes: int = 5  # until the next attempt
    ours: bool = False


SENT = [Case("ok", state="sent"), Case("drop@quit", state="sent"), Case("stall@quit", state="sent")]

LATER = [
    Case("450@rcpt", "rcpt", code=450),
    Case("452@mail", "mail", code=452),
    Case("451@data", "data", code=451),
    Case("451@dot", "dot", code=451),
    Case("454@auth", "auth", code=454),
    Case("421@greeting", "greeting", code=421),
    Case("421@rcpt", "rcpt", code=421),
    *(Case(f"stall@{stage}", stage) for stage in ("greeting", "mail", "rcpt", "data")),
    *(Case(f"drop@{stage}", stage) for stage in ("greeting", "auth", "mail", "rcpt", "data")),
    *(Case(f"{what}@ehlo", "greeting") for what in ("stall", "drop", "drip")),
    *(Case(f"{what}@greeting", "greeting") for what in ("drip", "garbage", "endless")),
    *(Case(f"{what}@rcpt", "rcpt") for what in ("drip", "garbage", "endless", "lines")),
    Case("354@mail", "mail", code=354),
    # Said at RCPT, and yet about us: relay access denied, sender rejected, log in first.
    Case("554 5.7.1@rcpt", "rcpt", code=554),
    Case("550 5.1.8@rcpt", "rcpt", code=550),
    Case("530@rcpt", "rcpt", code=530),
]

DOUBT = [Case(f"{what}@dot", "dot", minutes=30) for what in ("stall", "drop", "drip", "garbage")]

OURS = [
    Case("554@greeting", "greeting", code=554, ours=True),
    Case("502@ehlo", "greeting", code=502, ours=True),
    Case("535@auth", "auth", code=535, ours=True),
    Case("550@mail", "mail", code=550, ours=True),
    Case("530@mail", "mail", code=530, ours=True),
]

REFUSED = [
    Case("550@rcpt", "rcpt", "failed", 550),
    Case("553 5.1.3@rcpt", "rcpt", "failed", 553),
    Case("552@mail", "mail", "failed", 552),
    Case("552@dot", "dot", "failed", 552),
    Case("554@data", "data", "failed", 554),
    Case("554 5.7.1@dot", "dot", "failed", 554),
]

#: What only a deadline of ours ends.
NEVER_DONE = ("stall", "drip", "endless", "lines")


def test_a_mail_that_is_too_large_holds_up_no_other(app: Flask, server: Server) -> None:
    """Said before anything of it is: the server is well."""
    server.mode = "552@mail"
    numbers = [post(), post()]
    deliver(app)
    assert [mail(number).state for number in numbers] == ["failed", "failed"]


@pytest.mark.parametrize(
    "case", [*SENT, *LATER, *DOUBT, *OURS, *REFUSED], ids=lambda case: case.mode
)
def test_what_a_server_does_and_what_becomes_of_the_mail(
    app: Flask, server: Server, case: Case
) -> None:
    server.mode, server.login = case.mode, True
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="hemligt")
    if case.mode.startswith(NEVER_DONE):
        app.config.update(MAIL_TIMEOUT=1, MAIL_DOT_TIMEOUT=1)
    number = post()
    begun, started = clock.now(), time.monotonic()
    deliver(app)

    assert time.monotonic() - started < 6
    stored = mail(number)
    assert (stored.state, stored.attempts, stored.leased_by) == (case.state, 1, None)
    assert len(server.taken) == (case.state == "sent")
    assert (stored.sent_at is not None) == (case.state == "sent")

    found = [(f.stage, f.code, f.final) for f in failures(number)]
    expected = [] if case.state == "sent" else [(case.stage, case.code, case.state == "failed")]
    assert found == expected
    if case.state == "queued":
        assert stored.due_at is not None
        wait = (stored.due_at - begun) / timedelta(minutes=case.minutes)
        assert 0.8 <= wait <= 1.21
    else:
        assert stored.due_at is None


GIVEN_UP = ["450@rcpt", "421@greeting", "drop@mail", "drop@dot", "554 5.7.1@rcpt"]


@pytest.mark.parametrize("mode", GIVEN_UP + [case.mode for case in OURS])
def test_after_five_days_only_our_own_faults_keep_a_mail_waiting(
    app: Flask, server: Server, mode: str
) -> None:
    server.mode, server.login = mode, True
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="hemligt")
    number = post()
    _age(number)
    deliver(app)
    given_up = mode in GIVEN_UP
    assert mail(number).state == ("failed" if given_up else "queued")
    assert [f.final for f in failures(number)] == [given_up]


def test_nobody_listens(app: Flask, server: Server) -> None:
    server.__exit__(None, None, None)
    number = post()
    deliver(app)
    [failure] = failures(number)
    assert (failure.stage, failure.code, failure.final) == ("connect", None, False)
    assert "refused" in failure.reply


def test_a_name_that_does_not_exist_is_our_fault(app: Flask) -> None:
    app.config["MAIL_SERVER"] = "nowhere.invalid"
    number = post()
    _age(number)
    deliver(app)
    assert mail(number).state == "queued"
    assert [(f.stage, f.final) for f in failures(number)] == [("connect", False)]


def test_a_way_to_log_in_that_is_not_offered_is_our_fault(app: Flask, server: Server) -> None:
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="hemligt")
    number = post()
    _age(number)
    deliver(app)
    assert mail(number).state == "queued"
    assert [(f.stage, f.final) for f in failures(number)] == [("auth", False)]
    assert server.taken == []


def test_a_password_that_smtp_cannot_say_is_our_fault(app: Flask, server: Server) -> None:
    server.login = True
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="håmligt")
    number = post()
    _age(number)
    deliver(app)
    assert mail(number).state == "queued"
    assert [(f.stage, f.reply) for f in failures(number)] == [("auth", "UnicodeEncodeError")]


@pytest.mark.parametrize(
    "sender",
    [
        "Ljungby kommun",
        "åsa@ljungby.example",
        "a@b.example, c@d",
        "=?utf-8?q?x=0ABcc:_e?= <a@b.example>",
    ],
)
def test_a_sender_that_makes_no_sense_is_our_fault(app: Flask, server: Server, sender: str) -> None:
    app.config["MAIL_SENDER"] = sender
    number = post()
    _age(number)
    deliver(app)
    assert mail(number).state == "queued"
    [failure] = failures(number)
    assert (failure.stage, failure.final) == ("mail", False)
    assert failure.reply.startswith("INTAKE_MAIL_SENDER: ")
    assert server.connections == 0


def test_the_servers_words_are_kept_without_addresses(app: Flask, server: Server) -> None:
    server.mode = "550-5.1.1\r\n550@rcpt"
    number = post()
    deliver(app)
    [failure] = failures(number)
    assert failure.reply == "5.1.1 said to <...@...> å at rcpt"

    server.mode = "550 " + "x" * 1500 + "\0\x1b@rcpt"
    number = post()
    deliver(app)
    assert failures(number)[0].reply == "x" * 500


# The line.


def test_one_line_for_many_mails(app: Flask, server: Server) -> None:
    for _ in range(20):
        post()
    deliver(app)
    assert len(server.taken) == 20
    assert server.connections == 1
    assert server.commands.count("QUIT") == 1


def test_a_line_that_the_server_closed_meanwhile_costs_nothing(app: Flask, server: Server) -> None:
    with working(app):
        first = post()
        server.wait_for(1)
        server.hang_up()
        second = post()
        server.wait_for(2)
    assert server.connections == 2
    assert [mail(n).state for n in (first, second)] == ["sent", "sent"]
    assert failures(second) == []


def test_a_server_that_has_had_enough_of_a_line_gets_another(app: Flask, server: Server) -> None:
    message = _message(post())
    with smtp.Line(app.config) as line:
        line.hand_over(message)
        server.mode = "421@mail"
        with pytest.raises(Trouble) as trouble:
            line.hand_over(message)
    assert server.connections == 2  # it was tried on a fresh one before it counted
    assert trouble.value.stage == "mail"


def test_an_unused_line_is_closed(
    app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "IDLE", 0.2)
    message = _message(post())
    with smtp.Line(app.config) as line:
        line.hand_over(message)
        line.hang_up_if_idle()
        assert line.host is not None
        time.sleep(0.25)
        line.hang_up_if_idle()
        assert line.host is None
    assert server.commands[-1] == "QUIT"


def test_one_refused_mail_spoils_no_other(app: Flask, server: Server) -> None:
    server.refused = {"gone@exempel.example"}
    numbers = [post(to=to) for to in ("kim@exempel.example", "gone@exempel.example") * 3]
    deliver(app)
    assert [mail(n).state for n in numbers] == ["sent", "failed"] * 3


def test_the_size_is_declared_where_the_server_asks(app: Flask, server: Server) -> None:
    server.size = 10_000_000
    post()
    deliver(app)
    [command] = [c for c in server.commands if c.startswith("MAIL")]
    assert command == f"MAIL FROM:<idelots@ljungby.example> SIZE={len(server.taken[0].raw)}"


# TLS.


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(app: Flask, authority: trustme.CA, tmp_path: Path) -> Callable[..., ssl.SSLContext]:
    """Makes the server's side of TLS; the application trusts *authority* alone."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    app.config["MAIL_CA_FILE"] = str(path)

    def make(
        name: str = "127.0.0.1", ca: trustme.CA = authority, days: float = 10
    ) -> ssl.SSLContext:
        now = datetime.now(UTC)
        certificate = ca.issue_cert(
            name, not_before=now - timedelta(days=30), not_after=now + timedelta(days=days)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    return make


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "implicit"])
def test_tls(
    app: Flask, server: Server, secure: Callable[..., ssl.SSLContext], implicit: bool
) -> None:
    server.tls, server.implicit_tls, server.login = secure(), implicit, True
    app.config.update(MAIL_USE_TLS=not implicit, MAIL_USE_SSL=implicit)
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="hemligt")
    number = post()
    deliver(app)
    assert mail(number).state == "sent"
    assert [c.partition(" ")[0] for c in server.commands].count("AUTH") == 1
    assert bytes(server.clear).split()[::2] == ([] if implicit else [b"ehlo", b"STARTTLS"])


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "implicit"])
@pytest.mark.parametrize("fault", ["stranger", "wrong name", "expired", "no TLS"])
def test_not_a_byte_in_clear_when_tls_fails(
    app: Flask,
    server: Server,
    secure: Callable[..., ssl.SSLContext],
    implicit: bool,
    fault: str,
) -> None:
    server.tls = {
        "stranger": lambda: secure(ca=trustme.CA()),
        "wrong name": lambda: secure("mail.stranger.example"),
        "expired": lambda: secure(days=-1),
        "no TLS": lambda: None,
    }[fault]()
    server.implicit_tls = implicit and server.tls is not None
    app.config.update(MAIL_USE_TLS=not implicit, MAIL_USE_SSL=implicit)
    app.config.update(MAIL_USERNAME="idelots", MAIL_PASSWORD="hemligt")
    number = post()
    _age(number)
    deliver(app)

    assert mail(number).state == "queued"  # our fault: never given up
    assert [(f.stage, f.code, f.final) for f in failures(number)] == [("tls", None, False)]
    assert server.taken == server.unanswered == []
    for word in (b"MAIL", b"RCPT", b"AUTH", b"kim", b"Subject", b"hemligt", b"Tack"):
        assert word not in server.clear
    assert not any(c.startswith(("MAIL", "RCPT", "AUTH")) for c in server.commands)


def test_starttls_put_off_by_the_server(
    app: Flask, server: Server, secure: Callable[..., ssl.SSLContext]
) -> None:
    server.tls, server.mode = secure(), "454@starttls"
    app.config["MAIL_USE_TLS"] = True
    number = post()
    deliver(app)
    assert [(f.stage, f.code) for f in failures(number)] == [("tls", 454)]
    assert server.taken == []


def test_a_file_of_authorities_that_is_not_there(app: Flask, server: Server) -> None:
    app.config.update(MAIL_USE_SSL=True, MAIL_CA_FILE="/nowhere/authority.pem")
    number = post()
    _age(number)
    deliver(app)
    assert mail(number).state == "queued"
    assert failures(number)[0].reply.startswith("INTAKE_MAIL_CA_FILE: ")


# The message.

HEADERS = [
    "Subject",
    "From",
    "To",
    "Reply-To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]


def test_the_headers(app: Flask, server: Server) -> None:
    stored = mail(post())
    deliver(app)
    [taken] = server.taken
    message = taken.message
    assert sorted(taken.header_names) == sorted(HEADERS)
    assert (taken.sender, taken.recipient) == ("idelots@ljungby.example", "kim@exempel.example")
    assert message["Subject"] == "Vi har tagit emot din idé (EU-2026-0042)"
    [sender] = message["From"].addresses
    assert sender.display_name == "Ljungby kommun, idéer"
    assert sender.addr_spec == "idelots@ljungby.example"
    assert message["To"] == "kim@exempel.example"
    assert message["Reply-To"] == "internationellt@ljungby.example"
    assert message["Date"].datetime == stored.created_at.replace(microsecond=0)
    assert message["Message-ID"] == stored.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "sv"
    assert message.get_content_type() == "multipart/alternative"
    assert not message.defects


def test_without_a_sender_it_is_from_whoever_gets_the_answers(app: Flask, server: Server) -> None:
    app.config["MAIL_SENDER"] = None
    post()
    deliver(app)
    [taken] = server.taken
    assert taken.message["From"] == taken.sender == "internationellt@ljungby.example"

    post(sender_name="Ljungby kommun, Åsa")
    deliver(app)
    assert server.taken[1].message["From"].addresses[0].display_name == "Ljungby kommun, Åsa"
    assert server.taken[1].sender == "internationellt@ljungby.example"


def test_domains_beyond_ascii(app: Flask, server: Server) -> None:
    app.config["MAIL_SENDER"] = "Ödeshög <idéer@ödeshög.example>".replace("idéer", "ideer")
    post(to="kim@åäö.example", reply_to="svar@åäö.example")
    deliver(app)
    [taken] = server.taken
    assert taken.recipient == taken.message["To"] == "kim@xn--4cab6c.example"
    assert taken.sender == "ideer@xn--deshg-iuae.example"
    assert taken.message["Reply-To"] == "svar@xn--4cab6c.example"


LONG = [
    "ö" * 5_000,
    "word " * 1_000,
    "شكرا على فكرتك. " * 300,
    "En rad\n.\n..två punkter\nFrom mig\n\tflik  \n\u2028å\x0b\x0c=3D 👋🏽 e\u0301",
    "smuggled\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n",
]


@pytest.mark.parametrize("text", LONG, ids=["swedish", "words", "arabic", "odd", "smuggled"])
def test_texts_come_out_as_they_went_in(app: Flask, server: Server, text: str) -> None:
    post(text=text, html=f"<p>{text}</p>", language="ar", seed=None)
    deliver(app)
    [taken] = server.taken

    assert taken.raw.isascii()
    assert max(len(line) for line in taken.raw.split(b"\r\n")) <= 78
    assert not set(b"\r\n") & set(taken.raw.replace(b"\r\n", b""))
    plain, html = taken.message.iter_parts()
    assert _read(plain) == text.replace("\r\n", "\n").rstrip("\n")
    assert _read(html) == f"<p>{text}</p>".replace("\r\n", "\n")
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")


@pytest.mark.parametrize("subject", ["å" * 200, "idé " * 60, "فكرة " * 60, "x" * 300])
def test_long_subjects(app: Flask, server: Server, subject: str) -> None:
    post(subject=subject)
    deliver(app)
    [taken] = server.taken
    assert taken.message["Subject"].strip() == subject.strip()
    assert sorted(taken.header_names) == sorted(HEADERS)


@pytest.mark.parametrize("before", range(1, 40))
def test_no_space_is_lost_where_a_line_is_folded(app: Flask, before: int) -> None:
    words = f"{'x' * before} å att göra, och något är fel i Ljungby kommun, där något äger rum"
    app.config["MAIL_SENDER"] = None
    with app.app_context():
        raw = _message(post(subject=words, sender_name=words)).as_bytes()
    # Read by the older of Python's two readers: the other puts in spaces of its own.
    read = message_from_bytes(raw)
    assert str(make_header(decode_header(read["Subject"]))) == words
    sender = "internationellt@ljungby.example"
    assert str(make_header(decode_header(read["From"]))) == f"{words} <{sender}>"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


def test_the_link_is_filled_in_when_the_mail_leaves(app: Flask, server: Server) -> None:
    post()
    deliver(app)
    for part in server.taken[0].message.iter_parts():
        assert f"/{status_token('a-seed')}" in part.get_content()
        assert TOKEN_PLACE not in part.get_content()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject", "Hej\r\nBcc: eve@evil.example"),
        ("subject", "Hej\nBcc: eve@evil.example"),
        ("subject", "=?utf-8?q?x=0D=0ABcc:_eve@evil.example?="),
        ("subject", "Hej =?utf-8?q?x=0ABcc:_eve@evil.example?="),
        ("subject", "Hej =?utf-8?q?x=0DBcc:_eve@evil.example?="),
        ("subject", "=?utf-8?q?x=0D=0A=0D=0A<b>evil</b>?="),
        ("language", "sv\nX: y"),
        ("message_id", "<x@y.example>\r\nBcc: eve@evil.example"),
        ("to_address", "åsa@exempel.example"),
        ("to_address", "=?utf-8?q?x=0AX?=@evil.example"),
        ("to_address", "kim@exempel.example\r\nRCPT TO:<eve@evil.example>"),
        ("reply_to", "kim@exempel.example\nBcc: eve@evil.example"),
    ],
)
def test_a_row_that_makes_no_mail_fails_alone(
    app: Flask, server: Server, column: str, value: str
) -> None:
    """Nothing puts such a row; one that is there all the same holds nobody up."""
    before, poison, after = post(), post(), post()
    db.session.execute(
        sa.update(OutgoingMail).where(OutgoingMail.id == poison).values(**{column: value})
    )
    db.session.commit()
    deliver(app)

    assert [mail(n).state for n in (before, poison, after)] == ["sent", "failed", "sent"]
    [failure] = failures(poison)
    assert (failure.stage, failure.code, failure.final) == ("render", None, True)
    assert "evil" not in failure.reply
    assert all("evil" not in command for command in server.commands)


def _read(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def _message(number: int) -> StoredMessage:
    return StoredMessage(mail(number), hold=lambda: None)


def _age(number: int) -> None:
    """Make a mail five days old, tried through its short waits, and due."""
    now = clock.now()
    db.session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == number)
        .values(created_at=now - GIVE_UP, due_at=now, attempts=10)
    )
    db.session.commit()
