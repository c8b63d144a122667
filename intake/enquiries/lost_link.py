"""The link to the status page, when its sender has lost it or it has come into wrong hands: mailed
again, or replaced.
"""

from intake import clock, links
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import access, dispatch, letters, limits
from intake.enquiries.models import Enquiry, LinkRequest
from intake.enquiries.steps import Act, record
from intake.outbox import queue


def request(reference: str, email: str, address: str) -> None:
    """Mail a lost link to the stored address, if *reference* and *email* belong together.

    Nothing tells the caller whether they did.

    :raises limits.TooMany: too many have asked from this network address.
    """
    network = limits.network_hash(address)
    limits.check(network, LinkRequest)

    enquiry = access.by_reference(reference)
    match = enquiry if enquiry and _may_have_link(enquiry, email) else None
    asked = LinkRequest(at=clock.now(), enquiry_id=match and match.id, network=network)
    db.session.add(asked)

    if match and limits.may_mail(match.email):
        _send_link(match, by="sender", replaced=False)


def replace(enquiry: Enquiry, *, by: str, why: str = "", wrong_address: bool = False) -> bool:
    """Give *enquiry* a new link; the old one opens nothing any more. The sender gets the new one.

    A letter that still waits to leave takes the new link along.

    :param by: the role that acts; *why* it is done, for the history, if that is to be said.
    :param wrong_address: the stored address is a stranger's, who gets neither this link nor a
        later one.
    :return: whether the new link was mailed; if not, somebody must hand it over.
    """
    enquiry.link_seed = links.new_seed()
    enquiry.token_hash = links.token_hash(links.status_token(enquiry.link_seed))
    record(enquiry, Act.LINK_REPLACED, by=by, why=why, wrong_address=wrong_address)
    if not dispatch.may_write_to_sender(enquiry):
        return False
    queue.reseed(enquiry.reference, enquiry.link_seed)
    if not limits.may_mail(enquiry.email):  # it may be a stranger's, who has had enough
        return False
    _send_link(enquiry, by=by, replaced=True)
    return True


def _send_link(enquiry: Enquiry, *, by: str, replaced: bool) -> None:
    letter = letters.link_again(enquiry, organisation(), replaced=replaced)
    dispatch.send(enquiry, letter, "link_again", to="sender", by=by)


def _may_have_link(enquiry: Enquiry, typed: str) -> bool:
    is_stored = enquiry.email.casefold() == typed.strip().casefold()
    return is_stored and dispatch.may_write_to_sender(enquiry)
