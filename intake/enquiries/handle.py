"""What staff do with an enquiry: one function an act, called alike by every door.

Each checks, writes history, lets the letters that follow from it wait to leave, and works out
whose turn it is. Nothing is committed here. Who may do what stands in ``staff/permissions.py``.
"""

from datetime import date

from flask_babel import gettext as _

from intake import clock
from intake.directory import posts
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.enquiries import attention, desk_letters, dispatch, together
from intake.enquiries.acts import (
    done,
    heard,
    leave_department,
    must_be_open,
    receiver,
    signer,
    spoken,
    take_up,
    tell,
    tell_department,
    who,
    without_owner,
)
from intake.enquiries.border import crosses
from intake.enquiries.fact_words import ASKED
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.promise import SAID, has_spoken
from intake.enquiries.steps import (
    WAY,
    Act,
    NotAllowed,
    Status,
    is_back,
    move,
    next_steps,
    record,
)
from intake.enquiries.wording import name


def hand_over(
    enquiry: Enquiry, department_id: str, *, by: Member, note: str = "", text: str = ""
) -> None:
    """Hand *enquiry* to a department, or confirm the one that has it.

    Its contact gets a letter, unless it had one already and there is nothing to add; the sender is
    told who has the idea. Once that is confirmed, only what is new is told, to whom it is meant
    for. What is on its way and has lost its department goes on where it is.

    :param text: to the sender, besides who has it now.
    :param note: what the department should know, and why it, if that was not what was suggested.
    :raises NotAllowed: no such department, nobody there, or the idea is past that; or it is
        confirmed already and there is nothing new.
    """
    house = organisation()
    holder = receiver(department_id, house)
    is_confirmed = _is_confirmed(enquiry, department_id)
    if is_confirmed and not (note or text):
        raise NotAllowed(
            _(
                "%(department)s has it already, and that is confirmed. Choose another department, "
                "or write what is new.",
                department=name(holder.post),
            ),
            "department_id",
        )
    department, before = holder.post, enquiry.department_id
    has_it = before == department_id and enquiry.handed_over_at is not None
    crossed = crosses(house.post(before), department)
    _place(enquiry, department_id, anew=not has_it)
    heard(enquiry)
    if not _is_to_be_read(enquiry):
        enquiry.news_at = None  # that it came back is settled by this
    done(
        enquiry,
        Act.HANDED_OVER,
        by,
        why=note,
        department=department_id,
        before=before,
        standing=holder.standing,
        missing=holder.missing,
        other_authority=crossed,
        text=text,
    )
    if note or not has_it:
        letter = desk_letters.handed_over(
            enquiry, note, house, holder.person, department, known=has_it
        )
        dispatch.send(enquiry, letter, "handover", to=holder.person.email, by=who(by, enquiry))
    decide_by = attention.asked_by(enquiry, house)
    if text or not is_confirmed:
        tell(
            enquiry,
            by,
            "placed",
            lambda to, said: desk_letters.placed(to, department, said, house, decide_by),
            text,
        )
    if before != department_id:
        tell_department(enquiry, before, by)


def _place(enquiry: Enquiry, department_id: str, *, anew: bool) -> None:
    """Let that department have it, which then no longer only takes part.

    :raises NotAllowed: as :func:`steps.move`.
    """
    lost_its_department = enquiry.status in WAY and enquiry.department_id is None
    if enquiry.status != Status.WITH_DEPARTMENT and not lost_its_department:
        move(enquiry, Status.WITH_DEPARTMENT)
    enquiry.department_id = department_id
    together.leave(enquiry, department_id)
    if anew:
        enquiry.handed_over_at, enquiry.seen_by_department_at = clock.now(), None


def _is_confirmed(enquiry: Enquiry, department_id: str) -> bool:
    """Has a person handed it over there, and has it neither moved nor rested since?"""
    if enquiry.status != Status.WITH_DEPARTMENT or enquiry.department_id != department_id:
        return False
    steps = (Act.HANDED_OVER, Act.MOVED, Act.PARKED)
    latest = next((e.act for e in reversed(enquiry.history) if e.act in steps), None)
    return latest == Act.HANDED_OVER


def _is_to_be_read(enquiry: Enquiry) -> bool:
    """Is there news of it that a new place does not settle, since a person last answered, or said
    that nothing more is to be done about it?
    """
    for event in reversed(enquiry.history):
        if event.act in (Act.REPLIED, Act.FOLLOWER_WROTE, Act.CONTRIBUTED, Act.LEFT_ALONE):
            return True
        if event.act == Act.DEALT_WITH or event.act in SAID:
            return False
    return False


def take(enquiry: Enquiry, *, by: Member) -> None:
    """The coordinator takes *enquiry* to assess it herself."""
    if enquiry.status != Status.ASSESSING:
        move(enquiry, Status.ASSESSING)
    before = enquiry.department_id
    crossed = leave_department(enquiry, organisation())
    done(enquiry, Act.TAKEN, by, other_authority=crossed)
    tell_department(enquiry, before, by)


def send_back(enquiry: Enquiry, *, by: Member, why: str) -> None:
    """The department gives *enquiry* back to the coordinator, and says why.

    :raises NotAllowed: no department has it, or it is past that.
    """
    house = organisation()
    department = house.department(enquiry.department_id)
    if department is None:
        raise NotAllowed(_("The coordinator has it already."))
    role = who(by, enquiry)
    move(enquiry, Status.ASSESSING)
    crossed = leave_department(enquiry, house)
    enquiry.news_at = enquiry.news_at or clock.now()
    done(
        enquiry,
        Act.SENT_BACK,
        by,
        role=role,
        why=why,
        department=department.id,
        other_authority=crossed,
    )
    coordinator = posts.coordinator(house, clock.today()).person
    letter = desk_letters.sent_back(enquiry, department, why, house, coordinator)
    dispatch.send(enquiry, letter, "sent_back", to=coordinator.email, by=role)


def ask(enquiry: Enquiry, text: str, *, by: Member) -> None:
    """Ask the sender, who answers on the status page. Until then we wait.

    :raises NotAllowed: it is closed.
    """
    must_be_open(enquiry)
    house = organisation()
    enquiry.question_at = clock.now()
    spoken(enquiry)
    done(enquiry, Act.ASKED, by, text=text)
    signs = signer(by, enquiry, house)
    question = desk_letters.question
    tell(enquiry, by, "question", lambda to: question(to, text, house, signs), alone=True)


def answer(enquiry: Enquiry, text: str, *, by: Member) -> None:
    """Answer the sender, by mail and on the status page."""
    house = organisation()
    spoken(enquiry)
    done(enquiry, Act.ANSWERED, by, text=text)
    signs = signer(by, enquiry, house)
    tell(enquiry, by, "answer", lambda to, said: desk_letters.answer(to, said, house, signs), text)


def share(enquiry: Enquiry, text: str, *, by: Member) -> None:
    """Show *text* on the status page; no mail is sent."""
    spoken(enquiry)
    done(enquiry, Act.SHARED, by, text=text)


def note(enquiry: Enquiry, text: str, *, by: Member, secret: bool = False) -> None:
    """Keep an internal note; *secret* if it may fall under secrecy (L6)."""
    enquiry.alive_at = clock.now()
    done(enquiry, Act.NOTED, by, text=text, secret=secret)


def deal_with(enquiry: Enquiry, *, by: Member) -> None:
    """What came in, or the mail that failed, needs nothing more: if that was our first answer, the
    sender has been told otherwise, or cannot be.
    """
    if enquiry.mail_failed_at and has_spoken(enquiry):
        enquiry.first_answer_at = enquiry.first_answer_at or clock.now()
    enquiry.news_at = enquiry.mail_failed_at = None
    done(enquiry, Act.DEALT_WITH, by)


def advance(
    enquiry: Enquiry,
    to: Status,
    *,
    by: Member,
    text: str = "",
    owner: str = "",
    **told: str,
) -> None:
    """Let the idea come a step further on its way, or a step back where the table of moves says so.

    :param text: what the sender is told besides.
    :param owner: who in the municipality owns it; without an owner nothing is developed.
    :param told: what is asked at this step, see ``fact_words.ASKED``. What is not known is told as
        that: our own share, and who decides, are why most ideas end.
    :raises NotAllowed: no such step from here, nobody owns it, or no department has it yet.
    """
    house = organisation()
    owner = owner or enquiry.owner
    if to is Status.DEVELOPING and not owner:
        raise without_owner()
    if to not in next_steps(Status(enquiry.status)):
        raise NotAllowed(f"{enquiry.reference} cannot go from {enquiry.status} to {to}.")
    if enquiry.status == Status.RECEIVED and enquiry.department_id is None:
        raise NotAllowed(_("Hand it over first: nobody who could develop it has it yet."))
    back = is_back(Status(enquiry.status), to)
    move(enquiry, to)
    enquiry.owner = owner
    spoken(enquiry)
    asked = () if back else ASKED.get(to, ())
    facts = {"owner": owner} | {key: told.get(key, "") for key in asked if key != "owner"}
    done(enquiry, Act.MOVED, by, to=to, back=back, text=text, **facts)
    signs = signer(by, enquiry, house)
    tell(
        enquiry,
        by,
        "moved",
        lambda each, said: desk_letters.moved(each, to, said, house, signs, back=back),
        text,
    )


def park(enquiry: Enquiry, until: date, text: str, *, by: Member) -> None:
    """Let the idea rest until a day that lies ahead; the sender is told until when and why.

    :raises NotAllowed: that day is past, or the idea stands where none can rest.
    """
    if until <= clock.today():
        raise NotAllowed(_("Choose a day that has not come yet."), "until")
    house, before = organisation(), enquiry.status
    move(enquiry, Status.PARKED)
    enquiry.parked_until = until
    spoken(enquiry)
    done(enquiry, Act.PARKED, by, until=until.isoformat(), before=before, text=text)
    signs, parked = signer(by, enquiry, house), desk_letters.parked
    tell(enquiry, by, "parked", lambda to, said: parked(to, until, said, house, signs), text)
    tell_department(enquiry, enquiry.department_id, by)


def wake(enquiry: Enquiry, *, by: Member) -> None:
    """Take up again what was parked, where it was.

    :raises NotAllowed: it is not parked.
    """
    if enquiry.status != Status.PARKED:
        raise NotAllowed(_("It is not parked."))
    take_up(enquiry)
    done(enquiry, Act.WOKEN, by)


def opened(enquiry: Enquiry, *, by: Member) -> None:
    """The department looks at it for the first time."""
    if enquiry.seen_by_department_at is None and enquiry.department_id in by.departments:
        enquiry.seen_by_department_at = clock.now()
        done(enquiry, Act.OPENED, by)


def is_reading_noted(enquiry: Enquiry) -> bool:
    """Is each reading of it noted, because it is flagged, or a note in it is, or its sender is
    protected (L6, L7)? A page of the case shows its notes too.
    """
    return enquiry.flagged or enquiry.protected or has_secret_note(enquiry)


def has_secret_note(enquiry: Enquiry) -> bool:
    """Is there a note that may fall under secrecy, whatever holds for the rest (L6)?"""
    return any(e.act == Act.NOTED and e.data.get("secret") for e in enquiry.history)


def was_read(enquiry: Enquiry, *, by: Member) -> None:
    """Somebody reads *enquiry*, which is noted if it is one of those."""
    if is_reading_noted(enquiry):
        record(enquiry, Act.READ, by=who(by, enquiry), email=by.email)


def changed_since(enquiry: Enquiry, seen: int) -> list[Event]:
    """What has happened to *enquiry* since the event *seen*, the last that a page showed.

    Reading it or giving a copy of it away changes nothing, so these are left out.
    """
    unseen = (Act.READ, Act.OPENED, Act.MAILED, Act.RELEASED_COPY)
    return [event for event in enquiry.history if event.id > seen and event.act not in unseen]
