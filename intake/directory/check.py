"""What an organisation file must hold. A file in, checked values or every fault in it out."""

import re
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from intake.directory.look import (
    DARK_GROUND,
    ENOUGH_CONTRAST,
    LIGHT_GROUND,
    UnfitLogo,
    contrast,
    decode_logo,
    read_logo,
)
from intake.directory.organisation import Away
from intake.directory.texts import read_texts
from intake.i18n import Localised
from intake.toml.faults import FaultyFile, shown
from intake.toml.reader import Document
from intake.toml.table import Table

SCHEMA_VERSION = 1

#: The id of the coordinator's post; the file does not choose it.
COORDINATOR = "coordinator"

#: How a load names the municipality itself among the departments.
ORGANISATION = "organisation"

KINDS = ("department", "company")
CONFORMITY = ("full", "partial", "none")  # the three terms that the law on accessibility fixes
MOST_PROMISED_DAYS = 60

#: What is promised besides, in working days but for `life_days`, which are days of the calendar
#: and end on a working day.
LATER_PROMISES = {"department_days": 20, "life_days": 60, "open_days": 3, "ask_again_days": 10}

MAY = ("administrator", "reader")

PHONE = r"\+?[0-9][0-9 ()-]{4,28}"


class OrganisationError(FaultyFile):
    """The organisation file has faults."""

    consequence = ", so nothing was changed"


@dataclass(frozen=True)
class ContactEntry:
    """A role address as the file has it; None is what it says nothing about."""

    role: Localised
    email: str
    digest: bool | None
    confirmed: date | None
    absences: list[Away]  # sorted


@dataclass(frozen=True)
class PostEntry:
    """A department, a company or the coordinator's post as the file has it."""

    id: str
    kind: str
    name: Localised
    responsibility: Localised
    board: Localised  # empty when no board stands above it
    keywords: dict[str, list[str]]
    contacts: list[ContactEntry]


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
    logo, logo_type = _logo(look, folder)
    tables = _ContactTables()

    file = OrganisationFile(
        facts=_facts(organisation)
        | {
            "look": _colours(look),
            "staff": _staff(root.tables("staff", required=False)),
            "texts": read_texts(root.tables("text", required=False)),
        },
        logo=logo,
        logo_type=logo_type,
        coordinator=_coordinator(root.table("coordinator"), tables),
        departments=_departments(root.tables("department"), tables),
        digest=sha256(document.text.encode() + (logo or b"")).hexdigest(),
    )
    tables.check_covers()
    faults = document.finish()
    if faults:
        raise OrganisationError(source, faults)
    return file


def _facts(organisation: Table) -> dict[str, Any]:
    return {
        "name": organisation.localised("name"),
        "language": organisation.language("language"),
        "phone": _phone(organisation, "phone"),
        "visit": organisation.localised("visit", lines=True),
        "post": organisation.localised("post", lines=True),
        "hours": organisation.localised("hours", lines=True),
        "website": organisation.url("website"),
        "promise": _promise(organisation.table("promise")),
        "privacy": _privacy(organisation.table("privacy")),
        "accessibility": _accessibility(organisation.table("accessibility")),
    }


def _promise(promise: Table) -> dict[str, int]:
    answer = promise.whole("answer_days", 1, MOST_PROMISED_DAYS)
    assessment = promise.whole("assessment_days", 1, MOST_PROMISED_DAYS)

    if assessment < answer <= MOST_PROMISED_DAYS:
        words = _("is less than answer_days; write %(least)s or more", least=answer)
        promise.fault("assessment_days", words)
    later = {
        key: promise.whole(key, 1, MOST_PROMISED_DAYS) if promise.has(key) else days
        for key, days in LATER_PROMISES.items()
    }
    return {"answer_days": answer, "assessment_days": assessment} | later


def _staff(tables: list[Table]) -> list[dict[str, str]]:
    """Who answers for no department and yet has something to do on the pages for staff."""
    return [{"email": table.email("email"), "may": table.one_of("may", MAY)} for table in tables]


def _colours(look: Table) -> dict[str, str]:
    return {
        "brand": _colour(look, "brand", LIGHT_GROUND),
        "brand_dark": _colour(look, "brand_dark", DARK_GROUND),
        "accent": _colour(look, "accent", LIGHT_GROUND),
        "accent_dark": _colour(look, "accent_dark", DARK_GROUND),
    }


def _colour(look: Table, key: str, ground: str) -> str:
    colour = look.matching(key, "#[0-9A-Fa-f]{6}", _("write a colour like #1f5a46")).lower()
    if not re.fullmatch("#[0-9a-f]{6}", colour):
        return ""

    reached = contrast(colour, ground)
    if reached < ENOUGH_CONTRAST:
        words = _(
            "'%(colour)s' has the contrast %(reached)s:1 against %(ground)s, and text needs "
            "%(needed)s:1",
            colour=colour,
            reached=f"{reached:.1f}",
            ground=ground,
            needed=ENOUGH_CONTRAST,
        )
        lighter, darker = _("choose a lighter one"), _("choose a darker one")
        look.fault(key, f"{words}; {darker if ground == LIGHT_GROUND else lighter}")
    return colour


def _logo(look: Table, folder: Path | None) -> tuple[bytes | None, str | None]:
    """The logo that the file names or holds, if any."""
    name = look.text("logo", _('write a file name like "logo.svg"')) if look.has("logo") else ""
    if not name:
        return None, None

    try:
        if name.startswith("data:"):
            return decode_logo(name)
        if folder is None:
            raise UnfitLogo(
                _("is a file of its own, which does not come along; leave the line out")
            )
        return read_logo(folder / name)
    except UnfitLogo as unfit:
        look.fault("logo", f"{shown(name)} {unfit}")
        return None, None


def _privacy(privacy: Table) -> dict[str, Any]:
    supervisor = privacy.table("supervisor")
    return {
        "controller": privacy.localised("controller"),
        "officer_email": privacy.email("officer_email"),
        "officer_phone": _phone(privacy, "officer_phone"),
        "retention": privacy.localised("retention", lines=True),
        "supervisor": {"name": supervisor.localised("name"), "url": supervisor.url("url")},
    }


def _accessibility(accessibility: Table) -> dict[str, Any]:
    conformity = accessibility.one_of("conformity", CONFORMITY)
    assessed, updated = accessibility.day("assessed"), accessibility.day("updated")
    flaws = [
        flaw.as_localised(lines=True) for flaw in accessibility.tables("flaws", required=False)
    ]

    if date.min < updated < assessed:
        words = _("is before assessed; write %(day)s or later", day=assessed)
        accessibility.fault("updated", words)
    if conformity in ("partial", "none") and not flaws:
        words = _("must name what is not accessible, unless conformity is 'full'")
        accessibility.fault("flaws", words)
    return {
        "conformity": conformity,
        "assessed": assessed.isoformat(),
        "updated": updated.isoformat(),
        "method": accessibility.localised("method", lines=True),
        "flaws": flaws,
        "complaint_url": accessibility.url("complaint_url"),
    }


def _phone(table: Table, key: str) -> str:
    return table.matching(key, PHONE, _('write a number like "08-465 004 00"'))


def _coordinator(post: Table, contacts: "_ContactTables") -> PostEntry:
    post.one_of("kind", (COORDINATOR,))
    return _post(post, COORDINATOR, COORDINATOR, contacts)


def _departments(tables: list[Table], contacts: "_ContactTables") -> list[PostEntry]:
    departments: dict[str, PostEntry] = {}

    for table in tables:
        id = table.id("teknik")
        if id in (COORDINATOR, ORGANISATION):
            words = _("'%(id)s' has a meaning of its own in this service; choose another", id=id)
            table.fault("id", words)
        if id in departments:
            table.fault("id", _("'%(id)s' stands twice in the file; give each its own", id=id))
        departments[id] = _post(table, id, table.one_of("kind", KINDS), contacts)
    return list(departments.values())


def _post(post: Table, id: str, kind: str, contacts: "_ContactTables") -> PostEntry:
    return PostEntry(
        id=id,
        kind=kind,
        name=post.localised("name"),
        responsibility=post.localised("responsibility"),
        board=post.localised("board") if post.has("board") else {},
        keywords=post.table("keywords").as_patterns(),
        contacts=contacts.read(post.tables("contact")),
    )


class _ContactTables:
    """The contacts of all posts: somebody may be covered by a contact who stands further down."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._covers: list[tuple[Table, str, str]] = []  # where, for whom, who

    def read(self, tables: list[Table]) -> list[ContactEntry]:
        """The contacts of one post."""
        seen = set()
        contacts = []

        for table in tables:
            email = table.email("email")
            if email and email.casefold() in seen:
                words = _("'%(email)s' stands twice here; remove one of the two", email=email)
                table.fault("email", words)
            seen.add(email.casefold())
            absences = {self._away(each, email) for each in table.tables("absence", required=False)}
            contacts.append(
                ContactEntry(
                    role=table.localised("role"),
                    email=email,
                    digest=table.flag("digest") if table.has("digest") else None,
                    confirmed=table.day("confirmed") if table.has("confirmed") else None,
                    absences=sorted(absences),
                )
            )
        self._known |= seen
        return contacts

    def check_covers(self) -> None:
        """Whoever covers must be another contact of the file, when all of it has been read."""
        for table, email, cover in self._covers:
            if cover.casefold() == email.casefold():
                table.fault("cover", _("is the contact who is away; name somebody else"))
            elif cover.casefold() not in self._known:
                words = _(
                    "'%(email)s' is no contact in this file; write the address of one", email=cover
                )
                table.fault("cover", words)

    def _away(self, table: Table, email: str) -> Away:
        first, last = table.day("first_day"), table.day("last_day")
        if date.min < last < first:
            words = _(
                "%(first)s is after last_day %(last)s; change one of them", first=first, last=last
            )
            table.fault("first_day", words)
        cover = table.email("cover") if table.has("cover") else ""
        if cover:
            self._covers.append((table, email, cover))
        return Away(first, last, cover)
