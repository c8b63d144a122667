"""A real SMTP server on a loopback socket that misbehaves on command.

Its ``mode`` is ``ok``, or what happens where: ``450@rcpt``, ``stall@greeting``, ``drop@dot``. It
looks at it anew for each command, so a test may change it while a connection is open.

what:   a reply code, ``drop`` (hangs up), ``stall`` (says nothing any more), ``drip`` (a byte now
        and then), ``garbage`` (no SMTP at all), ``endless`` (a line that never ends), ``lines``
        (lines that never end)
where:  greeting, ehlo, starttls, auth, mail, rcpt, data, dot, quit
"""

import contextlib
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType

VERBS = {"EHLO": "ehlo", "HELO": "ehlo", "STARTTLS": "starttls", "AUTH": "auth"} | {
    verb: verb.lower() for verb in ("MAIL", "RCPT", "DATA", "QUIT", "RSET", "NOOP")
}


@dataclass(frozen=True)
class Taken:
    """A mail that the server took, or would have taken: the raw bytes, unstuffed."""

    sender: str
    recipient: str
    raw: bytes
    at: float

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[arg-type,return-value]

    @property
    def header_names(self) -> list[str]:
        return self.message.keys()


@dataclass
class Server:
    """Listens as long as the ``with`` block runs.

    :ivar taken: what was acknowledged; ``unanswered``: what came whole and got no 250.
    :ivar clear: every byte that came outside TLS.
    """

    mode: str = "ok"
    tls: ssl.SSLContext | None = None  # offers STARTTLS
    implicit_tls: bool = False
    login: bool = False
    size: int | None = None
    slow: float = 0.0  # seconds before each final answer
    refused: set[str] = field(default_factory=set)  # recipients that get a 550

    taken: list[Taken] = field(default_factory=list)
    unanswered: list[Taken] = field(default_factory=list)
    clear: bytearray = field(default_factory=bytearray)
    commands: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "Server":
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._over = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def hang_up(self) -> None:
        """Drop every open connection, as a server does that restarts."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Return when *count* mails were taken."""
        until = time.monotonic() + seconds
        while len(self.taken) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.taken) >= count, f"{len(self.taken)} of {count} mails came"

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        talk = _Talk(self, connection)
        with contextlib.suppress(OSError, _HangUp):
            talk.run()
        self._open.discard(connection)
        talk.close()


class _HangUp(Exception):
    pass


class _Talk:
    """One connection."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.buffer = b""
        self.secure = False
        self.sender = self.recipient = ""

    def run(self) -> None:
        if self.server.implicit_tls:
            self._wrap()
        self._act("greeting")
        self._say("220 scripted.example ESMTP")

        while line := self._line():
            words = line.decode("latin-1").strip()
            self.server.commands.append(words)
            stage = VERBS.get(words.split(" ")[0].upper(), "auth")
            self._act(stage) or getattr(self, f"_{stage}")(words)

    def close(self) -> None:
        self.connection.close()

    def _ehlo(self, words: str) -> None:
        offers = ["scripted.example", "PIPELINING"]
        if self.server.tls and not self.secure:
            offers.append("STARTTLS")
        if self.server.login:
            offers.append("AUTH PLAIN")
        if self.server.size is not None:
            offers.append(f"SIZE {self.server.size}")
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def _starttls(self, words: str) -> None:
        self._say("220 go on")
        self._wrap()

    def _auth(self, words: str) -> None:
        self._say("235 welcome")

    def _mail(self, words: str) -> None:
        self.sender = words.partition("<")[2].partition(">")[0]
        self._say("250 ok")

    def _rcpt(self, words: str) -> None:
        self.recipient = words.partition("<")[2].partition(">")[0]
        if self.recipient in self.server.refused:
            self._say(f"550 5.1.1 <{self.recipient}> unknown here")
        else:
            self._say("250 ok")

    def _data(self, words: str) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self._line()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            raise _HangUp

        mail = Taken(self.sender, self.recipient, b"".join(lines), time.monotonic())
        self.server.unanswered.append(mail)
        if self._act("dot"):
            return
        time.sleep(self.server.slow)
        self.server.unanswered.remove(mail)
        self.server.taken.append(mail)
        self._say("250 taken")

    def _quit(self, words: str) -> None:
        self._say("221 bye")
        raise _HangUp

    def _rset(self, words: str) -> None:
        self._say("250 ok")

    _noop = _rset

    def _act(self, stage: str) -> bool:
        """Do what the mode says for this stage; True if that was the answer."""
        what, _, where = self.server.mode.partition("@")
        if where != stage:
            return False
        if what == "stall":
            self.server._over.wait()
            raise _HangUp
        if what == "drop":
            raise _HangUp
        if what == "drip":
            for byte in b"250-" + b"x" * 10_000:
                self.connection.sendall(bytes([byte]))
                if self.server._over.wait(0.05):
                    raise _HangUp
        if what == "endless":
            while not self.server._over.is_set():
                self.connection.sendall(b"2" * 4096)
        if what == "lines":
            while not self.server._over.is_set():
                self.connection.sendall(b"450-" + b"a" * 4000 + b"\r\n")
        if what == "garbage":
            self._say("HTTP/1.1 418 kim@exempel.example is not spoken here")
            return True

        self._say(f"{what} said to <{self.recipient or 'kim@exempel.example'}> \u00e5 at {stage}")
        if what == "421" or stage == "greeting":
            raise _HangUp
        return True

    def _wrap(self) -> None:
        assert self.server.tls is not None
        self.server._open.discard(self.connection)
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.server._open.add(self.connection)
        self.secure, self.buffer = True, b""

    def _say(self, words: str) -> None:
        self.connection.sendall(words.encode() + b"\r\n")

    def _line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            received = self.connection.recv(65536)
            if not received:
                return b""
            if not self.secure:
                self.server.clear += received
            self.buffer += received
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line + b"\r\n"
