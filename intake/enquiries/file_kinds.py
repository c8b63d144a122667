"""The kinds of files that are taken: a file is what both its name and its content say, and one that
says two things is refused. Nothing that a browser or an office program would run is taken, and the
media type is ours, never the browser's.
"""

import io
import re
import zipfile

import puremagic

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


def is_taken(content: bytes, ending: str) -> bool:
    """Do we take files of the kind that *ending* names, and is it one that can be looked into?"""
    return ending in MEDIA_TYPES and content.count(_PART) <= _MOST_PARTS


def is_what_it_says(content: bytes, ending: str) -> bool:
    """Is *content* of the kind that *ending* names, and of no other?"""
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


def has_macros(content: bytes, ending: str) -> bool:
    """Does an office document hold programs?"""
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
