"""The letters of several departments on one idea: functions from facts to a value.

What staff wrote to one another stands in them, unless a mail is to say nothing of the idea
(L6, L7).
"""

from intake.directory.values import Organisation, Person, Post
from intake.enquiries import letters
from intake.enquiries.models import Enquiry
from intake.enquiries.slips import decision_of
from intake.i18n import speaking
from intake.outbox.letter import Letter


def involved(
    enquiry: Enquiry, text: str, house: Organisation, to: Person, department: Post, asks: Post
) -> Letter:
    """To the contact of a *department* that is asked to take part: what is asked, and what the idea
    is.

    :param asks: who asks, and has the idea or coordinates.
    """
    has_it = house.post(enquiry.department_id)
    with speaking(house.staff_language):
        told = letters.told(enquiry, decision_of(enquiry.suggestions[-1]), house)
    return letters.to_staff(
        "involved",
        enquiry,
        house,
        to,
        asked=letters.among_staff(text, enquiry),
        takes_part=department,
        asks=asks,
        has_it=has_it,
        department=None,  # why it is where it is, is nothing to them
        **told,
    )


def beside(
    enquiry: Enquiry, text: str, house: Organisation, to: Person, department: Post, asks: Post
) -> Letter:
    """To whoever has the idea: a *department* is asked to take part, by somebody else.

    :param asks: as in :func:`involved`.
    """
    return letters.to_staff(
        "beside",
        enquiry,
        house,
        to,
        asked=letters.among_staff(text, enquiry),
        department=department,
        asks=asks,
    )


def contributed(
    enquiry: Enquiry, text: str, house: Organisation, to: Person, department: Post, *, asked: str
) -> Letter:
    """To whoever has the idea: a *department* that takes part has answered.

    :param asked: to what; somebody else may have asked it.
    """
    return letters.to_staff(
        "contributed",
        enquiry,
        house,
        to,
        department=department,
        asked=letters.among_staff(asked, enquiry),
        said=letters.among_staff(text, enquiry),
    )


def left(enquiry: Enquiry, why: str, house: Organisation, to: Person, department: Post) -> Letter:
    """To whoever has the idea: a *department* takes part no longer, by its own wish."""
    return letters.to_staff(
        "parted",
        enquiry,
        house,
        to,
        department=department,
        why=letters.among_staff(why, enquiry),
        ends=None,
    )


def ended(
    enquiry: Enquiry, why: str, house: Organisation, to: Person, department: Post, ends: Post
) -> Letter:
    """To a *department*'s contact: they take part no longer, because whoever has the idea ends it.

    :param ends: in whose name.
    """
    return letters.to_staff(
        "parted",
        enquiry,
        house,
        to,
        department=department,
        why=letters.among_staff(why, enquiry),
        ends=ends,
    )


def closed(enquiry: Enquiry, house: Organisation, to: Person, closes: Post) -> Letter:
    """To a contact of a department that takes part: the idea is closed.

    :param closes: in whose name.
    """
    return letters.to_staff("no_longer_yours", enquiry, house, to, moved=False, closes=closes)
