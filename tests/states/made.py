"""What states are made of: an idea, who sent it, and what has happened to it since."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa

from intake.db import db
from intake.directory.members import Member, member
from intake.directory.organisation import organisation
from intake.enquiries import access
from intake.enquiries.models import Enquiry
from intake.enquiries.receive import receive
from intake.enquiries.steps import Act, record
from intake.enquiries.undelivered import take_back
from intake.outbox.models import OutgoingMail
from tests import make
from tests.browser import Visit

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
LONG_STORED = LONG | {"goals": [4, 12, 17]}
PERSONAL_NUMBER = "Ring mig, mitt nummer är 19121212-1212."  # Skatteverket's own example


def idea(language: str) -> dict[str, str]:
    """What somebody types who reads in *language*; in English unless we know better."""
    return SENDER | IDEAS.get(language, IDEAS["en"])


def received(visit: Visit, **changes: Any) -> str:
    """The reference of an idea that came in from *visit*."""
    facts = idea(visit.language) | {"language": visit.language, "address": visit.address} | changes
    with visit.site.app.app_context(), staff_who_read(visit.language):
        reference = receive(make.draft(**facts)).reference
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        enquiry.resembles_id = None  # all of them are alike
        db.session.commit()
    return reference


def lose(visit: Visit, reference: str, kind: str) -> None:
    """Have that letter about an idea fail for good."""
    lost = sa.select(OutgoingMail).filter_by(key=f"{reference}/{kind}/1")
    with visit.site.app.app_context(), staff_who_read(visit.language):
        mail = db.session.scalars(lost).one()
        mail.state, mail.due_at = "failed", None
        take_back(mail)
        db.session.commit()


@contextmanager
def staff_who_read(language: str) -> Iterator[None]:
    """Letters to staff in *language*, instead of the one that the organisation file says."""
    facts = cast(dict[str, Any], organisation().facts)
    before = facts["language"]
    facts["language"] = language
    yield
    facts["language"] = before


def show_status(visit: Visit, reference: str, status: str = "", message: str = "") -> None:
    """Open the status page of an idea that has come to *status*, with a *message* from staff."""
    with visit.site.app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        enquiry.status = status or enquiry.status
        if message:
            record(enquiry, Act.SHARED, by="coordinator", text=message)
        db.session.commit()
    visit.open(f"/status/{visit.site.token(reference)}")


def happened(visit: Visit, *acts: Callable[[Enquiry], object], **changes: Any) -> str:
    """The reference of an idea from *visit* to which *acts* have happened, one after the other."""
    reference = received(visit, **changes)
    for act in acts:
        happen(visit, reference, act)
    return reference


def happen(visit: Visit, reference: str, act: Callable[[Enquiry], object]) -> None:
    """Let somebody else do something with an idea."""
    with visit.site.app.app_context(), staff_who_read(visit.language):
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        act(enquiry)
        db.session.commit()


def staff(email: str) -> Member:
    """Who has that address, inside an application context."""
    found = member(organisation(), email)
    assert found is not None
    return found


def show_mail(visit: Visit, html: str) -> None:
    """Show the HTML part of a mail by itself: framed, nothing in it may run, not even axe."""
    visit.page.goto("about:blank")
    visit.page.set_content(html)
