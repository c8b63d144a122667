"""The letters about an enquiry: functions from facts to a value. Nothing is sent here.

Words stand in ``templates/letters``, one file a letter; how one is made of them, in ``compose``.
No sender's words or personal data ever stand in a subject, and a letter to an address that
anybody could have typed holds nothing that was typed (it would make the form a way to send
others advertising).
"""

from typing import Any

from flask import current_app

from intake import clock
from intake.directory import posts
from intake.directory.posts import Holder
from intake.directory.values import Organisation, Person, Post
from intake.enquiries import attention, wording
from intake.enquiries.arrival import knows_time
from intake.enquiries.choices import LABELS, answers
from intake.enquiries.compose import compose
from intake.enquiries.models import Enquiry, PageComment
from intake.enquiries.personal_number import holds_personal_number
from intake.enquiries.promise import has_spoken
from intake.enquiries.veil import veiled, what_is_left
from intake.i18n import language, pick, speaking
from intake.links import link, secret_link
from intake.outbox.letter import Letter
from intake.routing.decide import Decision

EXCERPT = 300  # characters of the idea that a contact's mail carries


def receipt(enquiry: Enquiry, house: Organisation) -> Letter:
    """To the sender, at once: reference, link, what happens and when. Nothing of what was typed."""
    return to_sender(
        "receipt",
        enquiry,
        house,
        knows_time=knows_time(enquiry),
        today=clock.today(),  # what is entered late may have missed its days already
    )


def link_again(enquiry: Enquiry, house: Organisation, *, replaced: bool) -> Letter:
    """To the sender's stored address: the link to the status page, once more.

    :param replaced: it is a new one, in the place of one that somebody else may have.
    """
    return to_sender("link_again", enquiry, house, replaced=replaced)


def handover(enquiry: Enquiry, decision: Decision, house: Organisation, contact: Person) -> Letter:
    """To the department's contact: what it is about, why it came here, and by when to answer."""
    return _new("handover", enquiry, decision, house, contact)


def to_coordinator(
    enquiry: Enquiry, decision: Decision, house: Organisation, coordinator: Person
) -> Letter:
    """To the coordinator: a copy of the hand-over, or the best candidates when it is unclear."""
    return _new("coordinator", enquiry, decision, house, coordinator)


def undelivered(
    enquiry: Enquiry,
    house: Organisation,
    coordinator: Person,
    *,
    department: Post | None,
    instead: Holder | None,
    asked: bool = False,
    to: str,
) -> Letter:
    """To the coordinator: a letter did not arrive.

    :param department: whose hand-over it was, if it was one; *instead*, who was told in that case.
    :param asked: it asked that department to take part.
    :param to: the address that it did not reach.
    """
    return to_staff(
        "undelivered",
        enquiry,
        house,
        coordinator,
        department=department,
        instead=instead,
        asked=asked,
        missed=next((person for _post, person in house.held_by(to)), None),
        to_sender=to == enquiry.email,
        answered=has_spoken(enquiry),
    )


def comment(said: PageComment, page: str, house: Organisation, coordinator: Person) -> Letter:
    """To the coordinator: what a visitor says of the page that is called *page*."""
    with speaking(house.staff_language):
        strict = current_app.config["MAIL_DETAIL"] == "link" or holds_personal_number(
            f"{said.text}\n{said.contact}"
        )
        return compose(
            "comment",
            coordinator.email,
            house,
            said=said,
            page=str(page),
            strict=strict,
            role=pick(coordinator.role)[0],
        )


def title(enquiry: Enquiry) -> str:
    """The idea's title, if a mail to staff may carry it (G4, L6, L7)."""
    if says_nothing(enquiry):
        return ""
    full = current_app.config["MAIL_DETAIL"] == "full"
    return enquiry.title if full else veiled(enquiry.title, enquiry)


def case_link(enquiry: Enquiry) -> str:
    """The address of the page for staff."""
    return link("staff.enquiry.show", reference=enquiry.reference)


def to_sender(
    name: str, enquiry: Enquiry, house: Organisation, *, signs: Post | None = None, **facts: Any
) -> Letter:
    """The letter *name* to the sender, in the sender's language, with the link to the status page.

    :param signs: in whose name it is written, if that is a department's.
    :param facts: what its template tells besides; ``strict`` stands for what mails may not carry.
    """
    with speaking(enquiry.language):
        return compose(
            name,
            enquiry.email,
            house,
            seed=enquiry.link_seed,
            enquiry=enquiry,
            department=house.department(enquiry.department_id),
            link=secret_link("status.show", lang=language()),
            strict=enquiry.flagged,
            signature=wording.signature(signs or house.coordinator, house),
            **facts,
        )


def to_staff(name: str, enquiry: Enquiry, house: Organisation, to: Person, **facts: Any) -> Letter:
    """The letter *name* to one of the staff, in their language, with the link to the case.

    :param facts: what its template tells besides the idea's title.
    """
    facts = {"title": title(enquiry)} | facts
    with speaking(house.staff_language):
        return compose(
            name,
            to.email,
            house,
            enquiry=enquiry,
            role=pick(to.role)[0],
            own_page=None if _coordinates(to, house) else link("staff.contacts.me"),
            link=case_link(enquiry),
            **facts,
        )


def _coordinates(person: Person, house: Organisation) -> bool:
    return house.coordinator in (post for post, _person in house.held_by(person.email))


def _new(
    name: str, enquiry: Enquiry, decision: Decision, house: Organisation, to: Person
) -> Letter:
    """The letter *name* to staff about an idea that has just come in."""
    with speaking(house.staff_language):
        about = told(enquiry, decision, house, with_sender=name == "coordinator")
    return to_staff(
        name,
        enquiry,
        house,
        to,
        reply_by=attention.asked_by(enquiry, house),
        department=house.department(enquiry.department_id),
        meant_for=house.department(decision.department),
        missing=posts.holder(house, decision.department, clock.today()).missing,
        chosen=house.department(decision.chosen),
        entered=decision.was_entered_at(enquiry.department_id),
        **about,
    )


def told(
    enquiry: Enquiry, decision: Decision, house: Organisation, *, with_sender: bool = False
) -> dict[str, Any]:
    """As much of the idea as a mail to staff may carry (G4); ``strict`` is nothing at all."""
    if says_nothing(enquiry):
        return {"strict": True, "in_full": False}

    words: dict[str, Any] = {
        "strict": False,
        "in_full": current_app.config["MAIL_DETAIL"] == "full",
        "title": title(enquiry),
        "reasons": (wording.slip if enquiry.department_id else wording.candidates)(decision, house),
    }
    if words["in_full"]:
        known = (enquiry.name, enquiry.organisation, enquiry.email, enquiry.phone)
        sender = ", ".join(filter(None, known)) if with_sender else ""
        return words | {
            "excerpt": enquiry.description,
            "details": list(answers(enquiry)),
            "sender": sender,
        }
    lines = (" ".join(line.split()) for line in enquiry.description.splitlines())
    text = veiled("\n".join(line for line in lines if line), enquiry)
    # The reasons quote the sender, who may have signed.
    return words | {
        "reasons": [veiled(line, enquiry) for line in words["reasons"]],
        "excerpt": _excerpt(text),
        "is_cut": len(text) > EXCERPT,
        "length": len(enquiry.description),
        "answered": [str(label) for name, label in LABELS.items() if getattr(enquiry, name)],
    }


def says_nothing(enquiry: Enquiry) -> bool:
    """Are mails to staff to say nothing of what it is about?"""
    kept_apart = enquiry.flagged or enquiry.protected or enquiry.suspected
    return kept_apart or current_app.config["MAIL_DETAIL"] == "link"


def among_staff(text: str, enquiry: Enquiry) -> str:
    """What staff have written to one another, as far as a mail may carry it."""
    return "" if says_nothing(enquiry) else what_is_left(text, enquiry)


def _excerpt(words: str) -> str:
    if len(words) <= EXCERPT:
        return words
    return words[: EXCERPT + 1].rsplit(maxsplit=1)[0][:EXCERPT] + " …"
