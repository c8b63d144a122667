"""Files that come with what a sender writes: checked, kept, and handed out as downloads only."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import undefer

from intake.db import db
from intake.enquiries import file_kinds
from intake.enquiries.models import Attachment, Enquiry, Event

MEGABYTE = 1024 * 1024
MOST_AT_ONCE = 3
LARGEST = 10 * MEGABYTE
MOST_PER_ENQUIRY = 12
LARGEST_PER_ENQUIRY = 60 * MEGABYTE
#: What a form with files may hold in bytes: somewhat more than it should, so that a file that is
#: too large gets an answer in the form, with the text kept.
LARGEST_BODY = 45 * MEGABYTE

_LONGEST_NAME = 120  # characters


class Refused(ValueError):
    """A file is not taken; the message names it and says what to do, in the reader's language."""


@dataclass(frozen=True)
class File:
    """A file that may be kept, or is on its way out: its safe name, our media type, its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        """With them it is a download and nothing else, whatever it holds."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        plain = re.sub(r'["\\%]', "_", plain)
        return {
            "Content-Type": self.media_type,
            "Content-Disposition": (
                f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.name, safe='')}"
            ),
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            "Cache-Control": "no-store",
        }


def check(name: str, content: bytes) -> File:
    """The file as it may be kept.

    :param name: what the browser calls it; *content*, at most one byte more than ``LARGEST``.
    :raises Refused: it is empty, too large, of a kind that is not taken, or not what it says.
    """
    name = safe_name(name)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not content:
        raise Refused(_("“%(name)s” is empty. Choose the file again.", name=name))
    if len(content) > LARGEST:
        raise Refused(
            _(
                "“%(name)s” is too large. A file can be at most 10 MB: make it smaller, or write "
                "where we can find it.",
                name=name,
            )
        )
    if not file_kinds.is_taken(content, ending):
        raise Refused(
            _(
                "“%(name)s” is a kind of file that we do not take. Save it as PDF, and choose that "
                "file.",
                name=name,
            )
        )
    if file_kinds.has_macros(content, ending):
        raise Refused(
            _(
                "“%(name)s” holds macros, which we do not take. Save it without macros or as PDF, "
                "and choose that file.",
                name=name,
            )
        )
    if not file_kinds.is_what_it_says(content, ending):
        raise Refused(
            _(
                "“%(name)s” is not the kind of file that its name says. Open it, save it as PDF, "
                "and choose that file.",
                name=name,
            )
        )
    return File(name, file_kinds.MEDIA_TYPES[ending], content)


def safe_name(name: str) -> str:
    """*name* as a file may be called anywhere: no folder, nothing invisible, not too long."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1][-1000:])
    name = "".join(c for c in name if unicodedata.category(c)[0] not in "CZ" or c == " ")
    name = " ".join(re.sub(r'[<>:"|?*]', "_", name).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:_LONGEST_NAME] or _("file")
    ending = ending[:20]
    return f"{stem[: _LONGEST_NAME - 1 - len(ending)] or _('file')}.{ending}"


def nameless(name: str) -> str:
    """*name* for whoever is not to learn who the sender is: people call files after themselves."""
    return f"{_('file')}.{name.rpartition('.')[2]}"


def store(event: Event, enquiry: Enquiry, files: Sequence[File]) -> None:
    """Keep *files* with *event*, in the caller's transaction.

    :raises Refused: with these the enquiry would hold more than it may.
    """
    if not files:
        return
    if len(files) > MOST_AT_ONCE:
        raise Refused(too_many())
    count, size = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Attachment.size), 0)).where(
            Attachment.enquiry_id == enquiry.id
        )
    ).one()
    total = size + sum(len(file.content) for file in files)
    if count + len(files) > MOST_PER_ENQUIRY or total > LARGEST_PER_ENQUIRY:
        raise Refused(
            _(
                "There is no room for more files with this idea: at most 12 files and 60 MB in "
                "all. Write where we can find them, or call us."
            )
        )
    db.session.flush()  # the event gets its number; from then on it is history, and not touched
    for file in files:
        db.session.add(
            Attachment(
                enquiry_id=enquiry.id,
                event_id=event.id,
                key=secrets.token_hex(16),
                name=file.name,
                media_type=file.media_type,
                size=len(file.content),
                sha256=hashlib.sha256(file.content).hexdigest(),
                content=file.content,
            )
        )


def too_many() -> str:
    """What to say to somebody who chose more files than fit into one sending."""
    return _("You can send at most 3 files at once. Send the others in a second message.")


def of(enquiry: Enquiry) -> dict[int, list[Attachment]]:
    """The files of *enquiry* without their bytes, by the id of the event that they came with."""
    found: dict[int, list[Attachment]] = {}
    wanted = sa.select(Attachment).where(Attachment.enquiry_id == enquiry.id)
    for attachment in db.session.scalars(wanted.order_by(Attachment.id)):
        found.setdefault(attachment.event_id, []).append(attachment)
    return found


def contents(enquiry: Enquiry, keys: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Key and bytes of those files of *enquiry*, the first first, one at a time in memory."""
    wanted = sa.select(Attachment.key, Attachment.content).where(
        Attachment.enquiry_id == enquiry.id, Attachment.key.in_(keys)
    )
    one_by_one = wanted.order_by(Attachment.id).execution_options(yield_per=1)
    for row in db.session.execute(one_by_one):
        yield row.key, row.content


def find(enquiry: Enquiry, key: str) -> Attachment | None:
    """The file with that *key* if it belongs to *enquiry*, its bytes read."""
    if not key.isalnum():  # PostgreSQL refuses to look for a NUL
        return None
    wanted = sa.select(Attachment).where(Attachment.enquiry_id == enquiry.id, Attachment.key == key)
    return db.session.scalar(wanted.options(undefer(Attachment.content)))


def download(attachment: Attachment) -> File:
    """*attachment* as a value that any door can hand out. The caller asks first who may have it."""
    return File(attachment.name, attachment.media_type, attachment.content)
