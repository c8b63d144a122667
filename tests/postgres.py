"""A PostgreSQL server for the tests: started in a temporary folder, reached by a Unix socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg


def find_binaries() -> Path | None:
    """Where ``initdb`` and ``postgres`` are, the newest version first; None if not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    on_path = [Path(found).parent] if (found := shutil.which("initdb")) else []
    for folder in [*debian, *on_path]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def roomy_memory() -> str | None:
    """A folder in memory, where a database is copied in a quarter of the time; None if too small.

    Nothing here needs to outlive the power: what a killed *process* has written stays there too.
    """
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30 else None


class Cluster:
    """A server that lives as long as the ``with`` block."""

    def __init__(self) -> None:
        # Not below pytest's own folder: the next run as root takes others' rights away there.
        self.folder = Path(tempfile.mkdtemp(prefix="intake-postgresql-", dir=roomy_memory()))
        self.binaries = find_binaries()
        self._names = count(1)

    def __enter__(self) -> "Cluster":
        data = self.folder / "data"
        data.mkdir()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            user = pwd.getpwnam("postgres")
            for path in (self.folder, data):
                os.chown(path, user.pw_uid, user.pw_gid)

        self._call(
            "initdb",
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        self._server = subprocess.Popen(
            self._command(
                "postgres",
                "-D",
                str(data),
                "-k",
                str(self.folder),
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=60",
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def run(self, sql: str) -> None:
        """Do something with databases; through one connection, for a server process is dear."""
        self._connection.execute(sql)

    def new_name(self) -> str:
        return f"test_{next(self._names)}"

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self._connection = psycopg.connect(
                    host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start")

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        return command

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(self._command(program, *arguments), check=True, capture_output=True, cwd="/")
