"""The letters that steps of staff send: functions from facts to a value, as in letters.py.

What staff wrote to the sender stands in the letter in full, unless the enquiry is flagged: then
it says only that there is something to read on the page (L6). *signs* is the post in whose name it
is written: the department's, if that acts.
"""

from collections.abc import Sequence
from datetime import date

from intake.directory.values import Organisation, Person, Post
from intake.enquiries import attention, letters
from intake.enquiries.attention import Need
from intake.enquiries.models import Enquiry
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import Status
from intake.i18n import speaking
from intake.outbox.letter import Letter


def question(enquiry: Enquiry, text: str, house: Organisation, signs: Post) -> Letter:
    """To the sender: a question, answered on the status page, so that it is kept with the case."""
    return letters.to_sender("question", enquiry, house, signs=signs, said=text)


def answer(enquiry: Enquiry, text: str, house: Organisation, signs: Post) -> Letter:
    """To the sender: what staff answer."""
    return letters.to_sender("answer", enquiry, house, signs=signs, said=text)


def placed(
    enquiry: Enquiry, department: Post, text: str, house: Organisation, decide_by: date | None
) -> Letter:
    """To the sender: who has the idea now, and until when they are to say what they want, unless
    it is on its way already.
    """
    return letters.to_sender(
        "placed", enquiry, house, now_with=department, said=text, decide_by=decide_by
    )


def moved(
    enquiry: Enquiry, to: Status, text: str, house: Organisation, signs: Post, *, back: bool
) -> Letter:
    """To the sender: the idea has come a step further, or has gone a step *back*."""
    return letters.to_sender("moved", enquiry, house, signs=signs, step=to, back=back, said=text)


def parked(enquiry: Enquiry, until: date, text: str, house: Organisation, signs: Post) -> Letter:
    """To the sender: the idea rests until a day, and why."""
    return letters.to_sender("parked", enquiry, house, signs=signs, until=until, said=text)


def closed(
    enquiry: Enquiry,
    text: str,
    next_step: str,
    house: Organisation,
    signs: Post,
    *,
    reason: str,
    in_words: str = "",
    body: str = "",
) -> Letter:
    """To the sender: the idea is closed, why in plain words, and what could come next.

    :param reason: its code; *in_words*, as the sender reads it.
    :param body: to whom the sender is referred, if to anybody of whom they may read.
    """
    return letters.to_sender(
        "closed",
        enquiry,
        house,
        signs=signs,
        reason=reason,
        in_words=in_words,
        said=text,
        next_step=next_step,
        body=body,
    )


def reopened(
    enquiry: Enquiry, text: str, house: Organisation, *, separated: bool = False
) -> Letter:
    """To the sender: we have taken the idea up again.

    :param separated: until now it went on in another one.
    """
    return letters.to_sender("reopened", enquiry, house, said=text, separated=separated)


def joined(enquiry: Enquiry, text: str, house: Organisation, *, ended: bool) -> Letter:
    """To the sender of the one that follows: two ideas go on as one.

    :param ended: the one that leads is closed already, so nothing more is to be told of it.
    """
    return letters.to_sender("joined", enquiry, house, said=text, leads=False, ended=ended)


def led(enquiry: Enquiry, house: Organisation) -> Letter:
    """To the sender of the one that leads: another idea goes on with it."""
    return letters.to_sender("joined", enquiry, house, said="", leads=True)


def handed_over(
    enquiry: Enquiry,
    note: str,
    house: Organisation,
    contact: Person,
    department: Post,
    *,
    known: bool = False,
) -> Letter:
    """To a department's contact: the coordinator has handed this idea over.

    :param known: they had a letter about it already, and now she has confirmed it.
    """
    with speaking(house.staff_language):
        decision = decision_of(enquiry.suggestions[-1])
        told = letters.told(enquiry, decision, house)
    return letters.to_staff(
        "handed_over",
        enquiry,
        house,
        contact,
        note=letters.among_staff(note, enquiry),
        decide_by=attention.asked_by(enquiry, house),
        known=known,
        placed=department,
        # The reasons are the suggestion's; whoever chose otherwise says why in the note.
        department=department if decision.department == department.id else None,
        **told,
    )


def sent_back(
    enquiry: Enquiry, department: Post, why: str, house: Organisation, coordinator: Person
) -> Letter:
    """To the coordinator: *department* has sent the idea back."""
    why = letters.among_staff(why, enquiry)
    return letters.to_staff(
        "sent_back", enquiry, house, coordinator, department=department, why=why
    )


def no_longer_yours(
    enquiry: Enquiry,
    department_id: str,
    house: Organisation,
    contact: Person,
    *,
    unopened: bool = False,
) -> Letter:
    """To the contact of a department that had the idea: it has ended, rests, or is with another.

    :param unopened: the clock has taken it back, because nobody there had opened it.
    """
    return letters.to_staff(
        "no_longer_yours",
        enquiry,
        house,
        contact,
        now_with=house.department(enquiry.department_id),
        moved=enquiry.department_id != department_id,
        unopened_days=house.facts["promise"]["open_days"] if unopened else None,
    )


def question_again(enquiry: Enquiry, text: str, house: Organisation, signs: Post) -> Letter:
    """To the sender: we still wait for an answer to this question."""
    return letters.to_sender("question_again", enquiry, house, signs=signs, said=text)


def reminder(
    enquiry: Enquiry,
    needs: Sequence[Need],
    house: Organisation,
    to: Person,
    *,
    department: Post | None = None,
) -> Letter:
    """To whoever has the idea, or to the coordinator: this is to be done.

    :param needs: what, the most pressing first: it stands in the subject.
    :param department: whose it is, or was, if she is told of what they have not done.
    """
    planned = letters.among_staff(enquiry.next_action, enquiry)
    return letters.to_staff(
        "reminder", enquiry, house, to, needs=needs, planned=planned, department=department
    )
