"""One case: what to do next, what was written, who wrote it, and all that has happened."""

import secrets
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request

from intake import clock
from intake.db import also_write, db
from intake.directory.organisation import organisation
from intake.directory.values import Organisation
from intake.enquiries import access, attachments, attention, funding, handle, join, to_do
from intake.enquiries.border import sent_over
from intake.enquiries.event_words import STATUSES
from intake.enquiries.fact_words import KINDS
from intake.enquiries.models import Enquiry
from intake.enquiries.thread import latest_assessment, readings
from intake.staff import suggested, tasks
from intake.staff.as_seen import as_read
from intake.staff.permissions import may_open_in
from intake.staff.together_forms import question
from intake.staff.verbs import Verb, offered_to

bp = Blueprint("enquiry", __name__)


@bp.get("/enquiries/<reference>")
def show(reference: str) -> str:
    """Everything about one idea. That a department opens it, and who reads one that is flagged, is
    noted: the only thing that looking at a case changes.

    :status 404: there is none with that number, or it is not this member's.
    """
    enquiry = open_case(reference)
    house = organisation()
    verbs = offered_to(g.member, enquiry)
    names = {verb.name for verb in verbs}
    hidden = access.hides_sender(enquiry, g.member)
    read = as_read(enquiry, house, hidden=hidden)
    return render_template(
        "staff/enquiry.html",
        enquiry=enquiry,
        holder=house.post(enquiry.department_id),
        together=[
            (house.posts[each.department_id], each) for each in access.participations(enquiry)
        ],
        already_there=g.member.coordinates and sent_over(enquiry),
        status=STATUSES[enquiry.status],
        promised=_promised(enquiry, house),
        **_acts(enquiry, house, verbs),
        **read,
        **suggested.department(enquiry, house, read["say"], may_hand_over="hand-over" in names),
        **suggested.programmes(enquiry, house, g.member),
        last=enquiry.history[-1].id,
        submission_id=secrets.token_urlsafe(24),
        readings=readings(enquiry, house),
        assessment=[(asked, read["say"](said)) for asked, said in latest_assessment(enquiry)],
        goals=funding.goals_in_words(enquiry.staff_goals),
        kinds=KINDS,
        verbs=verbs,
        **_linked(enquiry),
        resembled=access.resembled(enquiry) if "tell-apart" in names else None,
        today=clock.today(),
    )


@bp.get("/enquiries/<reference>/files/<key>")
def download(reference: str, key: str) -> Response:
    """A file that came with the idea, as a download.

    :status 404: there is none, or the idea is not this member's.
    """
    enquiry = open_case(reference)
    attachment = attachments.find(enquiry, key)
    if attachment is None:
        abort(404)
    file = attachments.download(attachment)
    if access.hides_sender(enquiry, g.member):
        file = replace(file, name=attachments.nameless(file.name))
    return Response(file.content, headers=file.headers)


def open_case(reference: str) -> Enquiry:
    """The case, with the note of who reads it if there is to be one.

    :status: as of :func:`load`.
    """
    enquiry = load(reference)
    return _note_opening(reference) if _is_to_be_noted(enquiry) else enquiry


def note_reading(enquiry: Enquiry) -> None:
    """Note that the member reads *enquiry*, if readings of it are noted. For a page that shows it
    as the answer to a form; whoever opens it comes through :func:`open_case`.
    """
    handle.was_read(enquiry, by=g.member)
    db.session.commit()


def load(reference: str, *, lock: bool = False) -> Enquiry:
    """The case, if the member may open this page of it.

    :param lock: as of ``access.for_staff``.
    :status 403: their department only takes part, or does not, and the page is not for that.
    :status 404: there is none with that number, or it is not this member's.
    """
    enquiry = access.for_staff(g.member, reference, lock=lock)
    if enquiry is None:
        abort(404)
    takes_part = access.participating(g.member, enquiry) is not None
    if not may_open_in(g.member, request.endpoint or "", takes_part=takes_part):
        abort(403)
    return enquiry


def _is_to_be_noted(enquiry: Enquiry) -> bool:
    first = enquiry.department_id in g.member.departments and not enquiry.seen_by_department_at
    return first or handle.is_reading_noted(enquiry)


def _note_opening(reference: str) -> Enquiry:
    also_write()
    enquiry = load(reference, lock=True)
    handle.opened(enquiry, by=g.member)
    handle.was_read(enquiry, by=g.member)
    db.session.commit()
    return enquiry


def _linked(enquiry: Enquiry) -> dict[str, Any]:
    """The other cases that it has to do with; a link leads only to what the member may see."""
    leading, followers = access.leading(enquiry), access.followers(enquiry)
    related = access.by_references(join.related(enquiry))
    others = [each for each in (leading, *followers, *related) if each]
    return {
        "leading": leading,
        "followers": followers,
        "related": related,
        "may_see": {each.reference for each in others if access.may_see(g.member, each)},
    }


def _promised(enquiry: Enquiry, house: Organisation) -> tuple[Any, date] | None:
    """The next promise to the sender, in words, and its day."""
    promise = attention.promised(enquiry, house)
    return promise and (to_do.PROMISES[promise[0]], promise[1])


def _acts(enquiry: Enquiry, house: Organisation, verbs: list[Verb]) -> dict[str, Any]:
    """What needs doing with its verbs, and what else can be done."""
    to_be_done = tasks.tasks(g.member, enquiry, house, verbs, asked=question(enquiry, house))
    shown = {verb.name for task in to_be_done for _words, verb in task.buttons} | {"release"}
    return {
        "tasks": to_be_done,
        "others": [verb for verb in verbs if verb.main and verb.name not in shown],
        "more": tasks.grouped([verb for verb in verbs if not verb.main and verb.name not in shown]),
    }
