"""What staff add to an enquiry beside what was written: fields of their own, and the assessment.

Each change is a line of history with what stood there before.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from intake.directory.members import Member
from intake.enquiries.acts import done, goes_on_as, without_owner
from intake.enquiries.choices import GOALS, MOST_GOALS, MOST_PROGRAMMES
from intake.enquiries.fact_words import ANSWERS, QUESTIONS
from intake.enquiries.models import SETTABLE, Enquiry
from intake.enquiries.steps import WAY, Act, NotAllowed
from intake.programmes.catalogue import catalogue


def set_facts(enquiry: Enquiry, *, by: Member, **facts: Any) -> None:
    """Set staff's own fields; those that do not change are left out of the history.

    :raises NotAllowed: more goals or programmes than three, or one that does not exist; an idea on
        its way would lose its owner.
    """
    unknown = facts.keys() - SETTABLE
    if unknown:
        raise TypeError(f"{', '.join(sorted(unknown))} cannot be set")
    goals = facts.get("staff_goals", [])
    if len(goals) > MOST_GOALS or not set(goals) <= GOALS.keys():
        raise NotAllowed(_("Choose at most three goals."))
    _check_programmes(facts.get("programmes", []), enquiry)
    if enquiry.owner and not facts.get("owner", enquiry.owner) and goes_on_as(enquiry) in WAY:
        raise without_owner()

    new = {name: value for name, value in facts.items() if getattr(enquiry, name) != value}
    if not new:
        return
    before = {name: _plain(getattr(enquiry, name)) for name in new}
    for name, value in new.items():
        setattr(enquiry, name, value)
    after = {name: _plain(value) for name, value in new.items()}
    done(enquiry, Act.SET, by, before=before, after=after)


def assess(enquiry: Enquiry, answers: dict[str, tuple[str, str]], *, by: Member) -> None:
    """Keep the first assessment: for each question one of ``ANSWERS``, and a line that says why.

    No sum is made: eight answers are to be read, not added.

    :raises NotAllowed: nothing is answered, or there is no such question or answer.
    """
    if not answers:
        raise NotAllowed(_("Answer at least one of the questions."))
    if not answers.keys() <= QUESTIONS.keys():
        raise NotAllowed(_("There is no such question."))
    if not all(answer in ANSWERS for answer, _text in answers.values()):
        raise NotAllowed(_("Choose one of the answers."))
    told = {name: {"answer": answer, "text": text} for name, (answer, text) in answers.items()}
    done(enquiry, Act.ASSESSED, by, answers=told)


def _check_programmes(chosen: list[str], enquiry: Enquiry) -> None:
    """What was set once may stay, also when it has left the catalogue."""
    if len(chosen) > MOST_PROGRAMMES:
        raise NotAllowed(_("Choose at most three programmes."))
    if not set(chosen) <= catalogue().programmes.keys() | set(enquiry.programmes):
        raise NotAllowed(_("There is no such programme."))


def _plain(value: Any) -> Any:
    """*value* as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
