"""What a file of programmes must hold. A file in, the catalogue or every fault in it out."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from intake.i18n import Localised
from intake.programmes.catalogue import Catalogue, Programme
from intake.toml.faults import FaultyFile
from intake.toml.reader import Document
from intake.toml.table import Table

SCHEMA_VERSION = 1
STATUSES = ("active", "closed", "outside")
CONFIDENCES = ("confirmed", "partly", "unconfirmed")

#: Who may apply for a programme.
APPLICANTS = (
    "municipality",
    "municipal_company",
    "school",
    "association",
    "company",
    "region",
    "university",
    "youth_group",
    "resident",
)

_MOST_EUROS = 1_000_000_000


class ProgrammesError(FaultyFile):
    """The file of programmes has faults."""


def read(path: Path) -> Catalogue:
    """Read and check the file of programmes at *path*.

    :raises ProgrammesError: it cannot be read, or has faults.
    """
    document = Document.open(path)
    document.root.whole("schema_version", SCHEMA_VERSION, SCHEMA_VERSION)
    families = _families(document.root.table("families"))
    programmes: dict[str, Programme] = {}

    for table in document.root.tables("programme"):
        programme = _programme(table, families)
        if programme.id in programmes:
            table.fault("id", f"'{programme.id}' stands twice in the file; give each its own")
        programmes[programme.id] = programme

    faults = document.finish()
    if faults:
        raise ProgrammesError(path, faults)
    return Catalogue(_version(programmes), families, programmes)


def _families(table: Table) -> dict[str, Localised]:
    return {key: table.localised(key) for key in table.names()}


def _programme(table: Table, families: Collection[str]) -> Programme:
    programme = Programme(
        id=table.id("erasmus-skola"),
        name=table.localised("name"),
        family=table.one_of("family", families),
        status=table.one_of("status", STATUSES),
        why_not=_optional(table, "why_not"),
        valid_to=table.day("valid_to"),
        checked=table.day("checked"),
        authority=table.text("authority"),
        authority_role=table.localised("authority_role"),
        applicants=table.some_of("applicants", APPLICANTS),
        who=table.localised("who"),
        funds=table.localised("funds"),
        not_paid=_optional(table, "not_paid"),
        grant=_optional(table, "grant"),
        eu_rate_max=_number(table, "eu_rate_max", 100),
        grant_min_eur=_number(table, "grant_min_eur", _MOST_EUROS),
        grant_max_eur=_number(table, "grant_max_eur", _MOST_EUROS),
        min_partners=_number(table, "min_partners", 99),
        min_countries=_number(table, "min_countries", 99),
        departments=tuple(
            written for _, written in table.texts("departments", "write ids, like teknik")
        ),
        goals=table.wholes("goals", 1, 17),
        url=table.url("url"),
        note=_optional(table, "note"),
        confidence=table.one_of("confidence", CONFIDENCES),
        unconfirmed=_optional(table, "unconfirmed"),
        keywords={
            code: tuple(patterns)
            for code, patterns in table.table("keywords").as_patterns().items()
        },
    )
    _check(table, programme)
    return programme


def _check(table: Table, programme: Programme) -> None:
    """What no key can be wrong about alone."""
    if programme.status in ("closed", "outside") and not programme.why_not:
        table.fault("why_not", "is missing; say why nobody here can apply")
    if programme.active and programme.why_not:
        table.fault("why_not", "says why nobody can apply, but status is 'active'; change one")
    if programme.confidence == "unconfirmed" and not programme.unconfirmed:
        table.fault("unconfirmed", "is missing; say what nobody has found a source for")
    least, most = programme.grant_min_eur, programme.grant_max_eur
    if least and most and most < least:
        table.fault("grant_max_eur", f"{most} is less than grant_min_eur {least}; change one")


def _optional(table: Table, key: str) -> Localised:
    return table.localised(key) if table.has(key) else {}


def _number(table: Table, key: str, most: int) -> int | None:
    return table.whole(key, 1, most) if table.has(key) else None


def _version(programmes: dict[str, Programme]) -> str:
    """What tells one state of the file from another; comments in it make no difference."""
    return hashlib.sha256(repr(programmes).encode()).hexdigest()[:12]
