"""What contacts say of themselves: when they are away and who stands in, whether this is still
them, and how they want their letters. Each on their own page; the coordinator for everybody.
"""

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import clock
from intake.db import db
from intake.directory import presence
from intake.directory.history import Editor
from intake.directory.organisation import organisation
from intake.directory.presence import NotPossible
from intake.directory.values import Organisation, Person, Post
from intake.enquiries import still_you
from intake.enquiries.meanwhile import meanwhile, open_cases
from intake.enquiries.models import Enquiry
from intake.enquiries.still_you import asked_next, has_not_answered
from intake.staff.contact_forms import AwayForm, SuccessorForm

bp = Blueprint("contacts", __name__)

_MOST_CASES = 20  # of a department, on the page of its contact

Page = str | tuple[str, int] | Response


@bp.get("/contacts")
def listed() -> str:
    """Everybody who answers for something, with what the coordinator should know of them."""
    return render_template(
        "staff/contacts.html",
        today=clock.today(),
        asked_next=asked_next,
        has_not_answered=has_not_answered,
    )


@bp.get("/me")
def me() -> str:
    """What do I answer for, and what do others know of me?"""
    return _page(g.member.email)


@bp.post("/me")
def act_me() -> Page:
    """Change something about oneself."""
    return _act(g.member.email, url_for("staff.contacts.me"))


@bp.get("/contacts/<int:number>")
def one(number: int) -> str:
    """The same page about somebody else.

    :status 404: there is no contact with that number.
    """
    return _page(_address(number))


@bp.post("/contacts/<int:number>")
def act_one(number: int) -> Page:
    """Change something about somebody else.

    :status 404: there is no contact with that number.
    """
    return _act(_address(number), url_for("staff.contacts.one", number=number))


def _address(number: int) -> str:
    person = organisation().contact(number)
    if person is None:
        abort(404)
    return person.email


def _act(email: str, back: str) -> Page:
    """Do what the button says.

    :status 400: there is no such button.
    :status 422: the days or the cover make no sense; the page says why.
    """
    match request.form.get("act"):
        case "away":
            if refused := _be_away(email):
                return refused, 422
        case "back":
            presence.be_back(email, *_days(request.form.get("days", "")), by=_editor())
            flash(_("The absence is removed."))
        case "letters":
            presence.choose_digest(email, wanted="digest" in request.form, by=_editor())
            flash(_("Saved."))
        case "somebody-else" if _is_mine(email) and not g.member.coordinates:
            if refused := _name_successor(email):
                return refused, 422
        case "dismiss" if g.member.coordinates:
            presence.dismiss_successor(email)
            flash(_("Nothing is changed in the organisation."))
        case "failed" if g.member.coordinates and not _is_mine(email):
            presence.note_failed(email)
            flash(_("It is noted that email does not arrive. New ideas go to whoever stands in."))
        case "arrives" if g.member.coordinates:
            presence.take_back_failed(email)
            flash(_("It is noted that email arrives again."))
        case "confirm":
            presence.confirm(email, by=_editor())
            flash(_("Thank you. It is noted that the address is right."))
        case _:
            abort(400)
    db.session.commit()
    return redirect(back, 303)


def _be_away(email: str) -> str:
    """Let *email* be away, or return the page that says why not."""
    form = AwayForm()
    form.offer_covers(organisation(), email)
    if not form.validate():
        return _page(email, form)
    try:
        presence.be_away(
            email, form.first_day.data, form.last_day.data, form.cover.data, by=_editor()
        )
    except NotPossible as problem:
        db.session.rollback()
        form[problem.argument].errors = [str(problem)]
        return _page(email, form)
    flash(_("Saved. Below you see what happens meanwhile."))
    return ""


def _name_successor(email: str) -> str:
    """Note who has taken over from *email*, or return the page that says why not."""
    form = SuccessorForm()
    if not form.validate():
        return _page(email, successor=form)
    [(_post, person), *_others] = organisation().held_by(email)
    try:
        still_you.name_successor(person, form.successor.data, form.words.data)
    except NotPossible as problem:
        db.session.rollback()
        form[problem.argument].errors = [str(problem)]
        return _page(email, successor=form)
    flash(
        _(
            "Thank you. The coordinator has got an email about it, and sees that the address is "
            "changed."
        )
    )
    return ""


def _is_mine(email: str) -> bool:
    return email.casefold() == str(g.member.email).casefold()


def _editor() -> Editor:
    return Editor("coordinator" if g.member.coordinates else "contact", g.member.email)


def _days(written: str) -> tuple[date, date]:
    try:
        first, last = map(date.fromisoformat, written.split("/"))
    except ValueError:
        abort(400)
    return first, last


def _page(email: str, form: AwayForm | None = None, successor: SuccessorForm | None = None) -> str:
    house, today = organisation(), clock.today()
    mine = _is_mine(email)
    held = house.held_by(email)
    person = held[0][1]
    if form is None:
        form = AwayForm(formdata=None)
        form.offer_covers(house, email)
    absences = sorted(
        {away for _post, person in held for away in person.absences if away.last_day >= today}
    )
    return render_template(
        "staff/contact.html",
        form=form,
        successor=successor or SuccessorForm(formdata=None),
        mine=mine,
        email=email,
        held=held,
        person=person,
        covers=house.covered_by(email, today),
        absences=[
            (away, meanwhile(house, email, away), house.held_by(away.cover)) for away in absences
        ],
        asked_next=asked_next(person, today),
        cases=[] if mine else _open_cases(house, held),
        most_cases=_MOST_CASES,
    )


def _open_cases(
    house: Organisation, held: Iterable[tuple[Post, Person]]
) -> list[tuple[Post, list[Enquiry]]]:
    """The departments' open cases, one more than are shown of each."""
    departments = [post for post, _person in held if post is not house.coordinator]
    return [(post, open_cases(post, _MOST_CASES + 1)) for post in departments]
