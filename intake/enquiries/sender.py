"""What the sender of an enquiry does with it afterwards, on the status page.

Called like the verbs of staff: nothing is committed here, and whose turn it is is worked out.
"""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.directory.values import Person
from intake.enquiries import (
    access,
    attachments,
    attention,
    dispatch,
    join,
    limits,
    lost_link,
    search,
    sender_letters,
    together,
)
from intake.enquiries.acts import for_others
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act, record

#: In which time a person gets one letter about an enquiry, however much its sender writes.
QUIET = timedelta(minutes=10)


def reply(
    enquiry: Enquiry,
    text: str,
    files: Sequence[attachments.File] = (),
    *,
    submission: str,
    address: str = "",
) -> bool:
    """Keep what the sender writes: the answer to a question, or a message. Closed or not. If it
    goes on in another idea, whoever has that one is told, but not who this sender is.

    :param submission: tells this message from the same one sent twice.
    :param address: the network address that it came from.
    :return: False if it was here already, and nothing was done.
    :raises limits.TooMany: a lot has come in for this enquiry, or for any from this network, in
        the last hour.
    :raises attachments.Refused: there is no room for the files.
    """
    _take_turn(enquiry)
    written = [event for event in enquiry.history if event.act == Act.REPLIED]
    if any(event.data["submission"] == submission for event in written):
        return False
    lately = sum(event.at > clock.now() - limits.HOUR for event in written)
    if lately >= current_app.config["LIMIT_COMMENTS"]:
        raise limits.TooMany
    network = limits.network_hash(address)
    limits.check(network, Event)

    house = organisation()
    answers = enquiry.question_at is not None
    event = record(
        enquiry, Act.REPLIED, by="sender", text=text, submission=submission, answers=answers
    )
    event.network = network
    attachments.store(event, enquiry, files)
    enquiry.question_at = None
    leading = access.leading(enquiry)
    if leading is not None:  # it goes on there, and so does what is to be done about it
        text = for_others(text, enquiry)
        record(leading, Act.FOLLOWER_WROTE, by="sender", text=text, to=enquiry.reference)
    at = leading or enquiry
    at.news_at = clock.now()
    for each in {enquiry, at}:
        attention.reckon(each, house)
        search.index(each)
    person = posts.holder(house, at.department_id, clock.today()).person
    if not _was_told_lately(at, person):
        letter = sender_letters.news(
            at,
            text,
            house,
            person,
            files=len(files),
            answers=answers,
            follower=enquiry if leading else None,
        )
        dispatch.send(at, letter, "news", to=person.email, by="sender")
    return True


def withdraw(enquiry: Enquiry, why: str = "") -> None:
    """Close *enquiry* at the sender's wish. What was written stays a public document.

    :param why: what the sender wants to say about it, for staff.
    :raises NotAllowed: it is closed already.
    """
    _take_turn(enquiry)
    house = organisation()
    join.withdraw(enquiry, by="sender")
    enquiry.news_at = clock.now()  # somebody may be at work on it
    record(enquiry, Act.WITHDRAWN, by="sender", text=why)
    attention.reckon(enquiry, house)
    search.index(enquiry)

    for person in together.everybody(enquiry, house):
        letter = sender_letters.withdrawn_to_staff(enquiry, why, house, person)
        dispatch.send(enquiry, letter, "withdrawal", to=person.email, by="sender")
    if dispatch.may_write_to_sender(enquiry):
        dispatch.send(enquiry, sender_letters.withdrawn(enquiry, house), "withdrawn", to="sender")


def replace_link(enquiry: Enquiry) -> bool:
    """Give the sender a new link to the status page; the old one is dead from now on.

    :return: whether the new one was mailed too.
    """
    _take_turn(enquiry)
    return lost_link.replace(enquiry, by="sender")


def _take_turn(enquiry: Enquiry) -> None:
    """Wait for whoever else changes *enquiry*, and see what they did. The one that it follows is
    taken first, as by whoever tells all of them something (``acts.tell``).

    SQLite lets one writer in at a time anyway, and reads over this.
    """
    for each in filter(None, (enquiry.leads_id, enquiry.id)):
        db.session.execute(sa.select(Enquiry.id).where(Enquiry.id == each).with_for_update())
    db.session.expire_all()


def _was_told_lately(enquiry: Enquiry, person: Person) -> bool:
    """Has *person* had a letter just now that the sender has written?"""
    return any(
        event.act == Act.MAILED
        and event.data["letter"] == "news"
        and event.data["to"] == person.email
        and event.at > clock.now() - QUIET
        for event in enquiry.history
    )
