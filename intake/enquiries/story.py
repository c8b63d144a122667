"""History turned into lines to read. The public's story shows departments, never a person, and
only what was meant for the sender.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Literal

import sqlalchemy as sa
from flask_babel import gettext as _

from intake import clock
from intake.db import db
from intake.directory.organisation import Organisation
from intake.enquiries import wording
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import PUBLIC_STEP, Act, Status
from intake.i18n import Localised, pick
from intake.outbox import queue
from intake.outbox.models import MailFailure, OutgoingMail
from intake.routing.decide import Decision


@dataclass(frozen=True)
class Step:
    """One of the five public steps."""

    number: int
    name: str
    state: Literal["done", "now", "later"]


@dataclass(frozen=True)
class Line:
    """Something that happened, and the text that staff shared with it, if any."""

    at: datetime
    text: str
    shared: str | None = None


@dataclass(frozen=True)
class PublicStory:
    """All that a status page says of one enquiry."""

    reference: str
    title: str
    language: str
    received_at: datetime
    holder_name: Localised
    holder_is_department: bool
    routing_sentence: str
    answer_by: date
    assessment_by: date
    closed: bool
    steps: list[Step]
    lines: list[Line]
    first_answer: Literal["due", "late", "given"]
    assessment_is_due: bool
    has_email: bool
    has_phone: bool
    receipt: bool
    undelivered: bool


def public_story(enquiry: Enquiry, house: Organisation) -> PublicStory:
    """What the sender may see, in the current language."""
    events = list(enquiry.history)
    status = Status(enquiry.status)
    department = house.department(enquiry.department_id)
    lines = [line for event in events if (line := _public_line(event, house))]
    letters = {event.data["letter"] for event in events if event.act == Act.MAILED}

    return PublicStory(
        reference=enquiry.reference,
        title=enquiry.title,
        language=enquiry.language,
        received_at=enquiry.received_at,
        holder_name=(department or house.coordinator).name,
        holder_is_department=department is not None,
        routing_sentence=_routing_sentence(enquiry, house),
        answer_by=enquiry.answer_by,
        assessment_by=enquiry.assessment_by,
        closed=status is Status.CLOSED,
        steps=_steps(PUBLIC_STEP[status]),
        lines=lines,
        first_answer=_first_answer(enquiry, lines),
        assessment_is_due=clock.today() <= enquiry.assessment_by,
        has_email=bool(enquiry.email),
        has_phone=bool(enquiry.phone),
        receipt="receipt" in letters,
        undelivered=queue.has_failed(enquiry.reference, enquiry.email),
    )


def staff_story(enquiry: Enquiry) -> list[str]:
    """The whole history, mail failures included, one line of plain text each, oldest first."""
    lines = [(event.at, _staff_line(event)) for event in enquiry.history]
    failures = db.session.execute(
        sa.select(MailFailure, OutgoingMail.key)
        .join(OutgoingMail, MailFailure.mail_id == OutgoingMail.id)
        .where(OutgoingMail.about == enquiry.reference)
    )
    lines += [
        (
            failure.at,
            f"{_became(failure)} | {key} | {failure.stage} {failure.code or ''} {failure.reply}",
        )
        for failure, key in failures
    ]
    lines.sort(key=itemgetter(0))
    return [f"{clock.local(at):%Y-%m-%d %H:%M:%S} {' '.join(text.split())}" for at, text in lines]


def _became(failure: MailFailure) -> str:
    return "mail failed" if failure.final else "mail put off"


def _first_answer(enquiry: Enquiry, lines: list[Line]) -> Literal["due", "late", "given"]:
    """How the first promise stands. What staff shared here is an answer; a mail of theirs is not
    known to us, so who has had one is told no lie by "late" either.
    """
    if any(line.shared for line in lines):
        return "given"
    return "late" if clock.today() > enquiry.answer_by else "due"


def _routing_sentence(enquiry: Enquiry, house: Organisation) -> str:
    decision = decision_of(enquiry.suggestions[-1])
    if enquiry.department_id != decision.department:
        decision = Decision(department=None, sure="unsure")
    return wording.destination(decision, house)


def _steps(now: int) -> list[Step]:
    names = [
        _("Received"),
        _("Being assessed"),
        _("The department is working on it"),
        _("Decision and application"),
        _("Closed"),
    ]
    return [
        Step(number, name, "done" if number < now else "now" if number == now else "later")
        for number, name in enumerate(names, start=1)
    ]


def _public_line(event: Event, house: Organisation) -> Line | None:
    match event.act:
        case Act.RECEIVED:
            return Line(event.at, _("We received your idea."))
        case Act.ROUTED if event.data["standing"] != "coordinator":
            department = house.posts[event.data["to"]]
            return Line(
                event.at,
                _(
                    "We sent it on: %(department)s. The international coordinator got a copy.",
                    department=pick(department.name)[0],
                ),
            )
        case Act.ROUTED:
            return Line(event.at, _("We gave it to the international coordinator."))
        case Act.MAILED if event.data["letter"] == "link_again":
            return Line(event.at, _("We mailed you the link to this page again."))
        case Act.UNDELIVERED if event.data["department"]:
            department = house.posts[event.data["department"]]
            return Line(
                event.at,
                _(
                    "Our mail did not reach %(department)s, so the international coordinator has "
                    "your idea now.",
                    department=pick(department.name)[0],
                ),
            )
        case Act.LINK_REPLACED:
            return Line(event.at, _("This page got a new link; the old one no longer works."))
        case Act.SHARED:
            return Line(event.at, _("A message to you."), shared=event.data["text"])
    return None


def _staff_line(event: Event) -> str:
    facts = ", ".join(f"{name}={value}" for name, value in event.data.items())
    return " | ".join(part for part in (event.act, event.by_role, event.why, facts) if part)
