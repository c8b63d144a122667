"""One invented enquiry: what somebody wrote, where it stands, and what has happened to it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from intake import links
from intake.directory.values import Organisation
from intake.enquiries import attention
from intake.enquiries.close import REASONS
from intake.enquiries.models import Enquiry
from intake.enquiries.promise import promised
from intake.enquiries.steps import Act, Status
from intake.programmes.catalogue import catalogue

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
_REASONS = sorted(REASONS.keys() - {"withdrawn", "duplicate"})
_TOGETHER = 12  # of so many, one
_LONG_AGO = 400  # days after which nearly all are closed

#: What none of them has.
_NOTHING: dict[str, Any] = {
    "phone": "",
    "need": "",
    "target_group": "",
    "partners": "",
    "budget_range": "",
    "timing": "",
    "own_contribution": "",
    "known_call": "",
    "chosen_department": None,
    "staff_goals": [],
    "owner": "",
    "next_action": "",
    "next_action_by": None,
    "call_by": None,
    "case_number": "",
    "authority": "",
    "secrecy_ground": "",
    "resembles_id": None,
}

#: The columns of an enquiry that is not in the database yet, and its history. No ORM: making a
#: million of its objects takes minutes.
Invented = tuple[SimpleNamespace, list[dict[str, Any]]]


def invent(
    id: int,
    reference: str,
    at: datetime,
    now: datetime,
    house: Organisation,
    chance: random.Random,
) -> Invented:
    """The enquiry with that number, which came in *at*, as it stands *now*."""
    later = min(now, at + timedelta(days=chance.uniform(0.5, 40)))
    enquiry = SimpleNamespace(
        id=id,
        reference=reference,
        received_at=at,
        channel="form",
        kind="idea",
        network="demo",
        leads_id=id - 1 if id > 1 and chance.random() < 0.003 else None,
        **_NOTHING,
        **promised(house, at),
        **_written(id, chance),
        **_marks(id, chance),
        **_standing(at, later, now, house, chance),
    )
    attention.reckon(cast(Enquiry, enquiry), house)
    return enquiry, [*_history(enquiry, at, later), *_together(enquiry, later, house)]


def _written(id: int, chance: random.Random) -> dict[str, Any]:
    """What the sender wrote, and who that is."""
    language = chance.choices(("sv", "en"), (9, 1))[0]
    place, thing = chance.choice(_PLACES), chance.choice(_THINGS[language])
    kind = _one(_KINDS, chance)
    return {
        "language": language,
        "title": f"{thing}, {place}",
        "description": _TEXTS[language].format(place=place),
        "place": place,
        "sender_kind": kind,
        "organisation": f"{place} intresseförening" if kind == "association" else "",
        "name": f"Kim Exempel {id}",
        "email": f"kim.{id}@exempel.example",
        "goals": sorted(chance.sample(range(1, 18), chance.randint(0, 3))),
    }


def _marks(id: int, chance: random.Random) -> dict[str, Any]:
    """What it is known again by. Its link opens nothing: no seed gives that token."""
    mark = f"demo-{id}-{chance.getrandbits(64):x}"
    return {
        "submission_id": mark,
        "browser_hash": mark,
        "link_seed": mark,
        "token_hash": links.token_hash(mark),
    }


def _standing(
    at: datetime, later: datetime, now: datetime, house: Organisation, chance: random.Random
) -> dict[str, Any]:
    """Where it stands and who has it: staff have looked at it *later*, if they have."""
    spam = chance.random() < 0.01
    status = Status.RECEIVED if spam else _status((now - at).days, chance)
    over = status in (Status.CLOSED, Status.PARKED)
    at_department = status in attention.AT_DEPARTMENT or (over and chance.random() < 0.7)
    answered, parked = status is not Status.RECEIVED, status is Status.PARKED
    asked = answered and status is not Status.CLOSED and chance.random() < 0.1
    return {
        "status": status,
        "suspected": spam,
        "flagged": chance.random() < 0.02,
        "protected": chance.random() < 0.002,
        "department_id": chance.choice(house.departments).id if at_department else None,
        "handed_over_at": at if at_department else None,
        "seen_by_department_at": later if at_department else None,
        "first_answer_at": later if answered else None,
        "alive_at": now - timedelta(days=chance.randint(0, 70)) if answered else None,
        "question_at": later if asked else None,
        "news_at": later if answered and chance.random() < 0.01 else None,
        "mail_failed_at": later if chance.random() < 0.001 else None,
        "parked_until": (later + timedelta(days=chance.randint(10, 300))).date()
        if parked
        else None,
        "closing_reason": chance.choice(_REASONS) if status is Status.CLOSED else "",
        "programmes": chance.sample(_programmes(), chance.choice((0, 1, 2))) if answered else [],
    }


def _status(days: int, chance: random.Random) -> Status:
    """Where one of that age stands."""
    if days > _LONG_AGO and chance.random() < 0.9:
        return Status.CLOSED
    return Status(_one(_STATUSES, chance))


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
        text = "Utlysningen öppnar då."
        before = Status.WITH_DEPARTMENT if holder else Status.ASSESSING
        yield _event(enquiry, later, Act.PARKED, by, until=until, before=before, text=text)
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


def _together(
    enquiry: SimpleNamespace, at: datetime, house: Organisation
) -> Iterator[dict[str, Any]]:
    """Another department takes part in some of what departments have."""
    holder = enquiry.department_id
    if holder and not enquiry.suspected and enquiry.id % _TOGETHER == 0:
        others = [each.id for each in house.departments if each.id != holder]
        asked = others[enquiry.id // _TOGETHER % len(others)]
        why = "Vad säger ni om platsen?"
        facts = {"department": asked, "standing": "holder", "missing": ""}
        yield _event(enquiry, at, Act.INVOLVED, holder, **facts) | {"why": why}


def _event(
    enquiry: SimpleNamespace, at: datetime, act: Act, by: str, **data: Any
) -> dict[str, Any]:
    return {
        "enquiry_id": enquiry.id,
        "at": at,
        "act": act,
        "by_role": by,
        "by_email": "",
        "why": "",
        "data": data,
    }


def _programmes() -> list[str]:
    """What can be applied for."""
    return [each.id for each in catalogue().programmes.values() if each.active]


def _one(weights: dict[Any, int], chance: random.Random) -> str:
    return str(chance.choices(list(weights), list(weights.values()))[0])
