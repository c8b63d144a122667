"""A mail server for trying things out: takes whatever is sent and keeps each mail as a file."""

import asyncio
import os
import socket
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Catcher:
    """An SMTP server on loopback that delivers to ``<folder>/<time>-<number>.eml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port())

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep one mail, whole, before it is acknowledged."""
        self._count += 1
        name = f"{time.time_ns()}-{os.getpid()}-{self._count}.eml"
        await asyncio.to_thread(_write, self.folder / name, envelope.content)
        return "250 Kept"


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    draft.rename(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
