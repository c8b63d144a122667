"""Photographs every page and state: ``python -m tests.screenshots [folder] [part of a name]``.

Names say what is seen: ``sv-360-form-errors.png``; the main states also as ``sv-360-form-dark.png``
and ``sv-print-form.png``. The states are those of :mod:`tests.states`.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.browser import DESKTOP, Site, Visit, chromium, path_to_chromium, visit
from tests.states import STATES, State

WIDTHS = (360, DESKTOP)
PAPER = 794  # an A4 page at 96 dots per inch


def photograph(window: Visit, state: State, folder: Path) -> int:
    """Lead *window* to *state* and photograph it in all its forms; how many pictures."""
    page = window.page
    window.renew()
    page.emulate_media(color_scheme="light", media="screen")
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    state.reach(window)
    page.wait_for_load_state()

    forms = [("light", "screen", width, f"{width}-{state.name}") for width in WIDTHS]
    if state.is_main:
        forms += [("dark", "screen", width, f"{width}-{state.name}-dark") for width in WIDTHS]
        forms += [("light", "print", PAPER, f"print-{state.name}")]
    for scheme, medium, width, name in forms:
        page.emulate_media(color_scheme=scheme, media=medium)
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{window.language}-{name}.png", full_page=True)
    return len(forms)


def main(folder: Path, part: str = "") -> None:
    if path_to_chromium() is None:
        sys.exit("Chromium is not installed; install it with: apt-get install chromium")

    folder.mkdir(parents=True, exist_ok=True)
    started, count = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as instance, chromium() as browser:
        site = Site(Path(instance))
        for language in ("sv", "en"):
            with visit(browser, site, language) as window:
                for state in STATES:
                    if part in state.name and language in state.languages:
                        count += photograph(window, state, folder)
        site.stop()
    print(f"{count} pictures in {folder}/, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), *sys.argv[2:3])
