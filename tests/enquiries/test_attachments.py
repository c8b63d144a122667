"""Which files are taken: name and content must say the same, and nothing may run."""

import hashlib
import io
import struct
import time
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask

from intake.db import db
from intake.enquiries import attachments, file_kinds
from intake.enquiries.models import NeverChanges
from intake.enquiries.steps import Act, record
from tests import files, make
from tests.conftest import on_sqlite


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/en/"):
        yield


TAKEN = {
    "a.pdf": files.PDF,
    "a.PDF": files.PDF,
    "a.png": files.PNG,
    "a.jpg": files.JPEG,
    "a.jpeg": files.JPEG,
    "a.gif": files.GIF,
    "a.webp": files.WEBP,
    "a.heic": files.HEIC,
    "a.txt": "Räksmörgås – 5 € < 7 €\r\n".encode(),
    "latin.txt": "Räksmörgås".encode("latin-1"),
    "a.csv": "\ufeffnamn;tal\nKim;1\n".encode(),
    "a.docx": files.office("word"),
    "a.xlsx": files.office("xl"),
    "a.pptx": files.office("ppt"),
    "a.odt": files.open_document("text"),
    "a.ods": files.open_document("spreadsheet"),
    "a.odp": files.open_document("presentation"),
    "a.doc": files.old_office("WordDocument"),
    "a.xls": files.old_office("Workbook"),
    "a.ppt": files.old_office("PowerPoint Document"),
}
REFUSED = {
    "empty.pdf": b"",
    "large.txt": b"x" * (attachments.LARGEST + 1),
    "page.html": files.HTML,
    "page.txt": files.HTML,
    "late.txt": b"hello\n" * 20 + files.HTML,
    "picture.svg": files.SVG,
    "picture.txt": files.SVG,
    "script.txt": b"#!/bin/sh\nrm -rf /\n",
    "program.exe": files.EXE,
    "program.pdf": files.EXE,
    "program.pdf.exe": files.PDF,
    "program.txt": files.EXE,
    "binary.txt": b"hello\0world",
    "utf16.txt": "hello".encode("utf-16"),
    "pdf.txt": files.PDF,
    "archive.zip": files.archive("a.txt"),
    "archive.docx": files.archive("a.txt"),
    "archive.odt": files.archive("a.txt"),
    "broken.docx": b"PK\x03\x04" + b"\0" * 60,
    "sheet.docx": files.office("xl"),
    "sheet.odt": files.open_document("spreadsheet"),
    "sheet.doc": files.old_office("Workbook"),
    "macro.docm": files.office("word"),
    "macro.docx": files.office("word", "word/vbaProject.bin"),
    "macro.doc": files.old_office("WordDocument", "_VBA_PROJECT"),
    "macro.xls": files.old_office("Workbook", "_VBA_PROJECT_CUR"),
    "png.jpg": files.PNG,
    "jpg.png": files.JPEG,
    "html.pdf": files.HTML + files.PDF,
    "html.gif": files.GIF[:10] + files.HTML,
    "zip.png": files.PNG + files.archive("a.txt"),
    "zip.pdf": files.PDF + files.archive("a.txt"),
    "avi.webp": files.WEBP.replace(b"WEBP", b"AVI "),
    "none": files.PDF,
    "": files.PDF,
}


@on_sqlite
@pytest.mark.parametrize("name", TAKEN)
def test_what_people_send_is_taken(name: str) -> None:
    file = attachments.check(name, TAKEN[name])
    assert file.name == name
    assert file.media_type == file_kinds.MEDIA_TYPES[name.rpartition(".")[2].lower()]


def list_of_parts(count: int) -> bytes:
    """A zip file that holds next to nothing but names of parts."""
    head = b"PK\x03\x04" + b"\0" * 26
    part = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, *[0] * 7, 1, *[0] * 6) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, count * len(part), len(head), 0)
    return head + part * count + end


@on_sqlite
@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_a_list_of_parts_that_fills_the_file_is_not_read(name: str) -> None:
    """It would be ten seconds of work for each file of somebody who sends them all day."""
    assert len(zipfile.ZipFile(io.BytesIO(list_of_parts(3))).namelist()) == 3
    began = time.process_time()
    with pytest.raises(attachments.Refused):
        attachments.check(name, list_of_parts(220_000))
    assert time.process_time() - began < 1


@on_sqlite
@pytest.mark.parametrize("name", REFUSED)
def test_what_deceives_or_runs_is_refused(name: str) -> None:
    with pytest.raises(attachments.Refused) as refused:
        attachments.check(name, REFUSED[name])
    assert "”" in str(refused.value), "does not name the file"


@on_sqlite
@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Förslag på övning.pdf", "Förslag på övning.pdf"),
        ("A\u030angstro\u0308m.pdf", "Ångström.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\kim\\plan.pdf", "plan.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ('a"; x\r\nSet-Cookie: b=1.pdf', "a_; xSet-Cookie_ b=1.pdf"),
        (".htaccess.txt", "htaccess.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert attachments.safe_name(name) == safe


def test_what_is_kept_is_what_came() -> None:
    enquiry = make.enquiry()
    event = record(enquiry, Act.REPLIED, by="sender", text="", submission="x")
    attachments.store(event, enquiry, [attachments.check("å.pdf", files.PDF)])
    db.session.commit()
    db.session.expire_all()

    [[kept]] = attachments.of(enquiry).values()
    assert "content" not in kept.__dict__, "the bytes are read though nobody asked"
    found = attachments.find(enquiry, kept.key)
    assert found is not None
    assert found.sha256 == hashlib.sha256(files.PDF).hexdigest()
    download = attachments.download(found)
    assert (download.name, download.content) == ("å.pdf", files.PDF)
    assert download.headers["Content-Disposition"].startswith("attachment;")
    assert attachments.find(make.enquiry(), kept.key) is None, "another enquiry's file"


def test_a_file_is_never_changed() -> None:
    enquiry = make.enquiry()
    event = record(enquiry, Act.REPLIED, by="sender", text="", submission="x")
    attachments.store(event, enquiry, [attachments.check("a.pdf", files.PDF)])
    db.session.commit()
    event.attachments[0].name = "b.pdf"
    with pytest.raises(NeverChanges):
        db.session.commit()


def test_one_enquiry_holds_only_so_much() -> None:
    enquiry = make.enquiry()
    three = [attachments.check("a.pdf", files.PDF)] * 3
    for number in range(4):
        event = record(enquiry, Act.REPLIED, by="sender", text="", submission=str(number))
        attachments.store(event, enquiry, three)
        db.session.flush()
    event = record(enquiry, Act.REPLIED, by="sender", text="", submission="more")
    with pytest.raises(attachments.Refused, match="12"):
        attachments.store(event, enquiry, three[:1])


def test_one_enquiry_holds_only_so_many_bytes() -> None:
    enquiry = make.enquiry()
    file = attachments.check("a.txt", b"x" * attachments.LARGEST)
    for number, many in enumerate((3, 3)):
        event = record(enquiry, Act.REPLIED, by="sender", text="", submission=str(number))
        attachments.store(event, enquiry, [file] * many)
        db.session.flush()
    event = record(enquiry, Act.REPLIED, by="sender", text="", submission="more")
    with pytest.raises(attachments.Refused, match="60"):
        attachments.store(event, enquiry, [attachments.check("b.txt", b"b")])
