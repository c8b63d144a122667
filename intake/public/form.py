"""The form, the check page, and sending."""

import secrets
from collections.abc import Iterator
from functools import lru_cache

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from intake.db import db
from intake.directory.organisation import organisation
from intake.directory.values import Organisation
from intake.enquiries import wording
from intake.enquiries.personal_number import holds_personal_number
from intake.enquiries.receive import Draft, foresee, receive, received_before
from intake.i18n import language
from intake.public.forms import EnquiryForm
from intake.public.notices import REFUSED, expired, refusal

bp = Blueprint("form", __name__)

Page = tuple[str, int]


@bp.after_request
def keep_for_the_way_back(response: Response) -> Response:
    """Let the browser go back to what was typed: with no-store it shows an error page instead."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/enquiry")
def show() -> Page:
    """The empty form, drawn once for each language and version of the organisation.

    Only three values differ from one reader to the next, and drawing takes most of the time.
    """
    _browser()
    page = _empty_form(organisation(), language())
    for mark, value in EnquiryForm.fresh_values().items():
        page = page.replace(mark, value)
    return page, 200


@bp.post("/enquiry")
def check() -> Page:
    """The answers to look over, or the form again with what is wrong (422).

    The button ``change`` on the check page comes here too: the form again, with everything kept.
    """
    form = EnquiryForm(organisation(), formdata=request.form)

    change = request.form.get("change")
    if change is not None:
        form.csrf_token.validate(form)
        return _form_page(form, 200, focus=change)
    if not form.validate():
        return _form_page(form, 422, notice=expired(form))
    return _check_page(form, 200)


@bp.post("/enquiry/submit")
def submit() -> Page | tuple[str, int, dict[str, str]] | Response:
    """Receive the idea, and go to its status page. Sent twice, it is still one idea."""
    form = EnquiryForm(organisation(), formdata=request.form)
    trusted = form.validate()
    if not trusted and list(form.errors) != ["csrf_token"]:
        return _form_page(form, 422, notice=expired(form))

    try:
        received = receive(_draft(form)) if trusted else received_before(_draft(form))
        db.session.commit()
    except REFUSED as problem:
        why = refusal(problem)
        return *_check_page(form, why.code, notice=why.notice), why.headers

    if received is None or (received.changed and not trusted):
        return _check_page(form, 422, notice=expired(form))
    if received.changed:
        form.begin_anew()
        return _check_page(form, 409, notice=_changed(), sent_before=True)
    if not (received.same_browser and trusted):
        return render_template("public/already.html"), 200
    return redirect(url_for("status.show", token=received.token, sent=1), 303)


@lru_cache(maxsize=16)
def _empty_form(house: Organisation, code: str) -> str:
    """The page with marks where the fresh values go; *code* is the current language."""
    form = EnquiryForm(house, formdata=None)
    form.mark_fresh_values()
    return str(_form_page(form, 200)[0])


def _form_page(form: EnquiryForm, code: int, *, notice: str = "", focus: str = "") -> Page:
    _browser()
    _trust_no_other_site(form)
    form.language.data = language()
    return render_template("public/form.html", form=form, trouble=notice, focus=focus), code


def _check_page(
    form: EnquiryForm, code: int, *, notice: str = "", sent_before: bool = False
) -> Page:
    _trust_no_other_site(form)
    form.language.data = language()
    house, draft = organisation(), _draft(form)
    decision = foresee(draft, house)
    page = render_template(
        "public/check.html",
        form=form,
        trouble=notice,
        sent_before=sent_before,
        rows=list(_rows(form)),
        decision_text=wording.destination(decision, house),
        suggested=decision.department is not None,
        personal_number=holds_personal_number("\n".join(draft.free_text.values())),
    )
    return page, code


def _trust_no_other_site(form: EnquiryForm) -> None:
    if "csrf_token" in form.errors:
        form.begin_anew()


def _draft(form: EnquiryForm) -> Draft:
    return form.draft(browser=_browser(), address=request.remote_addr or "")


def _browser() -> str:
    """A secret that tells this browser from another that sends the same form."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(16)
    return str(session["browser"])


def _rows(form: EnquiryForm) -> Iterator[tuple[str, str, str]]:
    """What was answered: name of the field, its label, the answer in words."""
    for field in form:
        if field.type in ("HiddenField", "CSRFTokenField") or field.name == "website":
            continue
        answer = _answer(field)
        if answer:
            yield field.name, str(field.label.text), answer


def _answer(field: object) -> str:
    data, choices = getattr(field, "data", None), getattr(field, "choices", None)
    if data is True:
        return _("Yes")
    if not data or data == [""]:
        return ""
    if choices is None:
        return str(data)
    chosen = data if isinstance(data, list) else [data]
    return ", ".join(str(choice.label) for choice in choices if choice.value in chosen)


def _changed() -> str:
    return _(
        "You have sent this idea before, and changed it since. We have the first one. Do you want "
        "to send this too, as another idea? Then press the button once more."
    )
