"""The pages that anybody can open, and the sender's own."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries import access, lost_link
from intake.enquiries.steps import Status
from intake.outbox.models import OutgoingMail
from tests import make
from tests.browser import LIMIT, Visit
from tests.states.made import (
    LONG,
    PERSONAL_NUMBER,
    SENDER,
    UNBROKEN,
    UNCLEAR,
    idea,
    lose,
    received,
    show_status,
)
from tests.states.table import met, page

# ---- Information pages -------------------------------------------------------------------------

page("start", "/", is_main=True)
page("departments", "/departments")
page("privacy", "/privacy")
page("accessibility", "/accessibility")


@met("privacy-comment")
def _(visit: Visit) -> None:
    visit.open("/privacy")
    visit.page.locator("#comment summary").click()


@met("departments-commented")
def _(visit: Visit) -> None:
    visit.open("/departments")
    visit.page.locator("#comment summary").click()
    visit.fill(text="Telefonnumret till oss är fel.")
    visit.press("Send comment")


@met("accessibility-errors")
def _(visit: Visit) -> None:
    visit.open("/accessibility")
    visit.press("Send comment")


@met("start-comment-expired")
def _(visit: Visit) -> None:
    visit.open("/")
    visit.page.locator("#comment summary").click()
    visit.fill(text="Telefonnumret till oss är fel.")
    visit.context.clear_cookies()
    visit.press("Send comment")


# ---- The form ----------------------------------------------------------------------------------

page("form", "/enquiry", is_main=True)


@met("form-unfolded")
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    visit.page.locator("details.more summary").click()


@met("form-errors", is_main=True)
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    visit.fill(title="EU", description="För kort", email="kim")
    visit.press("Check your answers")


@met("form-all-errors")
def _(visit: Visit) -> None:
    """Each field that can be wrong is."""
    visit.open("/enquiry")
    visit.page.locator("details.more summary").click()
    too_long = {"organisation": 120, "name": 100, "phone": 30, "place": 120, "known_call": 200}
    too_long |= {"need": 1500, "target_group": 500, "partners": 1000, "own_contribution": 500}
    visit.fill(**{name: "å" * (most + 1) for name, most in too_long.items()})
    visit.fill(title="å" * 101, goals=["1", "2", "3", "4"], no_contact="y", email="kim")
    visit.press("Check your answers")


@met("form-long")
def _(visit: Visit) -> None:
    """Very long words, one text that does not fit, and all that is folded filled in."""
    visit.open("/enquiry")
    visit.page.locator("details.more summary").click()
    visit.fill(**(SENDER | LONG | {"description": "å" * 3007}))


@met("form-expired")
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    visit.fill(**idea(visit.language))
    visit.context.clear_cookies()
    visit.press("Check your answers")


# ---- The check page ----------------------------------------------------------------------------


@met("check", is_main=True)
def check(visit: Visit, **changes: Any) -> None:
    visit.open("/enquiry")
    answers = idea(visit.language) | changes
    if answers.keys() - idea(visit.language).keys():
        visit.page.locator("details.more summary").click()
    visit.fill(**answers)
    visit.press("Check your answers")


@met("check-unclear")
def _(visit: Visit) -> None:
    check(visit, **UNCLEAR)


@met("check-personal-number")
def _(visit: Visit) -> None:
    check(visit, need=PERSONAL_NUMBER)


@met("check-long")
def _(visit: Visit) -> None:
    check(visit, **LONG)


@met("check-too-many")
def _(visit: Visit) -> None:
    """Sent, but more has come from this network than one hour may bring."""
    with visit.site.app.app_context():
        for _number in range(LIMIT):
            make.enquiry(address=visit.address, trap="spam")
    send(visit)


@met("check-unavailable")
def _(visit: Visit) -> None:
    check(visit)
    with visit.site.without_database():
        visit.press("Send the idea")


@met("already")
def _(visit: Visit) -> None:
    """The same form, sent before from another browser."""
    check(visit)
    number = visit.page.locator("[name=submission_id]").input_value()
    with visit.site.app.app_context():
        make.enquiry(submission_id=number)
    visit.press("Send the idea")


# ---- The status page ---------------------------------------------------------------------------


@met("status-fresh", is_main=True)
def send(visit: Visit, **changes: Any) -> None:
    check(visit, **changes)
    visit.press("Send the idea")


@met("status-fresh-without-contact")
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    nameless = dict.fromkeys(("name", "organisation", "email"), "")
    visit.fill(**(idea(visit.language) | nameless), no_contact="y")
    visit.press("Check your answers")
    visit.press("Send the idea")


@met("status")
def _(visit: Visit) -> None:
    show_status(visit, received(visit))


@met("status-later", is_main=True)
def _(visit: Visit) -> None:
    message = "Vi har läst idén och tycker om den.\n\nKan ni ta emot en klass i maj?"
    show_status(visit, received(visit), Status.DEVELOPING, message)


@met("status-long")
def _(visit: Visit) -> None:
    message = f"{UNBROKEN * 3}\n\n" + "En lång mening som går på och går på. " * 40
    show_status(visit, received(visit, title=LONG["title"]), Status.APPLYING, message)


@met("status-closed")
def _(visit: Visit) -> None:
    show_status(visit, received(visit), Status.CLOSED, "Det finns inget stöd för detta just nu.")


@met("status-undelivered")
def _(visit: Visit) -> None:
    reference = received(visit, email="away@exempel.example")
    visit.site.mail("away@exempel.example", reference)
    with visit.site.app.app_context():
        letter = sa.update(OutgoingMail).where(OutgoingMail.key == f"{reference}/receipt/1")
        db.session.execute(letter.values(state="failed"))
        db.session.commit()
    show_status(visit, reference)


@met("status-late")
def _(visit: Visit) -> None:
    """Nobody kept the promises."""
    reference = received(visit)
    with visit.site.app.app_context():
        enquiry = access.by_reference(reference)
        enquiry.answer_by = enquiry.assessment_by = clock.today() - timedelta(days=3)
        db.session.commit()
    show_status(visit, reference)


@met("status-replaced")
def _(visit: Visit) -> None:
    reference = received(visit, email="")
    with visit.site.app.app_context():
        lost_link.replace(access.by_reference(reference), by="coordinator", why="astray")
        db.session.commit()
    show_status(visit, reference)


@met("status-taken-back")
def _(visit: Visit) -> None:
    """The department's mailbox took no mail."""
    reference = received(visit)
    lose(visit, reference, "handover")
    show_status(visit, reference)


page("find", "/status")


@met("find-errors")
def _(visit: Visit) -> None:
    visit.open("/status")
    visit.press("Send me the link")


@met("find-sent")
def _(visit: Visit) -> None:
    visit.open("/status")
    visit.fill(reference="EU-2026-9999", email="kim@exempel.example")
    visit.press("Send me the link")


@met("find-expired")
def _(visit: Visit) -> None:
    visit.open("/status")
    visit.fill(reference="EU-2026-9999", email="kim@exempel.example")
    visit.context.clear_cookies()
    visit.press("Send me the link")


# ---- What cannot be shown ----------------------------------------------------------------------

page("not-found", "/status/" + "x" * 39)


@met("unavailable")
def _(visit: Visit) -> None:
    with visit.site.without_database():
        visit.open("/status/" + "x" * 39)


@met("mailbox", is_for_developers=True, languages=("en",))
def _(visit: Visit) -> None:
    visit.site.mail("kim@exempel.example", received(visit))
    visit.open("/")
    visit.page.goto(f"{visit.site.url}/dev/mail/")


@met("mailbox-mail", is_for_developers=True, languages=("en",))
def _(visit: Visit) -> None:
    name, _mail = visit.site.mail("kim@exempel.example", received(visit))
    visit.open("/")
    visit.page.goto(f"{visit.site.url}/dev/mail/{name}")
