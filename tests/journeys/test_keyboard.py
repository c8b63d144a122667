"""A morning of the coordinator's with the keyboard alone, and the focus in sight after each key."""

import re
import time
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, expect

from tests.browser import Site, Visit, visit
from tests.journeys.hands import COORDINATOR, REFERENCE, heading
from tests.states.made import received

_MOST = 80  # presses of Tab until something on a page is reached

#: What is wrong with where the focus is, if anything: it must be marked, in the window, uncovered.
_UNSEEN = """() => {
  const at = document.activeElement;
  if (at === document.body || at.matches("main, section")) return "";
  const {outlineStyle, outlineWidth} = getComputedStyle(at);
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) return "has no outline";
  const box = [...at.getClientRects()].find((each) => each.width > 2 && each.height > 2);
  if (!box) return "has no place";
  if (box.bottom <= 0 || box.top >= innerHeight) return "is outside the window";
  const x = box.left + Math.min(box.width / 2, 10), y = box.top + box.height / 2;
  const above = document.elementFromPoint(x, Math.min(Math.max(y, 0), innerHeight - 1));
  return above && (at.contains(above) || above.contains(at)) ? "" : "is covered";
}"""


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, window: Visit) -> None:
        self.window, self.page = window, window.page

    def press(self, key: str) -> None:
        """Press *key* on a page where that leads nowhere else, and see the focus."""
        self.page.keyboard.press(key)
        unseen = self.page.evaluate(_UNSEEN)
        at = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert not unseen, f"after {key} the focus {unseen}: {at}"

    def go(self, key: str) -> None:
        """Press *key*, which leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def reach(self, wanted: Locator) -> None:
        """Press Tab until *wanted* has the focus."""
        for _press in range(_MOST):
            if wanted.evaluate("e => e === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {wanted}")

    def follow(self, wanted: Locator) -> None:
        """Reach *wanted* and go where it leads."""
        self.reach(wanted)
        self.go("Enter")

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(re.escape(path) + r"(\?.*)?$"))


def test_a_morning_without_a_mouse(browser: Browser, site: Site) -> None:
    with visit(browser, site) as window:
        for _idea in range(2):
            received(window)
        keys, page = Keys(window), window.page

        # In by the mailed link.
        known = set(site.mails())
        window.open_desk("/")
        keys.reach(page.locator("input[type=email]"))
        keys.type(COORDINATOR)
        keys.go("Enter")
        page.goto(_link(site, known))
        keys.follow(window.button("Sign in"))
        heading(window, "Inbox")

        # Down and up the rows; one is opened, and left again.
        rows = page.locator("[data-shortcuts] tbody th a")
        keys.press("j")
        expect(rows.nth(0)).to_be_focused()
        keys.press("j")
        expect(rows.nth(1)).to_be_focused()
        keys.press("k")
        expect(rows.nth(0)).to_be_focused()
        case = urlsplit(str(rows.nth(0).evaluate("a => a.href"))).path
        keys.go("o")
        keys.is_at(case)
        keys.follow(window.link("Inbox"))

        # The help, and back.
        keys.go("?")
        heading(window, "Keyboard shortcuts")
        keys.follow(window.link("Back to the inbox"))

        # Found by its number.
        [reference] = REFERENCE.findall(case)
        keys.press("/")
        expect(page.locator("#q")).to_be_focused()
        keys.type(reference)
        keys.go("Enter")
        expect(rows).to_have_count(1)
        keys.press("j")

        # Handed over from the list: looked at, and given up.
        keys.go("h")
        keys.is_at(f"{case}/hand-over")
        keys.follow(page.locator(f'main a[href="{case}"]').first)
        keys.is_at(case)

        # The first button of the case: read the letter, send it.
        keys.follow(page.locator(".tasks .button").first)
        keys.is_at(f"{case}/hand-over")
        send = page.locator("#verb button[name=send]:visible").first
        if not send.count():
            keys.follow(page.locator("#verb button.button:visible").last)
        keys.follow(send)
        keys.is_at(case)
        expect(page.locator(".notice").first).to_be_visible()

        # And back to what is left.
        keys.follow(window.link("Inbox"))
        heading(window, "Inbox")
        expect(page.locator(f'[data-shortcuts] tbody th a[href="{case}"]')).to_have_count(0)


def _link(site: Site, known: set[str]) -> str:
    """The link to sign in, of a mail that was not among the *known*."""
    subject = site.say("Your link to sign in", "sv")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for name, mail in site.mails().items():
            if name not in known and str(mail["Subject"]) == subject:
                body = mail.get_body(("plain",))
                found = body and re.search(r"http://\S+/staff/sign-in/\S+", body.get_content())
                assert found
                return found[0]
        time.sleep(0.05)
    raise AssertionError("no mail with a link to sign in")
