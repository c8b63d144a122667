"""What people write is never markup: a canary in every text, looked for on every page."""

import io
import zipfile
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask

from intake import links
from intake.db import db
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from intake.staff.verbs import VERBS
from tests import files, make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page, check_html
from tests.staff import desk

CANARY = "<script>x</script><b onclick=x>'\"`{{7*7}}&lt;"
SHOWN = "&lt;script&gt;x&lt;/script&gt;"


def raw(html: str) -> bool:
    """Is the canary there as markup? The checks of every page find scripts and handlers too."""
    return "<script>x" in html or "<b onclick" in html or "49&amp;lt;" in html


@on_sqlite
def test_what_people_write_is_text_everywhere(page: Page, app: Flask) -> None:
    names = ("title", "description", "organisation", "name", "need", "target_group", "partners")
    more = ("place", "own_contribution", "known_call")
    with app.app_context():
        app.config["MAIL_DETAIL"] = "full"
        idea = make.enquiry(**dict.fromkeys((*names, *more), CANARY))
        reference, status = idea.reference, f"/sv/status/{links.status_token(idea.link_seed)}"
    case = f"/staff/enquiries/{reference}"

    fields = page.get(status).fields("reply") | {"text": CANARY}
    fields["files"] = [(io.BytesIO(files.PDF), "<b onclick=x>&lt;{{7*7}}.pdf")]
    page.post(f"{status}/reply", fields, 303)

    desk.sign_in(page)
    keep = page.get("/staff/").fields("keep") | {"name": CANARY[:60]}
    page.post("/staff/?" + urlencode({"q": f'"><{CANARY}'[:200]}), keep, 303)
    desk.act(page, reference, "involve", department_id="kultur-fritid", text=CANARY)
    desk.sign_in(page, "internationellt.kultur-fritid@ljungby.example")
    desk.act(page, reference, "contribute", text=CANARY)
    assert not raw(page.get(case).html)
    desk.sign_in(page)
    for name in VERBS.keys() - {"send-back", "contribute"}:
        form = page.get(f"{case}/{name}").fields("verb")
        typed = {key: CANARY for key, value in form.items() if value == ""}
        for extra in ({}, {"send": "y"}, {"seen": "0"}):
            answer = page.client.post(f"{case}/{name}", data=_filled(form) | typed | extra)
            assert answer.status_code in (200, 303, 409, 422), (name, answer.status_code)
            assert not raw(answer.text), name
            if not extra and answer.status_code == 200:
                shown = Fetched(answer, check_html(answer.text)).fields("verb")
                typed["previewed"] = shown["previewed"]
        page.get(f"{case}/{name}")

    form = page.get(f"{case}/copy").fields("copy") | {"why": CANARY, "to": CANARY}
    for extra in ({}, {"release": "page"}, {"release": "zip"}):
        answer = page.client.post(f"{case}/copy", data=_filled(form) | extra, buffered=True)
        assert answer.status_code == 200
        given = answer.text if answer.mimetype == "text/html" else _page_in(answer.data)
        assert SHOWN in given
        assert not raw(given), extra
        form["seen"] = page.get(f"{case}/copy").fields("copy")["seen"]

    for address in ("/staff/?view=all", "/staff/?view=all&q=script", f"/staff/?q={CANARY}", case):
        html = page.get(address).html
        assert SHOWN in html, address
        assert not raw(html), address
    for address in (status, f"/staff/sign-in?next={CANARY}", f"/staff/?page={CANARY}"):
        assert not raw(page.get(address, page.client.get(address).status_code).html)

    with app.app_context():
        mails = db.session.scalars(sa.select(OutgoingMail).filter_by(about=reference)).all()
        assert any(SHOWN in mail.html for mail in mails)
        assert not any(raw(mail.html) for mail in mails)
        assert not any("script" in mail.subject for mail in mails)
        assert db.session.scalar(sa.select(Enquiry.title)) == CANARY


def _page_in(packed: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        [page] = [name for name in file.namelist() if name.endswith(".html")]
        return file.read(page).decode()


def _filled(form: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in form.items() if value is not None}
