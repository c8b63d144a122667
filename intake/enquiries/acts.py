"""What every act of staff has in common: who acts, the line of history, the letter to the sender,
and whose turn it is afterwards.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _

from intake import clock
from intake.directory import posts
from intake.directory.members import Member
from intake.directory.organisation import organisation
from intake.directory.posts import Holder
from intake.directory.values import Organisation, Post
from intake.enquiries import access, attention, desk_letters, dispatch, search
from intake.enquiries.border import crosses
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.promise import promised
from intake.enquiries.steps import WAY, Act, NotAllowed, Status, move, record
from intake.enquiries.veil import what_is_left
from intake.outbox.letter import Letter


def who(member: Member, enquiry: Enquiry) -> str:
    """As what *member* acts on *enquiry*: the id of the department that has it, or of theirs that
    takes part, or the role.
    """
    if member.coordinates:
        return "coordinator"
    return access.participating(member, enquiry) or enquiry.department_id or "coordinator"


def signer(by: Member, enquiry: Enquiry, house: Organisation) -> Post:
    """In whose name *by* writes to a sender: the department's, or the coordinator's."""
    return house.post(who(by, enquiry))


def receiver(department_id: str, house: Organisation) -> Holder:
    """Who holds the post of the department that an idea is to go to, or that is to take part.

    :raises NotAllowed: there is no such department, or nobody is there today.
    """
    department = house.department(department_id)
    if department is None or not department.active:
        raise NotAllowed(_("Choose a department from the list."), "department_id")
    holder = posts.holder(house, department_id, clock.today())
    if holder.missing == "unreachable" and holder.standing == "coordinator":
        raise NotAllowed(
            _(
                "Its contact cannot be reached by email. Choose another department, or keep the "
                "idea."
            ),
            "department_id",
        )
    if holder.standing == "coordinator":
        raise NotAllowed(
            _("Nobody there is on duty today. Choose another department, or keep the idea."),
            "department_id",
        )
    return holder


def must_be_open(enquiry: Enquiry) -> None:
    """Somebody is to do more about *enquiry*.

    :raises NotAllowed: it is closed, or held back as possible spam.
    """
    if enquiry.suspected:
        raise NotAllowed(f"{enquiry.reference} is held back.")
    if enquiry.status == Status.CLOSED:
        raise NotAllowed(_("It is closed. Open it again first."))


def without_owner() -> NotAllowed:
    """The refusal to let nobody own what is developed."""
    return NotAllowed(_("An idea is developed by somebody: name the role that owns it."), "owner")


def done(
    enquiry: Enquiry, act: Act, by: Member, *, role: str = "", why: str = "", **data: Any
) -> Event:
    """Write history, work out whose turn it is, and let it be found: the end of every act.

    :param role: as what *by* acts, if the act itself has changed that.
    """
    event = record(enquiry, act, by=role or who(by, enquiry), email=by.email, why=why, **data)
    attention.reckon(enquiry, organisation())
    search.index(enquiry)
    return event


def heard(enquiry: Enquiry) -> None:
    """The sender hears from a person: the first promise is kept by that, whatever is said."""
    enquiry.alive_at = clock.now()
    enquiry.first_answer_at = enquiry.first_answer_at or enquiry.alive_at


def spoken(enquiry: Enquiry) -> None:
    """A person has said something to the sender: what came in is dealt with by that."""
    heard(enquiry)
    enquiry.news_at = None


def leave_department(enquiry: Enquiry, house: Organisation) -> bool:
    """No department has *enquiry* any more: it is the coordinator's.

    :return: whether it has come to another authority by that.
    """
    before = house.post(enquiry.department_id)
    enquiry.department_id = enquiry.handed_over_at = enquiry.seen_by_department_at = None
    return crosses(before, house.coordinator)


def tell_department(enquiry: Enquiry, department_id: str | None, by: Member) -> None:
    """Tell the department that had *enquiry* until now that it need do nothing more, because the
    coordinator has ended it, put it aside or given it to somebody else.

    Nobody is told what they have done themselves, or what they never had.
    """
    if department_id is None or department_id in by.departments:
        return
    say_no_longer_theirs(enquiry, department_id, by=who(by, enquiry), known_to=by.email)


def say_no_longer_theirs(
    enquiry: Enquiry, department_id: str, *, by: str, known_to: str, unopened: bool = False
) -> None:
    """Write to whoever holds that department's post that nothing more is to be done there.

    :param by: the role that acts.
    :param known_to: the address, in small letters, of whoever needs no letter about it.
    :param unopened: the clock has taken it back, because nobody there had opened it.
    """
    house = organisation()
    holder = posts.holder(house, department_id, clock.today())
    if holder.standing != "coordinator" and holder.person.email.casefold() != known_to:
        letter = desk_letters.no_longer_yours(
            enquiry, department_id, house, holder.person, unopened=unopened
        )
        dispatch.send(enquiry, letter, "no_longer_yours", to=holder.person.email, by=by)


def take_from_department(enquiry: Enquiry, house: Organisation) -> bool:
    """Nobody in the department has seen *enquiry*, so it is the coordinator's again: as new as it
    was, unless she had handed it over herself.

    :return: as :func:`leave_department`.
    """
    if enquiry.status == Status.WITH_DEPARTMENT:
        move(enquiry, Status.ASSESSING)
    return leave_department(enquiry, house)


def take_up(enquiry: Enquiry) -> None:
    """Let what was parked go on where it was.

    Whoever has it looks at it from today on, whatever was promised before it rested.

    :raises NotAllowed: the table of moves has no such move.
    """
    move(enquiry, goes_on_as(enquiry))
    enquiry.alive_at = clock.now()
    if enquiry.status == Status.WITH_DEPARTMENT:
        enquiry.handed_over_at = enquiry.alive_at
    if enquiry.status not in WAY:
        promise = promised(organisation(), enquiry.alive_at)
        enquiry.assessment_by = promise["assessment_by"]


def goes_on_as(enquiry: Enquiry) -> Status:
    """Where *enquiry* stands; if it is parked, where it will stand when it is taken up: on its way
    if it was on it, else with the department if one has it, else with the coordinator.
    """
    if enquiry.status != Status.PARKED:
        return Status(enquiry.status)
    parked = (event for event in reversed(enquiry.history) if event.act == Act.PARKED)
    before = next((event.data.get("before") for event in parked), None)
    if before in WAY:
        return Status(before)
    return Status.WITH_DEPARTMENT if enquiry.department_id else Status.ASSESSING


def end(enquiry: Enquiry, reason: str) -> None:
    """Close *enquiry*: nothing is asked of anybody any more.

    :param reason: one of ``close.REASONS``.
    """
    move(enquiry, Status.CLOSED)
    enquiry.closing_reason = reason
    enquiry.question_at = None
    spoken(enquiry)


def tell(
    enquiry: Enquiry,
    by: Member,
    kind: str,
    letter: Callable[..., Letter],
    *said: str,
    alone: bool = False,
) -> None:
    """Send the sender a letter, and those whose ideas go on in this one; or note why none was
    written.

    :param letter: makes it from the enquiry whose sender gets it, and the texts in *said*. To the
        others these say nothing of who this one's sender is.
    :param alone: it concerns nobody but the sender of *enquiry*.
    """
    _write(enquiry, enquiry, by, kind, letter, said)
    if not alone:
        for follower in access.followers(enquiry, lock=True):
            _write(
                follower, enquiry, by, kind, letter, [for_others(text, enquiry) for text in said]
            )


def for_others(text: str, enquiry: Enquiry) -> str:
    """As much of a *text* to the sender of *enquiry* as somebody whose idea goes on in it may read:
    nothing if it may hold secrets (L6), and never who that sender is.
    """
    return "" if enquiry.flagged or enquiry.protected else what_is_left(text, enquiry)


def _write(
    to: Enquiry,
    about: Enquiry,
    by: Member,
    kind: str,
    letter: Callable[..., Letter],
    said: Sequence[str],
) -> None:
    if dispatch.may_write_to_sender(to):
        dispatch.send(to, letter(to, *said), kind, to="sender", by=who(by, about))
    else:
        record(to, Act.WITHHELD, by="system", why="no address to write to", letter=kind)
