"""The first verb: an idea comes in. It is numbered, routed, stored and its letters are queued,
all in the caller's one transaction.
"""

import hashlib
import hmac
import logging
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from intake import clock, links
from intake.db import db
from intake.directory import posts
from intake.directory.organisation import organisation
from intake.directory.values import Organisation
from intake.enquiries import arrival as arrivals
from intake.enquiries import attachments, dispatch, limits, search, similar, suspicion
from intake.enquiries.arrival import FORM, Arrival
from intake.enquiries.models import Enquiry
from intake.enquiries.personal_number import holds_personal_number
from intake.enquiries.promise import promised
from intake.enquiries.slips import slip_of
from intake.enquiries.steps import Act, record
from intake.programmes.catalogue import catalogue
from intake.routing.decide import Decision, came_in_at, decide, rules_of
from intake.routing.programmes import Proposal, propose

log = logging.getLogger(__name__)

#: The fields in which routing looks for words, the title first.
ROUTED_BY = ("title", "description", "need", "target_group", "partners", "place", "known_call")

# Made once, since making a statement takes as long as asking it.
_COUNT_UP = sa.text(
    "INSERT INTO reference_counter (year, last) VALUES (:year, 1) ON CONFLICT (year) "
    "DO UPDATE SET last = reference_counter.last + 1 RETURNING last"
)
_COUNT_BACK = sa.text("UPDATE reference_counter SET last = last - 1 WHERE year = :year")
_BY_SUBMISSION = sa.select(Enquiry).where(Enquiry.submission_id == sa.bindparam("id"))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An idea as a form hands it over: checked, but not yet received."""

    submission_id: str
    browser: str  # a secret that only the sender's browser has
    address: str  # the network address that it came from
    language: str
    sender_kind: str
    title: str
    description: str
    organisation: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    chosen_department: str | None = None
    need: str = ""
    target_group: str = ""
    partners: str = ""
    place: str = ""
    budget_range: str = ""
    timing: str = ""
    own_contribution: str = ""
    known_call: str = ""
    goals: list[int] = field(default_factory=list)
    trap: str = ""
    opened_at: datetime | None = None

    @property
    def free_text(self) -> dict[str, str]:
        """Everything that the sender wrote in own words, by field."""
        names = (*ROUTED_BY, "own_contribution", "organisation", "name")
        return {name: getattr(self, name) for name in names}

    @property
    def routed_text(self) -> dict[str, str]:
        """The words by which the idea is routed, by field."""
        return {name: getattr(self, name) for name in ROUTED_BY if getattr(self, name)}


@dataclass(frozen=True)
class Received:
    """What became of a draft. ``token`` opens the status page, and is only for its sender."""

    reference: str
    token: str
    same_browser: bool = True
    changed: bool = False


def receive(draft: Draft, arrival: Arrival | None = None) -> Received:
    """Take *draft* in; the same ``submission_id`` twice is one enquiry.

    When the draft was received before, ``same_browser`` tells whether this is the browser that
    sent it. If it is not, the token must not be shown to it (SL-11). ``changed`` tells that
    something else was told then; what is told now is not stored.

    :param arrival: how it came in, if staff enter it (S2). They are no network and no program, so
        neither limits nor signs of spam hold for them.
    :raises limits.TooMany: from this network too much has come in the last hour.
    :raises NotAllowed: the arrival cannot be.
    :raises attachments.Refused: there is no room for the files.
    """
    now = clock.now()
    year = clock.local(now).year
    number = _next_number(year)
    earlier = received_before(draft)
    if earlier is not None:
        _give_back(year)
        return earlier

    house = organisation()
    enquiry = _enquiry(draft, arrival, f"EU-{year}-{number:04d}", house, now)
    if arrival is None:
        limits.check(enquiry.network, Enquiry)
        record(enquiry, Act.RECEIVED, by="sender", channel=enquiry.channel)
        _mark_spam(enquiry, draft)
    else:
        arrivals.check(arrival)
        _record_arrival(enquiry, arrival)
    _mark_personal_number(enquiry, draft)

    decision = advise(draft, house)
    if arrival is not None and arrival.department:
        decision = came_in_at(arrival.department, decision)
    enquiry.suggestions.append(slip_of(decision, _programmes(draft, decision), now))
    dispatch.hand_over(enquiry, decision, house, known_to=arrival.by.email if arrival else "")
    dispatch.acknowledge(enquiry, house)
    db.session.add(enquiry)
    search.index(enquiry)
    similar.mark(enquiry)
    if arrival is not None:
        attachments.store(enquiry.history[0], enquiry, arrival.files)
    return Received(enquiry.reference, links.status_token(enquiry.link_seed))


def received_before(draft: Draft) -> Received | None:
    """What became of *draft* when it was received before; None if it was not."""
    earlier = db.session.scalar(_BY_SUBMISSION, {"id": draft.submission_id})
    if earlier is None:
        return None
    return Received(
        reference=earlier.reference,
        token=links.status_token(earlier.link_seed),
        same_browser=hmac.compare_digest(earlier.browser_hash, _hash(draft.browser)),
        changed=any(getattr(earlier, name) != told for name, told in _words(draft).items()),
    )


def advise(draft: Draft, house: Organisation) -> Decision:
    """Where *draft* would go. A fault in the rules never stops an idea: the coordinator gets it."""
    try:
        return decide(draft.routed_text, draft.chosen_department, rules_of(house))
    except Exception:
        log.exception("Routing failed; the coordinator gets the idea.")
        return Decision(department=None, sure="unsure", rules="failed")


def _programmes(draft: Draft, decision: Decision) -> Proposal | None:
    """Which programmes may pay for *draft*. A fault in that never stops an idea either."""
    try:
        return propose(
            draft.routed_text,
            catalogue(),
            sender_kind=draft.sender_kind,
            departments=decision.likely,
            goals=draft.goals,
        )
    except Exception:
        log.exception("Suggesting programmes failed; the idea comes in without.")
        return None


def foresee(draft: Draft, house: Organisation) -> Decision:
    """What to tell the sender of where *draft* would go today: to a department only if somebody
    there is on duty.
    """
    decision = advise(draft, house)
    holder = posts.holder(house, decision.department, clock.today())
    if decision.department and holder.standing == "coordinator":
        return Decision(department=None, sure="unsure")
    return decision


def _next_number(year: int) -> int:
    """The next running number, and with it the year's counter until the end of the transaction.

    Everybody who stores an enquiry waits here for the one before. So neither the check for an
    earlier sending nor the number can be raced by another worker or host, and a number whose
    transaction fails is given again.
    """
    return int(db.session.scalars(_COUNT_UP, {"year": year}).one())


def _give_back(year: int) -> None:
    """Nobody has seen the number yet: the counter is still ours."""
    db.session.execute(_COUNT_BACK, {"year": year})


def _words(draft: Draft) -> dict[str, Any]:
    """What the sender told, by the names of the enquiry's columns. Never edited afterwards."""
    columns = sa.inspect(Enquiry).column_attrs.keys()
    apart = ("submission_id", "language")
    told = [f.name for f in fields(draft) if f.name in columns and f.name not in apart]
    return {name: getattr(draft, name) for name in told}


def _enquiry(
    draft: Draft, arrival: Arrival | None, reference: str, house: Organisation, now: datetime
) -> Enquiry:
    seed = links.new_seed()
    came_in = arrival.at if arrival else now

    return Enquiry(
        **_words(draft),
        submission_id=draft.submission_id,
        language=draft.language,
        reference=reference,
        received_at=came_in,
        channel=arrival.channel if arrival else FORM,
        status="received",
        **promised(house, came_in),
        browser_hash=_hash(draft.browser),
        link_seed=seed,
        token_hash=links.token_hash(links.status_token(seed)),
        network="" if arrival else limits.network_hash(draft.address),
    )


def _record_arrival(enquiry: Enquiry, arrival: Arrival) -> None:
    record(
        enquiry,
        Act.RECEIVED,
        by=arrival.role,
        email=arrival.by.email,
        channel=enquiry.channel,
        came_in=clock.local(arrival.at).date().isoformat(),
    )


def _mark_spam(enquiry: Enquiry, draft: Draft) -> None:
    """Note what looks like spam."""
    text = "\n".join(draft.free_text.values())

    found = suspicion.signs(
        trap=draft.trap, opened_at=draft.opened_at, now=enquiry.received_at, text=text
    )
    enquiry.suspected = suspicion.is_suspected(found)
    if found:
        why = "looks like spam" if enquiry.suspected else "a weak sign of spam, only noted"
        record(enquiry, Act.MARKED, by="system", why=why, signs=found)


def _mark_personal_number(enquiry: Enquiry, draft: Draft) -> None:
    """Note what mails should not carry."""
    enquiry.flagged = holds_personal_number("\n".join(draft.free_text.values()))
    if enquiry.flagged:
        record(enquiry, Act.MARKED, by="system", why="holds a personal identity number")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
