"""``python -m tests.inbox_bench 1000 1000000``: how the inbox's pages fare as the table grows.

Fills an SQLite database of each size (or takes the one that ``INBOX_BENCH_<size>`` names), asks
for each page through the whole application, and prints the medians and their ratio.
"""

import os
import statistics
import sys
import tempfile
import time

import sqlalchemy as sa
from flask import Flask

from intake import create_app
from intake.db import db, upgrade
from intake.directory.load import load
from intake.enquiries.models import Enquiry
from tests.conftest import dispose
from tests.page import Page
from tests.staff.desk import sign_in

ROUNDS = 15


def main(sizes: list[int]) -> None:
    found = {size: measured(size) for size in sizes}
    first = sizes[0]
    print(f"{'':28}" + "".join(f"{size:>14,}" for size in sizes) + "     ratio")
    for name in found[first]:
        times = [found[size][name] for size in sizes]
        row = "".join(f"{each * 1000:>11.1f} ms" for each in times)
        print(f"{name:28}{row}{times[-1] / times[0]:>9.2f}x")


def measured(size: int) -> dict[str, float]:
    """Seconds for each kind of page, the median of some rounds."""
    ready = os.environ.get(f"INBOX_BENCH_{size}")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INTAKE_INSTANCE": ready or folder})
        if not ready:
            fill(app, size)
        page = Page(app)
        sign_in(page)
        result = {name: median(page, address) for name, address in addresses(app).items()}
        dispose(app)
    return result


def fill(app: Flask, size: int) -> None:
    upgrade(app)
    with app.app_context():
        load(None)
        db.session.commit()
    outcome = app.test_cli_runner().invoke(args=["demo", "load", "--enquiries", str(size)])
    assert outcome.exit_code == 0, outcome.output


def addresses(app: Flask) -> dict[str, str]:
    with app.app_context():
        lowest = db.session.scalars(sa.select(Enquiry.id).order_by(Enquiry.id).offset(30).limit(1))
        deepest = lowest.one()
        some = db.session.scalars(sa.select(Enquiry.reference).limit(1)).one()
        days = sa.select(Enquiry.coordinator_from, Enquiry.id).where(
            Enquiry.coordinator_from <= sa.func.current_date()
        )
        last = days.order_by(Enquiry.coordinator_from.desc(), Enquiry.id.desc())
        day, number = db.session.execute(last.offset(30).limit(1)).one()
    return {
        "to do": "/staff/",
        "to do, deepest": f"/staff/?page=after.{number}.{day}",
        "all": "/staff/?view=all",
        "all, deepest": f"/staff/?view=all&page=after.{deepest}",
        "with departments": "/staff/?view=departments",
        "waiting": "/staff/?view=waiting",
        "parked": "/staff/?view=parked",
        "closed": "/staff/?view=closed",
        "spam": "/staff/?view=spam",
        "by department": "/staff/?view=all&department=teknik",
        "by status and department": "/staff/?view=all&status=developing&department=teknik",
        "by goal and language": "/staff/?view=all&goal=7&lang=sv",
        "by period": "/staff/?view=all&since=2025-01-01&until=2025-06-30",
        "late": "/staff/?view=action&flag=late",
        "search, a reference": f"/staff/?view=all&q={some}",
        "search, some": "/staff/?view=all&q=solceller+lagan",
        "search, everything": "/staff/?view=all&q=bygga",
        "search, nothing": "/staff/?view=all&q=finnsinte",
    }


def median(page: Page, address: str) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        response = page.client.get(address)
        times.append(time.perf_counter() - begun)
        assert response.status_code == 200, address
    return statistics.median(times)


if __name__ == "__main__":
    if not (asked := [int(size) for size in sys.argv[1:]]):
        sys.exit(__doc__)
    main(asked)
