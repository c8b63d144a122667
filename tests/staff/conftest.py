"""An idea, and whoever works with it at a school."""

import pytest
from flask import Flask

from tests import make
from tests.page import Page
from tests.staff import desk


@pytest.fixture
def reference(app: Flask) -> str:
    """The number of an idea that the service has handed to the department of schools."""
    with app.app_context():
        return make.enquiry().reference


@pytest.fixture
def contact(app: Flask) -> Page:
    """The browser of that department's contact."""
    page = Page(app)
    desk.sign_in(page, desk.SCHOOL)
    return page
