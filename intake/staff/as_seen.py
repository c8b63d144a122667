"""A case as a department's contact will see it, for whoever is about to hand it over."""

from typing import Any

from intake import clock
from intake.directory import posts
from intake.directory.members import member
from intake.directory.organisation import Organisation, Post
from intake.enquiries import access, attachments
from intake.enquiries.choices import answers
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act
from intake.enquiries.thread import thread
from intake.enquiries.veil import veiled


def as_seen(enquiry: Enquiry, department: Post, house: Organisation) -> dict[str, Any]:
    """What the templates of the case draw it from, with all hidden that is hidden from them.

    Notes are not hidden: whoever has the case reads them, and so they are counted.
    """
    person = posts.holder(house, department.id, clock.today()).person
    reader = member(house, person.email)
    hidden = reader is None or access.hides_sender(enquiry, reader)

    def say(text: str) -> str:
        return veiled(text, enquiry) if hidden else text

    return {
        "hidden": hidden,
        "say": say,
        "told": [("", label, say(answer)) for label, answer in answers(enquiry)],
        "entries": thread(enquiry, house, hidden=hidden),
        "nameless": attachments.nameless,
        "notes": sum(event.act == Act.NOTED for event in enquiry.history),
    }
