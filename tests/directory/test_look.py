from pathlib import Path

import pytest

from intake.directory.colours import contrast
from intake.directory.logo import MAX_LOGO_BYTES, UnfitLogo, read_logo

from .small import MARK

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


# Reference values from WebAIM's contrast checker, which everybody uses.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#000000", 21),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#1f5a46", "#1f5a46", 1),
    ],
)
def test_contrast(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.006)


def test_the_content_says_what_a_logo_is(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text(MARK)
    (tmp_path / "b.svg").write_bytes(b"\x89PNG\r\n\x1a\n...")

    assert read_logo(tmp_path / "a.png") == (MARK.encode(), "image/svg+xml")
    assert read_logo(tmp_path / "b.svg")[1] == "image/png"


def test_a_logo_may_point_into_itself(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(f'{SVG}><g id="a"/><use href="#a"/><use xlink:href="#a"/></svg>')

    assert read_logo(logo)[1] == "image/svg+xml"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"{SVG}><script>alert(1)</script></svg>", "<script>"),
        (f"{SVG}><g><foreignObject/></g></svg>", "<foreignObject>"),
        (f'{SVG} onload="alert(1)"/>', "onload"),
        (f'{SVG}><g ONCLICK="alert(1)"/></svg>', "ONCLICK"),
        (f'{SVG}><a href="javascript:alert(1)"/></svg>', "outside"),
        (f'{SVG}><image xlink:href="https://tracker.example/"/></svg>', "outside"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{SVG}>&a;</svg>', "DOCTYPE"),
        ("<html/>", "neither"),
        ("GIF89a", "neither"),
        (b"\xff\xfe<\x00s\x00v\x00g\x00", "neither"),
        ("", "neither"),
        (" " * (MAX_LOGO_BYTES + 1), "smaller"),
    ],
)
def test_what_cannot_be_a_logo(tmp_path: Path, content: str | bytes, why: str) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(UnfitLogo, match=why):
        read_logo(logo)


def test_a_logo_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnfitLogo, match="no such file"):
        read_logo(tmp_path / "logo.svg")
    with pytest.raises(UnfitLogo, match="is a directory"):
        read_logo(tmp_path)
