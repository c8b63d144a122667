"""lists of a million"""

import sqlalchemy as sa
from alembic import op

revision = "1795603600"
down_revision = "1795603500"
branch_labels = ()
depends_on = None

_LISTED = "NOT suspected"
_AT_DEPARTMENT = "status NOT IN ('received', 'assessing', 'parked', 'closed')"

#: Columns, and of which rows. What was there already is made anew without what is spam.
_NEW = {
    "coordinator_from": (["coordinator_from", "id"], _LISTED),
    "department_from": (["department_id", "department_from", "id"], _LISTED),
    "status": (["status", "id"], _LISTED),
    "department": (["department_id", "id"], _LISTED),
    "department_id": (["department_id", "status", "id"], None),
    "at_department": (["id"], f"{_AT_DEPARTMENT} AND {_LISTED}"),
    "department_at_department": (["department_id", "id"], f"{_AT_DEPARTMENT} AND {_LISTED}"),
    "waiting": (["id"], f"question_at IS NOT NULL AND {_LISTED}"),
    "department_waiting": (["department_id", "id"], f"question_at IS NOT NULL AND {_LISTED}"),
    "news": (["id"], f"news_at IS NOT NULL AND {_LISTED}"),
    "flagged": (["id"], f"(flagged OR protected) AND {_LISTED}"),
    "resembles": (["id"], f"resembles_id IS NOT NULL AND {_LISTED}"),
    "duplicate": (["id"], f"leads_id IS NOT NULL AND {_LISTED}"),
}
_OLD = {
    "coordinator_from": (["coordinator_from", "id"], None),
    "department_from": (["department_id", "department_from", "id"], None),
    "status": (["status", "id"], None),
    "department_id": (["department_id", "id"], None),
    "at_department": (["id"], _AT_DEPARTMENT),
    "waiting": (["id"], "question_at IS NOT NULL"),
    "news": (["id"], "news_at IS NOT NULL"),
    "resembles": (["id"], "resembles_id IS NOT NULL"),
    "duplicate": (["id"], "leads_id IS NOT NULL"),
}


def upgrade() -> None:
    _replace(_OLD, _NEW)


def downgrade() -> None:
    _replace(_NEW, _OLD)


def _replace(
    old: dict[str, tuple[list[str], str | None]], new: dict[str, tuple[list[str], str | None]]
) -> None:
    for name in old:
        op.drop_index(f"ix_enquiry_{name}", "enquiry")
    for name, (columns, rows) in new.items():
        where = None if rows is None else sa.text(rows)
        op.create_index(
            f"ix_enquiry_{name}",
            "enquiry",
            columns,
            unique=False,
            sqlite_where=where,
            postgresql_where=where,
        )
