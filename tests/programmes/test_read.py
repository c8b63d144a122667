"""The file of programmes: the one that is shipped, and what is said of a slip in another."""

import re
from datetime import date
from pathlib import Path

import pytest

from intake import create_app
from intake.directory.check import read as read_organisation
from intake.directory.load import SHIPPED as ORGANISATION
from intake.programmes import SHIPPED
from intake.programmes.read import ProgrammesError, read
from tests.conftest import dispose

SMALL = """\
schema_version = 1

[families]
rural = { sv = "Landsbygd", en = "Rural" }

[[programme]]
id = "leader"
name = { sv = "Leader" }
family = "rural"
status = "active"
valid_to = 2027-12-31
checked = 2026-11-23
authority = "Jordbruksverket"
authority_role = { sv = "Beslutar" }
applicants = ["association", "municipality"]
who = { sv = "Föreningar." }
funds = { sv = "Bygdens idéer." }
eu_rate_max = 100
grant_min_eur = 1000
grant_max_eur = 2000
departments = ["teknik"]
goals = [8, 11]
url = "https://leader.example/"
confidence = "partly"
unconfirmed = { sv = "belopp" }
keywords.sv = ["bygd*"]
"""

#: What is written instead of what, where that shows, and a word of the fault.
SLIPS = {
    "unknown key": (
        'confidence = "partly"',
        'konfidens = "partly"',
        "konfidens",
        "did you mean confidence",
    ),
    "unknown family": ('family = "rural"', 'family = "urban"', 'family = "urban"', "'rural'"),
    "unknown status": ('status = "active"', 'status = "paused"', "status =", "'closed'"),
    "closed without a reason": (
        'status = "active"',
        'status = "closed"',
        "[[programme]]",
        "why nobody",
    ),
    "a reason too many": ("eu_rate_max = 100", 'why_not = { sv = "Nej" }', "why_not", "'active'"),
    "a share above all": ("eu_rate_max = 100", "eu_rate_max = 101", "eu_rate", "from 1 to 100"),
    "grants upside down": ("grant_max_eur = 2000", "grant_max_eur = 20", "grant_max", "less than"),
    "a goal of its own": ("goals = [8, 11]", "goals = [8, 18]", "goals", "from 1 to 17"),
    "a goal as text": ("goals = [8, 11]", 'goals = ["8"]', "goals", "from 1 to 17"),
    "a stranger": ('"association", "mun', '"assocation", "mun', "applicants", "'association'"),
    "nobody applies": ('["association", "municipality"]', "[]", "applicants", "nothing in it"),
    "a date as text": ("valid_to = 2027-12-31", 'valid_to = "2027"', "valid_to", "write a date"),
    "no address": ("https://leader.example/", "leader.example", "url", "https://"),
    "a bad pattern": ('["bygd*"]', '["by*gd"]', "keywords", "bad pattern"),
    "no Swedish": (
        'name = { sv = "Leader" }',
        'name = { en = "Leader" }',
        "name = { en",
        "sv is missing",
    ),
    "nothing said": (
        '"partly"\nunconfirmed = { sv = "belopp" }',
        '"unconfirmed"',
        "[[programme]]",
        "found a source",
    ),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "programmes.toml"
    path.write_text(text)
    return path


def test_what_is_shipped_has_no_fault() -> None:
    found = read(SHIPPED).programmes
    assert len(found) == 40
    assert sum(each.active for each in found.values()) == 37
    assert found["leader"].name["sv"] == "Leader Linné Småland"


def test_what_is_shipped_fits_the_shipped_organisation() -> None:
    departments = {post.id for post in read_organisation(ORGANISATION).departments}
    for programme in read(SHIPPED).programmes.values():
        assert programme.departments, programme.id
        assert set(programme.departments) <= departments, programme.id


def test_everything_is_told_in_both_languages() -> None:
    for programme in read(SHIPPED).programmes.values():
        for name in ("name", "who", "funds", "authority_role", "grant", "note", "unconfirmed"):
            assert getattr(programme, name).keys() in ({"sv", "en"}, set()), (programme.id, name)
        assert programme.keywords.keys() == {"sv", "en"}


def test_the_small_file_has_no_fault(tmp_path: Path) -> None:
    [programme] = read(write(tmp_path, SMALL)).programmes.values()
    assert programme.goals == (8, 11)
    assert programme.min_partners is None
    assert not programme.grant


@pytest.mark.parametrize(("right", "wrong", "at", "words"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_named_with_its_line(
    tmp_path: Path, right: str, wrong: str, at: str, words: str
) -> None:
    assert right in SMALL
    text = SMALL.replace(right, wrong, 1)
    line = text[: text.index(at)].count("\n") + 1
    with pytest.raises(ProgrammesError, match=f"line {line}: ") as error:
        read(write(tmp_path, text))
    assert [f for f in error.value.faults if f.line == line and words in f.words], str(error.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    entry = SMALL[SMALL.index("[[programme]]") :]
    with pytest.raises(ProgrammesError, match=r"line 29: .*'leader' stands twice"):
        read(write(tmp_path, f"{SMALL}\n{entry}"))


def test_the_version_tells_facts_apart_and_not_comments(tmp_path: Path) -> None:
    first = read(write(tmp_path, SMALL)).version
    assert read(write(tmp_path, f"# A word.\n{SMALL}")).version == first
    assert read(write(tmp_path, SMALL.replace("[8, 11]", "[8]"))).version != first


def test_a_service_does_not_start_with_a_slip(environ: dict[str, str], tmp_path: Path) -> None:
    broken = write(tmp_path, SMALL.replace("[8, 11]", "[18]"))
    with pytest.raises(SystemExit, match=re.escape(str(broken))):
        create_app(environ | {"INTAKE_PROGRAMMES": str(broken)})


def test_a_service_starts_with_a_list_of_its_own(environ: dict[str, str], tmp_path: Path) -> None:
    own = write(tmp_path, SMALL)
    app = create_app(environ | {"INTAKE_PROGRAMMES": str(own)})
    assert list(app.extensions["programmes"].programmes) == ["leader"]
    dispose(app)


def test_rules_end_and_checks_grow_old(tmp_path: Path) -> None:
    [programme] = read(write(tmp_path, SMALL)).programmes.values()
    assert not programme.is_over(date(2027, 12, 31))
    assert programme.is_over(date(2028, 1, 1))
    assert not programme.is_unchecked(date(2027, 5, 25))
    assert programme.is_unchecked(date(2027, 5, 26))
