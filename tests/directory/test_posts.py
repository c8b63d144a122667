from collections.abc import Set
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from intake.db import db
from intake.directory.load import load
from intake.directory.organisation import organisation
from intake.directory.posts import coordinator, holder
from intake.directory.values import Away, Organisation, Person, Post

from .small import changed, write

FIRST, LAST = date(2027, 7, 5), date(2027, 8, 1)
DAY = timedelta(days=1)
FAILED = datetime(2027, 7, 1, tzinfo=UTC)
AWAY = (Away(FIRST, LAST),)


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
    later = Away(date(2027, 12, 20), date(2027, 12, 31))
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


def test_whoever_was_named_covers_before_the_next_contact() -> None:
    covered = (Away(FIRST, LAST, "First@Park.example"),)
    found = holder(a_house(first=covered), "teknik", FIRST)
    assert (found.person.email, found.standing) == ("first@park.example", "cover")
    assert found.post.id == "teknik"
    assert found.missing == "away"


def test_a_cover_who_is_not_there_covers_nobody() -> None:
    covered = (Away(FIRST, LAST, "first@park.example"),)
    for house in (
        a_house(first=covered, park=AWAY),
        a_house(first=covered, bounced={"first@park.example"}),
        a_house(first=(Away(FIRST, LAST, "left@park.example"),)),
    ):
        assert holder(house, "teknik", FIRST).person.email == "second@teknik.example"


def test_two_who_cover_for_each_other_leave_it_to_the_next() -> None:
    each_other = a_house(
        first=(Away(FIRST, LAST, "first@park.example"),),
        park=(Away(FIRST, LAST, "first@teknik.example"),),
    )
    assert holder(each_other, "teknik", FIRST).person.email == "second@teknik.example"
    assert holder(each_other, "park", FIRST).person.email == "second@park.example"


def test_a_contact_whose_mail_bounced_is_not_there() -> None:
    found = holder(a_house(bounced={"first@teknik.example"}), "teknik", FIRST)
    assert (found.person.email, found.missing) == ("second@teknik.example", "unreachable")

    both = a_house(bounced={"first@teknik.example", "second@teknik.example"})
    found = holder(both, "teknik", FIRST)
    assert (found.standing, found.missing) == ("coordinator", "unreachable")


def test_somebody_else_covers_for_the_coordinator() -> None:
    house = a_house(chief=(Away(FIRST, LAST, "first@park.example"),))
    assert coordinator(house, FIRST).person.email == "first@park.example"
    assert coordinator(a_house(bounced={"first@eu.example"}), FIRST).person.email == (
        "second@eu.example"
    )


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


Absences = tuple[Away, ...]


def a_house(
    first: Absences = (),
    second: Absences = (),
    chief: Absences = (),
    deputy: Absences = (),
    park: Absences = (),
    bounced: Set[str] = frozenset(),
) -> Organisation:
    """A coordinator and two departments with two contacts each, and a department that is closed.

    :param bounced: the addresses that cannot be reached by mail.
    """
    posts = {
        "coordinator": a_post("coordinator", "eu", chief, deputy),
        "teknik": a_post("teknik", "teknik", first, second),
        "park": a_post("park", "park", park, ()),
        "closed": a_post("closed", "closed", (), (), active=False),
    }
    posts = {
        id: replace(
            post,
            contacts=tuple(
                replace(each, failed_at=FAILED if each.email in bounced else None)
                for each in post.contacts
            ),
        )
        for id, post in posts.items()
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
