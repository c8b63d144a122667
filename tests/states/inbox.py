"""The inbox, as the coordinator and the contacts meet it."""

import sqlalchemy as sa

from intake.db import db
from intake.enquiries.models import Enquiry
from intake.enquiries.pages import LOOK
from tests.browser import Visit, fresh_address
from tests.staff.desk import COORDINATOR
from tests.states import case
from tests.states.made import LONG_STORED, PERSONAL_NUMBER, happened, received
from tests.states.table import met

INBOX = "staff.inbox.show"
IDLE = "internationellt.bostader@ljungby.example"  # of a department that has nothing to do
MANY = 60  # more than two pages
FLOOD = "flood"
UNIQUE = ("id", "reference", "submission_id", "token_hash")  # each enquiry has its own


@met("inbox", who=COORDINATOR, endpoint=INBOX, is_main=True)
def inbox(visit: Visit, query: str = "") -> None:
    fill(visit)
    visit.open_desk(f"/{query}")


def fill(visit: Visit) -> None:
    """Some of everything that there can be to do."""
    if not visit.site.enquiries(network="demo"):
        asked = ["demo", "load", "--enquiries", str(MANY)]
        assert visit.site.app.test_cli_runner().invoke(args=asked).exit_code == 0
        happened(visit, address=fresh_address(), **LONG_STORED)
        happened(visit, address=fresh_address(), need=PERSONAL_NUMBER)
        happened(visit, address=fresh_address(), trap="spam")
        for acts in (case.ANSWERED, case.LATE, case.CONFIRMED):
            happened(visit, *acts, address=fresh_address())


@met("inbox-departments", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=departments")


@met("inbox-together", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    happened(visit, *case.TOGETHER, address=fresh_address())
    inbox(visit, "?view=together")


@met("inbox-together-of-a-contact", who=case.BESIDE, endpoint=INBOX)
def _(visit: Visit) -> None:
    happened(visit, *case.TOGETHER, address=fresh_address())
    inbox(visit, "?view=together")


@met("inbox-waiting", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=waiting")


@met("inbox-parked", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=parked")


@met("inbox-closed", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=closed")


@met("inbox-spam", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=spam")


@met("inbox-second-page", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=all")
    with visit.page.expect_navigation():
        visit.link("Next page").click()


@met("inbox-filtered", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=all&department=none&since=2023-01-01")


@met("inbox-found", who=COORDINATOR, endpoint=INBOX, is_main=True)
def _(visit: Visit) -> None:
    """Hits are marked, also where the word is inflected."""
    inbox(visit, "?view=all&q=fritidsgårdar" if visit.language == "sv" else "?view=all&q=cycling")


@met("inbox-nothing-found", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=all&q=xyzzy")


@met("inbox-looked-through", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    """More to look through than one page does, and nothing so far that fits."""
    flood(visit)
    visit.open_desk("/?view=spam&status=parked")
    assert visit.page.get_by_text(visit.say("Nothing matches so far.")).count()


def flood(visit: Visit) -> None:
    """More spam than a page of a list looks through: it stands in no other list."""
    if visit.site.enquiries(reference=f"{FLOOD}-0"):
        return
    first = received(visit, address=fresh_address(), trap="spam")
    columns = [column for column in Enquiry.__table__.c if column.name not in UNIQUE]
    with visit.site.app.app_context():
        row = db.session.execute(sa.select(*columns).filter_by(reference=first)).one()._asdict()
        copies = [row | dict.fromkeys(UNIQUE[1:], f"{FLOOD}-{n}") for n in range(LOOK + 1)]
        db.session.execute(sa.insert(Enquiry), copies)
        db.session.commit()


@met("inbox-empty", who=IDLE, endpoint=INBOX)
def _(visit: Visit) -> None:
    visit.open_desk("/?view=waiting")


@met("inbox-of-a-contact", who=case.CONTACT, endpoint=INBOX, is_main=True)
def _(visit: Visit) -> None:
    inbox(visit)


@met("inbox-saved", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit, "?view=closed&q=solceller")
    visit.page.locator("details.saved summary").click()
    visit.fill(name="Solceller som inte blev av")
    visit.press("Save this view")
    visit.page.locator("details.saved summary").click()


@met("inbox-saved-errors", who=COORDINATOR, endpoint=INBOX)
def _(visit: Visit) -> None:
    inbox(visit)
    visit.page.locator("details.saved summary").click()
    visit.press("Save this view")


@met("shortcuts", who=COORDINATOR, endpoint="staff.inbox.shortcuts")
def _(visit: Visit) -> None:
    visit.open_desk("/shortcuts")


@met("senders", who=COORDINATOR, endpoint="staff.senders.show")
def _(visit: Visit) -> None:
    visit.open_desk("/senders")


@met("senders-found", who=COORDINATOR, endpoint="staff.senders.show", is_main=True)
def _(visit: Visit) -> None:
    fill(visit)
    visit.open_desk("/senders")
    visit.fill(who="kim exempel")
    visit.press("Find")


@met("senders-errors", who=COORDINATOR, endpoint="staff.senders.show")
def _(visit: Visit) -> None:
    visit.open_desk("/senders")
    visit.press("Find")
