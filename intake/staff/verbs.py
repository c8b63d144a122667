"""What staff can do with a case: one table of verbs, each with its words, its form, when it is
offered, and the function behind it. Who may do what stands in ``permissions.MAY``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.members import Member
from intake.enquiries import access, close, facts, handle, join, release, together
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import MOVES, NotAllowed, Status, next_steps
from intake.staff import (
    holder_forms,
    join_forms,
    looks,
    receipts,
    record_forms,
    step_forms,
    talk_forms,
    together_forms,
)
from intake.staff.permissions import may_open_in
from intake.staff.programmes_form import ProgrammesForm
from intake.staff.verb_forms import PlainForm, VerbForm

_S = Status


@dataclass(frozen=True)
class Verb:
    """One thing that can be done: its words, its form, who may, and the function behind it."""

    name: str
    title: Any
    form: type[VerbForm]
    do: Callable[..., object]
    done: Any  # what is said afterwards: words, or a function that finds them
    main: bool = False  # among the first that are offered
    lead: Any = ""  # what it means, where the form does not say it
    button: Any = ""  # if its title says no deed
    writes: Callable[[Enquiry, Member], bool] = looks.never
    offered: Callable[[Enquiry], bool] = lambda enquiry: not enquiry.suspected

    def receipt(self, enquiry: Enquiry, events: Sequence[Event], by: Member) -> str:
        """What is said when *by* has done it, and whom a mail goes to.

        :param events: what it has added to the history.
        """
        if callable(self.done):
            return str(self.done(enquiry, events, by))
        return f"{self.done} {receipts.mailed(enquiry, events, by)}".rstrip()

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


def _tell_apart(enquiry: Enquiry, other: str, *, by: Member) -> None:
    join.tell_apart(enquiry, _other(by, other), by=by)


def _other(by: Member, reference: str) -> Enquiry:
    other = access.for_staff(by, reference)  # held already: verb_pages
    if other is None:
        raise NotAllowed(_("There is no idea with that number."), "other")
    return other


def _release(enquiry: Enquiry, *, by: Member, why: str) -> None:
    try:
        release.release(enquiry, by="coordinator", why=why)
    except release.NotHeldBack as problem:
        raise NotAllowed(_("Somebody has released it already.")) from problem


VERBS = {
    verb.name: verb
    for verb in (
        Verb(
            "hand-over",
            _l("Hand over"),
            holder_forms.HandOverForm,
            handle.hand_over,
            main=True,
            offered=lambda e: (
                _is_open(e)
                and (
                    e.status == _S.WITH_DEPARTMENT
                    or _S.WITH_DEPARTMENT in MOVES[_S(e.status)]
                    or e.department_id is None
                )
            ),
            writes=looks.if_new,
            done=receipts.handed_over,
        ),
        Verb(
            "take",
            _l("Take it to assess it"),
            PlainForm,
            handle.take,
            lead=_l("It is then yours. The status page says so; the sender gets no email."),
            offered=lambda e: (
                _is_open(e)
                and (e.status == _S.ASSESSING or _S.ASSESSING in MOVES[_S(e.status)])
                and (e.department_id is not None or e.status == _S.RECEIVED)
            ),
            writes=looks.if_department,
            done=_l("You have it now."),
        ),
        Verb(
            "answer",
            _l("Answer the sender"),
            talk_forms.AnswerForm,
            handle.answer,
            main=True,
            writes=looks.if_sender,
            done=receipts.answered,
        ),
        Verb(
            "ask",
            _l("Ask the sender"),
            talk_forms.AskForm,
            handle.ask,
            main=True,
            offered=_is_open,
            writes=looks.if_sender,
            done=receipts.asked,
        ),
        Verb(
            "share",
            _l("Show a text on the status page"),
            talk_forms.ShareForm,
            handle.share,
            done=_l("The text is on the status page."),
        ),
        Verb(
            "note",
            _l("Write a note"),
            record_forms.NoteForm,
            handle.note,
            main=True,
            button=_l("Save the note"),
            offered=lambda e: True,
            done=_l("The note is saved."),
        ),
        Verb(
            "deal-with",
            _l("Read, nothing more to do"),
            PlainForm,
            handle.deal_with,
            main=True,
            lead=_l("It leaves the list of things to do. No email is sent."),
            offered=lambda e: bool(e.news_at or e.mail_failed_at),
            done=_l("It has left the list of things to do."),
        ),
        Verb(
            "advance",
            _l("Take the idea a step further"),
            step_forms.AdvanceForm,
            handle.advance,
            main=True,
            offered=lambda e: (
                not e.suspected
                and bool(next_steps(_S(e.status)))
                and (e.status != _S.RECEIVED or e.department_id is not None)
            ),
            writes=looks.if_sender,
            done=receipts.advanced,
        ),
        Verb(
            "send-back",
            _l("Not for us: send back"),
            holder_forms.SendBackForm,
            handle.send_back,
            main=True,
            lead=_l(
                "It goes back to the coordinator, who finds another place for it. You no longer "
                "see it."
            ),
            offered=lambda e: e.department_id is not None and _to(_S.ASSESSING)(e),
            writes=looks.always,
            done=_l("Sent back to the coordinator."),
        ),
        Verb(
            "park",
            _l("Park until a day"),
            step_forms.ParkForm,
            handle.park,
            offered=_to(_S.PARKED),
            writes=looks.if_anybody,
            done=receipts.parked,
        ),
        Verb(
            "wake",
            _l("Take up again now"),
            PlainForm,
            handle.wake,
            main=True,
            lead=_l("It continues where it was, ahead of time. No email is sent."),
            offered=lambda e: e.status == _S.PARKED,
            done=_l("Taken up again."),
        ),
        Verb(
            "involve",
            _l("Ask a department to take part"),
            together_forms.InvolveForm,
            together.involve,
            lead=_l(
                "They read the case, write notes and answer you. You keep the idea, and you alone "
                "write to the sender."
            ),
            offered=_is_open,
            writes=looks.always,
            done=_l("The department is asked to take part."),
        ),
        Verb(
            "contribute",
            _l("Give your answer"),
            together_forms.ContributeForm,
            together.contribute,
            main=True,
            offered=_is_open,
            writes=looks.always,
            done=_l("Your answer is given."),
        ),
        Verb(
            "part",
            _l("End participation"),
            together_forms.PartForm,
            together.part,
            lead=_l("The department can no longer see the case. Its answers stay in it."),
            offered=lambda e: bool(e.participations),
            writes=looks.always,
            done=_l("The department no longer takes part."),
        ),
        Verb(
            "facts",
            _l("Owner, next action, case number"),
            record_forms.FactsForm,
            facts.set_facts,
            button=_l("Save"),
            done=receipts.saved,
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
            record_forms.AssessForm,
            facts.assess,
            lead=_l("Skip what you do not know yet. The sender does not see the answers."),
            button=_l("Save"),
            offered=_is_open,
            done=_l("The assessment is saved."),
        ),
        Verb(
            "flag",
            _l("Secrecy and protected identity"),
            record_forms.FlagForm,
            facts.set_facts,
            button=_l("Save"),
            offered=lambda e: True,
            done=_l("Saved."),
        ),
        Verb(
            "refer",
            _l("Refer to another body"),
            step_forms.ReferForm,
            close.refer,
            offered=_to(_S.CLOSED),
            writes=looks.if_anybody,
            done=_l("Referred, and closed."),
        ),
        Verb(
            "join",
            _l("Join with another idea"),
            join_forms.JoinForm,
            _join,
            writes=looks.if_sender,
            done=_l("The two are joined."),
        ),
        Verb(
            "relate",
            _l("Link to another idea"),
            join_forms.RelateForm,
            _relate,
            done=_l("The two are linked."),
        ),
        Verb(
            "tell-apart",
            _l("They do not belong together"),
            join_forms.TellApartForm,
            _tell_apart,
            lead=_l(
                "The mark that they may be the same is removed, and so is a link between them."
            ),
            offered=lambda e: e.resembles_id is not None or bool(join.related(e)),
            done=_l("It is noted that they are two different ideas."),
        ),
        Verb(
            "withdraw",
            _l("Withdraw at the sender’s request"),
            step_forms.WithdrawForm,
            close.withdraw,
            offered=lambda e: not e.suspected and join.goes_on(e),
            writes=looks.if_anybody,
            done=_l("Withdrawn, and closed."),
        ),
        Verb(
            "close",
            _l("Close"),
            step_forms.CloseForm,
            close.close,
            offered=_to(_S.CLOSED),
            writes=looks.if_anybody,
            done=_l("Closed."),
        ),
        Verb(
            "reopen",
            _l("Open again"),
            step_forms.ReopenForm,
            close.reopen,
            main=True,
            offered=lambda e: e.status == _S.CLOSED and not e.suspected,
            writes=looks.if_sender,
            done=_l("Open again."),
        ),
        Verb(
            "release",
            _l("Not spam: send it on"),
            holder_forms.ReleaseForm,
            _release,
            main=True,
            offered=lambda e: e.suspected,
            writes=looks.always,
            done=_l("It is on its way."),
        ),
    )
}


def offered_to(member: Member, enquiry: Enquiry) -> list[Verb]:
    """What *member* can do with *enquiry* as it stands."""
    takes_part = access.participating(member, enquiry) is not None
    return [
        verb
        for verb in VERBS.values()
        if may_open_in(member, verb.endpoint, takes_part=takes_part) and verb.offered(enquiry)
    ]
