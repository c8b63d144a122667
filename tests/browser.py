"""A real Chromium, and the service as people run it: a process of its own, in its own folder."""

import email
import email.policy
import itertools
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, sync_playwright

from intake import create_app
from intake.db import db
from intake.directory.members import member
from intake.directory.organisation import organisation
from intake.enquiries.models import Enquiry
from intake.i18n import speaking
from intake.links import status_token
from intake.staff import session
from tests.load import Server, free_port

ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
COOKIES = {"intake", "language"}  # all that the privacy page tells of
STAFF_COOKIE = "staff"  # of whoever is signed in
LIMIT = 5  # enquiries from one network address: few, so that a test can reach it
DESKTOP, PHONE = 1280, 320  # width of the window in CSS pixels

_FILL = """(answers) => {
  for (const [name, answer] of Object.entries(answers)) {
    const boxes = [...document.getElementsByName(name)].filter((box) => box.type !== "hidden");
    if (!boxes.length) throw new Error(`no field ${name}`);
    for (const box of boxes) {
      const ticked = ["radio", "checkbox"].includes(box.type);
      if (ticked) box.checked = [answer].flat().includes(box.value);
      else box.value = answer;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}"""

_addresses = itertools.count(1)


def path_to_chromium() -> str | None:
    """The distribution's Chromium; Playwright's own is never downloaded."""
    return shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser to open windows in. As on a real desk it keeps pages for the back button."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path_to_chromium(),
            args=ARGUMENTS,
        )
        yield browser
        browser.close()


class Site:
    """``intake serve`` on a free port, with its mail catcher, and our own hold on its database.

    It takes the network address of a visitor from a header, so that each visit has its own.
    """

    def __init__(self, folder: Path, **environ: str) -> None:
        port = free_port()
        self.environ = {
            "INTAKE_INSTANCE": str(folder),
            "INTAKE_PORT": str(port),
            "INTAKE_MINIMUM_SECONDS": "0",
            "INTAKE_PROXY_HOPS": "1",
            "INTAKE_LIMIT_ENQUIRIES": str(LIMIT),
            "INTAKE_LIMIT_COMMENTS": "1000",  # in made states nobody comes from anywhere
            "INTAKE_LIMIT_MAILS_PER_ADDRESS": "1000",
            "INTAKE_LIMIT_MAILS_PER_ADDRESS_DAY": "1000",
            "INTAKE_MAIL_PER_SECOND": "0",
        } | environ
        self.url = f"http://127.0.0.1:{port}"
        self.mailbox = folder / "mailbox"
        self._mails: dict[str, EmailMessage] = {}
        self._sessions: dict[str, str] = {}
        self._beside: Site | None = None
        self._server = Server([sys.executable, "-m", "intake", "serve"], port, self.environ)
        self.app: Flask = create_app(self.environ)

    def stop(self) -> None:
        if self._beside is not None:
            self._beside.stop()
        with self.app.app_context():
            db.engine.dispose()
        self._server.stop()

    def say(self, words: str, language: str, **values: Any) -> str:
        """*words* of the source in another *language*."""
        with self.app.test_request_context(), speaking(language):
            return str(gettext(words, **values))

    def mails(self) -> dict[str, EmailMessage]:
        """What was caught, by file name, the first first."""
        for path in sorted(self.mailbox.glob("*.eml")):
            if path.name not in self._mails:
                self._mails[path.name] = email.message_from_bytes(
                    path.read_bytes(), policy=email.policy.default
                )
        return self._mails

    def mail(self, to: str, about: str, seconds: float = 15) -> tuple[str, EmailMessage]:
        """The mail to an address whose subject holds *about*; waits *seconds* for it to come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name, mail in self.mails().items():
                if to in str(mail["To"]) and about in str(mail["Subject"]):
                    return name, mail
            time.sleep(0.05)
        found = [f"{mail['To']}: {mail['Subject']}" for mail in self.mails().values()]
        raise AssertionError(f"No mail to {to} about {about} in {seconds} s; there are {found}")

    def enquiries(self, **values: str) -> list[Enquiry]:
        """What is stored with these values."""
        with self.app.app_context():
            return list(db.session.scalars(sa.select(Enquiry).filter_by(**values)))

    def token(self, reference: str) -> str:
        """What opens the status page of an enquiry."""
        with self.app.app_context():
            found = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
            return status_token(found.link_seed)

    def session(self, email: str) -> str:
        """What a browser keeps in which *email* is signed in; one session for all of a test run."""
        if email not in self._sessions:
            agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}
            with self.app.test_request_context("/staff/", method="POST", headers=agent):
                session.resume()
                who = member(organisation(), email)
                assert who is not None
                self._sessions[email] = session.begin(who, "mail")
                db.session.commit()
        return self._sessions[email]

    def endpoint(self, url: str) -> str:
        """The endpoint of a page for staff that a GET of *url* opens; nothing for other pages."""
        path = urlsplit(url).path
        if not path.startswith("/staff/"):
            return ""
        return str(self.app.url_map.bind("").match(path, method="GET")[0])

    def has(self, url: str) -> bool:
        """Is that an address of ours?"""
        ours = [self.url] + ([self._beside.url] if self._beside else [])
        return urlsplit(url).netloc in {urlsplit(each).netloc for each in ours}

    def beside(self, **environ: str) -> "Site":
        """The same service with other settings and its own folder, as long as this one runs."""
        if self._beside is None:
            self._beside = Site(self.mailbox.parent / "beside", **environ)
        return self._beside

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """The enquiries cannot be reached inside the block."""
        self._rename("enquiry", "elsewhere")
        try:
            yield
        finally:
            self._rename("elsewhere", "enquiry")

    def _rename(self, old: str, new: str) -> None:
        with self.app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


@dataclass
class Visit:
    """One window of somebody who reads in *language*, and what was noticed meanwhile."""

    site: Site
    context: BrowserContext
    page: Page
    language: str
    address: str = ""  # of the visitor's network
    faults: list[str] = field(default_factory=list)

    def renew(self) -> None:
        """Be somebody else, at another address; only what the browser cached stays."""
        self.context.clear_cookies()
        self.address = fresh_address()
        self.context.set_extra_http_headers({"X-Forwarded-For": self.address})

    def open(self, path: str) -> None:
        """Go to a page in the visit's language."""
        self.page.goto(f"{self.site.url}/{self.language}{path}")

    def enter(self, email: str) -> None:
        """Be that member of staff from now on."""
        self.keep(STAFF_COOKIE, self.site.session(email))

    def open_desk(self, path: str) -> None:
        """Go to a page for staff. Its address names no language: the cookie does."""
        self.keep("language", self.language)
        self.page.goto(f"{self.site.url}/staff{path}")

    def keep(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.site.url}])

    def say(self, words: str, **values: Any) -> str:
        return self.site.say(words, self.language, **values)

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(words), exact=True)

    def press(self, words: str) -> None:
        """Press a button that leads on, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.button(words).press("Enter")

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("link", name=self.say(words), exact=True).first

    def fill(self, **answers: Any) -> None:
        """Answer questions of the form by their names, all at once."""
        self.page.evaluate(_FILL, answers)

    def noticed(self) -> list[str]:
        """Everything that must not be (C2): strange cookies, stored data, requests elsewhere."""
        kept = {cookie["name"] for cookie in self.context.cookies()} - COOKIES - {STAFF_COOKIE}
        faults = self.faults + [f"cookie {name}" for name in kept]
        if self.page.url.startswith(self.site.url):
            stored = "localStorage.length + sessionStorage.length"
            faults += ["stored in the browser"] * bool(self.page.evaluate(stored))
        return faults


@contextmanager
def visit(
    browser: Browser, site: Site, language: str = "sv", *, javascript: bool = True, **options: Any
) -> Iterator[Visit]:
    """Open a fresh window: no cookies, a network address of its own. Faults fail at its end.

    :param options: as for Playwright's ``new_context``.
    """
    with browser.new_context(
        locale={"sv": "sv-SE", "en": "en-GB"}.get(language, language),
        timezone_id="Europe/Stockholm",
        java_script_enabled=javascript,
        reduced_motion="reduce",  # a colour that is on its way to another is measured as neither
        **({"viewport": {"width": DESKTOP, "height": 900}} | options),
    ) as context:
        context.set_default_timeout(10_000)
        opened = Visit(site, context, context.new_page(), language)
        opened.renew()
        _watch(opened)
        yield opened
        assert not opened.noticed()


def fresh_address() -> str:
    """The network address of somebody who has not been here."""
    number = next(_addresses)
    return f"198.51.{100 + number // 250}.{number % 250 + 1}"


def _watch(opened: Visit) -> None:
    site = opened.site

    def asked(request: Any) -> None:
        if urlsplit(request.url).scheme not in ("data", "about", "blob") and not site.has(
            request.url
        ):
            opened.faults.append(f"request to {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            opened.faults.append(f"{response.status} for {response.url}")

    def complained(message: Any) -> None:
        answer_to_navigation = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not answer_to_navigation:
            opened.faults.append(f"console: {message.text}")

    opened.context.on("request", asked)
    opened.context.on("response", answered)
    opened.context.on("console", complained)
    opened.context.on("weberror", lambda error: opened.faults.append(f"script: {error.error}"))
