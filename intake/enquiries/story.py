"""History turned into lines to read. The public's story shows departments, never a person, and
only what was meant for the sender.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any, Literal

import sqlalchemy as sa
from flask_babel import gettext as _

from intake import clock
from intake.db import db
from intake.directory.organisation import Organisation
from intake.enquiries import access, attachments, wording
from intake.enquiries.acts import for_others
from intake.enquiries.choices import CHANNELS
from intake.enquiries.close import REASONS
from intake.enquiries.models import Attachment, Enquiry, Event
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import PUBLIC_STEP, Act, Status
from intake.i18n import Localised, day, pick
from intake.outbox import queue
from intake.outbox.models import MailFailure, OutgoingMail
from intake.routing.decide import Decision

#: What is done with the one that leads, and shown to those who follow it too.
_TOGETHER = frozenset(
    {
        Act.SHARED,
        Act.ANSWERED,
        Act.HANDED_OVER,
        Act.TAKEN,
        Act.SENT_BACK,
        Act.RETURNED,
        Act.MOVED,
        Act.PARKED,
        Act.WOKEN,
        Act.CLOSED,
        Act.REFERRED,
        Act.REOPENED,
    }
)


@dataclass(frozen=True)
class Step:
    """One of the five public steps."""

    number: int
    name: str
    state: Literal["done", "skipped", "now", "later"]


@dataclass(frozen=True)
class Line:
    """Something that happened, the text that was written to it, if any, and its files."""

    at: datetime
    text: str
    shared: str | None = None
    files: Sequence[Attachment] = ()


@dataclass(frozen=True)
class Ending:
    """How an enquiry ended, as its sender is told."""

    sentence: str
    text: str
    next_step: str


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
    status: Status
    closed: bool
    question: str
    parked_until: date | None
    parked_why: str
    ending: Ending | None
    joined: bool  # it goes on in another one, whose way is shown
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
    leading = access.leading(enquiry)
    at = leading or enquiry  # the one whose way it goes
    way = list(at.history)
    status = Status(at.status)
    department = house.department(at.department_id)
    files = attachments.of(enquiry) if any(e.act == Act.REPLIED for e in events) else {}
    lines = [
        replace(line, files=files.get(event.id, ()))
        for event in events
        if (line := _public_line(event, house))
    ]
    lines = sorted([*lines, *_of_leading(events, house)], key=attrgetter("at"))
    letters = {event.data["letter"] for event in events if event.act == Act.MAILED}

    return PublicStory(
        reference=enquiry.reference,
        title=enquiry.title,
        language=enquiry.language,
        received_at=enquiry.received_at,
        holder_name=(department or house.coordinator).name,
        holder_is_department=department is not None,
        routing_sentence="" if leading else _routing_sentence(enquiry, house),
        answer_by=enquiry.answer_by,
        assessment_by=at.assessment_by,
        status=status,
        closed=status is Status.CLOSED,
        question=_question(enquiry, events),
        parked_until=at.parked_until,
        parked_why=_as_said(_latest(way, Act.PARKED).get("text", ""), leading),
        ending=_ending(way, leading) if status is Status.CLOSED else None,
        joined=leading is not None,
        steps=_steps(PUBLIC_STEP[status], _reached(way)),
        lines=lines,
        first_answer=_first_answer(enquiry, events),
        assessment_is_due=clock.today() <= at.assessment_by,
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


def _first_answer(enquiry: Enquiry, events: list[Event]) -> Literal["due", "late", "given"]:
    """How the first promise stands."""
    if enquiry.first_answer_at or any(event.act == Act.SHARED for event in events):
        return "given"
    return "late" if clock.today() > enquiry.answer_by else "due"


def _question(enquiry: Enquiry, events: list[Event]) -> str:
    """What staff have asked and the sender has not answered yet, or nothing."""
    return str(_latest(events, Act.ASKED)["text"]) if enquiry.question_at else ""


def _latest(events: list[Event], *acts: Act) -> dict[str, Any]:
    """The facts of the latest of these acts; none if there was none."""
    return next((event.data for event in reversed(events) if event.act in acts), {})


def _as_said(text: str, leading: Enquiry | None) -> str:
    """*text* as this page may show it, if it was said about the enquiry that leads."""
    return for_others(text, leading) if leading else text


def _ending(events: list[Event], leading: Enquiry | None) -> Ending | None:
    """The latest end of the story, which may be that of the one that leads."""
    endings = (Act.CLOSED, Act.REFERRED, Act.LINKED, Act.WITHDRAWN)
    for event in reversed(events):
        if event.act in endings and not event.data.get("leads"):
            next_step = _as_said(event.data.get("next", ""), leading)
            if event.act == Act.REFERRED:
                next_step = _("Turn to: %(body)s.", body=event.data["body"])
            if event.act == Act.WITHDRAWN and leading:
                return Ending(
                    _(
                        "The other idea was withdrawn. We look at what that means for yours, and "
                        "tell you."
                    ),
                    "",
                    "",
                )
            own_words = event.act == Act.WITHDRAWN and event.by_role == "sender"
            shared = "" if own_words else _as_said(event.data.get("text", ""), leading)
            return Ending(_end_in_words(event), shared, next_step)
    return None


def _end_in_words(event: Event) -> str:
    match event.act:
        case Act.WITHDRAWN:
            return _("You have withdrawn your idea.")
        case Act.REFERRED:
            return _("We have closed your idea here, because it belongs to another body.")
        case Act.LINKED:
            return _(
                "Somebody else has had nearly the same idea, and the two go on as one. You will "
                "be told what becomes of it."
            )
    reason = REASONS.get(event.data.get("reason", ""))
    if reason is None:
        return _("We have closed your idea.")
    return _("We have closed your idea. The reason: %(reason)s.", reason=str(reason))


def _routing_sentence(enquiry: Enquiry, house: Organisation) -> str:
    decision = decision_of(enquiry.suggestions[-1])
    if enquiry.department_id != decision.department:
        decision = Decision(department=None, sure="unsure")
    return wording.destination(decision, house)


def _reached(events: list[Event]) -> int:
    """The furthest of the five steps that it has been at, the last one left out."""
    return max((_step_of(event) for event in events), default=1)


def _step_of(event: Event) -> int:
    match event.act:
        case Act.MOVED:
            return PUBLIC_STEP[Status(event.data["to"])]
        case Act.HANDED_OVER:
            return PUBLIC_STEP[Status.WITH_DEPARTMENT]
        case Act.TAKEN | Act.SENT_BACK | Act.CLOSED | Act.REFERRED | Act.LINKED:
            return PUBLIC_STEP[Status.ASSESSING]
    return PUBLIC_STEP[Status.RECEIVED]


def _steps(now: int, reached: int) -> list[Step]:
    names = [
        _("Received"),
        _("Being assessed"),
        _("The department is working on it"),
        _("Decision and application"),
        _("Closed"),
    ]
    return [
        Step(number, name, _state(number, now, reached))
        for number, name in enumerate(names, start=1)
    ]


def _state(number: int, now: int, reached: int) -> Literal["done", "skipped", "now", "later"]:
    """A closed idea has not been at every step before: nobody shall think that it was."""
    if number == now:
        return "now"
    if number > now:
        return "later"
    return "skipped" if now == PUBLIC_STEP[Status.CLOSED] and number > reached else "done"


def _of_leading(events: list[Event], house: Organisation) -> Iterator[Line]:
    """What was done with the one that led, for as long as this one followed it."""
    for first, last in _joined(events):
        leading = access.by_reference(first.data["to"])
        for event in leading.history if leading else ():
            if leading is None or event.id < first.id or (last and event.id > last.id):
                continue
            if event.act in _TOGETHER and (words := _in_words(event, house)):
                said = _as_said(event.data.get("text", ""), leading)
                yield Line(event.at, words, shared=said or None)


def _joined(events: list[Event]) -> Iterator[tuple[Event, Event | None]]:
    """From when on it followed another one, and until when, if that has ended."""
    first = None
    for event in events:
        if event.act == Act.LINKED and not event.data["leads"]:
            first = event
        elif event.act == Act.REOPENED and first:
            yield first, event
            first = None
    if first:
        yield first, None


def _public_line(event: Event, house: Organisation) -> Line | None:
    match event.act:
        case Act.RECEIVED if "came_in" in event.data:
            return Line(
                event.at,
                _(
                    "We wrote down your idea, which we received on %(date)s %(way)s.",
                    date=day(event.data["came_in"]),
                    way=CHANNELS[event.data["channel"]],
                ),
            )
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
    if words := _in_words(event, house):
        return Line(event.at, words, shared=event.data.get("text") or None)
    return None


def _in_words(event: Event, house: Organisation) -> str:
    """What was done, where the text to it is for the sender too. Nothing if it is for staff."""
    match event.act:
        case Act.SHARED:
            return _("A message to you.")
        case Act.ASKED:
            return _("We asked you a question.")
        case Act.ANSWERED:
            return _("We answered you.")
        case Act.REPLIED if event.data.get("answers"):
            return _("You answered our question.")
        case Act.REPLIED:
            return _("You wrote to us.")
        case Act.HANDED_OVER if department := house.posts.get(event.data["department"]):
            return _("Now with: %(department)s.", department=pick(department.name)[0])
        case Act.TAKEN:
            return _("The international coordinator is assessing your idea.")
        case Act.SENT_BACK | Act.RETURNED:
            return _("It went back to the international coordinator, who finds out who takes it.")
        case Act.MOVED:
            return _moved(Status(event.data["to"]))
        case Act.PARKED:
            return _("Your idea rests until %(date)s.", date=day(event.data["until"]))
        case Act.WOKEN:
            return _("We took your idea up again.")
        case Act.REOPENED:
            return _("We opened your idea again.")
        case Act.LINKED if event.data["leads"]:
            return _("Somebody else has had nearly the same idea. It goes on together with yours.")
        case Act.CLOSED | Act.REFERRED | Act.LINKED | Act.WITHDRAWN:
            return _end_in_words(event)
    return ""


def _moved(to: Status) -> str:
    match to:
        case Status.DEVELOPING:
            return _("We have begun to make a project of your idea.")
        case Status.APPLYING:
            return _("We have begun to write an application for EU money.")
        case Status.APPLIED:
            return _("We have sent the application.")
        case Status.GRANTED:
            return _("The application was granted: there is EU money for it.")
    return ""


def _staff_line(event: Event) -> str:
    facts = ", ".join(f"{name}={value}" for name, value in event.data.items())
    return " | ".join(part for part in (event.act, event.by_role, event.why, facts) if part)
