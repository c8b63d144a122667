"""The counter in the browser and the length that the server measures are the same number."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser

from intake.fields import as_line, as_text
from tests.browser import Site, Visit, visit

NASTY = {
    "nothing": "",
    "plain": "En idé",
    "spaces around": " \t\n En idé \r\n ",
    "other spaces around": "\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000En idé\u3000\u2029",
    "spaces inside": "En   idé\u00a0\u2003om\u3000mat",
    "tabs": "En\tidé\t\tom mat",
    "line breaks of three kinds": "a\r\nb\nc\rd\n\r\n\re",
    "vertical tab, form feed, separators": "a\x0bb\x0cc\x1cd\x1de\x1ef\x1fg\x85h",
    "control characters": "a\x00b\x01c\x08d\x1ae\x7ff\x80g\x9fh",
    "decomposed": "a\u030a o\u0308 e\u0301 A\u030a",
    "decomposed twice": "o\u0302\u0323 \u1100\u1161\u11a8",
    "composed by NFC into others": "\u212b \u2126 \u0958 \u2adc",
    "many marks": "e" + "\u0301\u0316\u0330" * 20,
    "mark after something left out": "a\u202a\u030a a\ufeff\u030a",
    "emoji": "😀🎉",
    "family, joined": "👨\u200d👩\u200d👧\u200d👦",
    "flag, tone, keycap": "🇸🇪 👍🏽 1\ufe0f\u20e3",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e",
    "byte order mark": "\ufeffEn\ufeff idé\ufeff",
    "right to left": "\u200fمرحبا بالعالم\u200e",
    "turned direction": "a\u202eb\u202cc\u2066d\u2069e\u061cf",
    "halves of a character": "a\ud83db\ude00c",
    "halves that meet": "a\ud83d\ufeff\ude00b",
    "not characters": "a\ufffeb\uffffc\ufdd0d\U0001fffee",
    "not assigned, private": "a\u0378b\ue000c\U000f0000d",
    "soft hyphen": "Tek\u00adniska",
    "markup": "<b>&amp;</b>",
}

SENT = """(name) => {
  const fields = new FormData(document.getElementById("enquiry"));
  return new URLSearchParams([...fields].filter(([key]) => key === name)).toString();
}"""


@pytest.fixture(scope="module")
def form(browser: Browser, site: Site) -> Iterator[Visit]:
    with visit(browser, site, "en") as opened:
        opened.open("/enquiry")
        yield opened


@pytest.mark.parametrize("typed", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize(("name", "read"), [("description", as_text), ("title", as_line)])
def test_the_browser_counts_as_the_server(form: Visit, name: str, read: object, typed: str) -> None:
    """What the counter shows, against what the server reads of the very bytes that are sent."""
    field = form.page.locator(f"#{name}")
    field.evaluate(
        """(field, units) => {
          field.value = String.fromCharCode(...units);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        utf16(typed),
    )
    most = int(field.get_attribute("data-max") or 0)
    shown = form.page.locator(f"#{name}-count").inner_text()
    left = int(re.sub(r"\D", "", shown))

    sent = parse_qs(form.page.evaluate(SENT, name), keep_blank_values=True)[name][0]
    length = len(read(sent))  # type: ignore[operator]
    assert most - left == length, f"browser {most - left}, server {length} of {sent!a}"


def utf16(text: str) -> list[int]:
    """*text* as JavaScript holds it; halves of characters stay halves."""
    units = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)]


def test_too_long_is_said_in_words(form: Visit) -> None:
    form.fill(title="å" * 107)
    counter = form.page.locator("#title-count")
    assert counter.inner_text() == "Too many characters: 7"
    form.page.locator("[role=status]", has_text="Too many characters: 7").wait_for(state="attached")
