"""The pages of the programmes, and what a case says of them."""

from tests.browser import Visit
from tests.staff.desk import COORDINATOR
from tests.states.made import happened
from tests.states.table import met

LISTED = "staff.programmes.listed"
ONE = "staff.programmes.show"
HALL = {
    "title": "Rusta bygdegården i Agunnaryd",
    "description": "Byalaget vill ha en mötesplats på landsbygden, med musik och gratis wifi.",
    "goals": [11],
}


@met("programmes", who=COORDINATOR, endpoint=LISTED)
def _(visit: Visit) -> None:
    visit.open_desk("/programmes")


@met("programme", who=COORDINATOR, endpoint=ONE)
def _(visit: Visit) -> None:
    visit.open_desk("/programmes/leader")


@met("programme-unconfirmed", who=COORDINATOR, endpoint=ONE)
def _(visit: Visit) -> None:
    visit.open_desk("/programmes/isf")


@met("programme-not-for-us", who=COORDINATOR, endpoint=ONE)
def _(visit: Visit) -> None:
    visit.open_desk("/programmes/interreg-oks")


@met("case-programmes", who=COORDINATOR, endpoint="staff.enquiry.show")
def _(visit: Visit) -> None:
    visit.open_desk(f"/enquiries/{happened(visit, **HALL)}")
    visit.page.locator("section[aria-labelledby=funding] summary").click()


@met("verb-programmes-all", who=COORDINATOR, endpoint="staff.verbs.show_programmes")
def _(visit: Visit) -> None:
    visit.open_desk(f"/enquiries/{happened(visit, **HALL)}/programmes")
    visit.page.locator("#verb summary").click()
