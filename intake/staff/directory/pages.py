"""The organisation, edited in the browser. All its forms work alike: one is shown with what there
is, what was typed is written into the organisation as it stands and checked like a file, and if
somebody else changed the same thing meanwhile, that is shown first and nothing typed is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from intake import clock
from intake.db import db
from intake.directory import export, history
from intake.directory.check import OrganisationError, parse
from intake.directory.edit import ChangedMeanwhile, Refused
from intake.directory.organisation import organisation, read
from intake.enquiries import upkeep
from intake.enquiries.upkeep import WouldBeLeft
from intake.staff.directory import facts, posts, texts
from intake.staff.directory.bring import ImportForm
from intake.staff.directory.form import DirectoryForm, Where
from intake.staff.directory.words import line, told
from intake.toml.faults import Fault

bp = Blueprint("directory", __name__, url_prefix="/directory")

Answer = str | AnyResponse | tuple[str, int]


@dataclass(frozen=True)
class Task:
    """One thing that can be done to the organisation: its address, its words, its form."""

    name: str
    rule: str
    title: Any
    form: type[DirectoryForm]
    button: Any = ""  # what it says if not "Save"
    warning: Any = ""


_POST, _CONTACT = "/departments/<id>", "/departments/<id>/contacts/<int:number>"

TASKS = (
    Task("municipality", "/municipality", _l("The municipality"), facts.MunicipalityForm),
    Task("promise", "/promise", _l("What is promised"), facts.PromiseForm),
    Task("roles", "/roles", _l("Others who sign in"), facts.RolesForm),
    Task("privacy", "/privacy", _l("Facts about privacy"), facts.PrivacyForm),
    Task(
        "accessibility", "/accessibility", _l("Facts about accessibility"), facts.AccessibilityForm
    ),
    Task("look", "/look", _l("Colours and logo"), facts.LookForm),
    Task("add_post", "/departments/add", _l("Add a department"), posts.AddPostForm),
    Task("post", _POST, _l("Edit"), posts.PostForm),
    Task(
        "remove_post",
        f"{_POST}/remove",
        _l("Take away"),
        posts.RemovePostForm,
        _l("Take away"),
        _l(
            "No new ideas come to it, and whoever signs in for it alone cannot any more. What it "
            "has had stays in the history of the ideas."
        ),
    ),
    Task("add_contact", f"{_POST}/contacts/add", _l("Add a contact"), posts.AddContactForm),
    Task("contact", _CONTACT, _l("Edit a contact"), posts.ContactForm),
    Task(
        "remove_contact",
        f"{_CONTACT}/remove",
        _l("Take away a contact"),
        posts.RemoveContactForm,
        _l("Take away"),
        _l("If the address stands nowhere else, whoever reads it is signed out at once."),
    ),
    Task("add_text", "/texts/add", _l("Add a ready-made text"), texts.AddTextForm),
    Task("text", "/texts/<text>", _l("Edit a ready-made text"), texts.TextForm),
    Task(
        "remove_text",
        "/texts/<text>/remove",
        _l("Take away a ready-made text"),
        texts.RemoveTextForm,
        _l("Take away"),
        _l("What was sent with it stays as it is."),
    ),
)

#: Done by a button alone, where the list stands.
MOVES = {
    "move_post": (f"{_POST}/move", posts.MovePostForm),
    "move_contact": (f"{_CONTACT}/move", posts.MoveContactForm),
}


@bp.get("")
def show() -> str:
    """The departments, whoever answers for them, and all else that can be edited."""
    return render_template(
        "staff/directory/overview.html",
        house=read(),
        today=clock.today(),
        kinds=posts.KINDS,
        roles=facts.ROLES,
        pages=[task for task in TASKS if "<" not in task.rule and not task.name.startswith("add")],
    )


def _show(task: Task) -> Callable[..., str]:
    def show(**where: Any) -> str:
        return _page(task, _fresh(task.form, where))

    return show


def _save(task: Task) -> Callable[..., Answer]:
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
            return _page(task, form, **_trouble(problem)), 422
        db.session.commit()
        flash(_("Saved."))
        return redirect(_back(task, where), 303)

    return save


def _move(kind: type[DirectoryForm]) -> Callable[..., AnyResponse]:
    def move(**where: Any) -> AnyResponse:
        form = _sent(kind, where)
        if not form.validate():
            abort(422)
        try:
            _amend(form)
            db.session.commit()
        except ChangedMeanwhile:
            db.session.rollback()
            flash(_("Somebody has changed this meanwhile. Look at it and try again."))
        overview = "number" not in where
        target = url_for(".show") if overview else url_for(".show_post", id=where["id"])
        return redirect(target, 303)

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


def _trouble(
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


def _back(task: Task, where: dict[str, Any]) -> str:
    """Where one goes on after saving."""
    if "contact" in task.name:
        return url_for(".show_post", id=where["id"])
    return url_for(".show")


def _page(task: Task, form: DirectoryForm, **more: Any) -> str:
    post = read().posts.get(form.where.get("id", ""))
    return render_template(
        "staff/directory/form.html",
        task=task,
        form=form,
        post=post,
        today=clock.today(),
        **more,
    )


# ----- History, and the way out and in as a file -------------------------------------------------


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


@bp.get("/export")
def save_as_file() -> Response:
    """The organisation as a file to keep, to edit, and to import again."""
    name = f"organisation-{read().version}.toml"
    return Response(
        export.text(),
        mimetype="application/toml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/import")
def show_import() -> str:
    """Choose a file."""
    return _import_page(ImportForm())


@bp.post("/import")
def bring_in() -> Answer:
    """Show what a file would change; with ``load``, change it."""
    form, news = ImportForm(), []
    if not form.validate():
        return _import_page(form), 422
    try:
        file = parse(form.content)
        try:
            seen = read().version if form.seen.data is None else form.seen.data
            changes = upkeep.replace(file, seen=seen, by=g.member)
        except ChangedMeanwhile as meanwhile:
            seen, news = meanwhile.version, meanwhile.lines
            changes = upkeep.replace(file, seen=seen, by=g.member)
    except (OrganisationError, Refused, WouldBeLeft) as problem:
        db.session.rollback()
        return _import_page(form, **_trouble(problem, str)), 422

    if "load" in request.form and not news:
        db.session.commit()
        flash(_("The file is loaded."))
        return redirect(url_for(".show"), 303)

    db.session.rollback()
    house = organisation()
    form.keep()
    form.seen.raw_data, form.seen.data = None, seen
    page = _import_page(
        form,
        changes=[told(each, house) for each in changes.edits],
        looked=True,
        news=[line(each, house) for each in news],
    )
    return page, 409 if news else 200


def _import_page(form: ImportForm, **more: Any) -> str:
    return render_template("staff/directory/import.html", form=form, **more)


for _task in TASKS:
    bp.add_url_rule(_task.rule, f"show_{_task.name}", _show(_task), methods=["GET"])
    bp.add_url_rule(_task.rule, f"save_{_task.name}", _save(_task), methods=["POST"])
for _name, (_rule, _kind) in MOVES.items():
    bp.add_url_rule(_rule, _name, _move(_kind), methods=["POST"])
