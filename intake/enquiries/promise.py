"""What a sender is promised: by which days there is a first answer, and an assessment; and when a
person has given that answer.
"""

from datetime import date, datetime

from intake import clock
from intake.directory.values import Organisation
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act
from intake.outbox import kept

#: What a person says to the sender, which answers what was written before, and who has the idea;
#: and the letters that carry it. What is only shared has none.
SAID = frozenset(
    {
        Act.SHARED,
        Act.ASKED,
        Act.ANSWERED,
        Act.MOVED,
        Act.PARKED,
        Act.CLOSED,
        Act.REFERRED,
        Act.REOPENED,
    }
)
_WORDS = SAID | {Act.HANDED_OVER}
_LETTERS = ("placed", "question", "answer", "moved", "parked", "joined", "closed", "reopened")


def promised(house: Organisation, now: datetime) -> dict[str, date]:
    """The dates that hold for what comes in *now*, by the names of the enquiry's columns."""
    promise, today = house.facts["promise"], clock.local(now).date()
    return {
        "answer_by": clock.add_working_days(today, promise["answer_days"]),
        "assessment_by": clock.add_working_days(today, promise["assessment_days"]),
    }


def has_spoken(enquiry: Enquiry) -> bool:
    """Does a person's word to the sender stand on the status page, whether it arrived or not?"""
    return any(event.act in _WORDS for event in enquiry.history)


def first_answer(enquiry: Enquiry) -> datetime | None:
    """When a person's word first went to the sender: in a letter that has not failed, or on the
    page alone, if there was no address to write to.
    """
    states, count = kept.states(enquiry.reference), dict.fromkeys(_LETTERS, 0)
    for event in enquiry.history:
        letter = event.data.get("letter")
        if event.act == Act.SHARED or (event.act == Act.WITHHELD and letter in _LETTERS):
            return event.at
        if event.act == Act.MAILED and letter in _LETTERS:
            count[letter] += 1
            if states.get(f"{enquiry.reference}/{letter}/{count[letter]}") != "failed":
                return event.at
    return None
