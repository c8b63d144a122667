"""What staff add to an enquiry, in words: the labels of their own fields and of the assessment, and
the values as people read them. Forms, pages and the history say the same.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.enquiries.choices import GOALS
from intake.enquiries.funding import name_of
from intake.enquiries.models import Event
from intake.enquiries.steps import Status
from intake.i18n import day

LABELS = {
    "kind": _l("What it is"),
    "owner": _l("Owner"),
    "next_action": _l("Next action"),
    "next_action_by": _l("Day of the next action"),
    "call_by": _l("Last day to apply"),
    "case_number": _l("Case number"),
    "authority": _l("Authority where it is registered"),
    "programmes": _l("Programmes"),
    "staff_goals": _l("Global goals"),
    "flagged": _l("May fall under secrecy"),
    "secrecy_ground": _l("Rule on secrecy"),
    "protected": _l("Protected identity"),
}

KINDS = {
    "idea": _l("an idea"),
    "partner_search": _l("a search for partners"),
    "question": _l("a question"),
    "not_an_idea": _l("not an idea"),
}

#: What is asked at the steps of an idea's way, and stands in the history with each.
ASKED: dict[Status, dict[str, Any]] = {
    Status.DEVELOPING: {
        "owner": LABELS["owner"],
        "own_share": _l("Our own share"),
        "decides": _l("Who decides"),
    },
    Status.APPLIED: {
        "programme": _l("Programme"),
        "amount": _l("Amount applied for"),
        "decision_by": _l("Decision expected"),
    },
    Status.GRANTED: {"programme": _l("Programme"), "amount": _l("Amount granted")},
}

#: The first assessment (domain knowledge of Swedish funding advisers).
QUESTIONS = {
    "need": _l("Is there a need?"),
    "benefit": _l("Do residents benefit?"),
    "goals": _l("Does it fit our goals and vision?"),
    "european": _l("Does Europe gain by it, or is a partner in another country needed?"),
    "owner": _l("Does somebody want to own it, with their manager’s support?"),
    "capacity": _l("Do we have the time, a financial officer and a project manager?"),
    "money": _l("Do we have money of our own, and can we pay the rest in advance?"),
    "time": _l("Can we make it to the next call?"),
}

#: How each of them can be answered.
ANSWERS = {"yes": _l("yes"), "partly": _l("partly"), "no": _l("no"), "unknown": _l("not known")}

#: What stands in assessments from before a no was told from what is not known.
_ONCE = {"no_or_unknown": _l("no, or not known")}


def changed(event: Event) -> list[tuple[str, str]]:
    """What a change of staff's own fields has set: label and value of each."""
    return [(str(LABELS[name]), _value(name, value)) for name, value in event.data["after"].items()]


def at_step(event: Event) -> list[tuple[str, str]]:
    """What was asked when an idea came to a step, and the answers; also what was not known."""
    asked, told = ASKED.get(Status(event.data["to"]), {}), event.data
    return [
        (str(label), _value(key, told[key]) if told[key] else _("not known yet"))
        for key, label in asked.items()
        if key in told
    ]


def assessed(event: Event) -> list[tuple[str, str]]:
    """The answers of an assessment: each question with its answer, and the line that says why."""
    told = []
    for key, answer in event.data["answers"].items():
        words = [str((ANSWERS | _ONCE)[answer["answer"]]), answer["text"]]
        told.append((str(QUESTIONS[key]), " – ".join(filter(None, words))))
    return told


def _value(name: str, value: Any) -> str:
    """A value as the history has it, in words."""
    if name in ("flagged", "protected"):
        return _("yes") if value else _("no")
    if not value:
        return _("nothing any more")
    match name:
        case "kind":
            return str(KINDS[value])
        case "next_action_by" | "call_by" | "decision_by":
            return day(date.fromisoformat(value))
        case "staff_goals":
            return ", ".join(f"{number} {GOALS[number]}" for number in value)
        case "programme":
            return name_of(value)
        case "programmes":
            return "; ".join(name_of(id) for id in value)
    return str(value)
