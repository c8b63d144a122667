"""A Host header is whatever the sender likes: no address that we write is made of it."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import create_app, links
from intake.db import db
from intake.enquiries.models import Enquiry
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import dispose, on_sqlite
from tests.house.test_routes import addresses
from tests.operate.test_secrets import PRODUCTION
from tests.page import Page

FORGED = {
    "Host": "forged.example",
    "X-Forwarded-Host": "forged.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/forged",
    "X-Original-URL": "http://forged.example/",
    "Forwarded": "host=forged.example",
}


@on_sqlite
@pytest.mark.parametrize("hops", ["0", "1"])
def test_no_page_names_it(environ: dict[str, str], hops: str) -> None:
    app = create_app(environ | {"INTAKE_PROXY_HOPS": hops})
    with app.app_context():
        token = links.status_token(make.enquiry().link_seed)
    client = app.test_client()
    for address, methods in addresses(app, token=token).items():
        if "GET" in methods:
            with client.get(address, headers=FORGED) as answer:
                assert "forged" not in answer.text, address
                assert "forged" not in str(answer.headers), address
    dispose(app)


@on_sqlite
@pytest.mark.parametrize(
    "address",
    ["/", "/enquiry", "/status/abc?x=//evil.example", "/sv", "/sv//enquiry", "/staff?x=1",
     "/dev/mail", "//evil.example/sv", "//evil.example//sv/", "///evil.example/enquiry",
     "/status//evil.example", "/%5Cevil.example/enquiry", "/sv//status//%5C%5Cevil.example"],
)  # fmt: skip
def test_no_redirect_leaves_the_house(app: Flask, address: str) -> None:
    answer = app.test_client().get(address, headers=FORGED)
    location = answer.headers.get("Location", "/")
    assert not urlsplit(location).netloc, location
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\")), location
    assert "forged" not in answer.text
    if answer.status_code in (302, 308) and "?" in address:
        assert location.endswith(address[address.index("?") :])


def test_a_comment_and_a_lost_link_are_mailed_without_it(page: Page, app: Flask) -> None:
    with app.app_context():
        reference = make.enquiry().reference
        db.session.execute(sa.delete(OutgoingMail))
        db.session.commit()
    find = page.get("/sv/status", headers=FORGED).fields("find")
    asked = find | {"reference": reference, "email": make.IDEA["email"]}
    page.post("/sv/status", asked, headers=FORGED)
    said = {"page": "privacy", "text": "Bra sida.", "csrf_token": find["csrf_token"]}
    sent = page.post("/sv/comment", said, 303, headers=FORGED)
    assert sent.response.headers["Location"] == "/sv/privacy#comment"

    with app.app_context():
        mails = {mail.key: mail for mail in db.session.scalars(sa.select(OutgoingMail))}
        assert len(mails) == 2
        for mail in mails.values():
            assert "forged" not in mail.text + mail.html + mail.message_id + mail.reply_to
        [again] = (mail for key, mail in mails.items() if "/link_again/" in key)
        seed = db.session.scalars(sa.select(Enquiry.link_seed)).one()
        link = f"http://ideer.ljungby.example/sv/status/{links.status_token(seed)}"
        assert link in links.fill_token(again.text, again.seed)


@on_sqlite
@pytest.mark.parametrize("hops", ["0", "1"])
def test_in_production_it_is_refused(environ: dict[str, str], hops: str) -> None:
    app = create_app(environ | PRODUCTION | {"INTAKE_PROXY_HOPS": hops})
    client = app.test_client()
    ours = "https://ideer.ljungby.example"
    assert client.get("/sv/", base_url=ours).status_code == 200
    assert client.get("/sv/", headers={"Host": "forged.example"}).status_code == 400
    behind = client.get("/sv/", base_url=ours, headers={"X-Forwarded-Host": "forged.example"})
    assert behind.status_code == (400 if hops == "1" else 200)
    assert "forged.example/" not in behind.text
    dispose(app)
