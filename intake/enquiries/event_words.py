"""The history in words for staff, line by line, and what statuses and letters are called."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.values import Organisation
from intake.enquiries import fact_words
from intake.enquiries.choices import CHANNELS
from intake.enquiries.close import REASONS
from intake.enquiries.models import Event
from intake.enquiries.steps import Act
from intake.enquiries.wording import name
from intake.i18n import day

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
    "undelivered": _l("the notice that an email failed"),
    "question": _l("the question"),
    "question_again": _l("the question, once more"),
    "answer": _l("the answer"),
    "placed": _l("who has the idea"),
    "moved": _l("the news of a new step"),
    "parked": _l("the news that it is parked"),
    "closed": _l("the news that it is closed"),
    "reopened": _l("the news that it is open again"),
    "involved": _l("the question whether they take part"),
    "beside": _l("the news that others are asked to take part"),
    "contributed": _l("the answer of a department that takes part"),
    "parted": _l("the notice that a department no longer takes part"),
    "sent_back": _l("the notice that it came back"),
    "news": _l("the notice that the sender has written"),
    "joined": _l("the news that it goes on with another"),
    "led": _l("the news that another goes on with it"),
    "withdrawn": _l("the confirmation of the withdrawal"),
    "withdrawal": _l("the notice that the sender has withdrawn it"),
    "no_longer_yours": _l("the notice that it is no longer theirs to do"),
    "reminder": _l("a reminder"),
    # About no case:
    "sign_in": _l("the link to sign in"),
    "still_you": _l("the question whether somebody is still the contact"),
    "somebody_else": _l("the notice that somebody else has taken over"),
    "welcome": _l("the email to somebody with a new role"),
    "new_keeper": _l("the notice of who can edit the organisation"),
    "daily": _l("the coordinator’s morning email"),
    "digest": _l("one email a day"),
    "comment": _l("a comment on a page"),
}

_WHY_WITHHELD = {
    "no address was given": _l("the sender left no email address"),
    "no address to write to": _l("we have no email address of the sender"),
    "looks like spam": _l("it looks like spam"),
    "the address is a stranger's": _l("the address is somebody else’s"),
    "the address is one of ours": _l("the address is one of ours"),
    "enough letters to this address for now": _l("the address has had enough emails for now"),
}

_SIMPLE = {
    Act.RECEIVED: _l("Received"),
    Act.MARKED: _l("Marked by the service"),
    Act.RELEASED: _l("Not spam: sent on"),
    Act.LINK_REPLACED: _l("The link to the page was replaced"),
    Act.SHARED: _l("Text on the status page"),
    Act.TAKEN: _l("Taken by the coordinator"),
    Act.SENT_BACK: _l("Sent back to the coordinator"),
    Act.RETURNED: _l("Back to the coordinator: nobody had opened it"),
    Act.DEPARTMENT_GONE: _l("Back to the coordinator: the department no longer exists"),
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


def what(event: Event, house: Organisation) -> str:
    """What happened, in one line; also that it came to another authority by that (L11)."""
    words = _what(event, house)
    if event.data.get("other_authority") and event.act == Act.INVOLVED:
        return _("%(what)s (another authority)", what=words)
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
        case Act.INVOLVED:
            asked = who(data["department"], house)
            return _("%(department)s is asked to take part", department=asked)
        case Act.CONTRIBUTED:
            return _("Answer of %(department)s", department=who(data["department"], house))
        case Act.PARTED:
            return _parted(event, house)
        case Act.MOVED if data.get("back"):
            return _("Back to: %(step)s", step=STATUSES[data["to"]])
        case Act.MOVED:
            return _("New step: %(step)s", step=STATUSES[data["to"]])
        case Act.PARKED:
            return _("Parked until %(date)s", date=day(date.fromisoformat(data["until"])))
        case Act.CLOSED:
            return _("Closed: %(reason)s", reason=REASONS[data["reason"]])
        case Act.REFERRED:
            return _("Referred to %(body)s and closed", body=data["body"])
        case Act.REPLIED if data.get("answers"):
            return _("The sender’s answer")
        case Act.WITHDRAWN if event.by_role != "sender":
            return _("Withdrawn at the sender’s request")
        case Act.SET:
            fields = [label for label, _value in fact_words.changed(event)]
            return _("Changed: %(fields)s", fields=", ".join(fields))
        case Act.WITHHELD:
            return _withheld(event)
        case Act.UNDELIVERED:
            letter = LETTERS.get(data["letter"], data["letter"])
            return _("An email did not arrive: %(letter)s", letter=letter)
    return _about_another(event) or str(_SIMPLE.get(Act(event.act), event.act))


def _parted(event: Event, house: Organisation) -> str:
    department = who(event.data["department"], house)
    match event.data.get("because"):
        case "gone":
            return _(
                "%(department)s no longer takes part: it no longer exists", department=department
            )
        case "unreached":
            return _(
                "%(department)s no longer takes part: our email did not reach it",
                department=department,
            )
    return _("%(department)s no longer takes part", department=department)


def _about_another(event: Event) -> str:
    """What happened between this idea and another one; nothing if it is about this one alone."""
    data, other = event.data, event.data.get("to")
    match event.act:
        case Act.LINKED if data["leads"]:
            return _("%(reference)s continues as part of this one", reference=other)
        case Act.LINKED:
            return _("Continues as part of %(reference)s", reference=other)
        case Act.SEPARATED if data.get("withdrawn"):
            return _("%(reference)s, which was part of it, was withdrawn", reference=other)
        case Act.SEPARATED:
            return _("%(reference)s is separate again", reference=other)
        case Act.FOLLOWER_WROTE:
            return _("The sender of %(reference)s, which is part of it, writes", reference=other)
        case Act.LEFT_ALONE:
            return _("%(reference)s, which it is part of, was withdrawn", reference=other)
        case Act.RESEMBLES if data["because"] == "address":
            # Who the two have in common is not said: of one of them it may be kept secret (L7).
            return _("It may be the same as %(reference)s", reference=other)
        case Act.RESEMBLES:
            return _("In nearly the same words as %(reference)s", reference=other)
        case Act.TOLD_APART if data.get("linked"):
            return _("No longer linked to %(reference)s", reference=other)
        case Act.TOLD_APART:
            return _("Not the same as %(reference)s", reference=other)
        case Act.RELATED:
            return _("Linked to %(reference)s", reference=other)
    return ""


def _withheld(event: Event) -> str:
    why = _WHY_WITHHELD.get(event.why, event.why)
    if event.data["letter"] == "receipt":
        return _("No receipt: %(why)s", why=why)
    letter = LETTERS.get(event.data["letter"], event.data["letter"])
    return _("No email (%(letter)s): %(why)s", letter=letter, why=why)


def subject_of(about: str) -> str:
    """What a mail is about, in words: a case by its number, any other by what it is called."""
    code = about.partition("/")[0].replace("-", "_")
    return str(LETTERS.get(code, about))
