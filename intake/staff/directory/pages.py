"""The organisation, edited in the browser. All its forms work alike: one is shown with what there
is, what was typed is written into the organisation as it stands and checked like a file, and if
somebody else changed the same thing meanwhile, that is shown first and nothing typed is lost.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake import clock
from intake.db import db
from intake.directory import export, history
from intake.directory.check import OrganisationError
from intake.directory.edit import ChangedMeanwhile, Refused
from intake.directory.organisation import organisation, read
from intake.enquiries import upkeep
from intake.enquiries.upkeep import WouldBeLeft
from intake.staff.directory.form import DirectoryForm, Where
from intake.staff.directory.posts import KINDS
from intake.staff.directory.tasks import CONTACTS, FACTS, MOVES, TASKS, Task
from intake.staff.directory.words import line
from intake.staff.kept import asks_again
from intake.toml.faults import Fault

bp = Blueprint("directory", __name__, url_prefix="/directory")

Answer = str | Response | tuple[str, int]


@bp.get("")
def show() -> str:
    """The departments, whoever answers for them, and all else that can be edited."""
    return render_template(
        "staff/directory/overview.html",
        house=read(),
        today=clock.today(),
        kinds=KINDS,
        facts=FACTS,
    )


@bp.get("/history")
def show_history() -> str:
    """Who changed what, the newest first."""
    before = request.args.get("before", type=int)
    lines, house = history.listed(before), organisation()
    return render_template(
        "staff/directory/history.html",
        lines=[line(each, house) for each in lines],
        older=lines[-1].id if len(lines) == history.PAGE else None,
        latest=before is None,
    )


def _show(task: Task) -> Callable[..., str]:
    def show(**where: Any) -> str:
        return _page(task, _fresh(task.form, where))

    return show


def _save(task: Task) -> Callable[..., Answer]:
    @asks_again
    def save(**where: Any) -> Answer:
        form = _sent(task.form, where)
        if not form.validate():
            return _page(task, form), 422
        try:
            _amend(form)
        except ChangedMeanwhile as meanwhile:
            db.session.rollback()
            form.catch_up(_fresh(task.form, where))
            house = organisation()
            return _page(task, form, news=[line(each, house) for each in meanwhile.lines]), 409
        except (OrganisationError, Refused, WouldBeLeft) as problem:
            db.session.rollback()
            for fault in getattr(problem, "faults", ()):
                form.mark(fault.place)
            return _page(task, form, **trouble(problem)), 422
        db.session.commit()
        flash(_("Saved."))
        return redirect(_back(task.rule, where), 303)

    return save


def _move(rule: str, kind: type[DirectoryForm]) -> Callable[..., Response]:
    def move(**where: Any) -> Response:
        form = _sent(kind, where)
        if not form.validate():
            abort(422)
        try:
            _amend(form)
            db.session.commit()
        except ChangedMeanwhile:
            db.session.rollback()
            flash(_("Somebody has changed this meanwhile. Look at it and try again."))
        return redirect(_back(rule, where), 303)

    return move


def _sent(kind: type[DirectoryForm], where: Where) -> DirectoryForm:
    try:
        return kind.sent(export.plain(), where)
    except LookupError:
        abort(404)


def _fresh(kind: type[DirectoryForm], where: Where) -> DirectoryForm:
    version = read().version  # first: what is newer than it then counts as changed meanwhile
    try:
        return kind.fresh(export.plain(), where, version)
    except LookupError:
        abort(404)


def _amend(form: DirectoryForm) -> None:
    upkeep.amend(form.change, seen=form.seen.data or 0, concerns=form.concerns, by=g.member)


def _back(rule: str, where: Where) -> str:
    """Where one goes on: contacts stand with their department, all else on the overview."""
    if rule.startswith(CONTACTS):
        return url_for(".show_post", id=where["id"])
    return url_for(".show")


def _page(task: Task, form: DirectoryForm, **more: Any) -> str:
    post = read().posts.get(form.where.get("id", ""))
    return render_template(
        f"staff/directory/{task.template}.html",
        task=task,
        form=form,
        post=post,
        today=clock.today(),
        **more,
    )


def trouble(
    problem: Exception, say: Callable[[Fault], str] = attrgetter("words")
) -> dict[str, Any]:
    """Why it was not done, as the pages show it.

    :param say: what they tell of a fault; only who has written a file knows its lines.
    """
    if isinstance(problem, WouldBeLeft):
        return {"left": problem.left}
    if isinstance(problem, OrganisationError):
        return {"faults": [say(fault) for fault in problem.faults]}
    return {"trouble": str(problem)}


for _task in TASKS:
    bp.add_url_rule(_task.rule, f"show_{_task.name}", _show(_task), methods=["GET"])
    bp.add_url_rule(_task.rule, f"save_{_task.name}", _save(_task), methods=["POST"])
for _name, _rule, _kind in MOVES:
    bp.add_url_rule(_rule, _name, _move(_rule, _kind), methods=["POST"])
