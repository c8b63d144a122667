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
from intake.i18n import day

LABELS = {
    "kind": _l("What it is"),
    "owner": _l("Owner"),
    "next_action": _l("Next action"),
    "next_action_by": _l("Day of the next action"),
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

#: What is asked when an idea begins to be developed.
BEGINS = {
    "owner": LABELS["owner"],
    "own_share": _l("Our own share"),
    "decides": _l("Who decides"),
}

#: The first assessment (domain knowledge of Swedish funding advisers): each is answered 0 to 2.
QUESTIONS = {
    "need": _l("Is there a need?"),
    "benefit": _l("Do residents benefit?"),
    "goals": _l("Does it fit our goals and vision?"),
    "european": _l("Is there a European added value, or a need for a partner?"),
    "owner": _l("Is an owner willing, and is it anchored?"),
    "capacity": _l("Is there time, an economist, a project leader?"),
    "money": _l("Is there own money, and liquidity?"),
    "time": _l("Is there time until the next call?"),
}

POINTS = {0: _l("no, or not known"), 1: _l("partly"), 2: _l("yes")}


def changed(event: Event) -> list[tuple[str, str]]:
    """What a change of staff's own fields has set: label and value of each."""
    return [(str(LABELS[name]), _value(name, value)) for name, value in event.data["after"].items()]


def begun(event: Event) -> list[tuple[str, str]]:
    """With what an idea began to be developed; also what was not known then."""
    told = event.data
    return [(str(BEGINS[key]), told[key] or _("not known yet")) for key in BEGINS if key in told]


def assessed(event: Event) -> list[tuple[str, str]]:
    """The answers of an assessment: each question with its answer, and the line that says more."""
    told = []
    for key, answer in event.data["answers"].items():
        words = [str(POINTS[answer["points"]]), answer["text"]]
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
        case "next_action_by":
            return day(date.fromisoformat(value))
        case "staff_goals":
            return ", ".join(f"{number} {GOALS[number]}" for number in value)
        case "programmes":
            return "; ".join(name_of(id) for id in value)
    return str(value)
