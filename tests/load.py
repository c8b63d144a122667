"""A server process and clients that use it like a browser, for the bench and the kill rounds."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

HIDDEN = re.compile(r'name="(submission_id|csrf_token|opened)"[^>]*? value="([^"]*)"')
IDEA = {
    "sender_kind": "resident",
    "name": "Kim Exempel",
    "title": "Elever besöker en vänskola",
    "description": "Vi vill att eleverna på skolan träffar en klass i Litauen och lär av varandra, "
    "på engelska, under en vecka varje år. " * 4,
    "language": "sv",
    "department": "",
}
AMPLE = {
    f"INTAKE_{name}": "1000000000"
    for name in ("LIMIT_ENQUIRIES", "LIMIT_MAILS_PER_ADDRESS", "LIMIT_MAILS_PER_ADDRESS_DAY")
}


class Server:
    """One of the two, in a process of its own. What it says goes to *log*, if given."""

    def __init__(
        self,
        command: list[str],
        port: int,
        environ: dict[str, str],
        folder: Path | None = None,
        log: IO[bytes] | None = None,
    ) -> None:
        self.port = port
        self.status = ""
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environ,
            stdout=log or subprocess.DEVNULL,
            stderr=log or subprocess.DEVNULL,
        )
        self._wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def get(self, path: str) -> str:
        with contextlib.closing(Client(self, 0)) as client:
            return client.ask("GET", path)[0]

    def ask_to_stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """Stop in order; the code that it left with."""
        self.ask_to_stop()
        return self.wait()

    def wait(self) -> int:
        """Wait until it has left by itself; the code that it left with."""
        return self._process.wait(60)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _wait(self) -> None:
        for _ in range(600):
            if self._process.poll() is not None:
                raise RuntimeError(f"The server left with {self._process.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                with contextlib.closing(connection):
                    connection.request("GET", "/healthz")
                    connection.getresponse().read()
                return
            time.sleep(0.05)
        raise RuntimeError(f"Nothing answers on {self.port}")


class Client:
    """Asks one server over one connection, with a cookie like a browser."""

    def __init__(self, server: Server, number: int) -> None:
        self.server, self.number, self.count, self.cookie = server, number, 0, ""
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)

    def close(self) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[str, str, int]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return answer.read().decode(), answer.headers.get("Location", ""), answer.status

    def submit(self) -> str:
        """Send an idea; the token of its status page, when it was answered with 303."""
        page, _, _ = self.ask("GET", "/sv/enquiry")
        self.count += 1
        email = f"kim-{os.getpid()}-{self.number}-{self.count}-{time.time_ns()}@exempel.example"
        body = urlencode(IDEA | {"email": email} | dict(HIDDEN.findall(page)))
        _, location, code = self.ask("POST", "/sv/enquiry/submit", body)
        if code != 303:
            raise RuntimeError(f"{code} instead of 303")
        self.server.status = location.partition("?")[0]
        return location.partition("?")[0].rpartition("/")[2]

    def form(self) -> None:
        self._get("/sv/enquiry")

    def status(self) -> None:
        self._get(self.server.status)

    def _get(self, path: str) -> None:
        code = self.ask("GET", path)[2]
        if code != 200:
            raise RuntimeError(f"{code} for {path}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
