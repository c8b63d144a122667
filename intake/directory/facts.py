"""What an organisation file says of the municipality itself: how to reach it, what it promises,
privacy and accessibility, and who else may sign in.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from intake.toml.table import Table

CONFORMITY = ("full", "partial", "none")  # the three terms that the law on accessibility fixes
MOST_PROMISED_DAYS = 60

#: What is promised besides, and when it is reminded of the last day to apply.
LATER_PROMISES = {
    "department_days": 20,
    "life_days": 60,
    "open_days": 3,
    "coordinator_days": 3,
    "ask_again_days": 10,
    "still_you_days": 10,
    "call_first_days": 60,
    "call_next_days": 30,
    "call_last_days": 10,
}
#: These are days of the calendar, the others working days.
CALENDAR_DAYS = frozenset({"life_days", "call_first_days", "call_next_days", "call_last_days"})

MAY = ("administrator", "reader")

PHONE = r"\+?[0-9][0-9 ()-]{4,28}"


def read_facts(organisation: Table) -> dict[str, Any]:
    """What the table ``[organisation]`` says, apart from the look: values for JSON."""
    return {
        "name": organisation.localised("name"),
        "language": organisation.language("language"),
        "phone": _phone(organisation, "phone"),
        "visit": organisation.localised("visit", lines=True),
        "post": organisation.localised("post", lines=True),
        "hours": organisation.localised("hours", lines=True),
        "website": organisation.url("website"),
        "promise": _promise(organisation.table("promise")),
        "privacy": _privacy(organisation.table("privacy")),
        "accessibility": _accessibility(organisation.table("accessibility")),
    }


def _promise(promise: Table) -> dict[str, int]:
    answer = promise.whole("answer_days", 1, MOST_PROMISED_DAYS)
    assessment = promise.whole("assessment_days", 1, MOST_PROMISED_DAYS)

    if assessment < answer <= MOST_PROMISED_DAYS:
        words = _("is less than answer_days; write %(least)s or more", least=answer)
        promise.fault("assessment_days", words)
    later = {
        key: promise.whole(key, 1, MOST_PROMISED_DAYS) if promise.has(key) else days
        for key, days in LATER_PROMISES.items()
    }
    return {"answer_days": answer, "assessment_days": assessment} | later


def _privacy(privacy: Table) -> dict[str, Any]:
    supervisor = privacy.table("supervisor")
    return {
        "controller": privacy.localised("controller"),
        "officer_email": privacy.email("officer_email"),
        "officer_phone": _phone(privacy, "officer_phone"),
        "retention": privacy.localised("retention", lines=True),
        "supervisor": {"name": supervisor.localised("name"), "url": supervisor.url("url")},
    }


def _accessibility(accessibility: Table) -> dict[str, Any]:
    conformity = accessibility.one_of("conformity", CONFORMITY)
    assessed, updated = accessibility.day("assessed"), accessibility.day("updated")
    flaws = [
        flaw.as_localised(lines=True) for flaw in accessibility.tables("flaws", required=False)
    ]

    if date.min < updated < assessed:
        words = _("is before assessed; write %(day)s or later", day=assessed)
        accessibility.fault("updated", words)
    if conformity in ("partial", "none") and not flaws:
        words = _("must name what is not accessible, unless conformity is 'full'")
        accessibility.fault("flaws", words)
    return {
        "conformity": conformity,
        "assessed": assessed.isoformat(),
        "updated": updated.isoformat(),
        "method": accessibility.localised("method", lines=True),
        "flaws": flaws,
        "complaint_url": accessibility.url("complaint_url"),
    }


def _phone(table: Table, key: str) -> str:
    return table.matching(key, PHONE, _('write a number like "08-465 004 00"'))


def read_staff(tables: list[Table]) -> list[dict[str, str]]:
    """Who answers for no department and yet has something to do on the pages for staff."""
    return [{"email": table.email("email"), "may": table.one_of("may", MAY)} for table in tables]
