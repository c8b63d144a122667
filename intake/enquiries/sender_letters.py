"""The letters that follow from what the sender does: functions from facts to a value."""

import textwrap
from typing import Any

from flask import current_app

from intake.directory.organisation import Organisation, Person
from intake.enquiries import letters
from intake.enquiries.models import Enquiry
from intake.enquiries.personal_number import holds_personal_number
from intake.enquiries.veil import veiled
from intake.i18n import pick, speaking
from intake.outbox.letter import Letter


def news(
    enquiry: Enquiry, text: str, house: Organisation, to: Person, *, files: int, answers: bool
) -> Letter:
    """To whoever has the idea: its sender has written, and how it begins.

    :param files: how many came along; *answers*, whether we had asked.
    """
    return _to_staff(
        "news", enquiry, text, house, to, withdrawn=False, files=files, answers=answers
    )


def withdrawn_to_staff(enquiry: Enquiry, why: str, house: Organisation, to: Person) -> Letter:
    """To whoever has the idea: its sender has withdrawn it."""
    return _to_staff("news", enquiry, why, house, to, withdrawn=True, files=0, answers=False)


def withdrawn(enquiry: Enquiry, house: Organisation, text: str = "") -> Letter:
    """To the sender: the idea is withdrawn, and what that means.

    :param text: what staff say to it, if they did it at the sender's wish.
    """
    return letters.to_sender("withdrawn", enquiry, house, said=text)


def _to_staff(
    name: str, enquiry: Enquiry, text: str, house: Organisation, to: Person, **facts: Any
) -> Letter:
    with speaking(house.staff_language):
        return letters.compose(
            name,
            to.email,
            house,
            enquiry=enquiry,
            said=_as_told(enquiry, text),
            role=pick(to.role)[0],
            link=letters.case_link(enquiry),
            **facts,
        )


def _as_told(enquiry: Enquiry, text: str) -> str:
    """As much of *text* as a mail may carry (G4), as in the letter that handed the idea over."""
    detail = current_app.config["MAIL_DETAIL"]
    kept_apart = enquiry.flagged or enquiry.protected or enquiry.suspected
    if detail == "link" or kept_apart or holds_personal_number(text):
        return ""
    if detail == "full":
        return text
    return textwrap.shorten(veiled(text, enquiry), letters.EXCERPT, placeholder=" …")
