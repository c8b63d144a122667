"""What an organisation file must hold. A file in, checked values or every fault in it out."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from intake.directory.colours import read_colours
from intake.directory.entries import (
    ContactTables,
    PostEntry,
    read_coordinator,
    read_departments,
)
from intake.directory.facts import read_facts, read_staff
from intake.directory.logo import named_logo
from intake.directory.texts import read_texts
from intake.toml.faults import FaultyFile
from intake.toml.reader import Document

SCHEMA_VERSION = 1


class OrganisationError(FaultyFile):
    """The organisation file has faults."""

    consequence = ", so nothing was changed"


@dataclass(frozen=True)
class OrganisationFile:
    """A whole file without a fault. ``facts`` can be written as JSON."""

    facts: dict[str, Any]
    logo: bytes | None
    logo_type: str | None
    coordinator: PostEntry
    departments: list[PostEntry]
    digest: str = field(compare=False)  # of all that was read


def read(path: Path) -> OrganisationFile:
    """Read and check the organisation file at *path*, and the logo beside it.

    :raises OrganisationError: it cannot be read, or has faults.
    """
    return _checked(Document.open(path), path, path.parent)


def parse(text: str | bytes) -> OrganisationFile:
    """Read and check the text of an organisation file.

    A logo has to stand in the text itself, so that nobody who sends us one can read our disk.

    :raises OrganisationError: it has faults.
    """
    document = Document(text) if isinstance(text, str) else Document.decode(text)
    return _checked(document, "The organisation", None)


def _checked(document: Document, source: Path | str, folder: Path | None) -> OrganisationFile:
    root = document.root
    root.whole("schema_version", SCHEMA_VERSION, SCHEMA_VERSION)
    organisation = root.table("organisation")
    look = organisation.table("look")
    logo, logo_type = named_logo(look, folder)
    contacts = ContactTables()

    file = OrganisationFile(
        facts=read_facts(organisation)
        | {
            "look": read_colours(look),
            "staff": read_staff(root.tables("staff", required=False)),
            "texts": read_texts(root.tables("text", required=False)),
        },
        logo=logo,
        logo_type=logo_type,
        coordinator=read_coordinator(root.table("coordinator"), contacts),
        departments=read_departments(root.tables("department"), contacts),
        digest=sha256(document.text.encode() + (logo or b"")).hexdigest(),
    )
    contacts.check_covers()
    faults = document.finish()
    if faults:
        raise OrganisationError(source, faults)
    return file
