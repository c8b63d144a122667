"""Invented enquiries: every page can show them."""

import re

from flask import Flask

from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk


@on_sqlite
def test_every_case_and_every_view_opens(app: Flask, page: Page) -> None:
    loaded = app.test_cli_runner().invoke(args=["demo", "load", "--enquiries", "60"])
    assert loaded.exit_code == 0, loaded.output
    desk.sign_in(page)
    opened = set()
    for view in ("action", "departments", "waiting", "parked", "closed", "all"):
        listed = page.get(f"/staff/?view={view}").html
        opened |= set(re.findall(r"/staff/enquiries/(EU-\d+-\d+)", listed))
    assert len(opened) > 30
    for reference in sorted(opened):
        page.get(f"/staff/enquiries/{reference}")
