"""All that a status page says of an idea: where it is, what is asked, how it ended."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from flask_babel import gettext as _

from intake import clock
from intake.directory.values import Organisation
from intake.enquiries import access, attachments, attention, wording
from intake.enquiries.acts import for_others, goes_on_as
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.promise import has_spoken
from intake.enquiries.public_lines import Line, end_in_words, in_words, public_line
from intake.enquiries.public_steps import Step, steps
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import Act, Status
from intake.i18n import Localised
from intake.outbox import queue
from intake.routing.decide import Decision

#: What is done with the one that leads, and shown to those who follow it too.
_TOGETHER = frozenset(
    {
        Act.SHARED,
        Act.ANSWERED,
        Act.HANDED_OVER,
        Act.INVOLVED,
        Act.PARTED,
        Act.TAKEN,
        Act.SENT_BACK,
        Act.RETURNED,
        Act.DEPARTMENT_GONE,
        Act.MOVED,
        Act.PARKED,
        Act.WOKEN,
        Act.CLOSED,
        Act.REFERRED,
        Act.REOPENED,
    }
)


@dataclass(frozen=True)
class Ending:
    """How an enquiry ended, as its sender is told: by our decision, at the sender's own wish, as a
    project that is done, or not yet, because the one that it follows was withdrawn.
    """

    sentence: str
    text: str
    next_step: str
    kind: Literal["ours", "withdrawn", "done", "undecided"] = "ours"


@dataclass(frozen=True)
class PublicStory:
    """All that a status page says of one enquiry."""

    reference: str
    title: str  # empty where what was written may be secret
    language: str
    received_at: datetime
    holder_name: Localised
    holder_is_department: bool
    together: list[Localised]  # the departments that take part
    routing_sentence: str
    answer_by: date
    assessment_by: date
    decide_by: date | None  # until when the department says what it wants, if that lies ahead
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
    question = _latest(events, Act.ASKED) if enquiry.question_at else None
    parked = _latest(way, Act.PARKED) if at.parked_until else None
    ended = _end(way) if status is Status.CLOSED else None
    ending = _ending(ended, leading) if ended else None
    at_top = (question, parked, ended if ending and ending.text else None)
    undecided = ending is not None and ending.kind == "undecided"
    if undecided:
        department = None
    above = {event.id for event in at_top if event}  # what they say is not said twice
    letters = {event.data["letter"] for event in events if event.act == Act.MAILED}

    return PublicStory(
        reference=enquiry.reference,
        title="" if enquiry.flagged else enquiry.title,
        language=enquiry.language,
        received_at=enquiry.received_at,
        holder_name=(department or house.coordinator).name,
        holder_is_department=department is not None,
        together=[
            post.name
            for each in access.participations(at)
            if (post := house.department(each.department_id)) and status is not Status.CLOSED
        ],
        routing_sentence="" if leading or enquiry.flagged else _routing_sentence(enquiry, house),
        answer_by=enquiry.answer_by,
        assessment_by=at.assessment_by,
        decide_by=_decide_by(at, house),
        status=status,
        closed=status is Status.CLOSED,
        question=question.data["text"] if question else "",
        parked_until=at.parked_until,
        parked_why=_as_said(parked.data["text"], leading) if parked else "",
        ending=ending,
        joined=leading is not None,
        steps=steps(Status.ASSESSING if undecided else goes_on_as(at), way),
        lines=[
            replace(line, shared=None if event.id in above else line.shared)
            for event, line in sorted(_lines(enquiry, events, house), key=lambda pair: pair[1].at)
        ],
        first_answer=_first_answer(enquiry),
        assessment_is_due=clock.today() <= at.assessment_by,
        has_email=bool(enquiry.email),
        has_phone=bool(enquiry.phone),
        receipt="receipt" in letters,
        undelivered=queue.has_failed(enquiry.reference, enquiry.email),
    )


def _decide_by(at: Enquiry, house: Organisation) -> date | None:
    day = attention.decide_by(at, house)
    return day if at.status == Status.WITH_DEPARTMENT and clock.today() <= day else None


def _first_answer(enquiry: Enquiry) -> Literal["due", "late", "given"]:
    """How the first promise stands."""
    if enquiry.first_answer_at or has_spoken(enquiry):
        return "given"
    return "late" if clock.today() > enquiry.answer_by else "due"


def _latest(events: list[Event], act: Act) -> Event | None:
    return next((event for event in reversed(events) if event.act == act), None)


def _as_said(text: str, leading: Enquiry | None) -> str:
    """*text* as this page may show it, if it was said about the enquiry that leads."""
    return for_others(text, leading) if leading else text


def _end(events: list[Event]) -> Event | None:
    """The latest end of the story."""
    endings = (Act.CLOSED, Act.REFERRED, Act.LINKED, Act.WITHDRAWN)
    ends = (e for e in reversed(events) if e.act in endings and not e.data.get("leads"))
    return next(ends, None)


def _ending(event: Event, leading: Enquiry | None) -> Ending:
    """What *event*, which may be the end of the one that leads, is to the sender."""
    withdrawn = event.act == Act.WITHDRAWN
    if withdrawn and leading:
        words = _(
            "The other idea was withdrawn. We look at what that means for yours, and tell you."
        )
        return Ending(words, "", "", kind="undecided")
    next_step = _as_said(event.data.get("next", ""), leading)
    if event.act == Act.REFERRED:
        body = _as_said(event.data["body"], leading)
        next_step = _("Turn to: %(body)s.", body=body) if body else ""
    own_words = withdrawn and event.by_role == "sender"
    said = "" if own_words else _as_said(event.data.get("text", ""), leading)
    done = event.data.get("reason") == "completed"
    kind: Any = "withdrawn" if withdrawn else "done" if done else "ours"
    return Ending(end_in_words(event), said, next_step, kind=kind)


def _routing_sentence(enquiry: Enquiry, house: Organisation) -> str:
    """Why it is where it is. Nothing while it rests or once that is over, or when people have
    chosen another place: the history tells that.
    """
    decision = decision_of(enquiry.suggestions[-1])
    if enquiry.status in (Status.PARKED, Status.CLOSED):
        return ""
    if enquiry.department_id != decision.department:
        if enquiry.department_id is not None:
            return ""
        decision = Decision(department=None, sure="unsure")
    return wording.destination(decision, house)


def _lines(
    enquiry: Enquiry, events: list[Event], house: Organisation
) -> Iterator[tuple[Event, Line]]:
    """What has happened to *enquiry*, with the files that came, and to the one that led it."""
    files = attachments.of(enquiry) if _latest(events, Act.REPLIED) else {}
    for event in events:
        if line := public_line(event, house):
            yield event, replace(line, files=files.get(event.id, ()))
    yield from _of_leading(events, house)


def _of_leading(events: list[Event], house: Organisation) -> Iterator[tuple[Event, Line]]:
    """What was done with the one that led, for as long as this one followed it."""
    for first, last in _joined(events):
        leading = access.by_reference(first.data["to"])
        for event in leading.history if leading else ():
            if leading is None or event.id < first.id or (last and event.id > last.id):
                continue
            if event.act in _TOGETHER and (words := in_words(event, house)):
                said = _as_said(event.data.get("text", ""), leading)
                yield event, Line(event.at, words, shared=said or None)


def _joined(events: list[Event]) -> Iterator[tuple[Event, Event | None]]:
    """From when on it followed another one, and until when, if that has ended."""
    first = None
    for event in events:
        if event.act == Act.LINKED and not event.data["leads"]:
            first = event
        elif event.act in (Act.REOPENED, Act.WITHDRAWN) and first:
            yield first, event
            first = None
    if first:
        yield first, None
