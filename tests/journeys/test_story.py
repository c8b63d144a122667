"""The story of one idea, by three people in three browsers, with real mails and nothing else.

A resident sends it, the coordinator places it, a department makes a project of it. After each step
the status page says what is so, and each mail has come to the right one, in words that say what it
is about and what to do, with a link that leads there.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, expect

from tests import catalogue, files
from tests.browser import Site, Visit, visit
from tests.journeys.hands import COORDINATOR, DEPARTMENT, box, heading, reference_on, write
from tests.states import IDEAS

SECONDS = 10  # within which a mail must have come
LINK = re.compile(r"http://127\.0\.0\.1:\d+/[^\s\"<]+")
PERSONAL = ("Kim", "Exempel", "exempel.example")  # what no mail to a department tells (G4)


class Post:
    """The mails of the story, as they come."""

    def __init__(self, site: Site, email: str) -> None:
        self.site = site
        self.people = {"resident": email, "coordinator": COORDINATOR, "department": DEPARTMENT}
        self.reference = ""
        self._read = set(site.mails())

    def next(self, **expected: str) -> dict[str, str]:
        """The text of each mail about the idea since the last time, by who got it.

        :param expected: exactly those who get one now, with its subject.
        """
        wanted = {
            (self.people[who], self.site.say(subject, "sv", reference=self.reference))
            for who, subject in expected.items()
        }
        new = self._wait(self.reference, len(wanted))
        assert {(str(mail["To"]), str(mail["Subject"])) for mail in new} == wanted
        texts = {str(mail["To"]): self._read_through(mail) for mail in new}
        return {who: texts[self.people[who]] for who in expected}

    def link_to_sign_in(self) -> str:
        [mail] = self._wait(self.site.say("Your link to sign in", "sv"), 1)
        return link_in(text_of(mail))

    def _wait(self, about: str, count: int) -> list[EmailMessage]:
        end = time.monotonic() + SECONDS
        while True:
            new = {
                name: mail
                for name, mail in self.site.mails().items()
                if name not in self._read and about in str(mail["Subject"])
            }
            if len(new) >= count or time.monotonic() > end:
                self._read |= set(new)
                return list(new.values())
            time.sleep(0.05)

    def _read_through(self, mail: EmailMessage) -> str:
        """Is it in the reader's language, of one mind in both its parts, and discreet?"""
        text, part = text_of(mail), mail.get_body(("html",))
        assert part is not None
        html = part.get_content()
        assert mail["Content-Language"] == "sv"
        assert not catalogue.english_in(html)
        assert mail["Reply-To"] == COORDINATOR
        assert not any(word in mail["Subject"] for word in (*PERSONAL, IDEAS["sv"]["title"]))
        assert set(LINK.findall(text)) == set(LINK.findall(html))
        assert link_in(text) in LINK.findall(html)
        if mail["To"] != self.people["resident"]:
            assert not any(word in text for word in PERSONAL)
            assert (
                self.site.say("You get this because you are: %(role)s.", "sv", role="")[:-1] in text
            )
        return text


@dataclass
class People:
    """Whose browsers these are, and what the postman brings."""

    resident: Visit
    coordinator: Visit
    contact: Visit
    post: Post


@pytest.fixture
def people(browser: Browser, site: Site) -> Iterator[People]:
    with ExitStack() as stack:
        windows = [stack.enter_context(visit(browser, site)) for _ in range(3)]
        yield People(*windows, Post(site, f"kim.{time.time_ns()}@exempel.example"))


def test_from_idea_to_project(people: People, site: Site) -> None:
    resident, coordinator, contact, post = (
        people.resident,
        people.coordinator,
        people.contact,
        people.post,
    )
    idea = IDEAS["sv"]

    # A resident sends an idea, and three people hear of it.
    resident.open("/enquiry")
    write(resident, post.people["resident"])
    box(resident, "Name").fill("Kim Exempel")
    resident.button("Check your answers").click()
    resident.button("Send the idea").click()
    heading(resident, "Thank you! We have received your idea")
    post.reference = reference_on(resident.page)
    mails = post.next(
        resident="We have received your idea (%(reference)s)",
        department="A new EU idea for you (%(reference)s)",
        coordinator=site.say(
            "Copy: EU idea %(reference)s to %(department)s",
            "sv",
            reference=post.reference,
            department="Barn- och utbildningsförvaltningen",
        ),
    )
    status = link_in(mails["resident"])
    case = link_in(mails["coordinator"])
    assert case == link_in(mails["department"])
    assert idea["title"] not in mails["resident"]
    assert idea["title"] in mails["department"]
    for mail in (mails["department"], mails["coordinator"]):
        assert re.search("[“”]elever”", mail, re.IGNORECASE)  # the reason why it goes there
    follow(people, status, "Received")

    # The coordinator comes by the mail, and confirms where it belongs.
    sign_in(coordinator, post, case, COORDINATOR)
    expect(coordinator.page.locator("main")).to_contain_text(idea["description"])
    confirm = site.say("Confirm: %(department)s", "sv", department="")
    coordinator.page.get_by_role("button", name=re.compile(f"^{confirm}")).click()
    send(coordinator)
    [mail] = post.next(resident="Who has your idea %(reference)s now").values()
    assert "Barn- och utbildningsförvaltningen" in mail
    assert link_in(mail) == status
    follow(people, status, "The department is working on it")

    # The department's contact comes by the mail too, and asks.
    sign_in(contact, post, case, DEPARTMENT)
    choose(contact, "Ask the sender")
    box(contact, "Your question").fill("Vilken klass gäller det?")
    contact.button("Preview the email").click()
    expect(contact.page.locator(".mail")).to_contain_text("Vilken klass gäller det?")
    send(contact)
    [mail] = post.next(resident="A question about your idea %(reference)s").values()
    assert "Vilken klass gäller det?" in mail
    assert link_in(mail) == status

    # The resident answers where the mail leads, with a file.
    follow(people, status, "The department is working on it")
    expect(resident.page.locator(".asked")).to_contain_text("Vilken klass gäller det?")
    box(resident, "Your answer").fill("Klass 8B. Brevet från skolan ligger med.")
    letter = {"name": "Brev från skolan.pdf", "mimeType": "application/pdf", "buffer": files.PDF}
    resident.page.get_by_label(resident.say("Files")).set_input_files([letter])  # type: ignore[list-item]
    resident.button("Send the answer").click()
    told = (
        "We have received what you sent. Whoever has your idea reads it. You will find it under "
        "“What has happened”."
    )
    expect(resident.page.locator("main")).to_contain_text(resident.say(told))
    [mail] = post.next(department="An answer about EU idea %(reference)s").values()
    assert "Klass 8B." in mail

    # The contact reads it, and gets the file as it was.
    contact.page.goto(link_in(mail))
    expect(contact.page.locator("main")).to_contain_text("Klass 8B. Brevet från skolan ligger med.")
    with contact.page.expect_download() as download:
        contact.page.get_by_role("link", name="Brev från skolan.pdf").click()
    assert download.value.suggested_filename == "Brev från skolan.pdf"
    assert download.value.path().read_bytes() == files.PDF

    # A text on the status page, without a mail.
    choose(contact, "Show a text on the status page")
    box(contact, "Text on the status page").fill("Vi träffar rektorn på måndag.")
    contact.button("Show a text on the status page").click()
    follow(people, status, "The department is working on it")
    expect(resident.page.locator(".timeline")).to_contain_text("Vi träffar rektorn på måndag.")

    # Step by step it becomes a project: with an owner, or not at all.
    choose(contact, "Take the idea a step further", button="Yes, we will take it")
    box(contact, "Who owns it?").fill("")
    contact.button("Preview the email").click()
    nobody = "An idea is developed by somebody: name the role that owns it."
    expect(contact.page.locator("main")).to_contain_text(contact.say(nobody))
    take_further(contact, "Being developed", owner="Rektor, Astradskolan")
    [mail] = post.next(resident="Your idea %(reference)s is being developed").values()
    assert "Vi är glada för det här." in mail
    follow(people, status, "The department is working on it")

    take_further(contact, "Application being written")
    post.next(resident="An application is being written for your idea %(reference)s")
    follow(people, status, "Decision and application")
    take_further(contact, "Application sent")
    post.next(resident="We have applied for money for your idea %(reference)s")
    follow(people, status, "Decision and application")
    take_further(contact, "Granted")
    post.next(resident="Your idea %(reference)s has been granted money")
    follow(people, status, "Decision and application")

    # Done: why, and what comes next, in plain words.
    choose(contact, "Close")
    box(contact, "Reason").select_option("completed")
    box(contact, "What do you want to say to the sender?").fill("Klasserna har träffats.")
    box(contact, "What can the sender do now?").fill("Kom på avslutningen den 3 juni.")
    box(contact, "What have we learnt?").fill("Börja med rektorn.")
    contact.button("Preview the email").click()
    send(contact)
    [mail] = post.next(resident="The case about your idea %(reference)s is closed").values()
    for words in ("Klasserna har träffats.", "Kom på avslutningen den 3 juni."):
        assert words in mail
    assert "Börja med rektorn." not in mail
    follow(people, status, "Closed")
    expect(resident.page.locator("main")).to_contain_text("Kom på avslutningen den 3 juni.")
    expect(resident.page.locator("main")).not_to_contain_text("Börja med rektorn.")
    expect(resident.page.locator(".course .skipped")).to_have_count(0)


def sign_in(visit: Visit, post: Post, case: str, email: str) -> None:
    """From the link in a mail to the case that it is about."""
    visit.page.goto(case)
    heading(visit, "Sign in")
    box(visit, "Your email address at work").fill(email)
    visit.button("Send me the link").click()
    heading(visit, "Check your email")
    visit.page.goto(post.link_to_sign_in())
    visit.button("Sign in").click()
    visit.page.wait_for_url(case)
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text(IDEAS["sv"]["title"])


def choose(visit: Visit, verb: str, button: str = "") -> None:
    """Open the form of *verb*, unfolding the list if it is not among the first.

    :param button: what leads there, if it does not say the verb itself.
    """
    link = visit.link(button or verb)
    if not link.is_visible():
        visit.page.get_by_text(visit.say("More that you can do"), exact=True).click()
    link.click()
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text(visit.say(verb))


def send(visit: Visit) -> None:
    """The mails have been shown: let them go, and see that it was done."""
    expect(visit.page.locator("main")).to_contain_text(visit.say("This will be sent"))
    visit.button("Send").click()
    expect(visit.page.locator(".notice.success")).to_be_focused()


def take_further(visit: Visit, step: str, owner: str = "") -> None:
    if owner:
        box(visit, "Who owns it?").fill(owner)
    else:
        choose(visit, "Take the idea a step further")
    box(visit, step).check()
    box(visit, "What do you want to say to the sender?").fill("Vi är glada för det här.")
    visit.button("Preview the email").click()
    send(visit)


def follow(people: People, status: str, step: str) -> None:
    """What the resident sees: where the idea is now."""
    people.resident.page.goto(status)
    heading(people.resident, "Your idea %(reference)s", reference=people.post.reference)
    now = people.resident.page.locator("[aria-current=step]")
    expect(now).to_contain_text(people.resident.say(step))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(text: str) -> str:
    """The one address in a mail, but for that of a contact's own page in its foot."""
    [address] = {each for each in LINK.findall(text) if not each.endswith("/staff/me")}
    return address
