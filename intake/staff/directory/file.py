"""The whole organisation as a file: out, and in again after a look at what that would change."""

from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, ValidationError

from intake import fields
from intake.db import db
from intake.directory import export
from intake.directory.check import OrganisationError, parse
from intake.directory.edit import ChangedMeanwhile, Refused
from intake.directory.organisation import organisation, read
from intake.enquiries import upkeep
from intake.enquiries.upkeep import WouldBeLeft
from intake.staff.directory.pages import Answer, bp, trouble
from intake.staff.directory.words import line, told


class ImportForm(fields.Form):
    """A file; or, once it was looked at, its text, and the version that it was compared with."""

    file = FileField(
        _l("Organisation file"), description=_l("As exported here, or written by hand.")
    )
    text = HiddenField()
    seen = fields.SeenField()

    content: str | bytes = ""

    def validate_file(self, field: FileField) -> None:
        """Keep what was sent: the file if one was chosen, else what was looked at before."""
        self.content = field.data.read() if field.data else self.text.data or ""
        if not self.content:
            raise ValidationError(_("Choose a file."))

    def keep(self) -> None:
        """Let the page carry the text along, so that what was looked at is what is loaded."""
        content = self.content
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        self.text.raw_data, self.text.data = None, text


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
        return _import_page(form, **trouble(problem, str)), 422

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
