"""The thread of one enquiry, for staff: everything that has happened, each with who and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.organisation import Organisation
from intake.enquiries import attachments, copy_words, fact_words
from intake.enquiries.choices import CHANNELS
from intake.enquiries.close import REASONS
from intake.enquiries.models import Attachment, Enquiry, Event
from intake.enquiries.steps import Act, Status
from intake.enquiries.veil import veiled
from intake.enquiries.wording import name
from intake.i18n import day
from intake.outbox import kept

STATUSES = {
    "received": _l("New"),
    "assessing": _l("Being assessed"),
    "with_department": _l("With the department"),
    "developing": _l("Being developed"),
    "applying": _l("Application being written"),
    "applied": _l("Application sent"),
    "granted": _l("Granted"),
    "parked": _l("Parked"),
    "closed": _l("Closed"),
}

LETTERS = {
    "receipt": _l("the receipt"),
    "link_again": _l("the link to the page"),
    "handover": _l("the hand-over"),
    "coordinator": _l("the copy to the coordinator"),
    "undelivered": _l("the notice that a letter failed"),
    "question": _l("the question"),
    "question_again": _l("the question, once more"),
    "answer": _l("the answer"),
    "placed": _l("who has the idea"),
    "moved": _l("the news of a new step"),
    "parked": _l("the news that it rests"),
    "closed": _l("the news that it is closed"),
    "reopened": _l("the news that it is open again"),
    "sent_back": _l("the notice that it came back"),
    "news": _l("the notice that the sender has written"),
    "joined": _l("the news that it goes on with another"),
    "led": _l("the news that another goes on with it"),
    "withdrawn": _l("the confirmation of the withdrawal"),
    "withdrawal": _l("the notice that the sender has withdrawn it"),
    "reminder": _l("a reminder"),
}

_MAIL_STATES = {
    "queued": _l("waits to leave"),
    "sending": _l("is leaving"),
    "sent": _l("taken by the mail server"),
    "failed": _l("failed"),
    "kept": _l("waits for the morning letter"),
    "told": _l("told in the morning letter"),
}

_MISSING = {
    "away": _l("Its contact is away."),
    "unreachable": _l("Its contact cannot be reached by mail."),
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    id: int
    at: datetime
    who: str
    what: str
    text: str = ""  # what was written, as it was written
    facts: Sequence[tuple[str, str]] = ()  # what was set or answered, each with its label
    kind: str = "step"  # step, border, in (from the sender), out (to the sender), note, mail
    why: str = ""
    secret: bool = False
    failed: bool = False
    files: list[Attachment] = field(default_factory=list)


def thread(enquiry: Enquiry, house: Organisation, *, hidden: bool = False) -> list[Entry]:
    """Everything that has happened to *enquiry*, oldest first, in the current language. Who has
    read it stands apart: see :func:`readings`.

    :param hidden: keep it from the reader who the sender is.
    """
    states = {key.split("/", 1)[1]: state for key, state in kept.states(enquiry.reference).items()}
    files = attachments.of(enquiry)
    counted: dict[str, int] = {}
    entries = []
    for event in enquiry.history:
        if event.act == Act.READ:
            continue
        if event.act == Act.MAILED:
            kind = event.data["letter"]
            counted[kind] = counted.get(kind, 0) + 1
            state = states.get(f"{kind}/{counted[kind]}", "queued")
            entries.append(_mail(event, state, house))
        else:
            entries.append(_entry(event, files.get(event.id, []), house))
    if hidden:
        return [
            replace(each, text=veiled(each.text, enquiry), why=veiled(each.why, enquiry))
            for each in entries
        ]
    return entries


def readings(enquiry: Enquiry, house: Organisation) -> list[tuple[datetime, str]]:
    """When a flagged enquiry was read, and by whom, oldest first."""
    return [
        (event.at, who(event.by_role, house)) for event in enquiry.history if event.act == Act.READ
    ]


def who(by: str, house: Organisation) -> str:
    """Whoever acted, in words: a department or a role, never a person's name."""
    roles = {
        "sender": _("the sender"),
        "system": _("the service"),
        "coordinator": _("the coordinator"),
        "operator": _("whoever runs the service"),
    }
    post = house.department(by)
    return roles.get(by) or (name(post) if post else by)


def _mail(event: Event, state: str, house: Organisation) -> Entry:
    letter = str(LETTERS.get(event.data["letter"], event.data["letter"]))
    to = _("the sender") if event.data["to"] == "sender" else event.data["to"]
    return Entry(
        event.id,
        event.at,
        who(event.by_role, house),
        _(
            "Mail to %(to)s: %(letter)s (%(state)s)",
            to=to,
            letter=letter,
            state=_MAIL_STATES[state],
        ),
        kind="mail",
        failed=state == "failed",
    )


def _entry(event: Event, files: list[Attachment], house: Organisation) -> Entry:
    data = event.data
    kind = {Act.REPLIED: "in", Act.NOTED: "note"}.get(Act(event.act), "step")
    if event.act in (Act.ASKED, Act.ANSWERED, Act.SHARED):
        kind = "out"
    if data.get("other_authority"):
        kind = "border"
    return Entry(
        event.id,
        event.at,
        who(event.by_role, house),
        what(event, house),
        text="\n\n".join(filter(None, (data.get("text", ""), data.get("next", "")))),
        facts=_facts(event),
        kind=kind,
        why="\n".join(filter(None, _why(event))),
        secret=bool(data.get("secret")),
        files=files,
    )


def _why(event: Event) -> Iterator[str]:
    """Why the contact did not get it, and the reason that whoever acted gave."""
    yield str(_MISSING.get(event.data.get("missing", ""), ""))
    if event.by_role != "system":  # the service's reasons are for the log
        yield event.why


def _facts(event: Event) -> list[tuple[str, str]]:
    match event.act:
        case Act.SET:
            return fact_words.changed(event)
        case Act.MOVED if event.data["to"] == Status.DEVELOPING:
            return fact_words.begun(event)
        case Act.ASSESSED:
            return fact_words.assessed(event)
        case Act.RELEASED_COPY:
            return copy_words.released(event)
    return []


def latest_assessment(enquiry: Enquiry) -> list[tuple[str, str]]:
    """The answers that hold now, each with its question; none if nobody has assessed it."""
    assessments = [event for event in enquiry.history if event.act == Act.ASSESSED]
    return fact_words.assessed(assessments[-1]) if assessments else []


def what(event: Event, house: Organisation) -> str:
    """What happened, in one line; also that it came to another authority by that (L11)."""
    words = _what(event, house)
    if event.data.get("other_authority"):
        return _("%(what)s, across to another authority", what=words)
    return words


def _what(event: Event, house: Organisation) -> str:
    data = event.data
    match event.act:
        case Act.RECEIVED if "came_in" in data:
            return _(
                "Entered; it came in on %(date)s %(way)s",
                date=day(data["came_in"]),
                way=CHANNELS[data["channel"]],
            )
        case Act.ROUTED if data["standing"] == "coordinator":
            return _("The service gave it to the coordinator")
        case Act.ROUTED:
            return _("The service sent it to %(department)s", department=who(data["to"], house))
        case Act.HANDED_OVER if data.get("other_authority"):
            return _(
                "Handed over from %(before)s to %(department)s",
                before=who(data["before"] or "coordinator", house),
                department=who(data["department"], house),
            )
        case Act.HANDED_OVER:
            return _("Handed over to %(department)s", department=who(data["department"], house))
        case Act.MOVED:
            return _("New step: %(step)s", step=STATUSES[data["to"]])
        case Act.PARKED:
            return _("Parked until %(date)s", date=day(date.fromisoformat(data["until"])))
        case Act.CLOSED:
            return _("Closed: %(reason)s", reason=REASONS[data["reason"]])
        case Act.REFERRED:
            return _("Referred to %(body)s and closed", body=data["body"])
        case Act.LINKED if data["leads"]:
            return _("%(reference)s goes on as part of this one", reference=data["to"])
        case Act.LINKED:
            return _("Goes on as part of %(reference)s", reference=data["to"])
        case Act.SEPARATED if data.get("withdrawn"):
            return _("%(reference)s, which went on in it, was withdrawn", reference=data["to"])
        case Act.SEPARATED:
            return _("%(reference)s goes its own way again", reference=data["to"])
        case Act.LEFT_ALONE:
            return _("%(reference)s, in which it goes on, was withdrawn", reference=data["to"])
        case Act.RESEMBLES if data["because"] == "address":
            return _("From the same address as %(reference)s", reference=data["to"])
        case Act.RESEMBLES:
            return _("In nearly the same words as %(reference)s", reference=data["to"])
        case Act.REPLIED if data.get("answers"):
            return _("The sender answers the question")
        case Act.TOLD_APART if data.get("linked"):
            return _("No longer linked to %(reference)s", reference=data["to"])
        case Act.TOLD_APART:
            return _("Not the same as %(reference)s", reference=data["to"])
        case Act.RELATED:
            return _("Linked to %(reference)s", reference=data["to"])
        case Act.WITHDRAWN if event.by_role != "sender":
            return _("Withdrawn at the sender’s wish")
        case Act.SET:
            fields = [label for label, _value in fact_words.changed(event)]
            return _("Changed: %(fields)s", fields=", ".join(fields))
        case Act.WITHHELD:
            letter = LETTERS.get(data["letter"], data["letter"])
            return _("No mail was written: %(letter)s", letter=letter)
        case Act.UNDELIVERED:
            letter = LETTERS.get(data["letter"], data["letter"])
            return _("A mail did not arrive: %(letter)s", letter=letter)
    return str(_SIMPLE.get(Act(event.act), event.act))


_SIMPLE = {
    Act.RECEIVED: _l("Received"),
    Act.MARKED: _l("Marked by the service"),
    Act.RELEASED: _l("No spam: sent on its way"),
    Act.LINK_REPLACED: _l("The link to the page was replaced"),
    Act.SHARED: _l("Text on the status page"),
    Act.TAKEN: _l("Taken by the coordinator"),
    Act.SENT_BACK: _l("Sent back to the coordinator"),
    Act.RETURNED: _l("Back to the coordinator: nobody had opened it"),
    Act.OPENED: _l("Opened by the department"),
    Act.READ: _l("Read"),
    Act.ASKED: _l("Question to the sender"),
    Act.REPLIED: _l("The sender writes"),
    Act.ANSWERED: _l("Answer to the sender"),
    Act.DEALT_WITH: _l("Dealt with"),
    Act.NOTED: _l("Note"),
    Act.ASSESSED: _l("Assessed"),
    Act.WOKEN: _l("Taken up again"),
    Act.REOPENED: _l("Opened again"),
    Act.WITHDRAWN: _l("Withdrawn by the sender"),
    Act.REMINDED: _l("Reminder sent"),
    Act.RELEASED_COPY: _l("A copy was released"),
}
