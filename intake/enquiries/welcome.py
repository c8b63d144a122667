"""What is written when the organisation is edited in the browser and somebody has a role that they
had not: to them, what it is and how they come in; to those who watch over the roles, who it is.
"""

from collections import defaultdict
from collections.abc import Iterable

from flask import current_app

from intake.directory.members import Keepers, Member, Role, keepers
from intake.directory.values import Organisation
from intake.enquiries.compose import compose
from intake.i18n import speaking
from intake.links import link
from intake.outbox import queue
from intake.outbox.letter import Letter, mailbox_mark

#: A role, and the id of the post that it is held in; empty for roles that are held in none.
Part = tuple[Role, str]


def tell(before: Organisation, after: Organisation, *, by: Member) -> None:
    """Queue the letters about what *by* has changed, in the caller's transaction.

    Whoever gave a role to their own address knows of it.
    """
    held = _parts(before)
    for email, parts in _parts(after).items():
        given = parts - held[email]
        if given and email != by.email:
            _put("welcome", letter(email, given, after, by, first=not held[email]), after)

    watch = keepers(before)
    new = {
        email: roles - watch.get(email, frozenset())
        for email, roles in keepers(after).items()
        if roles - watch.get(email, frozenset())
    }
    for email in watch.keys() - new.keys() - {by.email} if new else ():
        _put("new-keeper", warning(email, new, after, by), after)


def letter(
    email: str, given: Iterable[Part], house: Organisation, by: Member, *, first: bool
) -> Letter:
    """To whoever has been given a role, or several: what that means for them.

    :param first: the address was not in the organisation before.
    """
    with speaking(house.staff_language):
        return compose(
            "welcome",
            email,
            house,
            first=first,
            roles={role for role, _post in given},
            posts=[
                (post, post.contacts[0].email.casefold() == email)
                for post in house.active_posts
                if post.id in {id for _role, id in given}
            ],
            by=by.email,
            by_mail=current_app.config["SIGN_IN_BY_MAIL"],
            link=link("staff.sign_in.show"),
        )


def warning(email: str, new: Keepers, house: Organisation, by: Member) -> Letter:
    """To somebody who may edit the organisation: from now on others may too (by address)."""
    with speaking(house.staff_language):
        return compose(
            "new_keeper", email, house, new=new, by=by.email, link=link("staff.directory.show")
        )


def _parts(house: Organisation) -> defaultdict[str, set[Part]]:
    """What each address is, apart from whom it covers for."""
    found: defaultdict[str, set[Part]] = defaultdict(set)
    for post in house.active_posts:
        role = Role.COORDINATOR if post is house.coordinator else Role.CONTACT
        for person in post.contacts:
            found[person.email.casefold()].add((role, post.id))
    for each in house.facts.get("staff", ()):
        found[each["email"].casefold()].add((Role(each["may"]), ""))
    return found


def _put(about: str, letter: Letter, house: Organisation) -> None:
    key = f"{about}/{mailbox_mark(letter.to)}/{house.version}"
    queue.put(letter, about=about, key=key)
