from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock
from intake.db import Model, Unavailable, db
from intake.directory.check import OrganisationError
from intake.directory.history import Edit
from intake.directory.load import Changes, load
from intake.directory.models import Absence, Contact, Department, OrganisationRow
from intake.directory.organisation import organisation
from intake.directory.values import Away, Organisation

from .broken import FAULTS
from .small import MARK, SMALL, changed, department, write

COVER = 'cover = "bostad@provkoping.example"'
LOADED = ["coordinator", "teknik", "bostad"]


def test_the_shipped_file_is_what_is_loaded_without_a_name(app: Flask) -> None:
    with app.app_context():
        changes = load()  # the fixture has loaded it once

        assert not changes
        assert changes.version == 1
        assert len(changes.unchanged) == 10  # the municipality, the coordinator and 8 departments


def test_the_settings_may_name_another_file(app: Flask, tmp_path: Path) -> None:
    app.config["ORGANISATION"] = write(tmp_path)

    assert loaded(app).added == ["bostad"]
    assert snapshot(app).name["sv"] == "Provköping"


def test_departments_that_left_the_file_stay_and_are_inactive(app: Flask, tmp_path: Path) -> None:
    before = snapshot(app)
    changes = loaded(app, write(tmp_path))
    after = snapshot(app)

    assert changes.added == ["bostad"]
    assert list(changes.updated) == ["coordinator", "teknik", "organisation"]
    assert set(changes.deactivated) == before.posts.keys() - {"coordinator", "teknik"}
    assert after.posts.keys() == before.posts.keys() | {"bostad"}
    assert [post.id for post in after.departments] == ["teknik", "bostad"]
    assert after.posts["social"].name == before.posts["social"].name
    assert not after.posts["social"].active
    assert not after.posts["social"].contacts  # nobody gets mail for it
    assert (before.version, after.version) == (1, 2)


def test_a_department_that_comes_back_is_the_one_it_was(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    loaded(app, write(tmp_path, changed(department("bostad"), "")))
    assert not snapshot(app).posts["bostad"].active

    changes = loaded(app, write(tmp_path))
    assert changes.added == ["bostad"]
    assert [person.email for person in snapshot(app).posts["bostad"].contacts] == [
        "bostad@provkoping.example"
    ]
    with app.app_context():
        assert db.session.scalar(count(Contact, Contact.department_id == "bostad")) == 1


def test_loading_again_changes_nothing(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    before = stored(app)
    changes = loaded(app, write(tmp_path))

    assert not changes
    assert changes.unchanged == [*LOADED, "organisation"]
    assert stored(app) == before


@pytest.mark.parametrize(
    ("old", "new", "updated"),
    [
        ("answer_days = 5", "answer_days = 6", {"organisation": ["promise"]}),
        ("Torget 1", "Torget 2", {"organisation": ["visit"]}),
        ('logo = "mark.svg"', "", {"organisation": ["look"]}),
        ('"gata",', '"gata", "torg",', {"teknik": ["keywords"]}),
        ('sv = "Tekniska"', 'sv = "Teknik"', {"teknik": ["name"]}),
        ('board.sv = "Tekniska nämnden"', "", {"teknik": ["board"]}),
        ('kind = "company"', 'kind = "department"', {"bostad": ["kind"]}),
        ("Kontakt, bostad", "Kontaktperson, bostad", {"bostad": ["contact"]}),
        ("bostad@provkoping", "hem@provkoping", {"bostad": ["contact"]}),
        ("samordnare@provkoping", "eu@provkoping", {"coordinator": ["contact"]}),
        ("= 2027-08-01", "= 2027-08-02", {"teknik": ["contact"]}),
        ("= 2027-08-01", f"= 2027-08-01\n{COVER}", {"teknik": ["contact"]}),
    ],
)
def test_it_says_what_is_new(
    app: Flask, tmp_path: Path, old: str, new: str, updated: dict[str, list[str]]
) -> None:
    first = loaded(app, write(tmp_path))
    changes = loaded(app, write(tmp_path, changed(old, new)))

    assert changes.updated == updated
    assert not changes.added
    assert not changes.deactivated
    assert changes.version == first.version + 1


def test_another_order_is_a_change_of_the_organisation(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    technical = department("teknik")
    changes = loaded(app, write(tmp_path, changed(technical, "") + technical))

    assert changes.updated == {"organisation": ["order"]}
    assert [post.id for post in snapshot(app).departments] == ["bostad", "teknik"]


def test_a_department_that_leaves_is_no_change_of_the_others(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    changes = loaded(app, write(tmp_path, changed(department("teknik"), "")))

    assert changes.deactivated == ["teknik"]
    assert not changes.updated


def test_a_contact_that_is_replaced_stays_and_is_inactive(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    loaded(app, write(tmp_path, changed("teknik@provkoping", "teknik2@provkoping")))

    assert [person.email for person in snapshot(app).posts["teknik"].contacts] == [
        "teknik2@provkoping.example",
        "vikarie@provkoping.example",
    ]
    with app.app_context():
        left = db.session.scalars(
            sa.select(Contact).where(Contact.email == "teknik@provkoping.example")
        ).one()
        assert not left.active


def test_a_contact_whose_address_is_only_spelt_anew_is_the_same(app: Flask, tmp_path: Path) -> None:
    capital = changed("bostad@provkoping", "Bostad@provkoping")
    for text, address in ((SMALL, "bostad@"), (capital, "Bostad@"), (SMALL, "bostad@")):
        loaded(app, write(tmp_path, text))

        with app.app_context():
            contact = db.session.scalars(sa.select(Contact).filter_by(department_id="bostad")).one()
            assert contact.email == f"{address}provkoping.example"


def test_the_stand_in_becomes_the_holder(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    text = changed("teknik@provkoping.example", "new@provkoping.example")
    text = changed("vikarie@provkoping.example", "teknik@provkoping.example", text)
    text = changed("new@provkoping.example", "vikarie@provkoping.example", text)
    loaded(app, write(tmp_path, text))

    assert [person.email for person in snapshot(app).posts["teknik"].contacts] == [
        "vikarie@provkoping.example",
        "teknik@provkoping.example",
    ]


def test_absences_are_replaced(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    away = "[[department.contact.absence]]\nfirst_day = 2027-07-05\nlast_day = 2027-08-01\n"
    december = "[[department.contact.absence]]\nfirst_day = 2027-12-20\nlast_day = 2027-12-31\n"
    april = "[[department.contact.absence]]\nfirst_day = 2027-04-01\nlast_day = 2027-04-01\n"
    loaded(app, write(tmp_path, changed(away, december + april + april)))

    holder = snapshot(app).posts["teknik"].contacts[0]
    assert holder.absences == (
        Away(date(2027, 4, 1), date(2027, 4, 1)),
        Away(date(2027, 12, 20), date(2027, 12, 31)),
    )
    with app.app_context():
        assert db.session.scalar(count(Absence)) == 2

    loaded(app, write(tmp_path, changed(away, "")))
    assert snapshot(app).posts["teknik"].contacts[0].absences == ()


def test_who_covers_comes_from_the_file(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path, changed("= 2027-08-01", f"= 2027-08-01\n{COVER}")))
    [away] = snapshot(app).posts["teknik"].contacts[0].absences
    assert away.cover == "bostad@provkoping.example"


def test_what_the_file_does_not_say_of_a_contact_stays(app: Flask, tmp_path: Path) -> None:
    said = changed(
        'email = "bostad@provkoping.example"',
        'email = "bostad@provkoping.example"\ndigest = true\nconfirmed = 2026-11-02',
    )
    loaded(app, write(tmp_path, said))
    for _again in range(2):
        contact = snapshot(app).posts["bostad"].contacts[0]
        assert (contact.digest, contact.confirmed) == (True, date(2026, 11, 2))
        loaded(app, write(tmp_path))

    assert loaded(app, write(tmp_path, changed("digest = true", "digest = false", said)))
    assert not snapshot(app).posts["bostad"].contacts[0].digest


def test_nothing_is_known_of_a_new_address(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    with app.app_context():
        contact = db.session.scalars(sa.select(Contact).filter_by(department_id="bostad")).one()
        contact.confirmed, contact.failed_at = date(2026, 11, 2), clock.now()
        contact.email = "Bostad@provkoping.example"
        assert contact.confirmed
        contact.email = "hem@provkoping.example"
        assert (contact.confirmed, contact.failed_at) == (None, None)


def test_no_faulty_file_changes_anything(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    before = stored(app)

    for broken in FAULTS.values():
        path = write(tmp_path, broken.text)
        with app.app_context():
            with pytest.raises(OrganisationError):
                load(path)
            db.session.commit()
    assert stored(app) == before


def test_loading_never_commits(app: Flask, tmp_path: Path) -> None:
    before = stored(app)
    with app.app_context():
        assert load(write(tmp_path))
    assert stored(app) == before


def test_two_loads_at_once_follow_each_other(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = write(tmp_path / "other", changed("Torget 1", "Torget 2"))
    start = snapshot(app).version

    with app.app_context(), ThreadPoolExecutor() as pool:
        load(write(tmp_path))
        second = pool.submit(loaded, app, other)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)  # it waits for its turn
        db.session.commit()
        assert second.result(timeout=10).version == start + 2

    assert second.result().updated == {"organisation": ["visit"]}


def test_a_first_load_into_empty_tables(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        for table in (Absence, Contact, Department, OrganisationRow):
            db.session.execute(sa.delete(table))
        changes = load(write(tmp_path))
        db.session.commit()

    assert changes.added == [*LOADED, "organisation"]
    assert changes.version == 1
    assert not changes.updated
    assert snapshot(app).coordinator.contacts[0].email == "samordnare@provkoping.example"


def test_a_running_process_sees_the_new_version(app: Flask, tmp_path: Path) -> None:
    before = snapshot(app)
    assert snapshot(app) is before  # kept, not read again

    loaded(app, write(tmp_path))
    after = snapshot(app)
    assert after.name["sv"] == "Provköping"
    assert after.has_logo
    assert snapshot(app) is after

    loaded(app, write(tmp_path, changed('logo = "mark.svg"', "")))
    assert not snapshot(app).has_logo


def test_the_logo_is_kept_as_it_is(app: Flask, tmp_path: Path) -> None:
    loaded(app, write(tmp_path))
    with app.app_context():
        row = db.session.get_one(OrganisationRow, 1)
        assert (row.logo, row.logo_type) == (MARK.encode(), "image/svg+xml")


def test_changes_in_words() -> None:
    changes = Changes(
        3,
        [
            Edit("a", (), None, {}),
            Edit("b", (), None, {}),
            Edit("c", ("name", "sv"), "C", "c"),
            Edit("c", ("contact", "c@c.example"), None, {}),
            Edit("c", ("contact", "order"), [], []),
            Edit("d", ("board",), {"sv": "D"}, None),
            Edit("f", (), {}, None),
        ],
        ["e"],
    )
    assert str(changes).splitlines() == [
        "added: a, b",
        "updated: c (name, contact), d (board)",
        "deactivated: f",
        "unchanged: e",
        "version of the organisation: 3",
    ]


def test_a_question_takes_nobodys_transaction_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database fails, whoever has begun to write must hear of it."""
    monkeypatch.setattr("intake.directory.organisation.ASK_EVERY", 0)
    with app.app_context():
        organisation()
    with app.app_context():
        db.session.execute(sa.text("ALTER TABLE organisation RENAME TO elsewhere"))
        with pytest.raises(Unavailable):
            organisation()
        assert db.session.in_transaction()
        db.session.rollback()
        assert organisation().version == 1


def loaded(app: Flask, path: Path | None = None) -> Changes:
    with app.app_context():
        changes = load(path)
        db.session.commit()
    return changes


def snapshot(app: Flask) -> Organisation:
    with app.app_context():
        return organisation()


def stored(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the directory's tables hold."""
    with app.app_context():
        return {
            model.__tablename__: [
                tuple(row) for row in db.session.execute(sa.select(*model.__table__.columns))
            ]
            for model in (OrganisationRow, Department, Contact, Absence)
        }


def count(model: type[Model], *where: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    return sa.select(sa.func.count()).select_from(model).where(*where)
