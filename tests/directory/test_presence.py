"""What contacts say of themselves, and what is found out about their addresses."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.directory import history, presence
from intake.directory.history import COMMAND, Editor
from intake.directory.organisation import organisation
from intake.directory.presence import NotPossible
from intake.directory.start import at_start
from intake.directory.values import Away, Person

SCHOOL = "internationellt.barn-utbildning@ljungby.example"
SOCIAL = "internationellt.social@ljungby.example"
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 11)


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context(), time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False):
        yield


def stored(email: str = SCHOOL) -> Person:
    """What every process will read."""
    db.session.commit()
    return organisation().held_by(email)[0][1]


def test_an_absence_comes_and_goes() -> None:
    version = organisation().version
    presence.be_away(SCHOOL.upper(), FIRST, LAST, SOCIAL, by=COMMAND)
    assert stored().absences == (Away(FIRST, LAST, SOCIAL),)
    assert organisation().version == version + 1
    assert stored(SOCIAL).absences == ()

    presence.be_away(SCHOOL, FIRST, LAST, by=COMMAND)
    assert stored().absences == (Away(FIRST, LAST),)
    presence.be_back(SCHOOL, FIRST, LAST, by=COMMAND)
    assert stored().absences == ()


@pytest.mark.parametrize(
    ("first", "last", "cover"),
    [
        (LAST, FIRST, ""),
        (date(2026, 11, 2), date(2026, 11, 30), ""),
        (FIRST, LAST, SCHOOL.upper()),
        (FIRST, LAST, "stranger@ljungby.example"),
    ],
)
def test_days_that_make_no_sense(first: date, last: date, cover: str) -> None:
    with pytest.raises(NotPossible):
        presence.be_away(SCHOOL, first, last, cover, by=COMMAND)
    assert stored().absences == ()


def test_still_me_ends_the_doubts() -> None:
    presence.note_asked(SCHOOL)
    presence.note_failed(SCHOOL)
    assert stored().failed_at == stored().asked_at == clock.now()
    assert not stored().is_there(clock.today())

    presence.confirm(SCHOOL, by=COMMAND)
    assert stored().confirmed == clock.today()
    assert stored().failed_at is stored().asked_at is None
    assert stored(SOCIAL).confirmed is None


def test_a_digest_is_a_choice() -> None:
    presence.choose_digest(SCHOOL, wanted=True, by=COMMAND)
    assert stored().digest
    presence.choose_digest(SCHOOL, wanted=False, by=COMMAND)
    assert not stored().digest


def test_an_address_that_is_nobodys_here() -> None:
    version = organisation().version
    presence.note_failed("kim@exempel.example")
    db.session.commit()
    assert organisation().version == version


def test_a_start_undoes_nothing_and_history_tells_who_did_it() -> None:
    presence.be_away(SCHOOL, FIRST, LAST, SOCIAL, by=Editor("contact", SCHOOL))
    db.session.commit()
    [change] = history.listed()[:1]
    assert (change.by_role, change.by_email) == ("contact", SCHOOL)
    assert [edit.subject for edit in history.edits_of(change)] == ["barn-utbildning"]

    at_start()
    assert stored().absences == (Away(FIRST, LAST, SOCIAL),)


def test_what_the_service_finds_out_is_no_edit() -> None:
    lines = len(history.listed())
    presence.note_failed(SCHOOL)
    presence.note_asked(SCHOOL)
    db.session.commit()
    assert len(history.listed()) == lines


def test_each_of_several_in_one_transaction_counts() -> None:
    version = organisation().version
    presence.note_asked(SCHOOL)
    presence.note_asked(SOCIAL)
    assert stored().asked_at == stored(SOCIAL).asked_at == clock.now()
    assert organisation().version == version + 2
