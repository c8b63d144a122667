"""A copy of a case for whoever asks for a public document: masked, looked at, then given away.

The coordinator does it alone. Whether something is to be kept secret is for whoever can see all of
it, a protected sender too (L7), and a case that lies with a department (G5) holds what the
coordinator and other authorities wrote, which is not the department's to give away.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, send_file

from intake import clock
from intake.db import db
from intake.directory.organisation import organisation
from intake.enquiries import copy, masking
from intake.enquiries.copy_archive import archive
from intake.enquiries.copy_words import SECTIONS
from intake.enquiries.masking import Part, Word
from intake.enquiries.models import Enquiry
from intake.staff.copy_forms import CopyForm
from intake.staff.enquiry import load, note_reading, open_case
from intake.staff.kept import asks_again

bp = Blueprint("copy", __name__)


@bp.get("/enquiries/<reference>/copy")
def show(reference: str) -> str:
    """Every part of the case, with what is better masked ticked already.

    :status 404: there is no case with that number.
    """
    enquiry = open_case(reference)
    parts = copy.parts(enquiry, organisation())
    form = CopyForm(
        formdata=None,
        seen=enquiry.history[-1].id,
        mask=[part.key for part in parts if part.reason],
        sender=enquiry.protected,
    )
    return _page(enquiry, form, parts)


@bp.post("/enquiries/<reference>/copy")
@asks_again
def release(reference: str) -> Response | str | tuple[str, int]:
    """Show what would be given away; then, with ``release``, note it and hand it out.

    The copy is the answer itself and has no address: the masked words are kept nowhere, so it
    could not be made again.

    :status 409: something has come in that was not looked at.
    :status 422: a field is wrong.
    """
    enquiry = load(reference, lock=True)
    parts, form = copy.parts(enquiry, organisation()), CopyForm()
    if not form.validate():
        return _read_anew(enquiry, form, parts), 422

    hidden = {part.key for part in parts}.intersection(form.mask.data or ())
    words = [*form.word_list(), *(masking.traces(enquiry) if form.sender.data else [])]
    shown = masking.mask_parts(parts, hidden, words)
    if copy.news_since(enquiry, form.seen.data or 0):
        form.seen.raw_data, form.seen.data = None, enquiry.history[-1].id  # it is shown now
        return _read_anew(enquiry, form, parts, shown=shown, news=True), 409
    if "release" not in request.form:
        within = masking.within(words, shown)
        quoting = masking.quoting(parts, hidden, shown)
        return _read_anew(enquiry, form, parts, shown=shown, within=within, quoting=quoting)

    if request.form["release"] == "zip":
        answer = _archive(enquiry, shown, hidden, words)
    else:
        answer = _document(enquiry, shown)
    copy.release_copy(
        enquiry,
        by=g.member,
        to=form.to.data or "",
        why=form.why.data,
        masked=hidden,
        words=len(words),
    )
    db.session.commit()
    return answer


def _read_anew(enquiry: Enquiry, form: CopyForm, parts: Sequence[Part], **more: Any) -> str:
    """The page as the answer to its form: whoever sends that reads the case once more."""
    note_reading(enquiry)
    return _page(enquiry, form, parts, **more)


def _page(enquiry: Enquiry, form: CopyForm, parts: Sequence[Part], **more: Any) -> str:
    return render_template(
        "staff/copy.html", enquiry=enquiry, form=form, parts=parts, sections=SECTIONS, **more
    )


def _document(enquiry: Enquiry, shown: Sequence[Part], *, style: str = "") -> Response:
    """The copy as a page without anything around it.

    :param style: how it looks, for a file that is to be read without this service.
    """
    return Response(
        render_template(
            "staff/copy_document.html",
            reference=enquiry.reference,
            parts=shown,
            sections=SECTIONS,
            masked=masking.masked(),
            made_at=clock.now(),
            style=style,
        )
    )


def _archive(
    enquiry: Enquiry, shown: Sequence[Part], hidden: Collection[str], words: Sequence[Word]
) -> Response:
    """The copy with its mails and files, as one file to save."""
    style = (Path(str(current_app.static_folder)) / "copy.css").read_text()
    page = _document(enquiry, shown, style=style).get_data(as_text=True)
    return send_file(
        archive(enquiry, page, hidden, words),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{enquiry.reference}.zip",
    )
