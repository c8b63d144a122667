"""Every page and state that people can meet: one table, for the checks and for the photographs.

A new page or state is one function here. It is then checked in every language, colour scheme and
width (``tests/journeys/test_accessibility.py``) and photographed (``python -m tests.screenshots``).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import access, comments
from intake.enquiries.models import Enquiry
from intake.enquiries.receive import receive
from intake.enquiries.steps import Act, Status, record
from intake.enquiries.undelivered import take_back
from intake.outbox.models import OutgoingMail
from tests import make
from tests.browser import LIMIT, Visit

UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
IDEAS = {
    "sv": {
        "title": "Elever besöker en vänskola",
        "description": "Vi vill att eleverna i åttan träffar en klass i Litauen. De ska laga saker "
        "tillsammans och visa föräldrarna vad de har lärt sig av varandra.",
    },
    "en": {
        "title": "Pupils visit a partner school",
        "description": "We want the pupils of year eight to meet a class in Lithuania. They will "
        "mend things together and show their parents what they have learnt from each other.",
    },
}
SENDER = {
    "sender_kind": "school",
    "organisation": "Bolmenskolan",
    "name": "Kim Exempel",
    "email": "kim@exempel.example",
}
UNCLEAR = {"title": "En idé", "description": "Något bra som vi vill göra, och som EU kan betala."}
LONG = {
    "title": f"{UNBROKEN} {UNBROKEN}"[:100],
    "description": f"{UNBROKEN * 3}\n\n" + "En lång mening som går på och går på. " * 60,
    "organisation": f"{UNBROKEN} {UNBROKEN}"[:120],
    "name": UNBROKEN,
    "email": f"{'kim' * 20}@{'exempel' * 8}.example",
    "need": f"{UNBROKEN} " * 10,
    "target_group": UNBROKEN,
    "place": UNBROKEN,
    "goals": ["4", "12", "17"],
}
PERSONAL_NUMBER = "Ring mig, mitt nummer är 19121212-1212."  # Skatteverket's own example

Reach = Callable[[Visit], None]


@dataclass(frozen=True)
class State:
    """A page as it is met. ``reach`` leads a fresh visit there."""

    name: str
    reach: Reach
    languages: tuple[str, ...] = ("sv", "en")
    is_main: bool = False  # photographed in the dark and on paper too
    is_mail: bool = False  # a mail's HTML part: a document, but no page of ours
    is_for_developers: bool = False  # in English only


STATES: list[State] = []


def state(name: str) -> State:
    """The state of that name."""
    return next(each for each in STATES if each.name == name)


def _state(name: str, **facts: Any) -> Callable[[Reach], Reach]:
    def keep(reach: Reach) -> Reach:
        STATES.append(State(name, reach, **facts))
        return reach

    return keep


def _page(name: str, path: str, **facts: Any) -> None:
    _state(name, **facts)(lambda visit: visit.open(path))


# ---- Information pages -------------------------------------------------------------------------

_page("start", "/", is_main=True)
_page("departments", "/departments")
_page("privacy", "/privacy")
_page("accessibility", "/accessibility")


@_state("privacy-comment")
def _(visit: Visit) -> None:
    visit.open("/privacy")
    visit.page.locator("#comment summary").click()


@_state("departments-commented")
def _(visit: Visit) -> None:
    visit.open("/departments")
    visit.page.locator("#comment summary").click()
    visit.fill(text="Telefonnumret till oss är fel.")
    visit.press("Send comment")


@_state("accessibility-errors")
def _(visit: Visit) -> None:
    visit.open("/accessibility")
    visit.press("Send comment")


@_state("start-comment-expired")
def _(visit: Visit) -> None:
    visit.open("/")
    visit.page.locator("#comment summary").click()
    visit.fill(text="Telefonnumret till oss är fel.")
    visit.context.clear_cookies()
    visit.press("Send comment")


# ---- The form ----------------------------------------------------------------------------------

_page("form", "/enquiry", is_main=True)


@_state("form-unfolded")
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    visit.page.locator("details.more summary").click()


@_state("form-errors", is_main=True)
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    visit.fill(title="EU", description="För kort", email="kim")
    visit.press("Check your answers")


@_state("form-all-errors")
def _(visit: Visit) -> None:
    """Each field that can be wrong is."""
    visit.open("/enquiry")
    visit.page.locator("details.more summary").click()
    too_long = {"organisation": 120, "name": 100, "phone": 30, "place": 120, "known_call": 200}
    too_long |= {"need": 1500, "target_group": 500, "partners": 1000, "own_contribution": 500}
    visit.fill(**{name: "å" * (most + 1) for name, most in too_long.items()})
    visit.fill(title="å" * 101, goals=["1", "2", "3", "4"], no_contact="y", email="kim")
    visit.press("Check your answers")


@_state("form-long")
def _(visit: Visit) -> None:
    """Very long words, one text that does not fit, and all that is folded filled in."""
    visit.open("/enquiry")
    visit.page.locator("details.more summary").click()
    visit.fill(**(SENDER | LONG | {"description": "å" * 3007}))


@_state("form-expired")
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    visit.fill(**idea(visit.language))
    visit.context.clear_cookies()
    visit.press("Check your answers")


# ---- The check page ----------------------------------------------------------------------------


@_state("check", is_main=True)
def check(visit: Visit, **changes: Any) -> None:
    visit.open("/enquiry")
    answers = idea(visit.language) | changes
    if answers.keys() - idea(visit.language).keys():
        visit.page.locator("details.more summary").click()
    visit.fill(**answers)
    visit.press("Check your answers")


@_state("check-unclear")
def _(visit: Visit) -> None:
    check(visit, **UNCLEAR)


@_state("check-personal-number")
def _(visit: Visit) -> None:
    check(visit, need=PERSONAL_NUMBER)


@_state("check-long")
def _(visit: Visit) -> None:
    check(visit, **LONG)


@_state("check-too-many")
def _(visit: Visit) -> None:
    """Sent, but more has come from this network than one hour may bring."""
    with visit.site.app.app_context():
        for _number in range(LIMIT):
            make.enquiry(address=visit.address, trap="spam")
    send(visit)


@_state("check-unavailable")
def _(visit: Visit) -> None:
    check(visit)
    with visit.site.without_database():
        visit.press("Send the idea")


@_state("already")
def _(visit: Visit) -> None:
    """The same form, sent before from another browser."""
    check(visit)
    number = visit.page.locator("[name=submission_id]").input_value()
    with visit.site.app.app_context():
        make.enquiry(submission_id=number)
    visit.press("Send the idea")


# ---- The status page ---------------------------------------------------------------------------


@_state("status-fresh", is_main=True)
def send(visit: Visit, **changes: Any) -> None:
    check(visit, **changes)
    visit.press("Send the idea")


@_state("status-fresh-without-contact")
def _(visit: Visit) -> None:
    visit.open("/enquiry")
    nameless = dict.fromkeys(("name", "organisation", "email"), "")
    visit.fill(**(idea(visit.language) | nameless), no_contact="y")
    visit.press("Check your answers")
    visit.press("Send the idea")


@_state("status")
def _(visit: Visit) -> None:
    _status(visit, received(visit))


@_state("status-later", is_main=True)
def _(visit: Visit) -> None:
    message = "Vi har läst idén och tycker om den.\n\nKan ni ta emot en klass i maj?"
    _status(visit, received(visit), Status.DEVELOPING, message)


@_state("status-long")
def _(visit: Visit) -> None:
    message = f"{UNBROKEN * 3}\n\n" + "En lång mening som går på och går på. " * 40
    _status(visit, received(visit, title=LONG["title"]), Status.APPLYING, message)


@_state("status-closed")
def _(visit: Visit) -> None:
    _status(visit, received(visit), Status.CLOSED, "Det finns inget stöd för detta just nu.")


@_state("status-undelivered")
def _(visit: Visit) -> None:
    reference = received(visit, email="away@exempel.example")
    visit.site.mail("away@exempel.example", reference)
    with visit.site.app.app_context():
        letter = sa.update(OutgoingMail).where(OutgoingMail.key == f"{reference}/receipt/1")
        db.session.execute(letter.values(state="failed"))
        db.session.commit()
    _status(visit, reference)


@_state("status-late")
def _(visit: Visit) -> None:
    """Nobody kept the promises."""
    reference = received(visit)
    with visit.site.app.app_context():
        enquiry = access.by_reference(reference)
        enquiry.answer_by = enquiry.assessment_by = clock.today() - timedelta(days=3)
        db.session.commit()
    _status(visit, reference)


@_state("status-replaced")
def _(visit: Visit) -> None:
    reference = received(visit, email="")
    with visit.site.app.app_context():
        access.replace_link(access.by_reference(reference), by="coordinator", why="astray")
        db.session.commit()
    _status(visit, reference)


@_state("status-taken-back")
def _(visit: Visit) -> None:
    """The department's mailbox took no mail."""
    reference = received(visit)
    _lose(visit, reference, "handover")
    _status(visit, reference)


_page("find", "/status")


@_state("find-errors")
def _(visit: Visit) -> None:
    visit.open("/status")
    visit.press("Send me the link")


@_state("find-sent")
def _(visit: Visit) -> None:
    visit.open("/status")
    visit.fill(reference="EU-2026-9999", email="kim@exempel.example")
    visit.press("Send me the link")


@_state("find-expired")
def _(visit: Visit) -> None:
    visit.open("/status")
    visit.fill(reference="EU-2026-9999", email="kim@exempel.example")
    visit.context.clear_cookies()
    visit.press("Send me the link")


# ---- What cannot be shown ----------------------------------------------------------------------

_page("not-found", "/status/" + "x" * 39)


@_state("unavailable")
def _(visit: Visit) -> None:
    with visit.site.without_database():
        visit.open("/status/" + "x" * 39)


@_state("staff")
def _(visit: Visit) -> None:
    visit.open("/")  # the staff's address names no language: the cookie does
    visit.page.goto(f"{visit.site.url}/staff/sign-in")


@_state("mailbox", is_for_developers=True, languages=("en",))
def _(visit: Visit) -> None:
    visit.site.mail("kim@exempel.example", received(visit))
    visit.open("/")
    visit.page.goto(f"{visit.site.url}/dev/mail/")


@_state("mailbox-mail", is_for_developers=True, languages=("en",))
def _(visit: Visit) -> None:
    name, _mail = visit.site.mail("kim@exempel.example", received(visit))
    visit.open("/")
    visit.page.goto(f"{visit.site.url}/dev/mail/{name}")


# ---- Mails, as a mail program shows them -------------------------------------------------------


@_state("mail-receipt", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "kim@exempel.example", received(visit))


@_state("mail-link-again", is_mail=True)
def _(visit: Visit) -> None:
    reference = received(visit, email="lost@exempel.example")
    visit.site.mail("lost@exempel.example", reference)
    with visit.site.app.app_context():
        access.request_link(reference, "lost@exempel.example", visit.address)
        db.session.commit()
    subject = visit.say("The link to your idea (%(reference)s)", reference=reference)
    _mail(visit, "lost@exempel.example", subject)


@_state("mail-handover", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt.barn-utbildning@", received(visit))


@_state("mail-coordinator", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit))


@_state("mail-coordinator-unclear", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit, **UNCLEAR))


@_state("mail-coordinator-long", is_mail=True)
def _(visit: Visit) -> None:
    changes = {name: value for name, value in LONG.items() if name not in ("email", "goals")}
    _mail(visit, "internationellt@", received(visit, **changes))


@_state("mail-coordinator-personal-number", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit, need=PERSONAL_NUMBER))


@_state("mail-coordinator-spam", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit, trap="spam"))


@_state("mail-undelivered-department", is_mail=True)
def _(visit: Visit) -> None:
    reference = received(visit)
    _lost_mail(visit, reference, "handover")


@_state("mail-undelivered-sender", is_mail=True)
def _(visit: Visit) -> None:
    reference = received(visit)
    _lost_mail(visit, reference, "receipt")


@_state("mail-comment", is_mail=True)
def _(visit: Visit) -> None:
    text = f"Sidan är bra.\n\nMen telefonnumret är fel. {UNBROKEN * 2}"
    with visit.site.app.app_context(), _staff_who_read(visit.language):
        comments.comment("accessibility", text, "", language="sv", address=visit.address)
        db.session.commit()
    _mail(visit, "internationellt@", visit.say("A message about accessibility"))


# ---- What they are made of ---------------------------------------------------------------------


def idea(language: str) -> dict[str, str]:
    """What somebody types who reads in *language*; in English unless we know better."""
    return SENDER | IDEAS.get(language, IDEAS["en"])


def received(visit: Visit, **changes: Any) -> str:
    """The reference of an idea that came in from *visit*."""
    facts = idea(visit.language) | {"language": visit.language, "address": visit.address} | changes
    with visit.site.app.app_context(), _staff_who_read(visit.language):
        reference = receive(make.draft(**facts)).reference
        db.session.commit()
    return reference


def _lose(visit: Visit, reference: str, kind: str) -> None:
    """Have that letter about an idea fail for good."""
    mail = OutgoingMail(key=f"{reference}/{kind}/1", about=reference)
    with visit.site.app.app_context(), _staff_who_read(visit.language):
        take_back(mail)
        db.session.commit()


def _lost_mail(visit: Visit, reference: str, kind: str) -> None:
    _lose(visit, reference, kind)
    subject = visit.say("An email did not arrive (%(reference)s)", reference=reference)
    _mail(visit, "internationellt@", subject)


@contextmanager
def _staff_who_read(language: str) -> Iterator[None]:
    """Letters to staff in *language*, instead of the one that the organisation file says."""
    facts = cast(dict[str, Any], organisation().facts)
    before = facts["language"]
    facts["language"] = language
    yield
    facts["language"] = before


def _status(visit: Visit, reference: str, status: str = "", message: str = "") -> None:
    """Open the status page of an idea that has come to *status*, with a *message* from staff."""
    with visit.site.app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        enquiry.status = status or enquiry.status
        if message:
            record(enquiry, Act.SHARED, by="coordinator", text=message)
        db.session.commit()
    visit.open(f"/status/{visit.site.token(reference)}")


def _mail(visit: Visit, to: str, about: str) -> None:
    """Show the HTML part of a mail by itself: framed, nothing in it may run, not even axe."""
    _name, mail = visit.site.mail(to, about)
    part = mail.get_body(("html",))
    assert part is not None
    visit.page.goto("about:blank")
    visit.page.set_content(part.get_content())
