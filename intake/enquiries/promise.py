"""What a sender is promised: by which days there is a first answer, and an assessment."""

from datetime import date, datetime

from intake import clock
from intake.directory.organisation import Organisation


def promised(house: Organisation, now: datetime) -> dict[str, date]:
    """The dates that hold for what comes in *now*, by the names of the enquiry's columns."""
    promise, today = house.facts["promise"], clock.local(now).date()
    return {
        "answer_by": clock.add_working_days(today, promise["answer_days"]),
        "assessment_by": clock.add_working_days(today, promise["assessment_days"]),
    }
