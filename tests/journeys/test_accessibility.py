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

from tests import catalogue
from tests.browser import DESKTOP, PHONE, Site, Visit, visit
from tests.states import STATES, State, is_first
from tests.states import state as state_of

#: Given to each window once, and only run where it is asked for: to send it again takes longer.
AXE = f"""window.loadAxe = () => {{
  {(Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()}
}}"""
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_THE_LOOK = ["color-contrast", "target-size"]  # rules that light and width can change
#: How a page is looked at: in the two languages together, in both lights at both widths.
LOOKS = {
    "sv": (("light", DESKTOP), ("dark", PHONE)),
    "en": (("dark", DESKTOP), ("light", PHONE)),
}

RUN = """async (options) => {
  if (!window.axe) loadAxe();
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
    for language in (state.languages if is_first(state) else state.languages[:1])
]


@pytest.fixture(scope="module")
def windows(browser: Browser, site: Site) -> Iterator[dict[str, Visit]]:
    """A window for each language, used by all states: what it caches makes it quick."""
    with visit(browser, site, "sv") as swedish, visit(browser, site, "en") as english:
        opened = {"sv": swedish, "en": english}
        for window in opened.values():
            window.page.add_init_script(AXE)
        yield opened


@pytest.mark.parametrize(("state", "language"), CASES)
def test_axe_finds_nothing(windows: dict[str, Visit], state: State, language: str) -> None:
    """The templates of both languages are the same, so each is looked at in two ways of the four.

    A page that has been read in both languages is read in Swedish alone in its other states.
    """
    window = windows[language]
    reach(window, state)

    at_the_desk, on_the_phone = LOOKS[language]
    look(window, *at_the_desk)
    faults = axe(window, {"runOnly": STANDARD if state.is_mail else [*STANDARD, "best-practice"]})
    look(window, *on_the_phone)
    if not state.is_mail:
        faults += axe(window, {"runOnly": {"type": "rule", "values": OF_THE_LOOK}})
    faults += overflow(window)
    assert not faults + window.noticed()


@pytest.mark.parametrize("name", ["form-errors", "status-later"])
def test_forced_colours(windows: dict[str, Visit], name: str) -> None:
    """With a reader's own few colours, what was a coloured area still shows where it ends.

    Chromium paints those colours after it has said which it uses, so axe cannot judge them.
    """
    window = windows["sv"]
    reach(window, state_of(name))
    window.page.emulate_media(forced_colors="active")
    try:
        bare = window.page.evaluate(
            """() => [...document.querySelectorAll(
                  ".button, input:not([type=hidden], [tabindex='-1']), textarea, .notice, .now")]
              .filter((e) => e.checkVisibility())
              .filter((e) => ["", "::before"].every((part) => {
                const style = getComputedStyle(e, part || null);
                const sides = ["Top", "Bottom", "Left"].map((side) => style[`border${side}Width`]);
                return style.appearance === "none" && sides.every((width) => width === "0px");
              }))
              .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert not bare, "without colour nothing shows where it ends"
    finally:
        window.page.emulate_media(forced_colors="none")


@pytest.mark.parametrize("name", ["start", "form-errors", "check", "status-fresh"])
def test_enlarged_four_times(windows: dict[str, Visit], name: str) -> None:
    """1280 x 1024 at 400 % (WCAG 1.4.10): nothing scrolls sideways, what has the focus is seen."""
    window = windows["sv"]
    reach(window, state_of(name))
    window.page.set_viewport_size({"width": PHONE, "height": 256})
    assert not overflow(window)

    for _ in range(25):
        window.page.keyboard.press("Tab")
        place = window.page.evaluate(
            """() => {
              const e = document.activeElement;
              const {top, bottom, height} = e.getBoundingClientRect();
              const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
              return [e.outerHTML.slice(0, 80), seen / Math.min(height, innerHeight)];
            }"""
        )
        assert place[1] > 0.5, f"{place[0]} has the focus out of sight"


@pytest.fixture(scope="module")
def arabic(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A window of somebody who reads from the right, where one catalogue more is installed."""
    folder = tmp_path_factory.mktemp("arabic")
    catalogue.compile_into(folder / "translations", catalogue.ARABIC)
    site = Site(folder / "instance", INTAKE_TRANSLATIONS=str(folder / "translations"))
    with visit(browser, site, "ar") as opened:
        opened.page.add_init_script(AXE)
        yield opened
    site.stop()


@pytest.mark.parametrize("name", ["start", "form-errors", "check-long", "status-later"])
def test_right_to_left_is_mirrored(arabic: Visit, name: str) -> None:
    reach(arabic, state_of(name))
    home = arabic.page.locator(".home").bounding_box()
    assert home is not None
    assert home["x"] > DESKTOP / 2
    faults = axe(arabic, {"runOnly": STANDARD})
    look(arabic, "dark", PHONE)
    faults += axe(arabic, {"runOnly": {"type": "rule", "values": OF_THE_LOOK}})
    assert not faults + overflow(arabic)


def reach(window: Visit, state: State) -> None:
    window.renew()
    look(window, "light", DESKTOP)
    if state.who:
        window.enter(state.who)
    state.reach(window)
    window.page.wait_for_load_state()
    assert window.site.endpoint(window.page.url) == state.endpoint
    if not state.is_mail:
        assert window.page.locator("html").get_attribute("lang") == window.language
        assert window.page.locator("h1").count() == 1
    if window.language == "sv":
        assert not catalogue.english_in(window.page.content())


def look(window: Visit, scheme: Any, width: int) -> None:
    window.page.emulate_media(color_scheme=scheme)
    window.page.set_viewport_size({"width": width, "height": 900})


def axe(window: Visit, options: dict[str, Any]) -> list[str]:
    """What is wrong, and what is left to a person and was not reviewed."""
    how = {"resultTypes": ["violations", "incomplete"], "preload": False, "iframes": False}
    found: list[str] = window.page.evaluate(RUN, options | how)
    return [fault for fault in found if not any(known in fault for known in REVIEWED)]


def overflow(window: Visit) -> list[str]:
    """Reflow (WCAG 1.4.10): nothing makes the page scroll sideways at the present width."""
    found: list[str] = window.page.evaluate(
        """(most) => {
          const width = document.documentElement.scrollWidth;
          if (width <= most) return [];
          const wide = [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > most || e.scrollWidth > most)
            .map((e) => `${e.tagName}.${e.className}`);
          return [`${width} px wide because of ${wide}`];
        }""",
        PHONE,
    )
    return found
