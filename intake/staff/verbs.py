"""What staff can do with a case: each verb has a short form, and the mails that it sends are shown
before they leave.

All verbs work alike. A form is filled in; if the verb writes to anybody, the exact mails are shown
and can be changed by changing the form; then it is done. If somebody else was at the case
meanwhile, that is shown first and nothing typed is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from intake.db import db
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import access, close, facts, handle, join, release
from intake.enquiries.models import Enquiry
from intake.enquiries.preview import mails_of
from intake.enquiries.steps import MOVES, NotAllowed, Status
from intake.enquiries.thread import thread
from intake.staff import verb_forms as forms
from intake.staff.as_seen import as_seen
from intake.staff.permissions import may_open
from intake.staff.programmes_form import ProgrammesForm

bp = Blueprint("verbs", __name__)

_S = Status


@dataclass(frozen=True)
class Verb:
    """One thing that can be done: its words, its form, who may, and the function behind it."""

    name: str
    title: Any
    form: type[forms.VerbForm]
    do: Callable[..., object]
    done: Any  # what is said afterwards
    main: bool = False  # among the first that are offered
    lead: Any = ""  # what it means, where the form does not say it
    button: Any = ""  # if its title says no deed
    offered: Callable[[Enquiry], bool] = lambda enquiry: not enquiry.suspected

    @property
    def endpoint(self) -> str:
        """The endpoint that does it, as ``permissions.MAY`` names it."""
        return f"staff.verbs.{self.name.replace('-', '_')}"


def _to(status: Status) -> Callable[[Enquiry], bool]:
    """Offered where the table of moves leads there."""
    return lambda enquiry: not enquiry.suspected and status in MOVES[_S(enquiry.status)]


def _is_open(enquiry: Enquiry) -> bool:
    return not enquiry.suspected and enquiry.status != _S.CLOSED


def _join(enquiry: Enquiry, other: str, leads: str, *, by: Member, text: str) -> None:
    found = _other(by, other)
    follows, leading = (found, enquiry) if leads == "this" else (enquiry, found)
    join.join(follows, leading, by=by, text=text)


def _relate(enquiry: Enquiry, other: str, *, by: Member, why: str) -> None:
    join.relate(enquiry, _other(by, other), by=by, why=why)


def _other(by: Member, reference: str) -> Enquiry:
    other = access.for_staff(by, reference)  # held already, see _hold
    if other is None:
        raise NotAllowed(_("There is no idea with that number."))
    return other


def _release(enquiry: Enquiry, *, by: Member, why: str) -> None:
    try:
        release.release(enquiry, by="coordinator", why=why)
    except release.NotHeldBack as problem:
        raise NotAllowed(_("Somebody has released it already.")) from problem


#: Before the first press of the button of what writes to somebody.
_SHOWN_FIRST = _l("Nothing is done until you have seen what will be sent.")

VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "hand-over",
            _l("Hand over"),
            forms.HandOverForm,
            handle.hand_over,
            main=True,
            lead=_SHOWN_FIRST,
            offered=lambda e: (
                _is_open(e)
                and (e.status == _S.WITH_DEPARTMENT or _S.WITH_DEPARTMENT in MOVES[_S(e.status)])
            ),
            done=_l("Handed over."),
        ),
        Verb(
            "take",
            _l("Take it to assess it"),
            forms.PlainForm,
            handle.take,
            lead=_l("It is then yours. The status page says that you assess it; no mail is sent."),
            offered=lambda e: (
                _is_open(e) and (e.department_id is not None or e.status == _S.RECEIVED)
            ),
            done=_l("You have it now."),
        ),
        Verb(
            "answer",
            _l("Answer the sender"),
            forms.AnswerForm,
            handle.answer,
            main=True,
            done=_l("The answer is written."),
        ),
        Verb(
            "ask",
            _l("Ask the sender"),
            forms.AskForm,
            handle.ask,
            main=True,
            offered=_is_open,
            done=_l("The question is asked."),
        ),
        Verb(
            "share",
            _l("Show a text on the status page"),
            forms.ShareForm,
            handle.share,
            done=_l("The text is on the status page."),
        ),
        Verb(
            "note",
            _l("Write a note"),
            forms.NoteForm,
            handle.note,
            main=True,
            offered=lambda e: True,
            done=_l("The note is written."),
        ),
        Verb(
            "deal-with",
            _l("Nothing more to do about the news"),
            forms.PlainForm,
            handle.deal_with,
            main=True,
            lead=_l("It leaves the list of what is to do. Nobody is written to."),
            offered=lambda e: bool(e.news_at or e.mail_failed_at),
            done=_l("It has left the list of what is to do."),
        ),
        Verb(
            "advance",
            _l("Take the idea a step further"),
            forms.AdvanceForm,
            handle.advance,
            main=True,
            offered=lambda e: (
                not e.suspected
                and bool(MOVES[_S(e.status)] & {_S.DEVELOPING, _S.APPLYING, _S.APPLIED, _S.GRANTED})
            ),
            done=_l("The idea is a step further."),
        ),
        Verb(
            "send-back",
            _l("Not for us: send back"),
            forms.SendBackForm,
            handle.send_back,
            main=True,
            lead=_l(
                "The coordinator has it again and finds another place for it. You do not see it "
                "any more. Nothing is done until you have seen what will be sent."
            ),
            offered=lambda e: e.department_id is not None and _to(_S.ASSESSING)(e),
            done=_l("Sent back to the coordinator."),
        ),
        Verb(
            "park",
            _l("Park until a day"),
            forms.ParkForm,
            handle.park,
            offered=_to(_S.PARKED),
            done=_l("Parked."),
        ),
        Verb(
            "wake",
            _l("Take up again now"),
            forms.PlainForm,
            handle.wake,
            main=True,
            lead=_l("It goes on where it was, before its day. Nobody is written to."),
            offered=lambda e: e.status == _S.PARKED,
            done=_l("Taken up again."),
        ),
        Verb(
            "facts",
            _l("Owner, next action, case number"),
            forms.FactsForm,
            facts.set_facts,
            button=_l("Save"),
            done=_l("Saved."),
        ),
        Verb(
            "programmes",
            _l("Choose programmes and goals"),
            ProgrammesForm,
            facts.set_facts,
            done=_l("Programmes and goals are saved."),
        ),
        Verb(
            "assess",
            _l("Assess: eight questions"),
            forms.AssessForm,
            facts.assess,
            lead=_l("Skip what you do not know yet. The sender does not see the answers."),
            button=_l("Save"),
            offered=_is_open,
            done=_l("The assessment is saved."),
        ),
        Verb(
            "flag",
            _l("Secrecy and protected identity"),
            forms.FlagForm,
            facts.set_facts,
            button=_l("Save"),
            offered=lambda e: True,
            done=_l("Saved."),
        ),
        Verb(
            "refer",
            _l("Refer to another body"),
            forms.ReferForm,
            close.refer,
            offered=_to(_S.CLOSED),
            done=_l("Referred, and closed."),
        ),
        Verb(
            "join",
            _l("Join with another idea"),
            forms.JoinForm,
            _join,
            done=_l("The two are joined."),
        ),
        Verb(
            "relate",
            _l("Link to another idea"),
            forms.RelateForm,
            _relate,
            done=_l("The two are linked."),
        ),
        Verb(
            "tell-apart",
            _l("They are not the same"),
            forms.PlainForm,
            join.tell_apart,
            offered=lambda e: e.resembles_id is not None,
            done=_l("The two are told apart."),
        ),
        Verb(
            "withdraw",
            _l("Withdraw at the sender’s wish"),
            forms.WithdrawForm,
            close.withdraw,
            offered=_to(_S.CLOSED),
            done=_l("Withdrawn, and closed."),
        ),
        Verb(
            "close",
            _l("Close"),
            forms.CloseForm,
            close.close,
            offered=_to(_S.CLOSED),
            done=_l("Closed."),
        ),
        Verb(
            "reopen",
            _l("Open again"),
            forms.ReopenForm,
            close.reopen,
            main=True,
            offered=lambda e: e.status == _S.CLOSED and not e.suspected,
            done=_l("Open again."),
        ),
        Verb(
            "release",
            _l("No spam: send it on its way"),
            forms.ReleaseForm,
            _release,
            main=True,
            offered=lambda e: e.suspected,
            done=_l("It is on its way."),
        ),
    )
}


def offered_to(member: Member, enquiry: Enquiry) -> list[Verb]:
    """What *member* can do with *enquiry* as it stands."""
    return [v for v in VERBS.values() if may_open(member, v.endpoint) and v.offered(enquiry)]


def _show(name: str) -> Callable[[str], str]:
    def show(reference: str) -> str:
        verb, enquiry = VERBS[name], _load(reference)
        form = verb.form(formdata=None, seen=enquiry.history[-1].id)
        form.prepare(enquiry, organisation())
        return _page(verb, enquiry, form)

    return show


def _act(name: str) -> Callable[[str], Response | str | tuple[str, int]]:
    def act(reference: str) -> Response | str | tuple[str, int]:
        verb, form, house = VERBS[name], VERBS[name].form(), organisation()
        enquiry = _hold(reference, form)
        form.prepare(enquiry, house)
        if "insert" in request.form and isinstance(form, forms.LetterForm):
            form.insert()
            return _page(verb, enquiry, form, focus="text")
        if not form.validate():
            return _page(verb, enquiry, form), 422

        changed = handle.changed_since(enquiry, form.seen.data or 0)
        if changed:
            known = {event.id for event in changed}
            hidden = access.hides_sender(enquiry, g.member)
            entries = thread(enquiry, house, hidden=hidden)
            news = [entry for entry in entries if entry.id in known]
            form.seen.raw_data, form.seen.data = None, enquiry.history[-1].id  # it has been shown
            if enquiry.flagged or enquiry.protected:
                handle.was_read(enquiry, by=g.member)
                db.session.commit()
            return _page(verb, enquiry, form, news=news), 409

        facts = form.facts()
        try:
            if "send" not in request.form:
                mails = mails_of(lambda: verb.do(enquiry, by=g.member, **facts))
                if mails:
                    return _page(verb, enquiry, form, mails=mails)
            verb.do(enquiry, by=g.member, **facts)
        except NotAllowed as problem:
            db.session.rollback()
            return _page(verb, _load(reference), form, trouble=str(problem)), 422
        db.session.commit()
        flash(str(verb.done))
        if access.for_staff(g.member, reference) is None:  # it is no longer theirs
            return redirect(url_for("staff.inbox.show"), 303)
        return redirect(url_for("staff.enquiry.show", reference=reference), 303)

    return act


def _hold(reference: str, form: forms.VerbForm) -> Enquiry:
    """The case, held until the end of the transaction, with the other one that the form names.

    Both are taken in the order of their numbers: two people who join the same two from either side
    would else wait for each other.
    """
    other = form.facts()["other"] if isinstance(form, forms.OtherForm) else None
    for each in sorted({reference, access.as_reference(other or "") or reference}):
        access.for_staff(g.member, each, lock=True)
    return _load(reference)


def _load(reference: str) -> Enquiry:
    enquiry = access.for_staff(g.member, reference)
    if enquiry is None:
        abort(404)
    return enquiry


def _page(verb: Verb, enquiry: Enquiry, form: forms.VerbForm, **more: Any) -> str:
    house = organisation()
    chosen = None
    if isinstance(form, forms.HandOverForm) and more.get("mails"):
        chosen = house.department(form.department_id.data)
    if chosen is not None:
        more["border"] = handle.other_authority(enquiry, chosen, house)
        more["before"] = house.department(enquiry.department_id) or house.coordinator
        more["seen"] = as_seen(enquiry, chosen, house)
    return render_template(
        "staff/verb.html",
        verb=verb,
        enquiry=enquiry,
        form=form,
        chosen=chosen,
        hidden=access.hides_sender(enquiry, g.member),
        **more,
    )


for _name in VERBS:
    _endpoint = _name.replace("-", "_")
    _rule = f"/enquiries/<reference>/{_name}"
    bp.add_url_rule(_rule, f"show_{_endpoint}", _show(_name), methods=["GET"])
    bp.add_url_rule(_rule, _endpoint, _act(_name), methods=["POST"])
