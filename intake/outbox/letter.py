"""A letter as a value: who gets it, what it says, in which language. Nothing is sent here."""

import re
from dataclasses import dataclass

# RFC 5322's dot-atom. A server that takes other local parts (SMTPUTF8) cannot be counted on.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST = 254  # octets of an address (RFC 5321, 4.5.3.1.3)


@dataclass(frozen=True)
class Letter:
    """What one person is told.

    :param seed: of the status link whose token fills :data:`intake.links.TOKEN_PLACE` in *text*
        and *html* when the letter leaves; the token itself is stored nowhere.
    :raises ValueError: it could never be sent: an address that SMTP cannot carry, or a line
        break in the subject. So a letter that exists can be queued.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    reply_to: str
    seed: str | None = None

    def __post_init__(self) -> None:
        spoken(self.to)
        spoken(self.reply_to)
        for header in (self.subject, self.language):
            if not header.strip() or _CONTROL.search(header):
                raise ValueError("A subject and a language are one line each, and not empty.")
        (self.text + self.html + self.subject).encode()  # half a surrogate pair is no text


def spoken(address: str) -> str:
    """*address* as it is said to a mail server: its domain in ASCII (IDNA).

    :raises ValueError: it is not one plain address, or its local part is not ASCII. The message
        does not repeat it.
    """
    local, _, domain = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local):
        raise ValueError("A mail address must be like name@example.org, its name in a-z and 0-9.")

    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("The domain of a mail address does not exist as it is written.") from None
    if not re.fullmatch(r"[A-Za-z0-9.-]+", host) or len(local) + 1 + len(host) > _LONGEST:
        raise ValueError("The domain of a mail address does not exist as it is written.")
    return f"{local}@{host}"


def mailbox(address: str) -> str:
    """*address* as limits count it: one person writes it in capitals or with a ``+tag`` too."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
