"""What was exported and is loaded again is the same, whatever it holds."""

import shutil
import string
import unicodedata
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.db import db
from intake.directory import export
from intake.directory.check import OrganisationError, parse, read
from intake.directory.history import COMMAND
from intake.directory.load import load, store
from intake.directory.models import OrganisationRow
from intake.directory.organisation import NotLoaded

from .small import MARK, SMALL, changed, write

# ----- Organisations as odd as a file allows ---------------------------------------------------

LANGUAGES = ("en", "fi", "ar", "se")


def _is_text(words: str) -> bool:
    """What the file takes: see ``Table.text``."""
    words = unicodedata.normalize("NFC", words).strip()
    return bool(words) and "=?" not in words


_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
line = st.text(_LETTERS | st.sampled_from("\"'\\#[]{}=,. åäö"), min_size=1, max_size=30).filter(
    _is_text
)
lines = st.text(_LETTERS | st.sampled_from("\n\"'\\"), min_size=1, max_size=60).filter(_is_text)


def localised(words: st.SearchStrategy[str] = line) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"sv": words}, optional=dict.fromkeys(LANGUAGES, words))


ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20).filter(
    lambda id: id not in ("coordinator", "organisation")
)
emails = st.builds("{}@{}.example".format, ids, ids)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
phones = st.sampled_from(["08-465 004 10", "+46 (0)8 465 00", "12345"])
urls = st.builds("https://{}.example/?q={}#å".format, ids, ids)
promised = st.integers(1, 30)
pattern = st.sampled_from(["ord", "ORD*", "*väg*", "två  ord", "Straße", "vård- och omsorg*"])
keywords = st.fixed_dictionaries(
    {"sv": st.lists(pattern, max_size=4)}, optional={"en": st.lists(pattern, max_size=4)}
)
colours = st.sampled_from(["#000000", "#1F5A46"])
pale = st.sampled_from(["#ffffff", "#8fcdb0"])
absence = st.builds(lambda *both: {"first_day": min(both), "last_day": max(both)}, days, days)


said = st.fixed_dictionaries({"digest": st.booleans()}, optional={"confirmed": days})


@st.composite
def contacts(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for email in draw(st.lists(emails, min_size=1, max_size=3, unique_by=str.casefold)):
        contact: dict[str, Any] = {"role": draw(localised()), "email": email}
        if away := draw(st.lists(absence, max_size=2)):
            contact["absence"] = away
        found.append(contact | draw(said))
    return found


def posts(kinds: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "kind": st.sampled_from(kinds),
            "name": localised(),
            "responsibility": localised(),
            "keywords": keywords,
            "contact": contacts(),
        },
        optional={"board": localised()},
    )


text = st.fixed_dictionaries(
    {
        "for": st.lists(
            st.sampled_from(["answer", "ask", "close"]), min_size=1, max_size=3, unique=True
        ),
        "name": localised(),
        "text": localised(lines.filter(lambda words: not set("{}") & set(words))),
    }
)


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, Any]:
    assessed, updated = sorted([draw(days), draw(days)])
    answer, more = draw(promised), draw(promised)
    staff = draw(st.lists(emails, max_size=3, unique=True))
    texts = draw(st.lists(ids, max_size=2, unique=True))
    return {
        "schema_version": 1,
        "organisation": {
            "name": draw(localised()),
            "language": "sv",
            "phone": draw(phones),
            **{key: draw(localised(lines)) for key in ("visit", "post", "hours")},
            "website": draw(urls),
            "promise": {"answer_days": answer, "assessment_days": answer + more},
            "look": {
                "brand": draw(colours),
                "accent": draw(colours),
                "brand_dark": draw(pale),
                "accent_dark": draw(pale),
            },
            "privacy": {
                "controller": draw(localised()),
                "officer_email": draw(emails),
                "officer_phone": draw(phones),
                "retention": draw(localised(lines)),
                "supervisor": {"name": draw(localised()), "url": draw(urls)},
            },
            "accessibility": {
                "conformity": "none",
                "assessed": assessed,
                "updated": updated,
                "method": draw(localised(lines)),
                "flaws": draw(st.lists(localised(lines), min_size=1, max_size=3)),
                "complaint_url": draw(urls),
            },
        },
        "staff": [
            {"email": email, "may": draw(st.sampled_from(["administrator", "reader"]))}
            for email in staff
        ],
        "text": [{"id": id, **draw(text)} for id in texts],
        "coordinator": draw(posts(["coordinator"])),
        "department": [
            {"id": id, **draw(posts(["department", "company"]))}
            for id in draw(st.lists(ids, min_size=1, max_size=3, unique=True))
        ],
    }


# ----- What holds for each ---------------------------------------------------------------------


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The values are the same on both kinds, and there are very many of them."""
    shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "intake.sqlite")
    return f"sqlite:///{tmp_path / 'intake.sqlite'}"


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plain=organisations())
def test_whatever_was_loaded_comes_back_as_it_was(app: Flask, plain: dict[str, Any]) -> None:
    with app.app_context():
        store(parse(export.written(plain)), by=COMMAND)
        exported = export.text()
        again = store(parse(exported), by=COMMAND)
        db.session.rollback()

    assert not again, str(again)
    assert parse(exported) == parse(export.written(plain))


def test_the_shipped_file_comes_back(app: Flask, tmp_path: Path) -> None:
    """With its logo, and with the facts that it leaves to the service."""
    with app.app_context():
        text = export.text()
        (tmp_path / "exported.toml").write_text(text, encoding="utf-8")
        changes = load(tmp_path / "exported.toml")

        assert not changes
        assert changes.version == 1
        assert "data:image/svg+xml;base64," in text
        assert read(tmp_path / "exported.toml").logo


def test_who_was_switched_off_is_not_part_of_it(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load(write(tmp_path))
        exported = export.plain()

    assert [post["id"] for post in exported["department"]] == ["teknik", "bostad"]
    assert "social" not in export.written(exported)


def test_there_is_nothing_to_export_yet(app: Flask) -> None:
    with app.app_context():
        db.session.execute(sa.delete(OrganisationRow))
        with pytest.raises(NotLoaded, match="flask directory load"):
            export.text()


# ----- The logo inside the file ----------------------------------------------------------------


def test_a_logo_may_stand_in_the_file_itself() -> None:
    file = parse(changed('logo = "mark.svg"', f'logo = "{_uri(MARK.encode())}"'))
    assert (file.logo, file.logo_type) == (MARK.encode(), "image/svg+xml")


@pytest.mark.parametrize(
    ("logo", "words"),
    [
        ("mark.svg", "does not come along"),  # no text that somebody sends us opens a file here
        ("/etc/passwd", "does not come along"),
        ("data:image/svg+xml;base64,%%%", "not a picture in base64"),
        ("data:image/svg+xml,<svg/>", "not a picture in base64"),
        ("data:image/svg+xml;base64,", "neither an SVG nor a PNG"),
        ("data:image/gif;base64,R0lGODlhAQABAAAAACw=", "neither an SVG nor a PNG"),
    ],
)
def test_a_logo_that_does_not_fit_is_a_fault_of_its_line(logo: str, words: str) -> None:
    with pytest.raises(OrganisationError, match=words) as found:
        parse(changed('"mark.svg"', f'"{logo}"'))
    [fault] = found.value.faults
    assert fault.line == SMALL[: SMALL.index("logo =")].count("\n") + 1


def test_a_logo_in_the_file_is_checked_as_one_beside_it() -> None:
    for picture in (b"<svg><script/></svg>", b"\x89PNG\r\n\x1a\n" + b"x" * 100_001):
        with pytest.raises(OrganisationError, match="logo"):
            parse(changed('"mark.svg"', f'"{_uri(picture)}"'))


def _uri(content: bytes) -> str:

    return f"data:image/svg+xml;base64,{b64encode(content).decode()}"
