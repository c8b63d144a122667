"""Migrations on both databases: up, down, up again, and the same as the models."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import clock, create_app
from intake.db import db
from intake.enquiries import fact_words
from intake.enquiries.models import Event
from intake.migrating import alembic
from intake.staff.models import SavedView
from tests import make
from tests.conftest import dispose, on_sqlite


def test_head_equals_the_models(app: Flask) -> None:
    with app.app_context():
        assert alembic.compare_metadata() == []


def test_down_and_up_again(app: Flask) -> None:
    with app.app_context():
        alembic.downgrade("base")
    with app.app_context():
        assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
        alembic.upgrade()
    with app.app_context():
        assert alembic.compare_metadata() == []


def test_there_is_one_head(app: Flask) -> None:
    with app.app_context():
        assert len(alembic.heads()) == 1


def test_a_fault_half_way_leaves_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    """A migration is one transaction, also on SQLite."""
    app = create_app(environ)
    with app.app_context():
        folder = Path(app.config["ALEMBIC"]["script_location"])
    broken = tmp_path / "migrations"
    broken.mkdir()
    for file in folder.glob("*.py"):
        (broken / file.name).write_text(file.read_text())
    head = max(int(f.name.split("_")[0]) for f in folder.glob("[0-9]*.py"))
    (broken / "9999999999_broken.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision = '9999999999'\ndown_revision = '{head}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer))\n"
        "    raise RuntimeError('in the middle')\n"
        "def downgrade(): pass\n"
    )
    app.config["ALEMBIC"]["script_location"] = str(broken)

    with app.app_context(), pytest.raises(RuntimeError, match="in the middle"):
        alembic.upgrade()
    with app.app_context():
        assert "half" not in sa.inspect(db.engine).get_table_names()
    dispose(app)


def test_of_views_with_one_name_the_latest_stays(app: Flask) -> None:
    with app.app_context():
        alembic.downgrade("1795615900")
    with app.app_context():
        for query in ("view=all", "view=closed"):
            values = {"email": "a@ljungby.example", "name": "Min", "query": query}
            db.session.execute(sa.insert(SavedView), values)
        db.session.commit()
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        assert db.session.scalars(sa.select(SavedView.query)).all() == ["view=closed"]


def test_what_was_assessed_before_says_neither_no_nor_not_known(app: Flask) -> None:
    """It was one answer once, and nobody knows which was meant."""
    with app.app_context():
        make.enquiry()
    with app.app_context():
        alembic.downgrade("1795616970")
    once = {"need": {"points": 0, "text": "Tja."}, "money": {"points": 2, "text": ""}}
    with app.app_context():
        event = sa.insert(Event).values(
            enquiry_id=1, at=clock.now(), act="assessed", by_role="system", data={"answers": once}
        )
        db.session.execute(event)
        db.session.commit()
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        found = db.session.scalars(sa.select(Event).filter_by(act="assessed")).one()
        assert found.data["answers"] == {
            "need": {"answer": "no_or_unknown", "text": "Tja."},
            "money": {"answer": "yes", "text": ""},
        }
        assert fact_words.assessed(found)[0][1] == "no, or not known – Tja."
    with app.app_context():
        alembic.downgrade("1795616970")
    with app.app_context():
        data = db.session.scalar(sa.select(Event.data).filter_by(act="assessed"))
        assert data == {"answers": once}


@on_sqlite
def test_a_table_changes_while_others_point_at_it(app: Flask) -> None:
    """SQLite copies a table that changes, and then drops one that rows still point at."""
    with app.app_context():
        make.enquiry()
    with app.app_context():
        alembic.downgrade("1795460792")  # without what came with the desk
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Event))
        assert not db.session.execute(sa.text("PRAGMA foreign_key_check")).all()
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.text("DELETE FROM enquiry"))
