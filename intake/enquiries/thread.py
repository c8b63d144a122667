"""The thread of one enquiry, for staff: everything that has happened, each with who and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.values import Organisation
from intake.enquiries import attachments, copy_words, fact_words
from intake.enquiries.event_words import LETTERS, what, who
from intake.enquiries.models import Attachment, Enquiry, Event
from intake.enquiries.steps import Act
from intake.enquiries.veil import veiled
from intake.outbox import kept

_MAIL_STATES = {
    "queued": _l("waiting to be sent"),
    "sending": _l("being sent"),
    "sent": _l("accepted by the mail server"),
    "failed": _l("failed"),
    "kept": _l("waits for the morning email"),
    "told": _l("included in the morning email"),
}

_MISSING = {
    "away": _l("Its contact is away."),
    "unreachable": _l("Its contact cannot be reached by email."),
}


#: Their words are for other departments. They are stored as a reason is, so that no page for the
#: sender can show them.
_AMONG_STAFF = (Act.INVOLVED, Act.CONTRIBUTED)

_KINDS = {
    Act.REPLIED: "in",
    Act.FOLLOWER_WROTE: "in",
    Act.ASKED: "out",
    Act.ANSWERED: "out",
    Act.SHARED: "out",
    Act.CONTRIBUTED: "answer",
    Act.NOTED: "note",
}

#: An act and its letters are stored in one transaction, so they are hardly apart.
_ONE_ACT = timedelta(seconds=5)


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    id: int
    at: datetime
    who: str
    what: str
    text: str = ""  # what was written, as it was written
    facts: Sequence[tuple[str, str]] = ()  # what was set or answered, each with its label
    #: step, border, in (from the sender), out (to the sender), answer (of a department), note, mail
    kind: str = "step"
    why: str = ""
    secret: bool = False
    failed: bool = False
    files: list[Attachment] = field(default_factory=list)
    mails: Sequence["Entry"] = ()  # the letters that it sent, see :func:`folded`


def thread(enquiry: Enquiry, house: Organisation, *, hidden: bool = False) -> list[Entry]:
    """Everything that has happened to *enquiry*, oldest first, in the current language. Who has
    read it stands apart: see :func:`readings`.

    :param hidden: keep it from the reader who the sender is.
    """
    states = {key.split("/", 1)[1]: state for key, state in kept.states(enquiry.reference).items()}
    files = attachments.of(enquiry)
    counted: dict[str, int] = {}
    to_place = False  # is what the coordinator gets no copy, but the idea itself
    entries = []
    for event in enquiry.history:
        if event.act == Act.READ:
            continue
        if event.act == Act.MAILED:
            kind = event.data["letter"]
            counted[kind] = counted.get(kind, 0) + 1
            state = states.get(f"{kind}/{counted[kind]}", "queued")
            entries.append(_mail(event, state, house, to_place=to_place))
        else:
            entries.append(_entry(event, files.get(event.id, []), house))
            to_place = event.act == Act.ROUTED and event.data["standing"] == "coordinator"
    if hidden:
        return [
            replace(
                each,
                text=veiled(each.text, enquiry),
                why=veiled(each.why, enquiry),
                facts=[(label, veiled(value, enquiry)) for label, value in each.facts],
            )
            for each in entries
        ]
    return entries


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """*entries* with the letters that each act has sent put into it. A letter that failed stays for
    itself, as does one that nobody's act has sent.
    """
    shown: list[Entry] = []
    act = -1
    for entry in entries:
        if entry.kind != "mail":
            act = len(shown)
        elif act >= 0 and not entry.failed and entry.at - shown[act].at < _ONE_ACT:
            shown[act] = replace(shown[act], mails=(*shown[act].mails, entry))
            continue
        shown.append(entry)
    return shown


def readings(enquiry: Enquiry, house: Organisation) -> list[tuple[datetime, str]]:
    """When a flagged enquiry was read, and by whom, oldest first."""
    return [
        (event.at, who(event.by_role, house)) for event in enquiry.history if event.act == Act.READ
    ]


def _mail(event: Event, state: str, house: Organisation, *, to_place: bool) -> Entry:
    letter = str(LETTERS.get(event.data["letter"], event.data["letter"]))
    if to_place and event.data["letter"] == "coordinator":
        letter = _("the idea, to be placed")
    to = _("the sender") if event.data["to"] == "sender" else event.data["to"]
    return Entry(
        event.id,
        event.at,
        who(event.by_role, house),
        _(
            "Email to %(to)s: %(letter)s (%(state)s)",
            to=to,
            letter=letter,
            state=_MAIL_STATES[state],
        ),
        kind="mail",
        failed=state == "failed",
    )


def _entry(event: Event, files: list[Attachment], house: Organisation) -> Entry:
    data = event.data
    kind = _KINDS.get(Act(event.act), "step")
    if data.get("other_authority"):
        kind = "border"
    return Entry(
        event.id,
        event.at,
        who(event.by_role, house),
        what(event, house),
        text="\n\n".join(filter(None, _said(event))),
        facts=_facts(event),
        kind=kind,
        why="\n".join(filter(None, _why(event))),
        secret=bool(data.get("secret")),
        files=files,
    )


def _said(event: Event) -> Iterator[str]:
    """What was written by it, to the sender or among staff."""
    yield event.data.get("text", "")
    yield event.data.get("next", "")
    if event.act in _AMONG_STAFF:
        yield event.why


def _why(event: Event) -> Iterator[str]:
    """Why the contact did not get it, and the reason that whoever acted gave."""
    yield str(_MISSING.get(event.data.get("missing", ""), ""))
    if event.act in _AMONG_STAFF:
        return
    if event.by_role not in ("system", "sender"):  # else it is the service's words, for the log
        yield event.why


def _facts(event: Event) -> list[tuple[str, str]]:
    match event.act:
        case Act.SET:
            return fact_words.changed(event)
        case Act.MOVED:
            return fact_words.at_step(event)
        case Act.ASSESSED:
            return fact_words.assessed(event)
        case Act.RELEASED_COPY:
            return copy_words.released(event)
    return []


def latest_assessment(enquiry: Enquiry) -> list[tuple[str, str]]:
    """The answers that hold now, each with its question; none if nobody has assessed it."""
    assessments = [event for event in enquiry.history if event.act == Act.ASSESSED]
    return fact_words.assessed(assessments[-1]) if assessments else []
