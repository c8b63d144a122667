"""What has happened to an idea, in words for its sender: departments, never a person, and only what
was meant for the sender.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from intake.directory.values import Organisation
from intake.enquiries.choices import CHANNELS
from intake.enquiries.close import REASONS
from intake.enquiries.models import Attachment, Event
from intake.enquiries.steps import Act, Status
from intake.i18n import day, pick


@dataclass(frozen=True)
class Line:
    """Something that happened, the text that was written to it, if any, and its files."""

    at: datetime
    text: str
    shared: str | None = None
    files: Sequence[Attachment] = ()


def public_line(event: Event, house: Organisation) -> Line | None:
    """What *event* is to the sender; None if it is nothing to them."""
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
            return Line(event.at, _("We emailed you the link to this page again."))
        case Act.UNDELIVERED if event.data["department"]:
            department = house.posts[event.data["department"]]
            return Line(
                event.at,
                _(
                    "Our email did not reach %(department)s, so the international coordinator has "
                    "your idea now.",
                    department=pick(department.name)[0],
                ),
            )
        case Act.LINK_REPLACED:
            return Line(event.at, _("This page got a new link; the old one no longer works."))
    if words := in_words(event, house):
        return Line(event.at, words, shared=event.data.get("text") or None)
    return None


def in_words(event: Event, house: Organisation) -> str:
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
        case Act.INVOLVED if department := house.posts.get(event.data["department"]):
            return _(
                "We asked %(department)s to help with your idea.",
                department=pick(department.name)[0],
            )
        case Act.PARTED if department := house.posts.get(event.data["department"]):
            return _(
                "%(department)s no longer helps with your idea.",
                department=pick(department.name)[0],
            )
        case Act.TAKEN:
            return _("The international coordinator is assessing your idea.")
        case Act.SENT_BACK | Act.RETURNED | Act.DEPARTMENT_GONE:
            return _("It went back to the international coordinator, who finds out who takes it.")
        case Act.MOVED:
            return _moved(Status(event.data["to"]), back=event.data.get("back", False))
        case Act.PARKED:
            return _("Your idea is on hold until %(date)s.", date=day(event.data["until"]))
        case Act.WOKEN:
            return _("We took your idea up again.")
        case Act.REOPENED:
            return _("We opened your idea again.")
        case Act.LINKED if event.data["leads"]:
            return _(
                "Somebody else has had nearly the same idea. It continues together with yours."
            )
        case Act.CLOSED | Act.REFERRED | Act.LINKED | Act.WITHDRAWN:
            return end_in_words(event)
    return ""


def _moved(to: Status, *, back: bool) -> str:
    match to:
        case Status.DEVELOPING if back:
            return _("We are not writing an application for now. We go on developing your idea.")
        case Status.DEVELOPING:
            return _("We have begun to make a project of your idea.")
        case Status.APPLYING:
            return _("We have begun to write an application for EU money.")
        case Status.APPLIED:
            return _("We have sent the application.")
        case Status.GRANTED:
            return _("The application was granted: there is EU money for it.")
    return ""


def end_in_words(event: Event) -> str:
    """How it ended, in a sentence to its sender."""
    match event.act:
        case Act.WITHDRAWN:
            return _("You have withdrawn your idea.")
        case Act.REFERRED:
            return _(
                "We have closed the case about your idea here, because it belongs to another body."
            )
        case Act.LINKED:
            return _(
                "Somebody else has had nearly the same idea, and the two continue as one. You "
                "will be told what becomes of it."
            )
    reason = event.data.get("reason", "")
    if reason == "completed":
        return _("The project that came out of your idea is done. Thank you!")
    if reason == "no_answer":
        return _(
            "We have closed the case about your idea, because our question has not been answered."
        )
    if reason not in REASONS or reason == "other":
        return _("We have closed the case about your idea.")
    words = str(REASONS[reason])
    return _("We have closed the case about your idea. The reason: %(reason)s.", reason=words)
