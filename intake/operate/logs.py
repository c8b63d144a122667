"""Logging: one line an event, in UTC, without the secret of a link or a mail address."""

import logging
import re
import time
from collections.abc import Iterator
from typing import Any

from flask import Flask

from intake.db import DatabaseFailure, fault

_SECRETS = (
    (re.compile(r"(/(?:status|sign-in)/)[^/\s\"'?]+"), r"\1..."),
    (re.compile(r"[^\s<>@:,;\"']{1,64}@[^\s<>@:,;\"']{1,255}"), "...@..."),
)


log = logging.getLogger(__name__)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Discreet(logging.Formatter):
    """Formats a record and takes out what a log must not hold, tracebacks included."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        return discreet(_CONTROL.sub(_escaped, super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:
        chain = list(_chain(ei[1]))
        if any(isinstance(error, DatabaseFailure) for error in chain):
            return "; after ".join(fault(error) for error in chain)
        return discreet(super().formatException(ei))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """*error*, and those that it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _escaped(match: re.Match[str]) -> str:
    """A control character as it is written in Python, so that one event stays one harmless line."""
    return match[0].encode("unicode_escape").decode()


def discreet(text: str) -> str:
    """*text* without the secrets of links and mail addresses."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def init_app(app: Flask) -> None:
    """Send everything to stderr through :class:`Discreet`; the operator's journal keeps it."""
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, Discreet) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(Discreet())
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    for warning in app.config["WARNINGS"]:
        log.warning(warning)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd, a line for each command
