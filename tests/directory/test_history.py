"""Whatever changes the organisation is written down, whichever way it came."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from intake.db import NeverChanges, db
from intake.directory import history
from intake.directory.history import Edit, Editor, differences, edits_of
from intake.directory.load import load

from .small import changed, department, write

BOSTAD = {"role": {"sv": "Kontakt, bostad"}, "digest": False}


def test_a_load_is_a_line_of_history(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load(write(tmp_path))
        load(write(tmp_path, changed("answer_days = 5", "answer_days = 6")))
        db.session.commit()
        latest, *_ = history.listed()

        assert (latest.by_role, latest.by_email, latest.version) == ("command", "", 3)
        assert edits_of(latest) == [Edit("organisation", ("promise", "answer_days"), 5, 6)]


def test_a_load_that_changes_nothing_leaves_no_line(app: Flask) -> None:
    with app.app_context():
        lines = len(history.listed())
        load()
        db.session.commit()
        assert len(history.listed()) == lines


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        (
            'en = "Technical Services"',
            'en = "Works", fi = "Tekniikka"',
            [
                Edit("teknik", ("name", "en"), "Technical Services", "Works"),
                Edit("teknik", ("name", "fi"), None, "Tekniikka"),
            ],
        ),
        (
            'sv = ["bostad"]',
            'sv = ["bostad", "hyra"]',
            [Edit("bostad", ("keywords", "sv"), ["bostad"], ["bostad", "hyra"])],
        ),
        (
            "last_day = 2027-08-01",
            "last_day = 2027-08-02",
            [
                Edit(
                    "teknik",
                    ("contact", "teknik@provkoping.example", "absence"),
                    [{"first_day": "2027-07-05", "last_day": "2027-08-01"}],
                    [{"first_day": "2027-07-05", "last_day": "2027-08-02"}],
                )
            ],
        ),
        (
            "bostad@provkoping.example",
            "hem@provkoping.example",
            [
                Edit(
                    "bostad",
                    ("contact", "bostad@provkoping.example"),
                    BOSTAD | {"email": "bostad@provkoping.example"},
                    None,
                ),
                Edit(
                    "bostad",
                    ("contact", "hem@provkoping.example"),
                    None,
                    BOSTAD | {"email": "hem@provkoping.example"},
                ),
            ],
        ),
        (
            "[coordinator]",
            '[[staff]]\nemail = "chef@provkoping.example"\nmay = "reader"\n\n[coordinator]',
            [
                Edit(
                    "organisation",
                    ("staff",),
                    None,
                    [{"email": "chef@provkoping.example", "may": "reader"}],
                )
            ],
        ),
    ],
)
def test_the_smallest_part_that_differs_is_named(
    app: Flask, tmp_path: Path, old: str, new: str, edits: list[Edit]
) -> None:
    with app.app_context():
        load(write(tmp_path))
        assert load(write(tmp_path, changed(old, new))).edits == edits


def test_another_order_is_told_as_such(app: Flask, tmp_path: Path) -> None:
    swapped = changed("teknik@provkoping.example", "new@provkoping.example")
    swapped = changed("vikarie@provkoping.example", "teknik@provkoping.example", swapped)
    swapped = changed("new@provkoping.example", "vikarie@provkoping.example", swapped)
    with app.app_context():
        load(write(tmp_path))
        edits = load(write(tmp_path, swapped)).edits

    assert edits[-1] == Edit(
        "teknik",
        ("contact", "order"),
        ["teknik@provkoping.example", "vikarie@provkoping.example"],
        ["vikarie@provkoping.example", "teknik@provkoping.example"],
    )


def test_a_department_that_leaves_is_told_with_all_that_it_had(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load(write(tmp_path))
        [edit] = load(write(tmp_path, changed(department("bostad"), ""))).edits

    assert (edit.subject, edit.path, edit.after) == ("bostad", (), None)
    assert edit.before["name"] == {"sv": "Bostäder AB"}


def test_a_picture_is_told_by_its_mark_alone(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load(write(tmp_path))
        [edit] = load(write(tmp_path, changed('logo = "mark.svg"', ""))).edits

    assert edit.path == ("look", "logo")
    assert edit.before.startswith("image/svg+xml ")
    assert len(edit.before) < 40


def test_from_nothing_everything_is_new() -> None:
    look: dict[str, Any] = {"look": {}}
    post: dict[str, Any] = {"name": {"sv": "S"}}
    after = {"organisation": look, "coordinator": post, "department": [{"id": "a", **post}]}

    assert [edit.subject for edit in differences({}, after)] == ["coordinator", "a", "organisation"]


def test_history_is_never_edited(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        load(write(tmp_path))
        db.session.commit()
        line = history.listed()[0]
        line.by_email = "somebody@else.example"
        with pytest.raises(NeverChanges):
            db.session.flush()
        db.session.rollback()

        db.session.delete(history.listed()[0])
        with pytest.raises(NeverChanges):
            db.session.flush()


def test_pages_of_history(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    with app.app_context():
        for version in range(10, 15):
            history.record([], version, Editor("coordinator", "a@b.example"))
            db.session.flush()
        first = history.listed()
        second = history.listed(first[-1].id)

        assert [line.version for line in first + second] == [14, 13, 12, 11]
        assert [line.version for line in history.since(12)] == [13, 14]
