"""A start loads the organisation file, unless that would undo what was edited in the browser."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from intake.db import db
from intake.directory import export, history, presence
from intake.directory.check import OrganisationError, parse
from intake.directory.history import Editor
from intake.directory.load import load, store
from intake.directory.models import OrganisationRow
from intake.directory.organisation import organisation
from intake.directory.start import at_start
from intake.directory.values import Away

from .small import changed, write

TEKNIK = "teknik@provkoping.example"
BROWSER = Editor("coordinator", "samordnare@provkoping.example")


@pytest.fixture
def path(app: Flask, tmp_path: Path) -> Path:
    """The file that the settings name, loaded by a start."""
    app.config["ORGANISATION"] = write(tmp_path)
    with app.app_context():
        at_start()
        db.session.commit()
    return tmp_path


def edit(app: Flask) -> None:
    """Somebody edits the promise in the browser."""
    with app.app_context():
        plain = export.plain()
        plain["organisation"]["promise"]["answer_days"] = 9
        store(parse(export.written(plain)), by=BROWSER)
        db.session.get_one(OrganisationRow, 1).edited = True
        db.session.commit()


def start(app: Flask) -> str:
    with app.app_context():
        said = at_start()
        db.session.commit()
    return said


def promised(app: Flask) -> int:
    with app.app_context():
        days: int = organisation().facts["promise"]["answer_days"]
        return days


def test_a_changed_file_is_loaded(app: Flask, path: Path) -> None:
    write(path, changed("answer_days = 5", "answer_days = 6"))

    assert "updated: organisation (promise)" in start(app)
    assert promised(app) == 6
    with app.app_context():
        assert history.listed()[0].by_role == "start"


def test_the_same_file_changes_nothing(app: Flask, path: Path) -> None:
    assert start(app).startswith("unchanged: ")


def test_what_was_edited_in_the_browser_stays(app: Flask, path: Path) -> None:
    edit(app)
    said = start(app)

    assert promised(app) == 9
    assert "edited on the pages for staff" in said
    assert "left alone" not in said  # it is the file that was loaded last


def test_a_file_that_would_undo_it_is_left_alone_and_named(app: Flask, path: Path) -> None:
    edit(app)
    write(path, changed("answer_days = 5", "answer_days = 6"))
    said = start(app)

    assert promised(app) == 9
    assert "organisation.toml" in said
    assert "flask directory export" in said
    assert "--force" in said


def test_a_faulty_file_does_not_matter_then(app: Flask, path: Path) -> None:
    edit(app)
    (path / "organisation.toml").write_text("[[")

    assert "left alone" in start(app)


def test_loading_by_hand_makes_the_file_count_again(app: Flask, path: Path) -> None:
    edit(app)
    with app.app_context():
        load(write(path, changed("answer_days = 5", "answer_days = 7")))
        db.session.commit()
    write(path, changed("answer_days = 5", "answer_days = 8"))
    start(app)

    assert promised(app) == 8


def test_what_contacts_say_of_themselves_neither_stops_a_file_nor_is_undone_by_it(
    app: Flask, path: Path
) -> None:
    said = Editor("contact", TEKNIK)
    december = date(2027, 12, 20)
    with app.app_context():
        presence.be_back(TEKNIK, date(2027, 7, 5), date(2027, 8, 1), by=said)
        presence.be_away(TEKNIK, december, december, by=said)
        presence.confirm(TEKNIK, by=said)
        db.session.commit()

    away = "\n[[department.contact.absence]]\nfirst_day = 2027-04-01\nlast_day = 2027-04-01\n"
    deputy = 'email = "vikarie@provkoping.example"\n'
    changed_file = changed(deputy, deputy + away, changed("answer_days = 5", "answer_days = 6"))
    write(path, changed_file)
    for _twice in range(2):
        assert "left alone" not in start(app)
        assert promised(app) == 6
        with app.app_context():
            teknik, vikarie = organisation().posts["teknik"].contacts
        assert teknik.absences == (Away(december, december),)
        assert teknik.confirmed is not None
        assert vikarie.absences == (Away(date(2027, 4, 1), date(2027, 4, 1)),)

    with app.app_context():  # whoever runs the service may insist
        load(path / "organisation.toml", force=True)
        assert organisation().held_by(TEKNIK)[0][1].absences[0].first_day == date(2027, 7, 5)


def test_what_a_new_version_knows_more_gets_its_value(app: Flask, path: Path) -> None:
    """Though no file is loaded: pages ask for it."""
    edit(app)
    with app.app_context():
        row = db.session.get_one(OrganisationRow, 1)
        promise = dict(row.facts["promise"])  # type: ignore[call-overload]
        del promise["open_days"]
        row.facts = row.facts | {"promise": promise}
        db.session.commit()

    start(app)
    with app.app_context():
        assert organisation().facts["promise"]["open_days"] == 3


def test_a_first_start_with_a_faulty_file_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "organisation.toml").write_text("[[")
    app.config["ORGANISATION"] = tmp_path / "organisation.toml"
    with app.app_context(), pytest.raises(OrganisationError):
        at_start()
