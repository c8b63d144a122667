"""The table of what each role may, in the documentation."""

from pathlib import Path

import pytest
from flask import Flask

from intake.directory.members import Role
from intake.staff import permissions, who_may
from tests.conftest import on_sqlite

WRITTEN = Path(__file__).parents[2] / "docs" / "roles.md"


@on_sqlite
def test_the_table_is_not_stale(app: Flask) -> None:
    with app.app_context():
        assert WRITTEN.read_text() == who_may.page() + "\n", "run `make roles`"


@on_sqlite
def test_what_can_be_opened_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions.MAY, "staff.new.show", frozenset({Role.READER}))
    with app.app_context(), pytest.raises(who_may.NotTold, match=r"staff\.new\.show"):
        who_may.page()


@on_sqlite
def test_one_line_tells_of_one_permission(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions.MAY, "staff.copy.release", frozenset({Role.READER}))
    with app.app_context(), pytest.raises(who_may.NotTold, match="copy"):
        who_may.page()
