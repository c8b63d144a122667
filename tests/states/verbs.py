"""The form of each verb, what it says to one that is not filled in, and the mails that it shows."""

from datetime import timedelta
from typing import Any

from intake import clock
from intake.enquiries import handle
from intake.enquiries.models import Enquiry
from tests.browser import Visit
from tests.staff.desk import COORDINATOR
from tests.states import case
from tests.states.made import happen, happened, staff
from tests.states.table import met

ENDED = {
    "reason": "no_owner",
    "next_step": "Prata med Leaderkontoret.",
    "learnt": "Skolorna planerar på våren.",
}
OWNED = {"to": "developing", "owner": "Rektor, Astradskolan"}
MAILED: dict[str, Any] = {"text": "Vi hör av oss i maj.\n\nDet ser lovande ut."}


def form(visit: Visit, verb: str, *acts: Any, **changes: Any) -> str:
    """Open the form of *verb* for an idea to which *acts* have happened."""
    reference = happened(visit, *acts, **changes)
    visit.open_desk(f"/enquiries/{reference}/{verb}")
    return reference


def press(visit: Visit) -> None:
    with visit.page.expect_navigation():
        visit.page.locator("#verb button").last.press("Enter")


def verb(
    name: str,
    *acts: Any,
    who: str = COORDINATOR,
    wrong: dict[str, Any] | None = None,
    mails: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """The states of one verb.

    :param wrong: what is filled in for the form to refuse it; *mails*, for it to show mails.
    """
    facts = {"who": who, "endpoint": f"staff.verbs.show_{name.replace('-', '_')}"}

    @met(f"verb-{name}", **facts)
    def _(visit: Visit) -> None:
        form(visit, name, *acts, **changes)

    for suffix, answers in (("errors", wrong), ("mails", mails)):
        if answers is not None:
            met(f"verb-{name}-{suffix}", **facts)(_filled(name, acts, answers, changes))


def _filled(name: str, acts: Any, answers: dict[str, Any], changes: dict[str, Any]) -> Any:
    def reach(visit: Visit) -> None:
        form(visit, name, *acts, **changes)
        visit.fill(**answers)
        press(visit)

    return reach


def _in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


verb("hand-over", mails={"department_id": "teknik", "note": "Det gäller skolans tak."})
verb("take")
verb("answer", *case.ANSWERED, wrong={}, mails=MAILED)
verb("ask", *case.CONFIRMED, who=case.CONTACT, wrong={}, mails=MAILED)
verb("share", wrong={})
verb(
    "involve",
    *case.CONFIRMED,
    wrong={},
    mails={"department_id": "teknik", "text": "Går det att bygga på skolans tak?"},
)
verb(
    "contribute",
    *case.TOGETHER,
    who=case.BESIDE,
    wrong={},
    mails={"text": "Ja, taket håller.\n\nVi kan rita det i maj."},
)
verb("part", *case.TOGETHER, who=case.BESIDE, wrong={}, mails={"why": "Vi har inget där att göra."})
verb("note", wrong={})
verb("deal-with", *case.ANSWERED)
verb(
    "advance",
    *case.CONFIRMED,
    who=case.CONTACT,
    wrong={},
    mails=MAILED | OWNED,
)
verb(
    "send-back",
    *case.CONFIRMED,
    who=case.CONTACT,
    wrong={},
    mails={"why": "Det gäller en förening."},
)
verb("park", wrong={"until": _in_days(-1)} | MAILED, mails={"until": _in_days(90)} | MAILED)
verb("wake", *case.PARKED)
verb("facts", case.plan, wrong={"owner": "Rektor " * 20})
verb("programmes", wrong={"staff_goals": ["1", "2", "3", "4"]})
verb("assess")
verb("flag", case.flag)
verb(
    "refer",
    wrong={},
    mails={"body": "Leader Linné Småland", "learnt": "Leader betalar sådant."} | MAILED,
)
verb("join", wrong={"other": "number", "number": "EU-2019-9999"} | MAILED)
verb("relate", wrong={"other": "number"})
verb("withdraw", wrong={}, mails={"why": "Kim ringde i dag."} | MAILED)
verb("close", wrong={}, mails=MAILED | ENDED)
verb("reopen", *case.CLOSED, wrong={}, mails=MAILED | {"why": "En skola har hört av sig."})
verb("release", wrong={}, trap="spam")


@met("verb-tell-apart", who=COORDINATOR, endpoint="staff.verbs.show_tell_apart")
def _(visit: Visit) -> None:
    form(visit, "tell-apart", case.like(happened(visit)))


@met("verb-part-of-several", who=COORDINATOR, endpoint="staff.verbs.show_part")
def _(visit: Visit) -> None:
    form(visit, "part", *case.TOGETHER)


@met("verb-join-mails", who=COORDINATOR, endpoint="staff.verbs.show_join")
def _(visit: Visit) -> None:
    """What the senders of both are told."""
    form(visit, "join", case.like(happened(visit)))
    visit.fill(**MAILED)
    press(visit)


@met("verb-answer-ready", who=COORDINATOR, endpoint="staff.verbs.show_answer")
def _(visit: Visit) -> None:
    """A ready-made text has been put into the field."""
    form(visit, "answer", *case.CONFIRMED)
    visit.page.select_option("#ready", "thanks")
    visit.page.locator("button[name=insert]").press("Enter")


@met("verb-not-offered", who=COORDINATOR, endpoint="staff.verbs.show_ask")
def _(visit: Visit) -> None:
    """The form was kept open, and the idea has been closed."""
    form(visit, "ask", *case.CLOSED)
    visit.fill(**MAILED)
    press(visit)


@met("verb-changed-meanwhile", who=COORDINATOR, endpoint="staff.verbs.show_answer", is_main=True)
def _(visit: Visit) -> None:
    """Two people at once: the second sees what the first did, and keeps what was typed."""
    reference = form(visit, "answer", *case.CONFIRMED)
    visit.fill(**MAILED)
    happen(visit, reference, _note)
    press(visit)


def _note(enquiry: Enquiry) -> None:
    handle.note(enquiry, "Ringt skolan. De vill gärna.", by=staff(case.CONTACT))
