"""A day on which the clock stands still, for tests of what follows from what, and when."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def monday(app: Flask) -> Iterator[None]:
    """The application's context, at ten in the morning."""
    with app.app_context(), time_machine.travel(MONDAY, tick=False):
        yield
