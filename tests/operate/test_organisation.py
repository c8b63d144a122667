from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.directory.members import member
from intake.directory.models import OrganisationRow
from intake.directory.organisation import forget, organisation
from intake.directory.start import at_start
from intake.enquiries import attention, handle, to_do
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Status
from intake.enquiries.story import public_story
from intake.enquiries.thread import thread
from intake.i18n import speaking
from intake.migrating import alembic
from intake.operate import run
from tests import make
from tests.directory.broken import FAULTS
from tests.directory.small import changed, write
from tests.staff.desk import COORDINATOR, someone

SOCIAL = "internationellt.social@ljungby.example"


def test_load_says_what_changed_and_commits(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path)
    first = app.test_cli_runner().invoke(args=["directory", "load", str(path)])
    second = app.test_cli_runner().invoke(args=["directory", "load", str(path)])

    assert first.exit_code == 0, first.output
    assert "added: bostad\n" in first.output
    assert "deactivated: barn-utbildning, " in first.output
    assert second.output.startswith(
        "unchanged: coordinator, teknik, bostad, organisation\nversion of the organisation: 2\n"
    )
    assert "INTAKE_ORGANISATION" in second.output
    with app.app_context():
        assert organisation().name["sv"] == "Provköping"


def test_a_faulty_file_is_explained_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    path = write(tmp_path, FAULTS["unknown kind"].text)
    result = app.test_cli_runner().invoke(args=["directory", "load", str(path)])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"line {FAULTS['unknown kind'].line}: [[department]] 'bostad': kind" in result.stderr
    with app.app_context():
        assert organisation().version == 1


def test_commands_say_what_to_run_first(app: Flask) -> None:
    explain = ["routing", "explain", "En skola"]
    with app.app_context():
        db.session.execute(sa.delete(OrganisationRow))
        db.session.commit()
        forget()
    result = app.test_cli_runner().invoke(args=explain)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "flask directory load" in result.stderr

    with app.app_context():
        alembic.downgrade("base")
    result = app.test_cli_runner().invoke(args=explain)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "flask db upgrade" in result.stderr


def test_a_load_does_not_undo_what_was_edited_in_the_browser(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    run(args=["directory", "load", str(write(tmp_path))])
    with app.app_context():
        db.session.get_one(OrganisationRow, 1).edited = True
        db.session.commit()

    same = run(args=["directory", "load", str(write(tmp_path))])
    assert same.exit_code == 0  # it undoes nothing, and from now on the file counts again
    with app.app_context():
        assert not db.session.get_one(OrganisationRow, 1).edited
        db.session.get_one(OrganisationRow, 1).edited = True
        db.session.commit()

    path = str(write(tmp_path, changed("answer_days = 5", "answer_days = 6")))
    refused = run(args=["directory", "load", path])
    assert refused.exit_code == 1
    assert "updated: organisation (promise)" in refused.stderr
    assert "--force" in refused.stderr
    with app.app_context():
        assert organisation().facts["promise"]["answer_days"] == 5

    forced = run(args=["directory", "load", path, "--force"])
    assert forced.exit_code == 0, forced.output
    with app.app_context():
        assert organisation().facts["promise"]["answer_days"] == 6
        assert not db.session.get_one(OrganisationRow, 1).edited


def test_a_load_without_a_file_is_what_a_start_does(app: Flask) -> None:
    with app.app_context():
        db.session.get_one(OrganisationRow, 1).edited = True
        db.session.commit()
    run = app.test_cli_runner().invoke

    said = run(args=["directory", "load"])
    assert said.exit_code == 0, said.output
    assert "edited on the pages for staff" in said.output
    assert "edited" not in run(args=["directory", "load", "--force"]).output


def at_social() -> Enquiry:
    """The department has opened it, and somebody there owns it and develops it."""
    house, enquiry = organisation(), make.enquiry()
    her, social = member(house, COORDINATOR), member(house, SOCIAL)
    assert her
    assert social
    handle.hand_over(enquiry, "social", by=her)
    handle.opened(enquiry, by=social)
    return enquiry


def developed(enquiry: Enquiry) -> Enquiry:
    social = someone(SOCIAL)
    handle.advance(enquiry, Status.DEVELOPING, by=social, owner="Enhetschefen")
    return enquiry


@pytest.mark.parametrize("way", ["load", "start"])
def test_the_ideas_of_a_department_that_goes_are_the_coordinators(
    app: Flask, tmp_path: Path, way: str
) -> None:
    with app.app_context():
        waits, goes_on, over = at_social(), developed(at_social()), at_social()
        over.status = Status.CLOSED
        new = make.enquiry()
        new.department_id = "social"
        ids = [waits.id, goes_on.id, new.id]
        db.session.commit()

    path = write(tmp_path)
    app.config["ORGANISATION"] = path
    if way == "load":
        said = app.test_cli_runner().invoke(args=["directory", "load", str(path)]).output
    else:
        with app.app_context():
            said = run._load()
    assert "with social, who is no longer there: 3. The coordinator has them" in said

    with app.app_context(), speaking("sv"):
        house = organisation()
        her = member(house, house.coordinator.contacts[0].email)
        assert her
        for id in ids:
            enquiry = db.session.get_one(Enquiry, id)
            assert enquiry.department_id is None
            needs = attention.needs_of(her, enquiry, house)
            news = to_do.latest_news([id])[id]
            lines = to_do.lines(needs, enquiry, news, house, coordinates=True)
            assert (
                "Socialförvaltningen finns inte kvar. Lämna över den på nytt eller ta den." in lines
            )
            assert "finns inte kvar" in thread(enquiry, house)[-1].what
            assert "samordnaren" in public_story(enquiry, house).lines[-1].text
        statuses = [db.session.get_one(Enquiry, id).status for id in ids]
        assert statuses == [Status.ASSESSING, Status.DEVELOPING, Status.RECEIVED]
        assert db.session.get_one(Enquiry, ids[1]).owner == "Enhetschefen"
        assert db.session.scalars(sa.select(Enquiry.department_id).filter_by(status="closed")).one()
        assert run._load() == at_start()  # once: it says no more of them


def test_ideas_that_lose_their_department_are_counted(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        for department in ("social", "social", "teknik"):
            make.enquiry().department_id = department
        owned = make.enquiry()
        owned.department_id, owned.owner = None, "Internationellt.Social@ljungby.example"
        db.session.commit()
    said = app.test_cli_runner().invoke(args=["directory", "load", str(write(tmp_path))])

    assert said.exit_code == 0, said.output
    assert "with social, who is no longer there: 2." in said.output
    assert (
        "with internationellt.social@ljungby.example, who is no longer there: 1. Name"
        in said.output
    )
    assert "with teknik" not in said.output


def test_export_writes_a_file_to_load_again(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    path = tmp_path / "exported.toml"
    said = run(args=["directory", "export", str(path)])
    assert said.exit_code == 0, said.output
    assert "version 1" in said.output
    assert run(args=["directory", "export"]).output == path.read_text()

    loaded = run(args=["directory", "load", str(path)])
    assert loaded.output.startswith("unchanged: coordinator, barn-utbildning, ")

    again = run(args=["directory", "export", str(path)])
    assert again.exit_code == 1
    assert "exists" in again.stderr
