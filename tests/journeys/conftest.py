"""One browser and one running service for all journeys of a test process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import Site, chromium, path_to_chromium
from tests.conftest import missing


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if path_to_chromium() is None:
        missing("Chromium", "chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service as ``make run`` starts it."""
    started = Site(tmp_path_factory.mktemp("instance"))
    yield started
    started.stop()
