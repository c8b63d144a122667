"""What is said when a verb has been done: what happened, and whom a mail goes to, as the history
has it. Each function gets the events that the verb has added, and who did it.
"""

from collections.abc import Sequence
from datetime import date

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from intake import clock, i18n
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import access
from intake.enquiries.event_words import STATUSES, who
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, Status
from intake.i18n import language


def mailed(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """Whom it has written to, or that it could not write to the sender; else nothing.

    A sender whom *by* may not know is called so.
    """
    letters = _letters(events)
    to = [_address(event, enquiry, by) for event in letters if event.act == Act.MAILED]
    sentences = []
    if to:
        recipients = format_list(to, locale=language())
        sentences.append(_("An email is on its way to %(to)s.", to=recipients))
    if any(event.act == Act.WITHHELD for event in letters):
        sentences.append(_unreached(enquiry, by))
    return " ".join(sentences)


def handed_over(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """It was handed over, or confirmed where it was."""
    told = _the(Act.HANDED_OVER, events).data
    department = who(told["department"], organisation())
    if told["department"] != told["before"]:
        done = _("Handed over to %(department)s.", department=department)
        return f"{done} {mailed(enquiry, events, by)}"
    letters = _letters(events)
    if [event.data.get("to") for event in letters] == ["sender"]:
        return _(
            "Confirmed. We email %(to)s that the idea is with %(department)s.",
            to=_address(letters[0], enquiry, by),
            department=department,
        )
    done = _("Confirmed: the idea is with %(department)s.", department=department)
    return f"{done} {mailed(enquiry, events, by)}"


def answered(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """The answer leaves, or stands on the status page alone."""
    [letter, *_followers] = _letters(events)
    if letter.act == Act.MAILED:
        to = _address(letter, enquiry, by)
        return _("The answer is on its way to %(to)s.", to=to)
    shown = _("The answer is shown on the page of the idea.")
    return f"{shown} {_unreached(enquiry, by)}"


def asked(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """The question leaves, and is asked again after some days; or stands on the status page."""
    [letter] = _letters(events)
    if letter.act == Act.MAILED:
        days = organisation().facts["promise"]["ask_again_days"]
        return ngettext(
            "The question is emailed. We remind the sender after %(num)d working day.",
            "The question is emailed. We remind the sender after %(num)d working days.",
            days,
        )
    shown = _("The question is shown on the page of the idea.")
    return f"{shown} {_unreached(enquiry, by)}"


def advanced(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """To which step the idea has come, or gone back."""
    event = _the(Act.MOVED, events)
    step = STATUSES[Status(event.data["to"])]
    if event.data["back"]:
        done = _("The idea has gone back a step: %(step)s.", step=step)
    else:
        done = _("The idea has moved a step forward: %(step)s.", step=step)
    return f"{done} {mailed(enquiry, events, by)}"


def parked(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """It rests, and comes up again."""
    day = date.fromisoformat(_the(Act.PARKED, events).data["until"])
    parts = (_("Parked."), _comes_up(day), mailed(enquiry, events, by))
    return " ".join(filter(None, parts))


def saved(enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
    """Facts are set; if what is planned was among them, when it comes up."""
    changed = [event for event in events if "next_action_by" in event.data.get("after", {})]
    day = enquiry.next_action_by if changed else None
    return f"{_('Saved.')} {_comes_up(day)}".rstrip()


def _comes_up(day: date | None) -> str:
    """That *day* is no working day, so that it comes up on the next one; else nothing."""
    if day is None or clock.is_working_day(day):
        return ""
    return _(
        "That day is not a working day, so it comes up on %(next)s.",
        next=i18n.day(clock.working_day_from(day), "full"),
    )


def _the(act: Act, events: Sequence[Event]) -> Event:
    return next(event for event in events if event.act == act)


def _letters(events: Sequence[Event]) -> list[Event]:
    """What was sent, or could not be."""
    return [event for event in events if event.act in (Act.MAILED, Act.WITHHELD)]


def _address(event: Event, enquiry: Enquiry, by: Member) -> str:
    if event.data["to"] != "sender":
        return str(event.data["to"])
    return _("the sender") if access.hides_sender(enquiry, by) else enquiry.email


def _unreached(enquiry: Enquiry, by: Member) -> str:
    """No mail reaches the sender: what can be done instead."""
    if access.hides_sender(enquiry, by):
        return _("No email reaches the sender. Ask the coordinator to tell the sender.")
    if enquiry.phone:
        return _("No email reaches the sender, so call: %(phone)s.", phone=enquiry.phone)
    return _("No email reaches the sender, who reads it there and nowhere else.")
