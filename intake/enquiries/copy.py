"""A copy of a whole case, for whoever asks for a public document (L12): what it holds, part by
part, and the act of giving it away.
"""

from collections.abc import Collection, Iterator

import sqlalchemy as sa
from flask_babel import gettext as _

from intake.db import db
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries import attachments
from intake.enquiries.access import participations
from intake.enquiries.acts import done
from intake.enquiries.choices import CHANNELS, LABELS, SENDER_KINDS, answers
from intake.enquiries.copy_words import FIELDS
from intake.enquiries.event_words import LETTERS, STATUSES
from intake.enquiries.masking import Part
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act
from intake.enquiries.thread import Entry, thread
from intake.enquiries.wording import name
from intake.i18n import clock_time, day
from intake.links import without_token
from intake.outbox.models import OutgoingMail

#: Their reason is what was learnt, a line for ourselves.
_LEARNT = (Act.CLOSED, Act.REFERRED)

#: These say nothing new of a case, so a copy that was looked at is still whole after them.
_NO_NEWS = (Act.READ, Act.OPENED, Act.RELEASED_COPY)


def parts(enquiry: Enquiry, house: Organisation) -> list[Part]:
    """Everything of *enquiry*, in the current language, each with the reason to mask it, if any.

    A flag is a warning for all that was written (L6); a protected sender, for all that says who it
    is (L7); what staff noted for themselves is no public document before the case is closed.
    """
    return [
        *_register(enquiry, house),
        *_sender(enquiry),
        *_idea(enquiry),
        *_files(enquiry),
        *_history(enquiry, house),
        *_mails(enquiry),
    ]


def release_copy(
    enquiry: Enquiry, *, by: Member, to: str, why: str, masked: Collection[str], words: int
) -> None:
    """Note that a copy is given away: to whom, why, and what was masked of it.

    :param masked: keys of the parts; *words*, how many more were masked. What they say is not kept.
    """
    done(enquiry, Act.RELEASED_COPY, by, why=why, to=to, masked=sorted(masked), words=words)


def news_since(enquiry: Enquiry, seen: int) -> list[Event]:
    """What a copy would hold that one made after the event *seen* did not."""
    return [e for e in enquiry.history if e.id > seen and e.act not in _NO_NEWS]


def _register(enquiry: Enquiry, house: Organisation) -> Iterator[Part]:
    holder = house.post(enquiry.department_id)
    received = f"{day(enquiry.received_at)}, {clock_time(enquiry.received_at)}"
    rows = {
        _("Number"): enquiry.reference,
        _("Received"): f"{received}, {CHANNELS[enquiry.channel]}",
        _("Status"): str(STATUSES[enquiry.status]),
        _("Who has it"): name(holder),
        _("Taking part"): ", ".join(
            name(house.posts[each.department_id]) for each in participations(enquiry)
        ),
        _("Case number"): ", ".join(filter(None, (enquiry.case_number, enquiry.authority))),
    }
    text = "\n".join(f"{label}: {value}" for label, value in rows.items() if value)
    yield Part("register", "register", str(FIELDS["register"]), text)


def _sender(enquiry: Enquiry) -> Iterator[Part]:
    kind = str(SENDER_KINDS.get(enquiry.sender_kind, enquiry.sender_kind))
    yield _field(enquiry, "sender.sender_kind", "sender", kind)
    for field in ("name", "organisation", "email", "phone"):
        reason = _("protected identity") if enquiry.protected else _flag(enquiry)
        yield from _if_said(
            _field(enquiry, f"sender.{field}", "sender", getattr(enquiry, field), reason)
        )


def _idea(enquiry: Enquiry) -> Iterator[Part]:
    yield _field(enquiry, "title", "idea", enquiry.title)
    yield _field(enquiry, "description", "idea", enquiry.description)
    told = [field for field in LABELS if getattr(enquiry, field)]
    for field, (_label, answer) in zip(told, answers(enquiry), strict=True):
        yield _field(enquiry, f"answer.{field}", "idea", answer)


def _files(enquiry: Enquiry) -> Iterator[Part]:
    reason = _("protected identity") if enquiry.protected else _flag(enquiry)
    for files in attachments.of(enquiry).values():
        for file in files:
            size = _("%(size)s kB", size=file.kilobytes)
            yield Part(
                f"file.{file.key}",
                "files",
                _("File"),
                f"{file.name}\n{size}\nSHA-256: {file.sha256}",
                reason=reason,
            )


def _history(enquiry: Enquiry, house: Organisation) -> Iterator[Part]:
    acts = {event.id: event.act for event in enquiry.history}
    for entry in thread(enquiry, house):
        if entry.kind == "mail":
            continue  # they follow, with what they say
        internal = entry.kind == "note" or acts[entry.id] == Act.ASSESSED
        section = "notes" if internal else "written" if entry.kind == "in" else "steps"
        learnt = entry.why if acts[entry.id] in _LEARNT else ""
        yield Part(
            f"event.{entry.id}",
            section,
            entry.what,
            _words(entry, "" if learnt else entry.why),
            entry.at,
            entry.who,
            _secret(enquiry, entry) or (_("internal") if internal else ""),
        )
        if learnt:
            key = f"event.{entry.id}.learnt"
            label = _("What we have learnt")
            yield Part(key, "notes", label, learnt, entry.at, entry.who, _("internal"))


def _mails(enquiry: Enquiry) -> Iterator[Part]:
    for mail in mails_about(enquiry):
        kind = mail.key.split("/")[1]
        yield Part(
            f"mail.{mail.id}",
            "mails",
            _("Email: %(letter)s", letter=LETTERS.get(kind, kind)),
            _("To: %(address)s", address=mail.to_address) + f"\n{mail.subject}\n\n{words_of(mail)}",
            mail.created_at,
            reason=_flag(enquiry),
        )


def mails_about(enquiry: Enquiry) -> list[OutgoingMail]:
    """Every mail about *enquiry*, the first first."""
    asked = sa.select(OutgoingMail).where(OutgoingMail.about == enquiry.reference)
    return list(db.session.scalars(asked.order_by(OutgoingMail.id)))


def words_of(mail: OutgoingMail) -> str:
    """What *mail* says; the secret of the sender's link is never given away."""
    return without_token(mail.text).strip()


def _field(enquiry: Enquiry, key: str, section: str, text: str, reason: str = "") -> Part:
    return Part(key, section, str(FIELDS[key]), text, reason=reason or _flag(enquiry))


def _if_said(part: Part) -> Iterator[Part]:
    if part.text:
        yield part


def _words(entry: Entry, why: str) -> str:
    facts = "\n".join(f"{label}: {value}" for label, value in entry.facts)
    return "\n\n".join(filter(None, (entry.text, facts, why)))


def _secret(enquiry: Enquiry, entry: Entry) -> str:
    """Why what was written with *entry* may be secret."""
    said = entry.text or entry.why or entry.facts
    return _("may fall under secrecy") if entry.secret or (said and enquiry.flagged) else ""


def _flag(enquiry: Enquiry) -> str:
    return _("may fall under secrecy") if enquiry.flagged else ""
