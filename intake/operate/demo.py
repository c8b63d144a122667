"""``flask demo load``: many invented enquiries with a history, to try things out at full size."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app

from intake import clock
from intake.db import Commands, db
from intake.directory.organisation import organisation
from intake.enquiries import search
from intake.enquiries.models import Enquiry, Event, Participation, ReferenceCounter, Suggestion
from intake.enquiries.steps import Act
from intake.operate.invent import Invented, invent

cli = Commands("demo", help="Fill a service that is only tried out.")

_BATCH = 5000
_DAYS = 1200  # over which the ideas came in


@cli.command()
@click.option("--enquiries", type=click.IntRange(1, 5_000_000), default=200, show_default=True)
@click.option("--seed", default=1, help="The same number invents the same enquiries.")
def load(enquiries: int, seed: int) -> None:
    """Invent ENQUIRIES more, each with its history. No mail is written.

    Their status links open nothing. Refuses in production.
    """
    if current_app.config["ENV"] == "production":
        raise click.ClickException(
            "This is the real service, where everything that comes in is a public document. "
            "Invented enquiries do not belong here."
        )
    chance = random.Random(seed)  # noqa: S311 - nothing secret is made of it
    done = 0
    for batch in _batches(enquiries, chance):
        _store(batch)
        db.session.commit()
        done += len(batch)
        click.echo(f"{done} of {enquiries}")


def _batches(count: int, chance: random.Random) -> Iterator[list[Invented]]:
    house, now = organisation(), clock.now()
    before = db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(Enquiry.id), 0))) or 0
    counters = {row.year: row.last for row in db.session.scalars(sa.select(ReferenceCounter)).all()}
    batch: list[Invented] = []
    for number in range(count):
        at = now - timedelta(days=_DAYS) * (1 - number / count)
        year = clock.local(at).year
        counters[year] = counters.get(year, 0) + 1
        reference = f"EU-{year}-{counters[year]:04d}"
        batch.append(invent(before + number + 1, reference, at, now, house, chance))
        if len(batch) == _BATCH:
            _keep(counters)
            yield batch
            batch = []
    if batch:
        _keep(counters)
        yield batch


def _store(batch: list[Invented]) -> None:
    """Past the ORM, which takes several times as long for so many."""
    columns = [each.key for each in sa.inspect(Enquiry).column_attrs]
    connection = db.session.connection()
    connection.execute(
        sa.insert(Enquiry),
        [{name: getattr(enquiry, name) for name in columns} for enquiry, _ in batch],
    )
    events = [event for _, history in batch for event in history]
    connection.execute(sa.insert(Event), events)
    asked = [_participation(event) for event in events if event["act"] == Act.INVOLVED]
    if asked:
        connection.execute(sa.insert(Participation), asked)
    connection.execute(
        sa.insert(Suggestion),
        [
            {
                "enquiry_id": enquiry.id,
                "at": enquiry.received_at,
                "rules": "demo",
                "department_id": enquiry.department_id,
                "sure": "unsure",
                "runner_up": None,
                "ranked": [],
                "reasons": [],
                "programmes": None,
            }
            for enquiry, _ in batch
        ],
    )
    search.store(
        connection,
        [
            {
                "id": enquiry.id,
                "stems": search.stems_of(
                    enquiry,
                    [search.said_in(each["act"], each["why"], each["data"]) for each in history],
                ),
            }
            for enquiry, history in batch
        ],
    )
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('enquiry', 'id'), max(id)) FROM enquiry")
        )


def _participation(event: dict[str, Any]) -> dict[str, Any]:
    """The row of a department that was asked to take part."""
    return {
        "enquiry_id": event["enquiry_id"],
        "department_id": event["data"]["department"],
        "since": event["at"],
    }


def _keep(counters: dict[int, int]) -> None:
    for year, last in counters.items():
        db.session.merge(ReferenceCounter(year=year, last=last))
