"""Entering what did not come through the form."""

from tests.browser import Visit
from tests.staff.desk import COORDINATOR
from tests.states.made import idea
from tests.states.table import met

FORM = "staff.enter.show"


@met("enter", who=COORDINATOR, endpoint=FORM)
def form(visit: Visit) -> None:
    visit.open_desk("/enquiries/new")


@met("enter-errors", who=COORDINATOR, endpoint=FORM)
def _(visit: Visit) -> None:
    form(visit)
    visit.press("Enter the idea")


@met("entered", who=COORDINATOR, endpoint="staff.enter.entered")
def _(visit: Visit) -> None:
    form(visit)
    visit.fill(**idea(visit.language), channel="phone")
    visit.press("Enter the idea")
