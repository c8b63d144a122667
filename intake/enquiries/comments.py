"""Comments on our pages: stored, and mailed to the coordinator. No name is needed."""

import secrets

from flask_babel import lazy_gettext as _l

from intake import clock
from intake.db import db
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.enquiries import dispatch, letters, limits
from intake.enquiries.models import PageComment
from intake.outbox import queue

#: Pages that can be commented on. The accessibility page's comments are the messages that the
#: law on accessible public service asks for (W5).
PAGES = {
    "start": _l("Start page"),
    "departments": _l("Departments and contacts"),
    "privacy": _l("Privacy and cookies"),
    "accessibility": _l("Accessibility statement"),
}


def comment(
    page: str, text: str, contact: str, *, language: str, address: str, trap: str = ""
) -> PageComment:
    """Keep what a visitor says of *page*.

    :param contact: how to reach the visitor, or nothing.
    :param trap: what stood in the field that people do not see; then it is marked as likely spam.
    :raises limits.TooMany: too many came from this network address in the last hour.
    """
    network = limits.network_hash(address)
    limits.check(network, PageComment)

    said = PageComment(
        at=clock.now(),
        page=page,
        text=text,
        contact=contact,
        language=language,
        suspected=bool(trap),
        network=network,
    )
    db.session.add(said)

    house = organisation()
    coordinator = posts.coordinator(house, clock.today()).person
    letter = letters.comment(said, PAGES[page], house, coordinator)
    queue.put(
        letter,
        about=f"comment/{page}",
        key=f"comment/{secrets.token_hex(8)}",
        kept_until=dispatch.kept_until(letter.to),
    )
    return said
