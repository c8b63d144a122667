"""Who may open which page: one table, and a guard that refuses whatever does not stand in it."""

from flask import abort, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from intake.directory.members import Member, Role


class SignedOut(Forbidden):
    """A form came from nobody: the session has ended while it was filled in."""


class HasLeft(Forbidden):
    """A session is there, and its owner no longer stands in the directory."""


#: These pages are how one comes in. Nobody needs to be signed in for them.
ANYBODY: frozenset[Role] = frozenset()

_ALL = frozenset(Role)
_COORDINATES = frozenset({Role.COORDINATOR})
_ANSWERS = frozenset({Role.CONTACT})
_KEEPS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
_CASES = frozenset({Role.COORDINATOR, Role.CONTACT})
_COUNTS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.READER})

#: Endpoint -> who may. A page without a row answers 403, whoever asks.
MAY: dict[str, frozenset[Role]] = {
    "staff.sign_in.show": ANYBODY,
    "staff.sign_in.ask": ANYBODY,
    "staff.sign_in.confirm": ANYBODY,
    "staff.sign_in.enter": ANYBODY,
    "staff.sign_in.out": ANYBODY,
    "staff.sign_in.language": ANYBODY,
    "staff.oidc.start": ANYBODY,
    "staff.oidc.back": ANYBODY,
    "staff.sessions.show": _ALL,
    "staff.sessions.end": _ALL,
    "staff.sessions.end_all": _ALL,
    "staff.contacts.me": _CASES,
    "staff.contacts.act_me": _CASES,
    "staff.contacts.listed": _COORDINATES,
    "staff.contacts.one": _COORDINATES,
    "staff.contacts.act_one": _COORDINATES,
    "staff.inbox.show": _CASES,
    "staff.inbox.shortcuts": _CASES,
    "staff.inbox.save_view": _CASES,
    "staff.inbox.drop_view": _CASES,
    "staff.figures.show": _COUNTS,
    "staff.figures.table": _COUNTS,
    "staff.senders.show": _CASES,
    "staff.senders.find": _CASES,
    "staff.enter.show": _CASES,
    "staff.enter.submit": _CASES,
    "staff.enter.entered": _CASES,
    "staff.enquiry.show": _CASES,
    "staff.enquiry.download": _CASES,
    "staff.programmes.listed": _ALL,
    "staff.programmes.show": _ALL,
    "staff.copy.show": _COORDINATES,
    "staff.copy.release": _COORDINATES,
    "staff.verbs.show_answer": _CASES,
    "staff.verbs.answer": _CASES,
    "staff.verbs.show_ask": _CASES,
    "staff.verbs.ask": _CASES,
    "staff.verbs.show_share": _CASES,
    "staff.verbs.share": _CASES,
    "staff.verbs.show_note": _CASES,
    "staff.verbs.note": _CASES,
    "staff.verbs.show_deal_with": _CASES,
    "staff.verbs.deal_with": _CASES,
    "staff.verbs.show_advance": _CASES,
    "staff.verbs.advance": _CASES,
    "staff.verbs.show_send_back": _ANSWERS,
    "staff.verbs.send_back": _ANSWERS,
    "staff.verbs.show_park": _CASES,
    "staff.verbs.park": _CASES,
    "staff.verbs.show_wake": _CASES,
    "staff.verbs.wake": _CASES,
    "staff.verbs.show_facts": _CASES,
    "staff.verbs.facts": _CASES,
    "staff.verbs.show_programmes": _CASES,
    "staff.verbs.programmes": _CASES,
    "staff.verbs.show_assess": _CASES,
    "staff.verbs.assess": _CASES,
    "staff.verbs.show_close": _CASES,
    "staff.verbs.close": _CASES,
    "staff.verbs.show_hand_over": _COORDINATES,
    "staff.verbs.hand_over": _COORDINATES,
    "staff.verbs.show_take": _COORDINATES,
    "staff.verbs.take": _COORDINATES,
    "staff.verbs.show_flag": _COORDINATES,
    "staff.verbs.flag": _COORDINATES,
    "staff.verbs.show_refer": _COORDINATES,
    "staff.verbs.refer": _COORDINATES,
    "staff.verbs.show_join": _COORDINATES,
    "staff.verbs.join": _COORDINATES,
    "staff.verbs.show_relate": _COORDINATES,
    "staff.verbs.relate": _COORDINATES,
    "staff.verbs.show_tell_apart": _COORDINATES,
    "staff.verbs.tell_apart": _COORDINATES,
    "staff.verbs.show_withdraw": _CASES,
    "staff.verbs.withdraw": _CASES,
    "staff.verbs.show_involve": _CASES,
    "staff.verbs.involve": _CASES,
    "staff.verbs.show_contribute": _ANSWERS,
    "staff.verbs.contribute": _ANSWERS,
    "staff.verbs.show_part": _CASES,
    "staff.verbs.part": _CASES,
    "staff.verbs.show_reopen": _COORDINATES,
    "staff.verbs.reopen": _COORDINATES,
    "staff.verbs.show_release": _COORDINATES,
    "staff.verbs.release": _COORDINATES,
    "staff.directory.show": _KEEPS,
    "staff.directory.show_municipality": _KEEPS,
    "staff.directory.save_municipality": _KEEPS,
    "staff.directory.show_promise": _KEEPS,
    "staff.directory.save_promise": _KEEPS,
    "staff.directory.show_roles": _KEEPS,
    "staff.directory.save_roles": _KEEPS,
    "staff.directory.show_privacy": _KEEPS,
    "staff.directory.save_privacy": _KEEPS,
    "staff.directory.show_accessibility": _KEEPS,
    "staff.directory.save_accessibility": _KEEPS,
    "staff.directory.show_look": _KEEPS,
    "staff.directory.save_look": _KEEPS,
    "staff.directory.show_add_post": _KEEPS,
    "staff.directory.save_add_post": _KEEPS,
    "staff.directory.show_post": _KEEPS,
    "staff.directory.save_post": _KEEPS,
    "staff.directory.show_remove_post": _KEEPS,
    "staff.directory.save_remove_post": _KEEPS,
    "staff.directory.show_add_contact": _KEEPS,
    "staff.directory.save_add_contact": _KEEPS,
    "staff.directory.show_contact": _KEEPS,
    "staff.directory.save_contact": _KEEPS,
    "staff.directory.show_remove_contact": _KEEPS,
    "staff.directory.save_remove_contact": _KEEPS,
    "staff.directory.show_add_text": _KEEPS,
    "staff.directory.save_add_text": _KEEPS,
    "staff.directory.show_text": _KEEPS,
    "staff.directory.save_text": _KEEPS,
    "staff.directory.show_remove_text": _KEEPS,
    "staff.directory.save_remove_text": _KEEPS,
    "staff.directory.move_post": _KEEPS,
    "staff.directory.move_contact": _KEEPS,
    "staff.directory.show_history": _KEEPS,
    "staff.directory.save_as_file": _KEEPS,
    "staff.directory.show_import": _KEEPS,
    "staff.directory.bring_in": _KEEPS,
}


#: What only a department that takes part does, to answer whoever has the case.
ANSWERING = frozenset({"staff.verbs.show_contribute", "staff.verbs.contribute"})

#: All that a contact may open of a case in which their department only takes part.
TAKING_PART = ANSWERING | {
    "staff.enquiry.show",
    "staff.enquiry.download",
    "staff.verbs.show_note",
    "staff.verbs.note",
    "staff.verbs.show_part",
    "staff.verbs.part",
}

#: Where somebody begins: the first of these that is theirs to open. The very first is also what
#: the address of the whole desk shows.
_BEGINNINGS = (
    "staff.inbox.show",
    "staff.directory.show",
    "staff.figures.show",
    "staff.sessions.show",
)


def guard() -> Response | None:
    """Let the request through, send it elsewhere, or refuse it.

    :status 303: nobody is signed in, and the page is opened after signing in; or somebody comes in
        by the address of the desk, and begins on another page.
    :status 403: this member may not.
    :raises SignedOut: a form came from nobody.
    :raises HasLeft: it came from somebody who is a member no more.
    """
    endpoint = request.endpoint or ""
    may = MAY.get(endpoint)
    if may is None:
        abort(403)
    if may == ANYBODY:
        return None
    if g.has_left:
        raise HasLeft
    if g.member is None:
        if request.method not in ("GET", "HEAD"):
            raise SignedOut
        asked = request.full_path.removesuffix("?")
        return redirect(url_for("staff.sign_in.show", next=asked), 303)
    if not may & g.member.roles:
        if endpoint == _BEGINNINGS[0]:
            return redirect(url_for(beginning(g.member)), 303)
        abort(403)
    return None


def beginning(member: Member) -> str:
    """The endpoint of the page where *member* begins."""
    return next(endpoint for endpoint in _BEGINNINGS if may_open(member, endpoint))


def may_open(member: Member, endpoint: str) -> bool:
    """May *member* open that page at all?"""
    return bool(MAY.get(endpoint, ANYBODY) & member.roles)


def may_open_in(member: Member, endpoint: str, *, takes_part: bool) -> bool:
    """May *member* open it for a case that they see?

    :param takes_part: they see it only because a department of theirs takes part.
    """
    theirs = endpoint in TAKING_PART if takes_part else endpoint not in ANSWERING
    return theirs and may_open(member, endpoint)
