"""That a department has opened a case is noted once, however many open it at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from intake.db import db
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act
from tests.conftest import on_postgresql
from tests.house.test_permissions import placed
from tests.page import Page
from tests.staff import desk


@on_postgresql
def test_two_who_open_it_at_once_have_opened_it_once(app: Flask, database: str) -> None:
    with app.app_context():
        reference = placed()
    pages = [Page(app), Page(app)]
    for page in pages:
        desk.sign_in(page, desk.TEKNIK)

    engine = sa.create_engine(database)
    with ThreadPoolExecutor() as pool, engine.begin() as somebody:
        held = sa.select(Enquiry.id).where(Enquiry.reference == reference).with_for_update()
        somebody.execute(held)
        asked = [pool.submit(page.get, f"/staff/enquiries/{reference}") for page in pages]
        time.sleep(0.5)  # until both wait
        somebody.commit()
        for each in asked:
            each.result()
    engine.dispose()

    with app.app_context():
        opened = sa.select(sa.func.count()).where(Event.act == Act.OPENED)
        assert db.session.scalar(opened) == 1
