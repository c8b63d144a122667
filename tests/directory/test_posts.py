from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from intake.db import db
from intake.directory.load import load
from intake.directory.organisation import Organisation, Person, Post, organisation
from intake.directory.posts import coordinator, holder

from .small import changed, write

FIRST, LAST = date(2027, 7, 5), date(2027, 8, 1)
DAY = timedelta(days=1)
AWAY = ((FIRST, LAST),)


def test_the_first_contact_holds_the_post() -> None:
    house = a_house()

    found = holder(house, "teknik", FIRST)
    assert (found.person.email, found.standing) == ("first@teknik.example", "holder")
    assert found.post is house.posts["teknik"]


@pytest.mark.parametrize(
    ("day", "email", "standing"),
    [
        (FIRST - DAY, "first@teknik.example", "holder"),
        (FIRST, "second@teknik.example", "cover"),
        (LAST, "second@teknik.example", "cover"),
        (LAST + DAY, "first@teknik.example", "holder"),
    ],
)
def test_the_next_one_covers_on_both_ends_of_an_absence(
    day: date, email: str, standing: str
) -> None:
    found = holder(a_house(first=AWAY), "teknik", day)
    assert (found.person.email, found.standing) == (email, standing)


def test_each_absence_of_several_counts() -> None:
    later = (date(2027, 12, 20), date(2027, 12, 31))
    house = a_house(first=(*AWAY, later))

    assert holder(house, "teknik", FIRST).standing == "cover"
    assert holder(house, "teknik", date(2027, 12, 24)).standing == "cover"
    assert holder(house, "teknik", date(2027, 10, 1)).standing == "holder"


def test_the_coordinator_when_everybody_is_away() -> None:
    house = a_house(first=AWAY, second=AWAY)

    found = holder(house, "teknik", FIRST)
    assert (found.person.email, found.standing) == ("first@eu.example", "coordinator")
    assert found.post is house.coordinator


@pytest.mark.parametrize("id", [None, "", "unknown", "closed", "coordinator"])
def test_the_coordinator_for_what_is_no_department(id: str | None) -> None:
    found = holder(a_house(), id, FIRST)
    assert (found.person.email, found.standing) == ("first@eu.example", "coordinator")


def test_the_coordinator_has_covers_too() -> None:
    assert coordinator(a_house(chief=AWAY), FIRST).person.email == "second@eu.example"
    assert coordinator(a_house(chief=AWAY), LAST + DAY).person.email == "first@eu.example"


def test_mail_goes_somewhere_even_when_all_coordinators_are_away() -> None:
    house = a_house(first=AWAY, second=AWAY, chief=AWAY, deputy=AWAY)
    assert holder(house, "teknik", FIRST).person.email == "first@eu.example"


def test_from_the_file_to_the_holder(app: Flask, tmp_path: Path) -> None:
    text = changed("last_day = 2027-08-01", "last_day = 2027-07-05")
    with app.app_context():
        load(write(tmp_path, text))
        db.session.commit()
        house = organisation()

    assert holder(house, "teknik", FIRST).person.email == "vikarie@provkoping.example"
    assert holder(house, "teknik", FIRST + DAY).person.email == "teknik@provkoping.example"
    assert holder(house, "bostad", FIRST).standing == "holder"
    assert holder(house, "social", FIRST).standing == "coordinator"  # it left with Ljungby's file


Absences = tuple[tuple[date, date], ...]


def a_house(
    first: Absences = (), second: Absences = (), chief: Absences = (), deputy: Absences = ()
) -> Organisation:
    """A coordinator and a department with two contacts each, and a department that is closed."""
    posts = {
        "coordinator": a_post("coordinator", "eu", chief, deputy),
        "teknik": a_post("teknik", "teknik", first, second),
        "closed": a_post("closed", "closed", (), (), active=False),
    }
    return Organisation(
        version=1, facts={}, coordinator=posts["coordinator"], posts=posts, has_logo=False
    )


def a_post(id: str, domain: str, first: Absences, second: Absences, *, active: bool = True) -> Post:
    return Post(
        id=id,
        kind="department",
        name={"sv": id},
        responsibility={"sv": id},
        board={},
        keywords={},
        contacts=(
            Person(f"first@{domain}.example", {"sv": "Kontakt"}, first),
            Person(f"second@{domain}.example", {"sv": "Ersättare"}, second),
        ),
        active=active,
    )
