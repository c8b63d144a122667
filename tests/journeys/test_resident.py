"""A resident's way from an idea to its status page, in a real browser, as people see it."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import Site, Visit, visit
from tests.journeys.hands import (
    COORDINATOR,
    DEPARTMENT,
    STATUS,
    box,
    heading,
    reference_on,
    to_check_page,
    write,
)
from tests.states import IDEAS

SECONDS = 5  # within which all letters must have come


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def resident(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Visit]:
    """Somebody at a computer who reads Swedish."""
    with visit(browser, site, javascript=request.param) as opened:
        yield opened


@pytest.fixture
def reader(browser: Browser, site: Site) -> Iterator[Visit]:
    """The same, with JavaScript, where it makes no difference to what is tested."""
    with visit(browser, site) as opened:
        yield opened


def test_the_whole_way(resident: Visit, site: Site) -> None:
    """Start page, mistakes, corrected, checked, changed, sent, mailed, followed."""
    page, idea, email = resident.page, IDEAS["sv"], f"kim.{time.time_ns()}@exempel.example"
    resident.open("/")
    resident.link("Tell us your idea").click()
    heading(resident, "Tell us your idea")

    # With mistakes: the summary has the focus, and each of its links leads to its field.
    box(resident, "Describe the idea").fill("För kort")
    box(resident, "Email").fill("kim")
    resident.button("Check your answers").click()
    summary = page.get_by_role("group", name=resident.say("There is a problem"))
    expect(summary).to_be_focused()
    assert page.title().startswith("Fel:")
    fields = ["title", "description", "sender_kind-0", "email"]
    links = summary.get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == [f"#{name}" for name in fields]
    for number, name in enumerate(fields):
        links.nth(number).press("Enter")
        expect(page.locator(f"#{name}")).to_be_focused()
        expect(page.locator(f"#{name}")).to_be_in_viewport()
        expect(page.locator(f"#{name}")).to_have_css("outline-style", "solid")
    described = box(resident, "Email").get_attribute("aria-describedby") or ""
    assert "email-error" in described.split()
    expect(box(resident, "Describe the idea")).to_have_value("För kort")

    # Corrected: where it will go, before anything is sent.
    write(resident, email)
    resident.button("Check your answers").click()
    heading(resident, "Check your answers")
    assert not page.title().startswith("Fel:")
    expect(page.locator("main")).to_contain_text("Barn- och utbildningsförvaltningen")
    assert not site.enquiries(email=email)

    # Changed: the field that it is about has the focus, and everything else is kept.
    title = resident.say("What is the idea about?")
    change = re.compile(f"^{resident.say('Change')}.*{re.escape(title)}$")
    page.get_by_role("button", name=change).click()
    expect(page.locator("#title")).to_be_focused()
    expect(page.locator("#description")).to_have_value(idea["description"])
    expect(page.locator("#email")).to_have_value(email)
    expect(box(resident, "a school")).to_be_checked()
    page.keyboard.press("End")
    page.keyboard.type("!")
    page.keyboard.press("Enter")  # goes on, although a language button stands before it
    heading(resident, "Check your answers")
    expect(page.locator("main")).to_contain_text(f"{idea['title']}!")

    # Sent.
    resident.button("Send the idea").click()
    sent = time.monotonic()
    heading(resident, "Thank you! We have received your idea")
    reference = reference_on(page)
    address = page.locator("#link").inner_text()
    assert address == page.url.partition("?")[0]

    # Mailed, to the right ones, in time; and the link in the receipt is the one on the page.
    _, receipt = site.mail(email, reference, SECONDS)
    _, handover = site.mail(DEPARTMENT, reference, SECONDS)
    _, copy = site.mail(COORDINATOR, reference, SECONDS)
    assert time.monotonic() - sent < SECONDS
    assert [mail["Content-Language"] for mail in (receipt, handover, copy)] == ["sv"] * 3
    assert handover["Reply-To"] == copy["Reply-To"] == receipt["Reply-To"] == COORDINATOR
    text = receipt.get_body(("plain",)).get_content()
    assert STATUS.findall(text) == [address]
    assert idea["title"] not in receipt.as_string()
    assert idea["title"] in handover.get_body(("plain",)).get_content()
    assert email not in handover.as_string()

    # Followed, by somebody who has nothing but the mail.
    resident.renew()
    page.goto(STATUS.findall(text)[0])
    heading(resident, "Your idea %(reference)s", reference=reference)
    expect(page.locator("[aria-current=step]")).to_contain_text(resident.say("Received"))
    expect(page.locator("main")).to_contain_text("Barn- och utbildningsförvaltningen")
    expect(page.locator("main")).not_to_contain_text(resident.say("Save this link"))


def test_with_the_keyboard_alone(reader: Visit, site: Site) -> None:
    page, idea, email = reader.page, IDEAS["sv"], "keys@exempel.example"
    reader.open("/")
    page.keyboard.press("Tab")
    expect(reader.link("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(reader.link("Tell us your idea"))
    page.keyboard.press("Enter")

    heading(reader, "Tell us your idea")
    tab_to(box(reader, "What is the idea about?"))
    page.keyboard.type(idea["title"])
    tab_to(box(reader, "Describe the idea"))
    page.keyboard.type(idea["description"])
    tab_to(page.locator("#sender_kind-0"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#sender_kind-1")).to_be_checked()
    tab_to(box(reader, "Email"))
    page.keyboard.type(email)
    tab_to(page.locator("details.more summary"))
    page.keyboard.press("Enter")
    tab_to(box(reader, "What is the need?"))
    page.keyboard.type("Ett behov")
    tab_to(page.locator("#goals-16"))
    page.keyboard.press("Space")
    tab_to(reader.button("Check your answers"))
    page.keyboard.press("Enter")

    heading(reader, "Check your answers")
    tab_to(reader.button("Send the idea"))
    page.keyboard.press("Enter")
    heading(reader, "Thank you! We have received your idea")
    (stored,) = site.enquiries(email=email)
    assert (stored.need, stored.goals, stored.sender_kind) == ("Ett behov", [17], "association")


def tab_to(place: Locator, most: int = 60) -> None:
    """Press Tab until *place* has the focus, seeing at each stop where one is (WCAG 2.4.7)."""
    stops = []
    for _ in range(most):
        place.page.keyboard.press("Tab")
        stop = place.page.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e);
              const {top, bottom, left, right} = e.getBoundingClientRect();
              const middle = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
              const above = document.elementFromPoint((left + right) / 2, middle);
              return {
                name: `${e.tagName} ${e.id || e.name || e.textContent.trim().slice(0, 40)}`,
                outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                uncovered: above !== null && (e.contains(above) || above.contains(e)),
              };
            }"""
        )
        assert stop["outlined"], f"{stop['name']} does not show that it has the focus"
        assert stop["uncovered"], f"{stop['name']} is covered or out of sight"
        stops.append(stop["name"])
        if place.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"Tab leads past it, by {stops}")


def test_a_double_click_sends_once(resident: Visit, site: Site) -> None:
    email = f"twice.{time.time_ns()}@exempel.example"
    to_check_page(resident, email)
    resident.button("Send the idea").dblclick()
    heading(resident, "Thank you! We have received your idea")
    assert len(site.enquiries(email=email)) == 1


def test_back_after_sending_is_no_second_idea(resident: Visit, site: Site) -> None:
    """Back, and send again: the same status page."""
    page, email = resident.page, f"back.{time.time_ns()}@exempel.example"
    to_check_page(resident, email)
    resident.button("Send the idea").click()
    heading(resident, "Thank you! We have received your idea")
    address = page.url

    page.go_back()
    heading(resident, "Check your answers")
    resident.button("Send the idea").click()
    page.wait_for_url(address)
    assert len(site.enquiries(email=email)) == 1


def test_reloading_the_check_page_keeps_it(reader: Visit, site: Site) -> None:
    to_check_page(reader, "reload@exempel.example")
    reader.page.reload()
    heading(reader, "Check your answers")
    expect(reader.page.locator("main")).to_contain_text(IDEAS["sv"]["title"])


def test_back_from_the_check_page_keeps_what_was_typed(reader: Visit) -> None:
    """The browser's own button, instead of ours."""
    to_check_page(reader, "typed@exempel.example")
    reader.page.go_back()
    heading(reader, "Tell us your idea")
    expect(reader.page.locator("#description")).to_have_value(IDEAS["sv"]["description"])


def test_another_language_keeps_what_was_typed(resident: Visit, site: Site) -> None:
    """In the half-filled form and on the check page; letters then come in that language."""
    page, idea, email = resident.page, IDEAS["sv"], f"switch.{time.time_ns()}@exempel.example"
    resident.open("/enquiry")
    box(resident, "Describe the idea").fill(idea["description"])
    page.get_by_role("button", name="English", exact=True).click()
    resident.language = "en"
    heading(resident, "Tell us your idea")
    expect(box(resident, "Describe the idea")).to_have_value(idea["description"])
    assert not page.get_by_role("group", name="There is a problem").count()

    write(resident, email)
    resident.button("Check your answers").click()
    page.get_by_role("button", name="Svenska", exact=True).click()
    resident.language = "sv"
    heading(resident, "Check your answers")
    expect(page.locator("main")).to_contain_text(email)
    page.get_by_role("button", name="English", exact=True).click()
    resident.language = "en"
    heading(resident, "Check your answers")
    resident.button("Send the idea").click()
    heading(resident, "Thank you! We have received your idea")

    reference = reference_on(page)
    assert site.mail(email, reference)[1]["Content-Language"] == "en"
    assert site.mail(DEPARTMENT, reference)[1]["Content-Language"] == "sv"
    assert {cookie["name"] for cookie in resident.context.cookies()} == {"intake", "language"}


def test_without_contact_details(reader: Visit, site: Site) -> None:
    """The link is then the only way back, and the page says so; nobody gets a receipt (G3)."""
    idea = IDEAS["sv"]
    reader.open("/enquiry")
    box(reader, "What is the idea about?").fill(idea["title"])
    box(reader, "Describe the idea").fill(idea["description"])
    box(reader, "a resident").check()
    box(reader, "I do not want to give contact details").check()
    reader.button("Check your answers").click()
    reader.button("Send the idea").click()

    only_way = "You gave no contact details, so this link is the only way to our answer:"
    expect(reader.page.locator("main")).to_contain_text(reader.say(only_way))
    reference = reference_on(reader.page)
    site.mail(COORDINATOR, reference)
    site.mail(DEPARTMENT, reference)
    about = [str(mail["To"]) for mail in site.mails().values() if reference in mail["Subject"]]
    assert sorted(about) == sorted([COORDINATOR, DEPARTMENT])


def test_a_lost_link_comes_by_mail(reader: Visit, site: Site) -> None:
    """The page says the same whether the address belongs to the number or not."""
    page, email = reader.page, f"lost.{time.time_ns()}@exempel.example"
    to_check_page(reader, email)
    reader.button("Send the idea").click()
    heading(reader, "Thank you! We have received your idea")
    reference, address = reference_on(page), page.url.partition("?")[0]
    reader.renew()

    said = []
    for typed in ("somebody.else@exempel.example", email):
        reader.open("/")
        reader.link("Find an idea that you have sent").click()
        box(reader, "Number of the idea").fill(f" {reference.lower()} ")
        box(reader, "Email").fill(typed)
        reader.button("Send me the link").click()
        heading(reader, "Check your inbox")
        said.append(page.locator("main").inner_text())
    assert said[0] == said[1]

    subject = reader.say("The link to your idea (%(reference)s)", reference=reference)
    _, mail = site.mail(email, subject)
    page.goto(STATUS.findall(mail.get_body(("plain",)).get_content())[0])
    assert page.url == address
    line = reader.say("We emailed you the link to this page again.")
    expect(page.locator(".timeline")).to_contain_text(line)


def test_a_comment_on_a_page(reader: Visit, site: Site) -> None:
    reader.open("/departments")
    reader.page.get_by_text(reader.say("Comment on this page"), exact=True).click()
    reader.button("Send comment").click()
    summary = reader.page.get_by_role("group", name=reader.say("There is a problem"))
    expect(summary).to_be_focused()
    words = f"Numret {time.time_ns()} är fel."
    box(reader, "What do you want to tell us?").fill(words)
    reader.button("Send comment").click()
    thanks = "Thank you! Your comment has come in, and a person will read it."
    expect(reader.page.locator("#comment")).to_contain_text(reader.say(thanks))

    end = time.monotonic() + SECONDS
    while not any(
        words in str(mail.get_body(("plain",)).get_content()) for mail in site.mails().values()
    ):
        assert time.monotonic() < end, "no mail with the comment"
        time.sleep(0.05)
