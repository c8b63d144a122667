"""Whoever covers for a contact is what that contact is, on those days alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from intake.db import db
from intake.directory.load import load
from intake.directory.members import Role, member
from intake.directory.organisation import organisation
from tests.conftest import on_sqlite

from .small import changed, write

HOMES = "bostad@provkoping.example"
COVERED = changed("last_day = 2027-08-01", f'last_day = 2027-08-01\ncover = "{HOMES}"')


@on_sqlite
@pytest.mark.parametrize(
    ("moment", "departments"),
    [
        (datetime(2027, 7, 4, 21, 59, tzinfo=UTC), {"bostad"}),
        (datetime(2027, 7, 4, 22, 1, tzinfo=UTC), {"bostad", "teknik"}),  # midnight in Sweden
        (datetime(2027, 8, 1, 21, 59, tzinfo=UTC), {"bostad", "teknik"}),
        (datetime(2027, 8, 1, 22, 1, tzinfo=UTC), {"bostad"}),
    ],
)
def test_a_cover_has_the_department_on_those_days_alone(
    app: Flask, tmp_path: Path, moment: datetime, departments: set[str]
) -> None:
    with app.app_context():
        load(write(tmp_path, COVERED))
        db.session.commit()
        with time_machine.travel(moment):
            who = member(organisation(), HOMES.upper())
            assert who
            assert who.departments == departments
            assert who.roles == {Role.CONTACT}


@on_sqlite
def test_whoever_covers_for_the_coordinator_coordinates(app: Flask, tmp_path: Path) -> None:
    text = changed(
        'email = "samordnare@provkoping.example"',
        'email = "samordnare@provkoping.example"\n[[coordinator.contact.absence]]\n'
        f'first_day = 2027-07-05\nlast_day = 2027-07-05\ncover = "{HOMES}"',
    )
    with app.app_context():
        load(write(tmp_path, text))
        db.session.commit()
        for day, coordinates in ((5, True), (6, False)):
            with time_machine.travel(datetime(2027, 7, day, 12, tzinfo=UTC)):
                who = member(organisation(), HOMES)
                assert who
                assert who.coordinates is coordinates


@on_sqlite
def test_nobody_is_a_member_without_an_address(app: Flask) -> None:
    with app.app_context():
        assert member(organisation(), "") is None


@on_sqlite
@pytest.mark.parametrize(
    "address",
    [
        "ſystemforvaltare@ljungby.example",  # folds to an s
        "internationellt.tekni\N{KELVIN SIGN}@ljungby.example",  # folds to a k
        "\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}nternationellt@ljungby.example",
        "internationellt@ljungby.example.example",
        "x@y,internationellt@ljungby.example",
        "<internationellt@ljungby.example>",
        "internationellt+x@ljungby.example",
        "internationellt@ljungby.example\0",
    ],
)
def test_what_only_looks_alike_is_a_stranger(app: Flask, address: str) -> None:
    """A provider may have verified it: it is another mailbox all the same."""
    with app.app_context():
        assert member(organisation(), address) is None
