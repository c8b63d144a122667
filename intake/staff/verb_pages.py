"""The pages of the verbs: a short form each, and the mails that it sends shown before they leave.

All verbs work alike. A form is filled in; if the verb writes to anybody, the exact mails are shown
and can be changed by changing the form; then it is done. No mail leaves that was not shown: what
has changed since, by the form or by itself, is shown anew. If somebody else was at the case
meanwhile, that is shown first and nothing typed is lost.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import access, handle
from intake.enquiries.border import crosses, sent_over
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.preview import Preview, digest, mails_of
from intake.enquiries.steps import NotAllowed
from intake.enquiries.thread import thread
from intake.i18n import clock_time
from intake.staff import sent
from intake.staff.as_seen import as_read, as_seen
from intake.staff.enquiry import load, note_reading, open_case
from intake.staff.join_forms import OtherForm
from intake.staff.kept import asks_again
from intake.staff.verb_forms import LetterForm, VerbForm
from intake.staff.verbs import VERBS, Verb

bp = Blueprint("verbs", __name__)

Answer = Response | str | tuple[str, int]

_LATEST = 2  # messages beside a form: the question, and what was answered
_SAID = ("in", "out", "answer")  # kinds of entries

_CHANGED = _l("The email has changed, and nothing has been sent. Read it again.")
_NOT_NOW = _l(
    "That cannot be done with the idea as it stands now, and nothing has been done. Go back to it "
    "to see what can."
)


def _show(name: str) -> Callable[[str], str]:
    def show(reference: str) -> str:
        verb = VERBS[name]
        enquiry = open_case(reference)
        form = verb.form(formdata=None, seen=enquiry.history[-1].id)
        form.prepare(enquiry, organisation())
        return _drawn(verb, enquiry, form)

    return show


def _act(name: str) -> Callable[[str], Answer]:
    @asks_again
    def act(reference: str) -> Answer:
        verb, form = VERBS[name], VERBS[name].form()
        enquiry = _hold(reference, form)
        if sent.was_done():
            flash(_("That was done already, and has not been done again."))
            return redirect(url_for("staff.enquiry.show", reference=reference), 303)
        form.prepare(enquiry, organisation())
        if "insert" in request.form and isinstance(form, LetterForm):
            form.insert()
            return _page(verb, enquiry, form, focus="text")
        return _in_the_way(verb, enquiry, form) or _preview_or_do(verb, enquiry, form)

    return act


def _in_the_way(verb: Verb, enquiry: Enquiry, form: VerbForm) -> tuple[str, int] | None:
    """The form again, if something is wrong in it, somebody else was at the case meanwhile, the
    verb is not offered as it stands now, or the same words were sent lately.
    """
    offered = verb.offered(enquiry)
    if offered and not form.validate():
        return _page(verb, enquiry, form), 422
    changed = handle.changed_since(enquiry, form.seen.data or 0)
    if changed:
        return _meanwhile(verb, enquiry, form, changed), 409
    if not offered:
        return _page(verb, enquiry, form, trouble=_NOT_NOW), 409
    lately = sent.done_lately()
    if lately and not form.twice.data:
        form.twice.raw_data, form.twice.data = None, "y"
        return _page(verb, enquiry, form, trouble=_twice(lately)), 409
    return None


def _preview_or_do(verb: Verb, enquiry: Enquiry, form: VerbForm) -> Answer:
    """The mails, unless just these were shown before the button was pressed; then do it."""
    reference, facts, before = enquiry.reference, form.facts(), enquiry.history[-1].id
    try:
        mails = mails_of(lambda: verb.do(enquiry, by=g.member, **facts))
        seen, form.previewed.data = form.previewed.data, digest(mails)
        if mails and "send" not in request.form:
            return _preview(verb, enquiry, form, mails)
        if mails and seen != form.previewed.data:
            return _preview(verb, enquiry, form, mails, trouble=_CHANGED), 409
        verb.do(enquiry, by=g.member, **facts)
        sent.note_done()
    except NotAllowed as problem:
        db.session.rollback()
        return _page(verb, load(reference), form, trouble=form.mark(problem)), 422
    db.session.commit()
    added = [event for event in enquiry.history if event.id > before]
    flash(verb.receipt(enquiry, added, g.member))
    if access.for_staff(g.member, reference) is None:  # it is no longer theirs
        return redirect(url_for("staff.inbox.show"), 303)
    return redirect(url_for("staff.enquiry.show", reference=reference), 303)


def _twice(before: datetime) -> str:
    return _(
        "You sent exactly this at %(time)s. Is it to be done once more? Then press the button "
        "again. Otherwise go back to the case.",
        time=clock_time(before),
    )


def _hold(reference: str, form: VerbForm) -> Enquiry:
    """The case, held until the end of the transaction, with the other one that the form names and
    with those that the two follow.

    In one order for all, or two people would wait for each other: what follows another comes last,
    as with whoever tells those who follow something; else the one that came in first is first.
    """
    held = {load(reference)}
    if isinstance(form, OtherForm):
        held |= set(access.by_references([access.as_reference(form.facts()["other"] or "") or ""]))
    held |= {leading for each in held if (leading := access.leading(each))}
    for each in sorted(held, key=lambda each: (each.leads_id is not None, each.id)):
        access.for_staff(g.member, each.reference, lock=True)
    return load(reference)


def _meanwhile(verb: Verb, enquiry: Enquiry, form: VerbForm, changed: list[Event]) -> str:
    """What others did since the page was shown. Once it has been shown, the button may be pressed
    again.
    """
    known = {event.id for event in changed}
    entries = thread(enquiry, organisation(), hidden=access.hides_sender(enquiry, g.member))
    form.seen.raw_data, form.seen.data = None, enquiry.history[-1].id
    return _page(
        verb,
        enquiry,
        form,
        news=[entry for entry in entries if entry.id in known],
        is_own=all(event.by_email == g.member.email for event in changed),
    )


def _preview(
    verb: Verb, enquiry: Enquiry, form: VerbForm, mails: list[Preview], **more: Any
) -> str:
    """The mails that would be sent; where the case goes with them, over which border (L11), and
    what will be seen of it there.
    """
    house = organisation()
    before, after = house.post(enquiry.department_id), form.goes_to(house)
    if after and after is not house.coordinator:
        more |= {
            "chosen": after,
            "seen": as_seen(enquiry, after, house),
            "title": form.heading(enquiry, after) or verb.title,
            "already_there": before is after and sent_over(enquiry),
            "holder": after,
        }
    if after and crosses(before, after):
        more |= {"border": True, "before": before, "after": after}
    return _page(verb, enquiry, form, mails=mails, **more)


def _page(verb: Verb, enquiry: Enquiry, form: VerbForm, **more: Any) -> str:
    """The page once more, as the answer to its form. The case stands beside it, so whoever sends
    the form reads that anew, which is noted as when it was opened.
    """
    note_reading(enquiry)
    return _drawn(verb, enquiry, form, **more)


def _drawn(verb: Verb, enquiry: Enquiry, form: VerbForm, **more: Any) -> str:
    hidden = access.hides_sender(enquiry, g.member)
    read = as_read(enquiry, organisation(), hidden=hidden)
    return render_template(
        "staff/verb.html",
        verb=verb,
        enquiry=enquiry,
        form=form,
        title=more.pop("title", verb.title),
        button_words=_("Preview the email")
        if verb.writes(enquiry, g.member)
        else verb.button or verb.title,
        said=[entry for entry in read["entries"] if entry.kind in _SAID][-_LATEST:],
        **read,
        **more,
    )


for _name in VERBS:
    _endpoint = _name.replace("-", "_")
    _rule = f"/enquiries/<reference>/{_name}"
    bp.add_url_rule(_rule, f"show_{_endpoint}", _show(_name), methods=["GET"])
    bp.add_url_rule(_rule, _endpoint, _act(_name), methods=["POST"])
