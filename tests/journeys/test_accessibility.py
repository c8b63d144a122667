"""axe reads every page and state, in every language; and what axe does not measure.

What a machine cannot find (does it make sense to listen to, is the order good) a person must: the
accessibility statement says what has been tried.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser

from tests.browser import DESKTOP, PHONE, Site, Visit, visit
from tests.states import STATES, State

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_THE_LOOK = ["color-contrast", "target-size"]  # rules that light and width can change
LIGHT, DARK = ("light", DESKTOP), ("dark", PHONE)

RUN = """async (options) => {
  const found = await axe.run(document, options);
  const brief = (results) => results.flatMap(({id, nodes}) => nodes.map((node) => {
    const why = [...node.any, ...node.all, ...node.none].map((check) => check.message);
    return `${id}: ${node.target.join(" ")}: ${why.join("; ")}`;
  }));
  return [...brief(found.violations), ...brief(found.incomplete)];
}"""

#: What axe leaves to people, looked at by one, with the reason why it is right.
REVIEWED = {
    "frame-tested: iframe": "the mailbox frames a letter, in which nothing may run; each letter is "
    "a state of its own"
}

CASES = [
    pytest.param(state, language, id=f"{language}-{state.name}")
    for state in STATES
    for language in state.languages
]


@pytest.fixture(scope="module")
def windows(browser: Browser, site: Site) -> Iterator[dict[str, Visit]]:
    """A window for each language, used by all states: what it caches makes it quick."""
    with visit(browser, site, "sv") as swedish, visit(browser, site, "en") as english:
        yield {"sv": swedish, "en": english}


@pytest.mark.parametrize(("state", "language"), CASES)
def test_axe_finds_nothing(windows: dict[str, Visit], state: State, language: str) -> None:
    """All rules once, in light and width by turns; those of the look in the other ones too."""
    window = windows[language]
    reach(window, state)

    full, other = (LIGHT, DARK) if language == "sv" else (DARK, LIGHT)
    look(window, *full)
    faults = axe(window, {"runOnly": STANDARD if state.is_mail else [*STANDARD, "best-practice"]})
    look(window, *other)
    faults += axe(window, {"runOnly": {"type": "rule", "values": OF_THE_LOOK}})
    look(window, "light", PHONE)
    faults += overflow(window)
    assert not faults + window.noticed()


def reach(window: Visit, state: State) -> None:
    window.renew()
    look(window, *LIGHT)
    state.reach(window)
    window.page.wait_for_load_state()
    if not state.is_mail:
        assert window.page.locator("html").get_attribute("lang") == window.language
        assert window.page.locator("h1").count() == 1


def look(window: Visit, scheme: Any, width: int) -> None:
    window.page.emulate_media(color_scheme=scheme)
    window.page.set_viewport_size({"width": width, "height": 900})


def axe(window: Visit, options: dict[str, Any]) -> list[str]:
    """What is wrong, and what is left to a person and was not reviewed."""
    if not window.page.evaluate("'axe' in window"):
        window.page.evaluate(AXE)
    how = {"resultTypes": ["violations", "incomplete"], "preload": False, "iframes": False}
    found: list[str] = window.page.evaluate(RUN, options | how)
    return [fault for fault in found if not any(known in fault for known in REVIEWED)]


def overflow(window: Visit) -> list[str]:
    """Reflow (WCAG 1.4.10): nothing makes the page scroll sideways at the present width."""
    wide = window.page.evaluate(
        """() => [...document.querySelectorAll("body *")]
          .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5)
          .map((e) => `${e.tagName}.${e.className}`)"""
    )
    width = window.page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} px wide because of {wide}"] if width > PHONE else []
