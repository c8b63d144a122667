"""A copy of a case as one file to save: the page, the mails, the files, and a sum of each."""

import hashlib
import zipfile
from collections.abc import Collection, Iterator, Sequence
from email.headerregistry import Address, Group
from email.message import EmailMessage
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO

from flask_babel import gettext as _

from intake.enquiries import attachments
from intake.enquiries.copy import mails_about, words_of
from intake.enquiries.masking import Word, mask, masked
from intake.enquiries.models import Enquiry
from intake.outbox.folding import SMTP
from intake.outbox.models import OutgoingMail

_IN_MEMORY = 5 * attachments.MEGABYTE  # what is larger is written to the disk


def archive(
    enquiry: Enquiry, page: str, hidden: Collection[str], words: Sequence[Word]
) -> IO[bytes]:
    """A ZIP file with *page*, and with the mails and files of *enquiry* that are not masked.

    :param hidden: keys of the parts that are masked; *words*, what is masked in mails and names.
        Nothing is masked inside a file: it is there as it came, or not at all.
    :return: it, to be read from its beginning; large ones are on the disk and go when it is closed.
    """
    content = chain(
        [(f"{enquiry.reference}.html", page.encode())],
        _mails(enquiry, hidden, words),
        _files(enquiry, hidden, words),
    )
    sums = []
    packed = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(packed, "w") as file:  # not compressed: pictures and PDF are already
        for path, each in content:
            file.writestr(path, each)
            sums.append(f"{hashlib.sha256(each).hexdigest()}  {path}\n")
        file.writestr("SHA-256.txt", "".join(sums))
    packed.seek(0)
    return packed


def _files(
    enquiry: Enquiry, hidden: Collection[str], words: Sequence[Word]
) -> Iterator[tuple[str, bytes]]:
    folder = _("files")
    kept = [file for files in attachments.of(enquiry).values() for file in files]
    paths = {
        file.key: f"{folder}/{number:02}-{attachments.safe_name(mask(words, file.name))}"
        for number, file in enumerate(kept, start=1)
        if f"file.{file.key}" not in hidden
    }
    for key, content in attachments.contents(enquiry, paths):
        yield paths[key], content


def _mails(
    enquiry: Enquiry, hidden: Collection[str], words: Sequence[Word]
) -> Iterator[tuple[str, bytes]]:
    folder = _("emails")
    for number, mail in enumerate(mails_about(enquiry), start=1):
        if f"mail.{mail.id}" not in hidden:
            kind = mail.key.split("/")[1]
            yield f"{folder}/{number:02}-{kind}.eml", _as_eml(mail, words)


def _as_eml(mail: OutgoingMail, words: Sequence[Word]) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = mask(words, mail.subject)
    message["From"] = _mailbox(words, mail.reply_to, mail.sender_name)
    message["To"] = _mailbox(words, mail.to_address)
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    message["Content-Language"] = mail.language.replace("_", "-")
    message.set_content(mask(words, words_of(mail)) + "\n", cte="quoted-printable")
    return message.as_bytes()


def _mailbox(words: Sequence[Word], address: str, name: str = "") -> Address | Group:
    """*address* with the *name* before it; a group with nobody in it where that is masked, which a
    mail may come from too (RFC 6854).
    """
    name = mask(words, name)
    if mask(words, address) != address:
        return Group(name or masked())
    return Address(name, addr_spec=address)
