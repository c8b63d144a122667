"""A mail server that misbehaves on command, and an application that sends to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests import make
from tests.smtp import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def environ(environ: dict[str, str], server: Server) -> dict[str, str]:
    return environ | {
        "INTAKE_MAIL_SERVER": "127.0.0.1",
        "INTAKE_MAIL_PORT": str(server.port),
        "INTAKE_MAIL_SENDER": "Ljungby kommun, idéer <idelots@ljungby.example>",
        "INTAKE_MAIL_PER_SECOND": "0",
    }


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, with more patience than a busy machine needs and less than a test has."""
    app.config.update(MAIL_TIMEOUT=10, MAIL_DOT_TIMEOUT=10)
    return app


@pytest.fixture
def quiet(app: Flask) -> None:
    """No worker has letters of its own to write this morning."""
    with app.app_context():
        make.morning_is_over()
