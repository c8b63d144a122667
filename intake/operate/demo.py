"""``flask demo load``: many invented enquiries with a history, to try things out at full size."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import click
import sqlalchemy as sa
from flask import current_app

from intake import clock, links
from intake.db import Commands, db
from intake.directory.organisation import Organisation, organisation
from intake.enquiries import attention, search
from intake.enquiries.close import REASONS
from intake.enquiries.models import Enquiry, Event, ReferenceCounter, Suggestion
from intake.enquiries.promise import promised
from intake.enquiries.steps import Act, Status
from intake.programmes.catalogue import catalogue

cli = Commands("demo", help="Fill a service that is only tried out.")

_BATCH = 5000
_DAYS = 1200  # over which the ideas came in

_PLACES = ["Lagan", "Ryssby", "Lidhult", "Hamneda", "Agunnaryd", "Annerstad", "Angelstad"]
_THINGS = {
    "sv": [
        "Solcellspark",
        "Cykelväg",
        "Ungdomsutbyte",
        "Språkkafé",
        "Elbilspool",
        "Konstvandring",
        "Fritidsgård",
        "Trähusmuseum",
        "Våtmark",
        "Matvaruhus för föreningar",
    ],
    "en": [
        "Solar park",
        "Cycle path",
        "Youth exchange",
        "Language café",
        "Shared electric cars",
        "Art walk",
        "Makerspace",
        "Wetland",
    ],
}
_TEXTS = {
    "sv": "Vi vill bygga något som hela {place} har glädje av, och söker bidrag till det. "
    "Föreningen kan hjälpa till på kvällarna.",
    "en": "We want to build something that all of {place} can enjoy, and look for funding. "
    "The association can help in the evenings.",
}
_STATUSES = {
    Status.CLOSED: 70,
    Status.PARKED: 6,
    Status.WITH_DEPARTMENT: 8,
    Status.DEVELOPING: 5,
    Status.APPLYING: 2,
    Status.APPLIED: 2,
    Status.GRANTED: 2,
    Status.ASSESSING: 3,
    Status.RECEIVED: 2,
}
_KINDS = {"resident": 45, "association": 20, "company": 12, "school": 8, "staff": 12, "other": 3}


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


_REASONS = sorted(REASONS.keys() - {"withdrawn", "duplicate"})

#: The columns of an enquiry that is not in the database yet, and its history. No ORM: making a
#: million of its objects takes minutes.
Invented = tuple[SimpleNamespace, list[dict[str, Any]]]


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
        batch.append(_invent(before + number + 1, reference, at, now, house, chance))
        if len(batch) == _BATCH:
            _keep(counters)
            yield batch
            batch = []
    if batch:
        _keep(counters)
        yield batch


def _invent(
    id: int,
    reference: str,
    at: datetime,
    now: datetime,
    house: Organisation,
    chance: random.Random,
) -> Invented:
    language = chance.choices(("sv", "en"), (9, 1))[0]
    place, thing = chance.choice(_PLACES), chance.choice(_THINGS[language])
    kind = _one(_KINDS, chance)
    status, spam = Status(_one(_STATUSES, chance)), chance.random() < 0.01
    if (now - at).days > 400 and chance.random() < 0.9:
        status = Status.CLOSED
    if spam:
        status = Status.RECEIVED
    department = chance.choice(house.departments).id
    at_department = status in attention.AT_DEPARTMENT or (
        status in (Status.CLOSED, Status.PARKED) and chance.random() < 0.7
    )
    later = min(now, at + timedelta(days=chance.uniform(0.5, 40)))
    answered = status is not Status.RECEIVED
    asked = answered and status is not Status.CLOSED and chance.random() < 0.1
    parked = status is Status.PARKED
    mark = f"demo-{id}-{chance.getrandbits(64):x}"

    enquiry = SimpleNamespace(
        id=id,
        reference=reference,
        received_at=at,
        channel="form",
        language=language,
        title=f"{thing}, {place}",
        description=_TEXTS[language].format(place=place),
        sender_kind=kind,
        organisation=f"{place} intresseförening" if kind == "association" else "",
        name=f"Kim Exempel {id}",
        email=f"kim.{id}@exempel.example",
        phone="",
        need="",
        target_group="",
        partners="",
        place=place,
        budget_range="",
        timing="",
        own_contribution="",
        known_call="",
        goals=sorted(chance.sample(range(1, 18), chance.randint(0, 3))),
        staff_goals=[],
        programmes=chance.sample(_programmes(), chance.choice((0, 1, 2))) if answered else [],
        status=status,
        department_id=department if at_department and not spam else None,
        suspected=spam,
        flagged=chance.random() < 0.02,
        protected=chance.random() < 0.002,
        kind="idea",
        owner="",
        next_action="",
        case_number="",
        authority="",
        secrecy_ground="",
        closing_reason=chance.choice(_REASONS) if status is Status.CLOSED else "",
        parked_until=(later + timedelta(days=chance.randint(10, 300))).date() if parked else None,
        handed_over_at=at if at_department else None,
        seen_by_department_at=later if at_department else None,
        first_answer_at=later if answered else None,
        alive_at=now - timedelta(days=chance.randint(0, 70)) if answered else None,
        question_at=later if asked else None,
        news_at=later if answered and chance.random() < 0.01 else None,
        submission_id=mark,
        browser_hash=mark,
        link_seed=mark,
        token_hash=links.token_hash(mark),
        network="demo",
        chosen_department=None,
        leads_id=id - 1 if id > 1 and chance.random() < 0.003 else None,
        resembles_id=None,
        next_action_by=None,
        mail_failed_at=later if chance.random() < 0.001 else None,
        **promised(house, at),
    )
    attention.reckon(cast(Enquiry, enquiry), house)
    return enquiry, list(_history(enquiry, at, later))


def _history(enquiry: SimpleNamespace, at: datetime, later: datetime) -> Iterator[dict[str, Any]]:
    yield _event(enquiry, at, Act.RECEIVED, "sender", channel="form")
    holder = enquiry.department_id
    standing = "holder" if holder else "coordinator"
    yield _event(enquiry, at, Act.ROUTED, "system", to=holder or "coordinator", standing=standing)
    if enquiry.first_answer_at:
        yield _event(
            enquiry, later, Act.ANSWERED, holder or "coordinator", text="Tack, vi läser din idé."
        )
    if enquiry.question_at:
        yield _event(enquiry, later, Act.ASKED, "coordinator", text="När kan det börja?")
    by = holder or "coordinator"
    if enquiry.status in (Status.DEVELOPING, Status.APPLYING, Status.APPLIED, Status.GRANTED):
        yield _event(enquiry, later, Act.MOVED, by, to=enquiry.status, text="")
    if enquiry.status == Status.PARKED:
        until = enquiry.parked_until.isoformat()
        yield _event(enquiry, later, Act.PARKED, by, until=until, text="Utlysningen öppnar då.")
    if enquiry.status == Status.CLOSED:
        yield _event(
            enquiry,
            later,
            Act.CLOSED,
            by,
            reason=enquiry.closing_reason,
            text="Tack för din idé.",
            next="Hör av dig igen när du har en ny.",
        )


def _event(
    enquiry: SimpleNamespace, at: datetime, act: Act, by: str, why: str = "", **data: Any
) -> dict[str, Any]:
    return {
        "enquiry_id": enquiry.id,
        "at": at,
        "act": act,
        "by_role": by,
        "by_email": "",
        "why": why,
        "data": data,
    }


def _store(batch: list[Invented]) -> None:
    """Past the ORM, which takes several times as long for so many."""
    columns = [each.key for each in sa.inspect(Enquiry).column_attrs]
    connection = db.session.connection()
    connection.execute(
        sa.insert(Enquiry),
        [{name: getattr(enquiry, name) for name in columns} for enquiry, _ in batch],
    )
    connection.execute(sa.insert(Event), [event for _, history in batch for event in history])
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


def _programmes() -> list[str]:
    """What can be applied for."""
    return [each.id for each in catalogue().programmes.values() if each.active]


def _keep(counters: dict[int, int]) -> None:
    for year, last in counters.items():
        db.session.merge(ReferenceCounter(year=year, last=last))


def _one(weights: dict[Any, int], chance: random.Random) -> str:
    return str(chance.choices(list(weights), list(weights.values()))[0])
