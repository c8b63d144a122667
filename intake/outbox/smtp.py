"""Flask-Mail, made fit for an outbox: deadlines, verified TLS, one open line for many mails.

Flask-Mail 0.10 waits for ever for a silent server (pallets-eco/flask-mail#114), takes any
certificate (#241), takes a server that hangs up after it took the mail for a failure, and tells
neither at which stage something failed. The subclasses here mend that and leave the rest to it.
"""

import contextlib
import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Config
from flask_mail import Connection, Mail

from intake.outbox.message import StoredMessage
from intake.outbox.trouble import Trouble

IDLE = 10.0  # seconds that an unused connection is kept
_PARTING = 2.0  # seconds to wait for the answer to QUIT

_MOST_HEARD = 65_536  # bytes of one reply; nobody who means well says more


class Line(Connection):
    """A line to the mail server: opened when there is something to send, kept for the next mail.

    :param config: Flask-Mail's keys, and ``MAIL_TIMEOUT``, ``MAIL_DOT_TIMEOUT`` (seconds for
        one answer, and for the one after a whole message) and ``MAIL_CA_FILE``.
    """

    host: "Client | None"

    def __init__(self, config: Config) -> None:
        mail = Mail()
        mail.state = mail.init_mail(config)  # which never suppresses, unlike init_app
        super().__init__(mail)
        self._times = {"timeout": config["MAIL_TIMEOUT"], "dot": config["MAIL_DOT_TIMEOUT"]}
        self._authorities = config["MAIL_CA_FILE"]
        self._used_at = 0.0

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *error: object) -> None:
        self.hang_up()

    def hand_over(self, message: StoredMessage) -> None:
        """Give *message* to the server, which answers for it from then on.

        :raises Trouble: it was not handed over, or it is not known whether it was.
        """
        if self.host is not None:
            try:
                return self._say(self.host, message)
            except Trouble as trouble:
                if not trouble.is_stale:
                    raise
        self.host = self.configure_host()
        return self._say(self.host, message)

    def hang_up(self) -> None:
        """Close the line, if it is open. The server owes us nothing any more."""
        if self.host is None:
            return
        with contextlib.suppress(OSError):  # smtplib's own exceptions among them
            self.host.part()
        self.host.close()
        self.host = None

    def hang_up_if_idle(self) -> None:
        if time.monotonic() - self._used_at > IDLE:
            self.hang_up()

    def configure_host(self) -> "Client":
        """Call the server: greeting, TLS, login; each fault with its stage.

        :raises Trouble: nothing of any mail has been said yet.
        """
        place = (self.mail.server, self.mail.port)
        with _at("connect"):
            if self.mail.use_ssl:
                client: Client = ClientOverTls(*place, context=self._context(), **self._times)
            else:
                client = Client(*place, **self._times)

        try:
            with _at("greeting"):
                client.ehlo_or_helo_if_needed()
            if self.mail.use_tls and not self.mail.use_ssl:
                with _at("tls"):
                    client.starttls(context=self._context())
                    client.ehlo_or_helo_if_needed()
            if self.mail.username and self.mail.password:
                with _at("auth"):
                    client.login(self.mail.username, self.mail.password)
        except Trouble:
            client.close()
            raise
        return client

    def _say(self, client: "Client", message: StoredMessage) -> None:
        client.hold = message.hold
        try:
            self.send(message, envelope_from=message.envelope_from)
        except BaseException:
            self.hang_up()
            raise
        self._used_at = time.monotonic()

    def _context(self) -> ssl.SSLContext:
        """How to tell the right server: its name, in a certificate of somebody we trust."""
        try:
            return ssl.create_default_context(cafile=self._authorities)
        except OSError as error:
            raise Trouble("tls", None, f"INTAKE_MAIL_CA_FILE: {error}", ours=True) from None


class Client(smtplib.SMTP):
    """An SMTP client that waits so long and no longer, and says where something went wrong.

    :param timeout: seconds until an answer must be complete; *dot*, the one to a whole message.
    """

    hold: Callable[[], None]  # called before the message itself is said; may raise to keep it back

    def __init__(self, host: str, port: int, *, timeout: float, dot: float, **tls: Any) -> None:
        self._dot = dot
        self._deadline = 0.0
        self._heard = 0
        super().__init__(host, port, timeout=timeout, **tls)

    def getreply(self) -> tuple[int, bytes]:
        return self._reply(self.timeout)

    def sendmail(  # type: ignore[override]
        self,
        from_addr: str,
        to_addrs: list[str],
        msg: bytes,
        mail_options: list[str],
        rcpt_options: list[str],
    ) -> None:
        """Say one mail to one recipient.

        :raises Trouble: with the stage at which it ended.
        """
        [recipient] = to_addrs
        size = f" SIZE={len(msg)}" if self.has_extn("size") else ""
        self._command("mail", f"MAIL FROM:<{from_addr}>{size}")
        self._command("rcpt", f"RCPT TO:<{recipient}>")
        self.hold()
        self._command("data", "DATA", expect=3)

        with _at("dot"):
            self.send(re.sub(rb"(?m)^\.", b"..", msg) + b".\r\n")
            code, reply = self._reply(self._dot)
        _check("dot", code, reply, expect=2)

    def part(self) -> None:
        """Take leave, without waiting long for the answer."""
        self.putcmd("QUIT")
        self._reply(min(_PARTING, self.timeout))

    def _command(self, stage: str, words: str, expect: int = 2) -> None:
        with _at(stage):
            code, reply = self.docmd(words)
        _check(stage, code, reply, expect)

    def _reply(self, seconds: float) -> tuple[int, bytes]:
        """The server's next answer, which must be complete in time: smtplib's own timeout starts
        anew with each byte.
        """
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        self._deadline, self._heard = time.monotonic() + seconds, 0
        if self.file is None:
            self.file = io.BufferedReader(_Ear(self))
        try:
            return super().getreply()
        except smtplib.SMTPResponseException as error:  # a line without end is no answer
            raise smtplib.SMTPServerDisconnected(error.smtp_error) from None
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)

    def _hear(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if self.sock is None or left <= 0:
            raise TimeoutError("timed out")
        if self._heard > _MOST_HEARD:
            raise smtplib.SMTPServerDisconnected("The reply does not end")
        self.sock.settimeout(left)
        count = self.sock.recv_into(buffer)
        self._heard += count
        return count


class ClientOverTls(Client, smtplib.SMTP_SSL):
    """The same where TLS comes before the first word."""


class _Ear(io.RawIOBase):
    """Reads from a client's socket until the client's deadline."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._client._hear(buffer)


def _check(stage: str, code: int, reply: bytes, expect: int) -> None:
    """The first digit decides (RFC 5321, 4.2.1)."""
    if code // 100 != expect:
        raise Trouble(stage, code, reply)


@contextlib.contextmanager
def _at(stage: str) -> Iterator[None]:
    """Turn what goes wrong in the block into a :class:`Trouble` of that *stage*."""
    try:
        yield
    except Trouble:
        raise
    except smtplib.SMTPConnectError as error:
        raise Trouble("greeting", error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPResponseException as error:
        raise Trouble(stage, error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPServerDisconnected as error:
        # While connecting, a lost connection means that there was one, and no greeting.
        where = "greeting" if stage == "connect" else stage
        raise Trouble(where, None, str(error)) from None
    except smtplib.SMTPException as error:  # STARTTLS or a way to log in is not offered
        raise Trouble(stage, None, str(error), ours=True) from None
    except ssl.SSLError as error:
        raise Trouble("tls", None, str(error), ours=True) from None
    except socket.gaierror as error:
        raise Trouble("connect", None, str(error), ours=True) from None
    except OSError as error:
        raise Trouble(stage, None, str(error)) from None
    except Exception as error:  # an odd setting, such as a password that is not ASCII
        raise Trouble(stage, None, type(error).__name__, ours=True) from None
