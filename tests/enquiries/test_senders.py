"""Finding an idea by who sent it: by those who may know, and by no other way."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.directory.members import Member, Role
from intake.enquiries import facts, pages, search, senders
from intake.enquiries.models import Enquiry
from tests.make import enquiry
from tests.staff.desk import coordinator

COORDINATOR = Member("c@ljungby.example", frozenset({Role.COORDINATOR}), frozenset())
TEKNIK = Member("t@ljungby.example", frozenset({Role.CONTACT}), frozenset({"teknik"}))
NOBODYS = Member("r@ljungby.example", frozenset({Role.READER}), frozenset())


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def found(typed: str, who: Member = COORDINATOR) -> list[str]:
    return [each.title for each in senders.find(who, typed).enquiries]


def of_xylander(**changes: object) -> Enquiry:
    idea = enquiry(
        title="Ett bad",
        name="Åsa-Karin Xylander",
        email="asa.k@Nordic-Mail.example",
        phone="070-123 45 67",
        sender_kind="association",
        organisation="Hembygdsgillet",
    )
    for name, value in changes.items():
        setattr(idea, name, value)
    search.index(idea)
    db.session.commit()
    enquiry(title="En annans", name="Kim Exempel", phone="070-765 43 21")
    return idea


@pytest.mark.parametrize(
    "typed",
    [
        "Xylander",
        "xyl",
        "åsa xylander",
        "ÅSA-KARIN",
        "asa.k@nordic-mail.example",
        "asa.k@nord",
        "hembygds",
        "0701234567",
        "070-123 45",
        "+46 70 123 45 67",
        "0046701234567",
    ],
)
def test_a_sender_is_found_by_what_is_known_of_them(typed: str) -> None:
    of_xylander()
    assert found(typed) == ["Ett bad"]


@pytest.mark.parametrize("typed", ["", " ", "-", "xylandersson", "kim xylander", "ylander", "0"])
def test_and_by_nothing_else(typed: str) -> None:
    of_xylander()
    assert found(typed) == []


def test_a_contact_finds_only_whom_they_may_see() -> None:
    idea = of_xylander(department_id="social")
    assert found("xylander", TEKNIK) == []
    assert found("xylander", NOBODYS) == []
    idea.department_id = "teknik"
    db.session.commit()
    assert found("xylander", TEKNIK) == ["Ett bad"]
    idea.suspected = True
    db.session.commit()
    assert found("xylander", TEKNIK) == []
    assert found("xylander") == ["Ett bad"]


def test_who_is_protected_is_found_by_the_coordinator_alone() -> None:
    idea = of_xylander(department_id="teknik")
    boss = coordinator()
    facts.set_facts(idea, by=boss, protected=True)
    db.session.commit()
    assert found("xylander", TEKNIK) == []
    assert found("xylander") == ["Ett bad"]


@pytest.mark.parametrize(
    "typed",
    [
        *("xylander", "0who0xylander", "a_0who0xylander", "0WHO0xylander", "who0xylander"),
        # Joined as a number with hyphens is, these would be facts.
        *("0-who0xylander", "0.who0xyl", "0,who0701", "0-who"),
    ],
)
def test_the_search_for_ideas_knows_no_senders(typed: str) -> None:
    """A contact who may not know who it is could try names there."""
    of_xylander()
    chosen = sa.select(Enquiry.title).where(search.matching(typed))
    assert db.session.scalars(chosen).all() == []


def test_that_there_are_more_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        enquiry(title=f"Idé {number}")
    monkeypatch.setattr(senders, "PAGE", 2)
    monkeypatch.setattr(pages, "PAGE", 2)
    page = senders.find(COORDINATOR, "exempel")
    assert [each.title for each in page.enquiries] == ["Idé 2", "Idé 1"]
    assert page.more
    monkeypatch.setattr(senders, "PAGE", 3)
    monkeypatch.setattr(pages, "PAGE", 3)
    assert not senders.find(COORDINATOR, "exempel").more
