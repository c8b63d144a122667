"""What a sender may tell besides the idea itself, and the lists to choose from, with the labels
that are shown. Codes are stored.
"""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l

from intake.enquiries.models import Enquiry

SENDER_KINDS = {
    "resident": _l("a resident"),
    "association": _l("an association"),
    "company": _l("a company"),
    "school": _l("a school"),
    "staff": _l("an employee of the municipality"),
    "other": _l("somebody else"),
}

#: The ways in; all but the first are entered by staff.
CHANNELS = {
    "form": _l("through the form"),
    "phone": _l("by telephone"),
    "visit": _l("on a visit"),
    "letter": _l("by letter"),
    "mail": _l("by email"),
}

BUDGET_RANGES = {
    "": _l("I don’t know"),
    "under-50k": _l("less than SEK 50,000"),
    "50k-250k": _l("SEK 50,000 to 250,000"),
    "250k-1m": _l("SEK 250,000 to 1 million"),
    "1m-5m": _l("SEK 1 to 5 million"),
    "over-5m": _l("more than SEK 5 million"),
}

TIMINGS = {
    "": _l("I don’t know"),
    "half-year": _l("within six months"),
    "year": _l("within a year"),
    "later": _l("later"),
}

#: What may be told besides, in the order of the form.
LABELS = {
    "need": _l("What is the need?"),
    "target_group": _l("Who benefits?"),
    "partners": _l("Is there anyone to work with?"),
    "place": _l("Place"),
    "budget_range": _l("Rough cost"),
    "timing": _l("When could it start?"),
    "own_contribution": _l("What can you contribute?"),
    "known_call": _l("Do you have a particular programme or call in mind?"),
    "goals": _l("Which global goals does it serve?"),
}

#: The goals of Agenda 2030 by number, with the short names in general use (sdgs.un.org/goals).
GOALS = {
    1: _l("No Poverty"),
    2: _l("Zero Hunger"),
    3: _l("Good Health and Well-Being"),
    4: _l("Quality Education"),
    5: _l("Gender Equality"),
    6: _l("Clean Water and Sanitation"),
    7: _l("Affordable and Clean Energy"),
    8: _l("Decent Work and Economic Growth"),
    9: _l("Industry, Innovation and Infrastructure"),
    10: _l("Reduced Inequalities"),
    11: _l("Sustainable Cities and Communities"),
    12: _l("Responsible Consumption and Production"),
    13: _l("Climate Action"),
    14: _l("Life Below Water"),
    15: _l("Life on Land"),
    16: _l("Peace, Justice and Strong Institutions"),
    17: _l("Partnerships for the Goals"),
}

MOST_GOALS = 3
MOST_PROGRAMMES = 3


def answers(enquiry: Enquiry) -> Iterator[tuple[str, str]]:
    """What else *enquiry*'s sender told, with the labels of the questions."""
    in_words = {
        "budget_range": BUDGET_RANGES.get(enquiry.budget_range),
        "timing": TIMINGS.get(enquiry.timing),
        "goals": ", ".join(str(GOALS[number]) for number in enquiry.goals),
    }
    for name, label in LABELS.items():
        if getattr(enquiry, name):
            yield str(label), str(in_words.get(name) or getattr(enquiry, name))
