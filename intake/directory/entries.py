"""Departments and their contacts, as an organisation file has them."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from intake.directory.values import Away
from intake.i18n import Localised
from intake.toml.table import Table

#: The id of the coordinator's post; the file does not choose it.
COORDINATOR = "coordinator"

#: How a load names the municipality itself among the departments.
ORGANISATION = "organisation"

KINDS = ("department", "company")


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


def read_coordinator(post: Table, contacts: "ContactTables") -> PostEntry:
    """The coordinator's post."""
    post.one_of("kind", (COORDINATOR,))
    return _post(post, COORDINATOR, COORDINATOR, contacts)


def read_departments(tables: list[Table], contacts: "ContactTables") -> list[PostEntry]:
    """The departments and companies, in their order; each id stands once."""
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


def _post(post: Table, id: str, kind: str, contacts: "ContactTables") -> PostEntry:
    return PostEntry(
        id=id,
        kind=kind,
        name=post.localised("name"),
        responsibility=post.localised("responsibility"),
        board=post.localised("board") if post.has("board") else {},
        keywords=post.table("keywords").as_patterns(),
        contacts=contacts.read(post.tables("contact")),
    )


class ContactTables:
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
