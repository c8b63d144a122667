"""Invented enquiries: every page can show them."""

import re

import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.enquiries.models import Enquiry
from intake.programmes.catalogue import catalogue
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk


@on_sqlite
def test_every_case_and_every_view_opens(app: Flask, page: Page) -> None:
    loaded = app.test_cli_runner().invoke(args=["demo", "load", "--enquiries", "60"])
    assert loaded.exit_code == 0, loaded.output
    with app.app_context():
        chosen = db.session.scalars(sa.select(Enquiry.programmes)).all()
        known = catalogue().programmes
        assert 10 < sum(bool(each) for each in chosen) < 60
        assert all(known[id].active for each in chosen for id in each)
    desk.sign_in(page)
    opened = set()
    for view in ("action", "departments", "waiting", "parked", "closed", "all"):
        listed = page.get(f"/staff/?view={view}").html
        opened |= set(re.findall(r"/staff/enquiries/(EU-\d+-\d+)", listed))
    assert len(opened) > 25
    for reference in sorted(opened):
        page.get(f"/staff/enquiries/{reference}")
