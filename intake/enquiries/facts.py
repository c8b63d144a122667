"""What staff add to an enquiry beside what was written: fields of their own, and the assessment.

Each change is a line of history with what stood there before.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.members import Member
from intake.enquiries.acts import done
from intake.enquiries.choices import GOALS, MOST_GOALS
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act, NotAllowed

KINDS = {
    "idea": _l("an idea"),
    "partner_search": _l("a search for partners"),
    "question": _l("a question"),
    "not_an_idea": _l("not an idea"),
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

SETTABLE = frozenset(
    {
        "kind",
        "owner",
        "next_action",
        "next_action_by",
        "case_number",
        "authority",
        "programmes",
        "staff_goals",
        "flagged",
        "secrecy_ground",
        "protected",
    }
)


def set_facts(enquiry: Enquiry, *, by: Member, **facts: Any) -> None:
    """Set staff's own fields; those that do not change are left out of the history.

    :raises NotAllowed: more goals than three, or a goal that does not exist.
    """
    unknown = facts.keys() - SETTABLE
    if unknown:
        raise TypeError(f"{', '.join(sorted(unknown))} cannot be set")
    goals = facts.get("staff_goals", [])
    if len(goals) > MOST_GOALS or not set(goals) <= GOALS.keys():
        raise NotAllowed(_("Choose at most three goals."))

    new = {name: value for name, value in facts.items() if getattr(enquiry, name) != value}
    if not new:
        return
    before = {name: _plain(getattr(enquiry, name)) for name in new}
    for name, value in new.items():
        setattr(enquiry, name, value)
    after = {name: _plain(value) for name, value in new.items()}
    done(enquiry, Act.SET, by, before=before, after=after)


def assess(enquiry: Enquiry, answers: dict[str, tuple[int, str]], *, by: Member) -> None:
    """Keep the first assessment: for each question 0, 1 or 2 and a line of text.

    No sum is made: eight answers are to be read, not added.

    :raises NotAllowed: a question or an answer that does not exist.
    """
    if not answers.keys() <= QUESTIONS.keys():
        raise NotAllowed(_("There is no such question."))
    if not all(points in (0, 1, 2) for points, _text in answers.values()):
        raise NotAllowed(_("Answer with 0, 1 or 2."))
    told = {name: {"points": points, "text": text} for name, (points, text) in answers.items()}
    done(enquiry, Act.ASSESSED, by, answers=told)


def _plain(value: Any) -> Any:
    """*value* as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
