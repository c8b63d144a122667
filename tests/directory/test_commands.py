from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from intake.db import alembic, db
from intake.directory.models import OrganisationRow
from intake.directory.organisation import forget, organisation

from .broken import FAULTS
from .small import write


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
