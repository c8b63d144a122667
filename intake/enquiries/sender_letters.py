"""The letters that follow from what the sender does: functions from facts to a value."""

import textwrap

from flask import current_app

from intake.directory.values import Organisation, Person
from intake.enquiries import letters
from intake.enquiries.models import Enquiry
from intake.enquiries.personal_number import holds_personal_number
from intake.enquiries.veil import what_is_left
from intake.outbox.letter import Letter


def news(
    enquiry: Enquiry,
    text: str,
    house: Organisation,
    to: Person,
    *,
    files: int,
    answers: bool,
    follower: Enquiry | None = None,
) -> Letter:
    """To whoever has the idea: its sender has written, and how it begins.

    :param files: how many came along; *answers*, whether we had asked.
    :param follower: it is the sender of this one, which goes on in *enquiry*.
    """
    return letters.to_staff(
        "news",
        enquiry,
        house,
        to,
        said=_as_told(enquiry, text),
        withdrawn=False,
        files=files,
        answers=answers,
        follower=follower,
    )


def withdrawn_to_staff(enquiry: Enquiry, why: str, house: Organisation, to: Person) -> Letter:
    """To whoever has the idea: its sender has withdrawn it."""
    said = _as_told(enquiry, why)
    return letters.to_staff(
        "news", enquiry, house, to, said=said, withdrawn=True, files=0, answers=False
    )


def withdrawn(enquiry: Enquiry, house: Organisation, text: str = "") -> Letter:
    """To the sender: the idea is withdrawn, and what that means.

    :param text: what staff say to it, if they did it at the sender's wish.
    """
    return letters.to_sender("withdrawn", enquiry, house, said=text)


def _as_told(enquiry: Enquiry, text: str) -> str:
    """As much of *text* as a mail may carry (G4), as in the letter that handed the idea over."""
    if letters.says_nothing(enquiry) or holds_personal_number(text):
        return ""
    if current_app.config["MAIL_DETAIL"] == "full":
        return text
    return textwrap.shorten(what_is_left(text, enquiry), letters.EXCERPT, placeholder=" …")
