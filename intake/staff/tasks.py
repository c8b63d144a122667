"""What is to be done about a case, each thing with the buttons that do it; and all else that can be
done, in groups. The case shows the first button of all as the one to press.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries import access, attention, to_do
from intake.enquiries.attention import Need, Promise
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Act
from intake.staff.verbs import Verb

#: The verbs that do what is needed, the likeliest first.
_DONE_BY: dict[Need, tuple[str, ...]] = {
    Need.NEW: ("hand-over",),
    Need.NEWS: ("answer", "deal-with"),
    Need.MAIL: ("deal-with",),
    Need.UNOPENED: (),
    Need.DECIDE: ("advance", "send-back"),
    Need.PLANNED: ("facts",),
    Need.CALL: ("advance", "facts"),
    Need.AWAKE: ("wake",),
    Need.SILENT: ("ask", "close"),
    Need.LATE: ("answer",),
}
_NEWS_DONE_BY = {
    Act.SENT_BACK: ("hand-over", "deal-with"),
    Act.DEPARTMENT_GONE: ("hand-over", "deal-with"),
    Act.WITHDRAWN: ("deal-with",),
    Act.LEFT_ALONE: ("reopen", "deal-with"),
    Act.CONTRIBUTED: ("deal-with", "answer"),
}
_LATE_DONE_BY = {
    Promise.ASSESSMENT: ("hand-over",),
    Promise.DECISION: ("advance", "send-back"),
}

#: What the department is asked as a question is answered with yes or no.
_ANSWERS = {"advance": _l("Yes, we will take it"), "send-back": _l("No, send it back")}

#: Every verb in the group in which it is looked for.
GROUPS: dict[Any, tuple[str, ...]] = {
    _l("To the sender"): ("answer", "ask", "share"),
    _l("Where the idea is going"): (
        "hand-over",
        "take",
        "send-back",
        "advance",
        "park",
        "wake",
        "refer",
        "close",
        "withdraw",
        "reopen",
        "release",
    ),
    _l("With other departments"): ("involve", "contribute", "part"),
    _l("For ourselves"): ("note", "facts", "programmes", "assess", "flag", "deal-with"),
    _l("Together with other ideas"): ("join", "relate", "tell-apart"),
}


@dataclass(frozen=True)
class Task:
    """One thing to do: in words, and the verbs that do it, each with what its button says."""

    need: Need | None  # none for who only takes part
    words: str
    buttons: list[tuple[Any, Verb]]
    event: int = 0  # the line of history that it is about, if somebody wrote something there


def tasks(
    member: Member,
    enquiry: Enquiry,
    house: Organisation,
    offered: Sequence[Verb],
    *,
    asked: str = "",
) -> list[Task]:
    """What *member* is to do about *enquiry* today. Each verb stands at the first that it does.

    :param asked: what their department is asked, in words, if it only takes part.
    """
    left = {verb.name: verb for verb in offered}
    if not access.has_it(member, enquiry):
        return _of_participant(member, enquiry, house, left, asked)
    news = to_do.latest_news([enquiry.id] if enquiry.news_at else []).get(enquiry.id)
    found = []
    for need in attention.needs_of(member, enquiry, house):
        names = _done_by(need, enquiry, news, house, coordinates=member.coordinates)
        verbs = [left.pop(name) for name in names if name in left]
        answers = _ANSWERS if need is Need.DECIDE else {}
        buttons = [(answers.get(verb.name, verb.title), verb) for verb in verbs]
        for words in to_do.lines([need], enquiry, news, house, coordinates=member.coordinates):
            found.append(Task(need, words, buttons, _about(need, enquiry, news)))
    return found


def _of_participant(
    member: Member, enquiry: Enquiry, house: Organisation, left: dict[str, Verb], asked: str
) -> list[Task]:
    """To answer what is *asked*, until that is done or the case is closed."""
    if "contribute" not in left or not to_do.waits_for(member, enquiry):
        return []
    buttons = [(left[name].title, left[name]) for name in ("contribute", "part")]
    return [Task(None, asked or to_do.of_participant(member, enquiry, house), buttons)]


def _about(need: Need, enquiry: Enquiry, news: Event | None) -> int:
    """Where it stands what *need* is about: the news, or what the coordinator handed over with."""
    if need is Need.NEWS and news:
        return news.id
    if need is Need.DECIDE:
        return max((e.id for e in enquiry.history if e.act == Act.HANDED_OVER), default=0)
    return 0


def grouped(verbs: Sequence[Verb]) -> list[tuple[Any, list[Verb]]]:
    """*verbs* below the names of their groups, without the groups that have none."""
    groups = ((name, [v for v in verbs if v.name in names]) for name, names in GROUPS.items())
    return [(name, some) for name, some in groups if some]


def _done_by(
    need: Need, enquiry: Enquiry, news: Event | None, house: Organisation, *, coordinates: bool
) -> tuple[str, ...]:
    """The names of the verbs that do it. What only the department can do, the coordinator reminds
    them of, which is not done here.
    """
    if need is Need.NEWS and news:
        return _NEWS_DONE_BY.get(Act(news.act), _DONE_BY[need])
    if need is Need.LATE and (promise := attention.promised(enquiry, house)):
        theirs = coordinates and enquiry.department_id and promise[0] is not Promise.ANSWER
        return () if theirs else _LATE_DONE_BY.get(promise[0], _DONE_BY[need])
    return _DONE_BY[need]
