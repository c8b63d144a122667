"""What people do with a page: find a field by its label, fill in the form, know where they are."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import Visit
from tests.states import IDEAS

COORDINATOR = "internationellt@ljungby.example"
DEPARTMENT = "internationellt.barn-utbildning@ljungby.example"
REFERENCE = re.compile(r"EU-\d{4}-\d{4,}")
STATUS = re.compile(r"http://127\.0\.0\.1:\d+/sv/status/[a-z2-7]{39}")


def box(visit: Visit, label: str) -> Locator:
    """The field with that label, whether it begins small or not, and is optional or not."""
    optional = re.escape(visit.say("(optional)"))
    words = re.compile(f"^{re.escape(visit.say(label))}( {optional})?$", re.IGNORECASE)
    return visit.page.get_by_label(words)


def write(visit: Visit, email: str) -> None:
    """Answer all that must be answered, as a person does: field by field."""
    idea = IDEAS[visit.language]
    box(visit, "What is the idea about?").fill(idea["title"])
    box(visit, "Describe the idea").fill(idea["description"])
    box(visit, "a school").check()
    box(visit, "Email").fill(email)


def to_check_page(visit: Visit, email: str) -> None:
    visit.open("/enquiry")
    write(visit, email)
    visit.button("Check your answers").click()
    heading(visit, "Check your answers")


def heading(visit: Visit, words: str, **values: str) -> None:
    """Wait for the page with that heading."""
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(visit.say(words, **values))


def reference_on(page: Page) -> str:
    found = REFERENCE.search(page.locator("main").inner_text())
    assert found
    return found[0]
