"""A case as somebody reads it: whoever is signed in, or the contact who is about to get it."""

from typing import Any

from intake import clock
from intake.directory import posts
from intake.directory.members import member
from intake.directory.values import Organisation, Post
from intake.enquiries import access, attachments, handle
from intake.enquiries.choices import answers
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act
from intake.enquiries.thread import folded, thread
from intake.enquiries.veil import veiled


def as_seen(enquiry: Enquiry, department: Post, house: Organisation) -> dict[str, Any]:
    """What the templates of the case draw it from, with all hidden that is hidden from them.

    Notes are not hidden: whoever has the case reads them, and so they are counted.
    """
    person = posts.holder(house, department.id, clock.today()).person
    reader = member(house, person.email)
    hidden = reader is None or access.hides_sender(enquiry, reader)
    notes = sum(event.act == Act.NOTED for event in enquiry.history)
    return as_read(enquiry, house, hidden=hidden) | {"notes": notes}


def as_read(enquiry: Enquiry, house: Organisation, *, hidden: bool) -> dict[str, Any]:
    """The same for a reader from whom it is *hidden* who the sender is, or not."""

    def say(text: str) -> str:
        return veiled(text, enquiry) if hidden else text

    return {
        "hidden": hidden,
        "say": say,
        "told": [("", label, say(answer)) for label, answer in answers(enquiry)],
        "entries": folded(thread(enquiry, house, hidden=hidden)),
        "nameless": attachments.nameless,
        "has_secret_note": handle.has_secret_note(enquiry),
    }
