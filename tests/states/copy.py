"""A copy of a case to give away: choosing, looking at it, and the copy itself."""

from tests.browser import Visit
from tests.staff.desk import COORDINATOR
from tests.states import case
from tests.states.made import LONG_STORED, happened
from tests.states.table import met

FORM = "staff.copy.show"


def form(visit: Visit, *acts: object, **changes: object) -> None:
    visit.open_desk(f"/enquiries/{happened(visit, *acts, **changes)}/copy")


def look(visit: Visit) -> None:
    form(visit, *case.CLOSED, case.plan)
    visit.fill(words="Kim", why="Hela ärendet.")
    with visit.page.expect_navigation():
        visit.page.locator("#copy button").last.press("Enter")


@met("copy", who=COORDINATOR, endpoint=FORM)
def _(visit: Visit) -> None:
    form(visit, *case.ANSWERED, case.plan, case.note, **LONG_STORED)


@met("copy-flagged", who=COORDINATOR, endpoint=FORM)
def _(visit: Visit) -> None:
    """Nearly everything is ticked already."""
    form(visit, *case.ANSWERED, case.flag)


@met("copy-errors", who=COORDINATOR, endpoint=FORM)
def _(visit: Visit) -> None:
    form(visit)
    visit.fill(words="K")
    with visit.page.expect_navigation():
        visit.page.locator("#copy button").last.press("Enter")


@met("copy-shown", who=COORDINATOR, endpoint=FORM)
def _(visit: Visit) -> None:
    look(visit)


@met("copy-given", who=COORDINATOR, endpoint=FORM, is_main=True)
def _(visit: Visit) -> None:
    """The page that is printed."""
    look(visit)
    with visit.page.expect_navigation():
        visit.page.locator("button[value=page]").press("Enter")


@met("case-copied", who=COORDINATOR, endpoint=case.CASE)
def _(visit: Visit) -> None:
    """The history tells of the copy."""
    look(visit)
    with visit.page.expect_navigation():
        visit.page.locator("button[value=page]").press("Enter")
    visit.page.locator("a").first.click()
