"""Files that come with what a sender writes: which are taken, how they are kept and handed out.

A file is what both its name and its content say; a file that says two things is refused. Nothing
that a browser or an office program would run is taken. The media type is ours, never the
browser's, and what is handed out is always a download.
"""

import hashlib
import io
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import puremagic
import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import undefer

from intake.db import db
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
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

#: What is taken, and as what it is handed out.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "txt": "text/plain",
    "csv": "text/csv",
    "docx": _OPEN_XML + "wordprocessingml.document",
    "xlsx": _OPEN_XML + "spreadsheetml.sheet",
    "pptx": _OPEN_XML + "presentationml.presentation",
    "odt": _OPEN_DOCUMENT + "text",
    "ods": _OPEN_DOCUMENT + "spreadsheet",
    "odp": _OPEN_DOCUMENT + "presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
#: For the ``accept`` of a form: what a file dialogue offers first.
ACCEPT = ",".join(f".{ending}" for ending in MEDIA_TYPES)

_TEXT = frozenset(["txt", "csv"])
_OPEN_XML_FOLDER = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_OPEN_DOCUMENTS = frozenset(["odt", "ods", "odp"])
#: The stream that tells the three old office formats apart.
_OLE_STREAM = {
    "doc": ("WordDocument",),
    "xls": ("Workbook", "Book"),
    "ppt": ("PowerPoint Document",),
}
_BEGINS = {
    "pdf": re.compile(rb"%PDF-"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "heic": re.compile(rb".{4}ftyp(?:heic|heix|heim|heis|mif1|msf1)", re.DOTALL),
    "doc": re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "xls": re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "ppt": re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
}
#: What the library calls a kind, where it is not the ending.
_KNOWN_AS = {"heic": (".heic", ".heif")}
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|iframe|svg|\?xml|\?php)|^\s*#!", re.IGNORECASE
)
_HEAD = 4096  # bytes in which a browser would look for markup
#: Parts of an office document, several times what the largest have. A list of parts alone can fill
#: a file, and reading it then takes ten seconds.
_MOST_PARTS = 10_000
_PART = b"PK\x01\x02"  # begins each line of that list


class Refused(ValueError):
    """A file is not taken; the message names it and says what to do, in the reader's language."""


@dataclass(frozen=True)
class File:
    """A file that may be kept: its safe name, our media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Download:
    """A file on its way out, for any door. The caller asks first who may have it."""

    name: str
    media_type: str
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        """They make it a download and nothing else, whatever it holds."""
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
    if ending not in MEDIA_TYPES or content.count(_PART) > _MOST_PARTS:
        raise Refused(
            _(
                "“%(name)s” is a kind of file that we do not take. Save it as PDF, and choose that "
                "file.",
                name=name,
            )
        )
    if _has_macros(content, ending):
        raise Refused(
            _(
                "“%(name)s” holds macros, which we do not take. Save it without macros or as PDF, "
                "and choose that file.",
                name=name,
            )
        )
    if not _is_what_it_says(content, ending):
        raise Refused(
            _(
                "“%(name)s” is not the kind of file that its name says. Open it, save it as PDF, "
                "and choose that file.",
                name=name,
            )
        )
    return File(name, MEDIA_TYPES[ending], content)


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


def find(enquiry: Enquiry, key: str) -> Attachment | None:
    """The file with that *key* if it belongs to *enquiry*, its bytes read."""
    if not key.isalnum():  # PostgreSQL refuses to look for a NUL
        return None
    wanted = sa.select(Attachment).where(Attachment.enquiry_id == enquiry.id, Attachment.key == key)
    return db.session.scalar(wanted.options(undefer(Attachment.content)))


def download(attachment: Attachment) -> Download:
    """*attachment* as a value that any door can hand out."""
    return Download(attachment.name, attachment.media_type, attachment.content)


def _is_what_it_says(content: bytes, ending: str) -> bool:
    if ending in _TEXT:
        return _is_text(content)
    if ending in _OPEN_XML_FOLDER or ending in _OPEN_DOCUMENTS:
        return _is_office_document(content, ending)
    if not _BEGINS[ending].match(content) or not _library_agrees(content, ending):
        return False
    if ending in _OLE_STREAM:
        return any(stream.encode("utf-16-le") in content for stream in _OLE_STREAM[ending])
    # What is both a picture and a page or an archive is meant to deceive somebody.
    return not zipfile.is_zipfile(io.BytesIO(content)) and not (
        ending != "pdf" and re.search(rb"<\s*(?:html|script|svg)\b", content[:_HEAD], re.IGNORECASE)
    )


def _library_agrees(content: bytes, ending: str) -> bool:
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return False
    return bool(found.intersection(_KNOWN_AS.get(ending, (f".{ending}",))))


def _is_text(content: bytes) -> bool:
    """Words in UTF-8 or Latin-1 and no markup, which a browser might take for a page."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", content) or _MARKUP.search(content[:_HEAD]):
        return False
    if content.startswith((b"%PDF-", b"MZ", b"PK\x03\x04", b"GIF8", b"Rar!")):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return not re.search(rb"[\x80-\x84\x86-\x90\x9d-\x9f]{2}", content)
    return True


def _is_office_document(content: bytes, ending: str) -> bool:
    """A zip from its first byte, with the parts of such a document, and without another inside."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if ending in _OPEN_DOCUMENTS:
                with archive.open("mimetype") as kind:
                    return kind.read(100).decode("ascii", "ignore").strip() == MEDIA_TYPES[ending]
            folder = _OPEN_XML_FOLDER[ending]
            return "[Content_Types].xml" in names and any(n.startswith(folder) for n in names)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, OSError):
        return False


def _has_macros(content: bytes, ending: str) -> bool:
    if ending in _OLE_STREAM:
        return "_VBA_PROJECT".encode("utf-16-le") in content
    if ending not in _OPEN_XML_FOLDER and ending not in _OPEN_DOCUMENTS:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return any("vbaproject" in part or part.startswith(("basic/", "scripts/")) for part in parts)
