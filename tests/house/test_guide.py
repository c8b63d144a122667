"""What the guide for staff says is so."""

import tomllib
from pathlib import Path

from intake.directory.load import SHIPPED

GUIDE = Path(__file__).parents[2] / "docs" / "desk.md"


def test_the_guide_names_each_promise_with_its_figure() -> None:
    promise = tomllib.loads(SHIPPED.read_text())["organisation"]["promise"]
    missing = [f"`{name}` {figure}" for name, figure in promise.items()]
    missing = [words for words in missing if words not in GUIDE.read_text()]
    assert not missing, "write it into docs/desk.md"
