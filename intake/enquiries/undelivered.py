"""What follows when a mail failed for good: its recipient counts as out of reach, and whatever that
recipient should have had goes to somebody else. So does what waited for somebody who has left.
"""

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.directory import posts, presence
from intake.directory.organisation import organisation
from intake.directory.posts import Holder
from intake.directory.values import Organisation, Post
from intake.enquiries import access, attention, desk_letters, dispatch, letters, together
from intake.enquiries.acts import take_from_department
from intake.enquiries.models import Enquiry
from intake.enquiries.promise import first_answer
from intake.enquiries.slips import decision_of
from intake.enquiries.steps import Act, record
from intake.outbox import kept
from intake.outbox.models import MailFailure, OutgoingMail

#: A notice that a mail failed. When it fails too, its case waits for the coordinator already.
_NOTICE = "undelivered"


def take_back(mail: OutgoingMail) -> None:
    """Note that *mail* did not arrive, in the caller's transaction.

    A department that could not be told has the idea, or takes part in it, only if somebody else
    there could be: else the coordinator has it, or it takes part no longer. She hears of it by a
    letter, unless it is she who cannot be reached: nobody stands behind her, so she sees it on the
    page of the case, and in the daily mail. An answer that the sender did not get keeps no promise.
    """
    if _was_refused(mail):
        presence.note_failed(mail.to_address)
    for told in kept.told_in(mail.id):  # it was a digest
        _about_case(told)
    _about_case(mail)


def arrived(mail: OutgoingMail) -> None:
    """Note that *mail*, which had failed, was sent anew and has arrived, in the caller's
    transaction: an answer that the sender has got keeps its promise again.
    """
    enquiry = access.by_reference(mail.about, lock=True)
    if enquiry is None or mail.to_address != enquiry.email or enquiry.first_answer_at:
        return
    enquiry.first_answer_at = first_answer(enquiry)
    attention.reckon(enquiry, organisation())


def to_successor(mail: OutgoingMail) -> None:
    """*mail* waited for somebody who has left. If it was a hand-over, or asked a department to take
    part, whoever holds the post today gets one, in the caller's transaction.
    """
    enquiry, house = access.by_reference(mail.about, lock=True), organisation()
    if enquiry is None:
        return
    asked = _asked(enquiry, mail)
    if not (asked or _hands_over(enquiry, mail)):
        return
    holder = posts.holder(house, asked or enquiry.department_id, clock.today())
    if holder.standing != "coordinator":
        _tell(holder, enquiry, house, asked=asked is not None)


def _about_case(mail: OutgoingMail) -> None:
    enquiry = access.by_reference(mail.about, lock=True)
    kind = _kind(mail)
    if enquiry is None or kind == _NOTICE:
        return

    house, asked = organisation(), _asked(enquiry, mail)
    hands_over = _hands_over(enquiry, mail)
    department_id = enquiry.department_id if hands_over else asked
    if hands_over and department_id is None:  # failed again, and was taken back the first time
        return
    instead = _instead(department_id, mail, house) if department_id else None
    is_taken = hands_over and instead is None
    crossed = is_taken and take_from_department(enquiry, house)
    enquiry.mail_failed_at = clock.now()
    record(
        enquiry,
        Act.UNDELIVERED,
        by="system",
        why="the mail could not be delivered",
        letter=kind,
        department=department_id if is_taken else None,  # whose it is no longer
        other_authority=crossed,
    )
    if mail.to_address == enquiry.email and enquiry.first_answer_at:
        enquiry.first_answer_at = first_answer(enquiry)
    if instead is not None:
        _tell(instead, enquiry, house, asked=asked is not None)
    elif asked:
        together.end_unreached(enquiry, asked)
    if not _is_coordinators(mail.to_address, house):
        _tell_coordinator(enquiry, mail, house.department(department_id), instead, house)
    attention.reckon(enquiry, house)


def _kind(mail: OutgoingMail) -> str:
    return mail.key.split("/")[1]


def _hands_over(enquiry: Enquiry, mail: OutgoingMail) -> bool:
    """Is *mail* a hand-over, and none was made since? Whoever was told by a later one has it."""
    handovers = sum(e.act == Act.MAILED and e.data["letter"] == "handover" for e in enquiry.history)
    return mail.key == f"{enquiry.reference}/handover/{handovers}"


def _was_refused(mail: OutgoingMail) -> bool:
    """Was it the address that the mail server did not take?"""
    last = sa.select(MailFailure.stage).where(MailFailure.mail_id == mail.id)
    return db.session.scalar(last.order_by(MailFailure.id.desc()).limit(1)) == "rcpt"


def _asked(enquiry: Enquiry, mail: OutgoingMail) -> str | None:
    """Which department *mail* asked to take part, if it did and that one still does."""
    if _kind(mail) != "involved":
        return None
    letters_like_it = [
        event
        for event in enquiry.history
        if event.act == Act.MAILED and event.data["letter"] == "involved"
    ]
    asked: str = letters_like_it[int(mail.key.split("/")[2]) - 1].data["asked"]
    takes_part = asked in {each.department_id for each in enquiry.participations}
    return asked if takes_part else None


def _instead(department_id: str, mail: OutgoingMail, house: Organisation) -> Holder | None:
    """Who of the department is told instead, if anybody can be."""
    holder = posts.holder(house, department_id, clock.today())
    if holder.standing != "coordinator" and holder.person.email != mail.to_address:
        return holder
    return None


def _tell(holder: Holder, enquiry: Enquiry, house: Organisation, *, asked: bool) -> None:
    """Write to *holder* what somebody else of the department did not get."""
    (together.ask_again if asked else _send_handover)(enquiry, holder, house)


def _send_handover(enquiry: Enquiry, holder: Holder, house: Organisation) -> None:
    """The hand-over anew: as the coordinator wrote it, or as the service did."""
    by_hand = [
        event
        for event in enquiry.history
        if event.act == Act.HANDED_OVER and event.data["department"] == holder.post.id
    ]
    if by_hand:
        note = by_hand[-1].why
        letter = desk_letters.handed_over(enquiry, note, house, holder.person, holder.post)
    else:
        decision = decision_of(enquiry.suggestions[-1])
        letter = letters.handover(enquiry, decision, house, holder.person)
    dispatch.send(enquiry, letter, "handover", to=holder.person.email)


def _tell_coordinator(
    enquiry: Enquiry,
    mail: OutgoingMail,
    department: Post | None,
    instead: Holder | None,
    house: Organisation,
) -> None:
    coordinator = posts.coordinator(house, clock.today()).person
    letter = letters.undelivered(
        enquiry,
        house,
        coordinator,
        department=department,
        instead=instead,
        asked=_kind(mail) == "involved",
        to=mail.to_address,
    )
    dispatch.send(enquiry, letter, _NOTICE, to=coordinator.email)


def _is_coordinators(address: str, house: Organisation) -> bool:
    return any(post is house.coordinator for post, _person in house.held_by(address))
