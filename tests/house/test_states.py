"""Each page for staff is a state that axe reads and that is photographed."""

from pathlib import Path

from flask import Flask

import intake
from intake.staff.verbs import VERBS
from tests.conftest import on_sqlite
from tests.states import STATES

LETTERS = Path(intake.__file__).parent.parent / "templates" / "letters"
#: Addresses for GET that show no page of their own.
NO_PAGE = {
    "staff.directory.save_as_file": "a file",
    "staff.enquiry.download": "a file",
    "staff.figures.table": "a file",
    "staff.oidc.start": "leads to the provider",
}


@on_sqlite
def test_every_page_for_staff_has_a_state(app: Flask) -> None:
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.") and "GET" in (rule.methods or ())
    }
    met = {each.endpoint for each in STATES if each.endpoint}
    assert not pages - NO_PAGE.keys() - met, "write it into tests/states, or into NO_PAGE with why"
    assert not met - pages


def test_every_verb_shows_its_form() -> None:
    missing = {f"verb-{name}" for name in VERBS} - {each.name for each in STATES}
    assert not missing, "write it into tests/states/verbs.py"


def test_every_letter_is_looked_at() -> None:
    letters = {path.stem.replace("_", "-") for path in LETTERS.glob("[!_]*.txt")}
    mails = [each.name for each in STATES if each.is_mail]
    missing = {name for name in letters if not any(m.startswith(f"mail-{name}") for m in mails)}
    assert not missing, "write it into tests/states/letters.py"


def test_no_two_states_have_one_name() -> None:
    names = [each.name for each in STATES]
    assert len(set(names)) == len(names)
