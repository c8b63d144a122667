"""``python -m tests.inbox_bench 1000 1000000``: how pages and verbs fare as the table grows.

Fills a database of each size (or takes the one whose address ``INBOX_BENCH_<size>`` holds), asks
for each page through the whole application, each size in turn so that whatever else the machine
does hits them alike, and prints medians and their ratio. ``--postgresql`` does so there.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from flask import Flask

from intake import clock, create_app, links
from intake.db import db
from intake.directory.load import load
from intake.enquiries import reminders
from intake.enquiries.models import Enquiry
from intake.enquiries.receive import receive
from intake.migrating import upgrade
from tests.conftest import dispose
from tests.make import draft
from tests.page import Page
from tests.postgres import Cluster
from tests.questions import asked_of
from tests.staff.desk import COORDINATOR, TEKNIK, sign_in

ROUNDS = 15


def main(sizes: list[int], *, postgresql: bool) -> None:
    print(
        f"{clock.now():%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    )
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster()) if postgresql else None
        apps = [filled(size, cluster, stack) for size in sizes]
        print(f"{'':34}" + "".join(f"{size:>14,}" for size in sizes) + "     ratio  questions")
        for name, acts in in_turn([kinds(app) for app in apps]):
            with asked_of(apps[-1]) as asked:
                acts[-1]()
            times = medians(acts)
            row = "".join(f"{each * 1000:>11.1f} ms" for each in times)
            print(f"{name:34}{row}{times[-1] / times[0]:>9.2f}x{len(asked):>8}", flush=True)


def filled(size: int, cluster: Cluster | None, stack: ExitStack) -> Flask:
    """The service with so many enquiries."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    settings = {"INTAKE_INSTANCE": folder, "INTAKE_LIMIT_ENQUIRIES": "1000000"}
    ready = os.environ.get(f"INBOX_BENCH_{size}")
    if ready:
        settings["INTAKE_DATABASE_URL"] = ready
    elif cluster:
        cluster.run(f"CREATE DATABASE of_{size}")
        settings["INTAKE_DATABASE_URL"] = cluster.url(f"of_{size}")
    app = create_app(settings)
    stack.callback(dispose, app)
    if not ready:
        fill(app, size)
    return app


def fill(app: Flask, size: int) -> None:
    upgrade(app)
    with app.app_context():
        load(None)
        db.session.commit()
    outcome = app.test_cli_runner().invoke(args=["demo", "load", "--enquiries", str(size)])
    assert outcome.exit_code == 0, outcome.output
    with app.app_context():
        db.session.execute(sa.text("ANALYZE")) if db.engine.dialect.name == "postgresql" else None
        db.session.commit()


def in_turn(
    kinds: list[dict[str, Callable[[], object]]],
) -> Iterator[tuple[str, list[Callable[[], object]]]]:
    for name in kinds[0]:
        yield name, [of_size[name] for of_size in kinds]


def medians(acts: list[Callable[[], object]]) -> list[float]:
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(ROUNDS):
        for act, taken in zip(acts, times, strict=True):
            begun = time.perf_counter()
            act()
            taken.append(time.perf_counter() - begun)
    return [statistics.median(taken) for taken in times]


def kinds(app: Flask) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    found: dict[str, Callable[[], object]] = {}
    for email, who in ((COORDINATOR, ""), (TEKNIK, "department: ")):
        page = Page(app)
        sign_in(page, email)
        for name, address in addresses(app, who).items():
            found[who + name] = lambda page=page, address=address: fetch(page, address)
        form = page.get("/staff/senders").fields("senders")
        for name, typed in (("one", "kim.500@exempel"), ("everybody", "kim exempel")):
            asked = form | {"who": typed}
            found[f"{who}sender, {name}"] = lambda page=page, asked=asked: post(page, asked)
    with app.app_context():
        idea = db.session.scalars(sa.select(Enquiry).order_by(Enquiry.id.desc()).limit(1)).one()
        idea.link_seed = links.new_seed()
        token = links.status_token(idea.link_seed)
        idea.token_hash = links.token_hash(token)
        db.session.commit()
    found["sender's status page"] = lambda: fetch(Page(app), f"/sv/status/{token}")
    found["receive"] = lambda: received(app)
    found["what is due in the morning"] = lambda: due(app)
    return found


def addresses(app: Flask, who: str) -> dict[str, str]:
    with app.app_context():
        mine = [Enquiry.department_id == "teknik"] if who else []
        day = Enquiry.department_from if who else Enquiry.coordinator_from
        ids = sa.select(Enquiry.id).where(*mine).order_by(Enquiry.id)
        deepest = db.session.scalars(ids.offset(30).limit(1)).one()
        some = db.session.scalars(sa.select(Enquiry.reference).where(*mine).limit(1)).one()
        order = (Enquiry.rank, day, Enquiry.id)
        days = sa.select(*order).where(day <= clock.today(), *mine)
        last = days.order_by(*(each.desc() for each in order)).offset(5).limit(1)
        rank, today, number = db.session.execute(last).one()
    return {
        "to do": "/staff/",
        "to do, deepest": f"/staff/?page=after.{number}.{rank}.{today}",
        "all": "/staff/?view=all",
        "all, deepest": f"/staff/?view=all&page=after.{deepest}",
        "with departments": "/staff/?view=departments",
        "waiting": "/staff/?view=waiting",
        "parked": "/staff/?view=parked",
        "closed": "/staff/?view=closed",
        "by department": "/staff/?view=all&department=teknik",
        "to do, by department": "/staff/?department=teknik",
        "by status and department": "/staff/?view=all&status=developing&department=teknik",
        "by goal and language": "/staff/?view=all&goal=7&lang=sv",
        "by period": "/staff/?view=all&since=2025-01-01&until=2025-06-30",
        "late": "/staff/?view=all&flag=late",
        "secrets": "/staff/?view=all&flag=secrecy",
        "search, a reference": f"/staff/?view=all&q={some}",
        "search, some": "/staff/?view=all&q=solceller+lagan",
        "search, part of a compound": "/staff/?view=all&q=museum",
        "search, everything": "/staff/?view=all&q=bygga",
        "search, nothing": "/staff/?view=all&q=finnsinte",
        "search, common and rare filter": "/staff/?view=all&q=bygga&flag=duplicate&status=granted",
        "case": f"/staff/enquiries/{some}",
    } | ({} if who else {"spam": "/staff/?view=spam"})


def fetch(page: Page, address: str) -> None:
    response = page.client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"


def post(page: Page, fields: dict[str, Any]) -> None:
    assert page.client.post("/staff/senders", data=fields).status_code == 200


def received(app: Flask) -> None:
    with app.app_context():
        receive(draft())
        db.session.commit()


def due(app: Flask) -> None:
    with app.app_context():
        reminders.due(clock.today())


if __name__ == "__main__":
    if not (asked := [int(size) for size in sys.argv[1:] if size.isdigit()]):
        sys.exit(__doc__)
    main(asked, postgresql="--postgresql" in sys.argv)
