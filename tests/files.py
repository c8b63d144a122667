"""Small files of every kind, made as the programs that write them do."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 40 + b"\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00" + b"\0" * 20 + b";"
WEBP = b"RIFF\x20\x00\x00\x00WEBPVP8 " + b"\0" * 20
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 20
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
EXE = b"MZ\x90\x00\x03" + b"\0" * 200


def archive(*names: str, **contents: str) -> bytes:
    """A zip file with these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, contents.get(name, "<x/>"))
    return packed.getvalue()


def office(folder: str, *more: str) -> bytes:
    """A document as Word, Excel or PowerPoint has them: ``word``, ``xl``, ``ppt``."""
    return archive("[Content_Types].xml", f"{folder}/document.xml", *more)


def open_document(kind: str) -> bytes:
    return archive("mimetype", "content.xml", mimetype=f"application/vnd.oasis.opendocument.{kind}")


def old_office(stream: str, more: str = "") -> bytes:
    """As Office wrote until 2003."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    return head + stream.encode("utf-16-le") + b"\0" * 64 + more.encode("utf-16-le") + b"\0" * 512
