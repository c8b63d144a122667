"""A letter as a value: who gets it, what it says, in which language. Nothing is sent here."""

import hashlib
import re
from dataclasses import dataclass

# RFC 5322's dot-atom. A server that takes other local parts (SMTPUTF8) cannot be counted on.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
# Control characters; and an encoded word, in which Python's writer finds them again and lets them
# through (CVE-2024-6923, mended in 3.11.10 and 3.12.5).
_NOT_IN_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|=\?")
_LANGUAGE = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*")
_LONGEST = 254  # octets of an address (RFC 5321, 4.5.3.1.3)


@dataclass(frozen=True)
class Letter:
    """What one person is told.

    :param sender_name: who the mail is from, where the settings name nobody.
    :param seed: of the link whose token fills :data:`intake.links.TOKEN_PLACE` in *text*
        and *html* when the letter leaves; the token itself is stored nowhere.
    :raises ValueError: it could never be sent: an address that SMTP cannot carry, or a subject
        that would break out of its line. So a letter that exists can be queued.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    reply_to: str
    sender_name: str = ""
    seed: str | None = None

    def __post_init__(self) -> None:
        spoken(self.to)
        spoken(self.reply_to)
        check_header(self.subject)
        if self.sender_name:
            check_header(self.sender_name)
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError("A language is a code, such as sv.")
        (self.text + self.html + self.subject).encode()  # half a surrogate pair is no text


def check_header(words: str) -> None:
    """Refuse words that cannot stand in a header.

    :raises ValueError: they are none, or they would break out of their line.
    """
    if not words.strip() or _NOT_IN_HEADER.search(words):
        raise ValueError("A subject or a name is one line, not empty, and not encoded.")


def spoken(address: str) -> str:
    """*address* as it is said to a mail server: its domain in ASCII (IDNA).

    :raises ValueError: it is not one plain address, or its local part is not ASCII. The message
        does not repeat it.
    """
    local, _, domain = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or _NOT_IN_HEADER.search(local):
        raise ValueError("A mail address must be like name@example.org, its name in a-z and 0-9.")

    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("The domain of a mail address does not exist as it is written.") from None
    if not re.fullmatch(r"[A-Za-z0-9.-]+", host) or len(local) + 1 + len(host) > _LONGEST:
        raise ValueError("The domain of a mail address does not exist as it is written.")
    return f"{local}@{host}"


def mailbox(address: str) -> str:
    """*address* as limits count it: one person writes it in capitals or with a ``+tag`` too, and
    at Gmail with dots anywhere.
    """
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def mailbox_mark(address: str) -> str:
    """A short sign of a mailbox, for keys, which stand in logs."""
    return hashlib.sha256(mailbox(address).encode()).hexdigest()[:16]
