"""Routing slips: a suggestion as it is stored with an enquiry, and read back years later."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from intake.enquiries.models import Suggestion
from intake.routing.decide import Candidate, Decision, Reason
from intake.routing.programmes import Fit, Proposal


def slip_of(decision: Decision, proposal: Proposal | None, at: datetime) -> Suggestion:
    """The row that keeps *decision* and the programmes of *proposal*."""
    runner_up = decision.ranked[1].department if len(decision.ranked) > 1 else None
    return Suggestion(
        at=at,
        rules=decision.rules,
        department_id=decision.department,
        sure=decision.sure,
        runner_up=runner_up,
        ranked=[asdict(candidate) for candidate in decision.ranked],
        reasons=[asdict(reason) for reason in decision.reasons],
        programmes=asdict(proposal) if proposal else None,
    )


def decision_of(slip: Suggestion) -> Decision:
    """The decision that a stored slip tells of."""
    return Decision(
        department=slip.department_id,
        sure="clear" if slip.sure == "clear" else "unsure",
        ranked=tuple(Candidate(**candidate) for candidate in slip.ranked),
        reasons=tuple(Reason(**reason) for reason in slip.reasons),
        rules=slip.rules,
    )


def proposal_of(slip: Suggestion) -> Proposal | None:
    """The programmes that a stored slip suggests; None if nobody has looked for any."""
    if slip.programmes is None:
        return None
    kept = slip.programmes
    return Proposal(
        suggested=_fits(kept["suggested"]),
        next_best=_fits(kept["next_best"]),
        not_possible=_fits(kept["not_possible"]),
        rules=kept["rules"],
    )


def _fits(kept: list[dict[str, Any]]) -> tuple[Fit, ...]:
    """JSON knows no tuples."""
    found = []
    for each in kept:
        facts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in each.items()}
        found.append(Fit(**facts))
    return tuple(found)
