"""Routing slips: a decision as it is stored with an enquiry, and read back years later."""

from dataclasses import asdict
from datetime import datetime

from intake.enquiries.models import Suggestion
from intake.routing.decide import Candidate, Decision, Reason


def slip_of(decision: Decision, at: datetime) -> Suggestion:
    """The row that keeps *decision*."""
    runner_up = decision.ranked[1].department if len(decision.ranked) > 1 else None
    return Suggestion(
        at=at,
        rules=decision.rules,
        department_id=decision.department,
        sure=decision.sure,
        runner_up=runner_up,
        ranked=[asdict(candidate) for candidate in decision.ranked],
        reasons=[asdict(reason) for reason in decision.reasons],
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
