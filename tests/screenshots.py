"""Photographs every page and state: ``python -m tests.screenshots [folder] [part of a name]``.

Names say what is seen: ``sv-360-form-errors.png``. The main states are photographed in the dark, in
forced colours, on paper and in Arabic too: ``sv-360-form-dark.png``, ``sv-1280-form-forced.png``,
``sv-print-form.png``, ``ar-360-form.png``. The states are those of :mod:`tests.states`.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests import catalogue
from tests.browser import DESKTOP, Site, Visit, chromium, path_to_chromium, visit
from tests.states import STATES, State

PHONE = 360
PAPER = 794  # an A4 page at 96 dots per inch
PLAIN: dict[str, Any] = {"color_scheme": "light", "media": "screen", "forced_colors": "none"}
ALL = {f"{PHONE}-{{}}": (PHONE, PLAIN), f"{DESKTOP}-{{}}": (DESKTOP, PLAIN)}
MAIN = ALL | {
    f"{PHONE}-{{}}-dark": (PHONE, PLAIN | {"color_scheme": "dark"}),
    f"{DESKTOP}-{{}}-dark": (DESKTOP, PLAIN | {"color_scheme": "dark"}),
    f"{DESKTOP}-{{}}-forced": (DESKTOP, PLAIN | {"forced_colors": "active"}),
    "print-{}": (PAPER, PLAIN | {"media": "print"}),
}


def photograph(window: Visit, state: State, folder: Path) -> int:
    """Lead *window* to *state* and photograph it in all its forms; how many pictures."""
    window.renew()
    _show(window, DESKTOP, PLAIN)
    if state.who:
        window.enter(state.who)
    state.reach(window)
    window.page.wait_for_load_state()

    forms = MAIN if state.is_main and window.language in state.languages else ALL
    for name, (width, media) in forms.items():
        _show(window, width, media)
        path = folder / f"{window.language}-{name.format(state.name)}.png"
        window.page.screenshot(path=path, full_page=True)
    return len(forms)


def _show(window: Visit, width: int, media: dict[str, Any]) -> None:
    window.page.emulate_media(**media)
    window.page.set_viewport_size({"width": width, "height": 900})


def photograph_all(browser: Browser, folder: Path, part: str) -> int:
    """Every state whose name holds *part*, in both languages, and the main ones in Arabic."""
    count = 0
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        catalogue.compile_into(place / "translations", catalogue.ARABIC)
        arabic = {"INTAKE_TRANSLATIONS": str(place / "translations")}
        for language, more in (("sv", {}), ("en", {}), ("ar", arabic)):
            site = Site(place / language, **more)
            with visit(browser, site, language) as window:
                for state in STATES:
                    spoken = language in state.languages or (language == "ar" and state.is_main)
                    if spoken and part in state.name:
                        count += photograph(window, state, folder)
            site.stop()
    return count


def main(folder: Path, part: str = "") -> None:
    if path_to_chromium() is None:
        sys.exit("Chromium is not installed; install it with: apt-get install chromium")

    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with chromium() as browser:
        count = photograph_all(browser, folder, part)
    print(f"{count} pictures in {folder}/, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), *sys.argv[2:3])
