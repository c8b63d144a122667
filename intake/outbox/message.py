"""A stored mail as it leaves: the bytes, and who it is from."""

import re
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage

from flask import current_app
from flask_mail import Message

from intake.links import fill_token
from intake.outbox.folding import SMTP
from intake.outbox.letter import check_header, spoken
from intake.outbox.models import OutgoingMail
from intake.outbox.trouble import Trouble


class StoredMessage(Message):
    """A stored mail, ready to leave; the same bytes at every attempt.

    Written by :class:`email.message.EmailMessage`, which refuses a line break in a header and
    wraps what lines SMTP cannot carry; Flask-Mail's own writer does neither.

    :param hold: called just before the message itself is said; it may raise to keep it back.
    :raises Trouble: ``INTAKE_MAIL_SENDER`` makes no sense.
    :raises ValueError: the row cannot be written as a mail.
    """

    def __init__(self, mail: OutgoingMail, hold: Callable[[], None]) -> None:
        sender = _sender(mail)
        super().__init__(
            subject=mail.subject,
            recipients=[spoken(mail.to_address)],
            sender=str(sender),
            reply_to=spoken(mail.reply_to),
            date=mail.created_at.timestamp(),
        )
        self.msgId = mail.message_id
        self.envelope_from = sender.addr_spec
        self.hold = hold
        self._bytes = _write(mail, sender)

    def as_bytes(self) -> bytes:
        return self._bytes


def _write(mail: OutgoingMail, sender: Address) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = mail.subject
    message["From"] = sender
    message["To"] = Address(addr_spec=spoken(mail.to_address))
    message["Reply-To"] = Address(addr_spec=spoken(mail.reply_to))
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    # Nobody's holiday answer shall come back (RFC 3834; the second is Exchange's own).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"

    # Quoted-printable passes every server and keeps each line short, however long a paragraph is.
    text, html = fill_token(mail.text, mail.seed), fill_token(mail.html, mail.seed)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary("=_" + re.sub(r"\W", "", mail.message_id)[:32])
    message["Content-Language"] = mail.language.replace("_", "-")

    raw = message.as_bytes()
    head = raw.partition(b"\r\n\r\n")[0].replace(b"\r", b"\n")
    if re.findall(rb"(?m)^([^\s:]+):", head) != list(map(str.encode, message.keys())):
        raise ValueError("A header broke out of its line.")  # CVE-2024-6923, see letter.py
    return raw


def _sender(mail: OutgoingMail) -> Address:
    """Whom the mail is from: ``INTAKE_MAIL_SENDER``, or whoever gets the answers to it.

    The setting is ``address`` or ``Name <address>``; the name may hold commas.
    """
    sender = current_app.config["MAIL_SENDER"] or f"{mail.sender_name} <{mail.reply_to}>"
    name, _, address = sender.rpartition("<")
    try:
        check_header(sender)
        return Address(name.strip(' "'), addr_spec=spoken(address.strip(" >")))
    except ValueError as error:
        raise Trouble("mail", None, f"INTAKE_MAIL_SENDER: {error}", ours=True) from None
