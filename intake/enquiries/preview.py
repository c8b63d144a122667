"""What an act would send, before it is done: the act is done, looked at, and taken back.

Back to a savepoint, not the whole transaction: what the caller holds and has checked must still be
so when the act is done for good.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from intake.db import db
from intake.links import without_token
from intake.outbox import queue
from intake.outbox.models import OutgoingMail


@dataclass(frozen=True)
class Preview:
    """A mail as it would leave; where the secret of a status link goes stands ``…``."""

    to: str
    subject: str
    text: str
    language: str
    about: str  # the number of the enquiry whose letter it is

    @property
    def blocks(self) -> list[tuple[str, bool]]:
        """Its paragraphs, and whether each is a quotation: then without the marks of one.

        As in the HTML of the mail, it is one only if every line of it is marked.
        """
        parts = [block.split("\n") for block in self.text.removesuffix("\n").split("\n\n")]
        quoted = [all(line.startswith("> ") for line in lines) for lines in parts]
        return [
            ("\n".join(line[2:] if is_quoted else line for line in lines), is_quoted)
            for lines, is_quoted in zip(parts, quoted, strict=True)
        ]


def digest(mails: Sequence[Preview]) -> str:
    """By which *mails* are known again: the same only if each goes to the same address with the
    same words.
    """
    said = [(mail.to, mail.subject, mail.text) for mail in mails]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def mails_of(act: Callable[[], object]) -> list[Preview]:
    """The exact mails that *act* would send. Nothing of it stays in the caller's transaction.

    :raises NotAllowed: as *act* itself would.
    """
    attempt = db.session.begin_nested()
    try:
        with queue.noting() as keys:
            act()
        mails = sa.select(OutgoingMail).where(OutgoingMail.key.in_(keys)).order_by(OutgoingMail.id)
        return [
            Preview(
                mail.to_address,
                mail.subject,
                without_token(mail.text),
                mail.language,
                mail.about,
            )
            for mail in db.session.scalars(mails)
        ]
    finally:
        attempt.rollback()
        db.session.expire_all()
