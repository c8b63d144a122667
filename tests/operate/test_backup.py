"""``flask backup``: a whole copy, while others read and write."""

import contextlib
import resource
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from intake import create_app
from tests import make
from tests.conftest import dispose, on_postgresql, on_sqlite
from tests.load import Client, Server
from tests.page import Page


@on_sqlite
def test_a_copy_serves_as_well_as_the_original(
    page: Page, app: Flask, environ: dict[str, str], tmp_path: Path
) -> None:
    filled = page.get("/sv/enquiry").fields() | make.IDEA
    status = page.post("/sv/enquiry/submit", filled, 303).location
    copy = tmp_path / "copy.sqlite"
    done = app.test_cli_runner().invoke(args=["backup", str(copy)])
    assert done.exit_code == 0, done.output
    assert copy.stat().st_mode & 0o777 == 0o600

    restored = create_app(environ | {"INTAKE_DATABASE_URL": f"sqlite:///{copy}"})
    assert make.IDEA["title"] in Page(restored).get(status).text
    dispose(restored)


def test_it_holds_nobody_up(server: Server, tmp_path: Path) -> None:
    """The service answers while somebody copies, and what it had acknowledged is in the copy."""
    folder = tmp_path / "instance"
    app = create_app({"INTAKE_INSTANCE": str(folder)})
    with contextlib.closing(Client(server, 0)) as client:
        for number in range(1, 6):
            client.submit()
            copy = tmp_path / f"{number}.sqlite"
            done = app.test_cli_runner().invoke(args=["backup", str(copy)])
            assert done.exit_code == 0, done.output
            with contextlib.closing(sqlite3.connect(copy)) as kept:
                assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert kept.execute("SELECT count(*) FROM enquiry").fetchone() == (number,)
    dispose(app)


def test_settings_that_lead_to_no_database_are_said(tmp_path: Path) -> None:
    """An empty copy would only be found out on the day of the restore."""
    app = create_app({"INTAKE_INSTANCE": str(tmp_path)})
    for said in ("There is no database", "no such table"):
        done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy.sqlite")])
        assert (done.exit_code, said in done.output) == (1, True)
        assert not list(tmp_path.glob("copy*"))
        (tmp_path / "intake.sqlite").touch()
    dispose(app)


@on_sqlite
def test_a_copy_that_breaks_off_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))  # as on a full disk
    try:
        done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy.sqlite")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert done.exit_code == 1
    assert "could not be written" in done.output
    assert not list(tmp_path.glob("copy*"))


@on_sqlite
@pytest.mark.parametrize(
    ("name", "said"), [("there.sqlite", "exists already"), ("no/where", "could not be written")]
)
def test_a_place_that_will_not_do_is_said(app: Flask, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "there.sqlite").write_text("Something precious.")
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / name)])
    assert done.exit_code == 1
    assert said in done.output
    assert (tmp_path / "there.sqlite").read_text() == "Something precious."


@on_postgresql
def test_postgresql_has_its_own_way(app: Flask, tmp_path: Path) -> None:
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "copy")])
    assert done.exit_code == 1
    assert "pg_dump" in done.output
