"""what comes first"""

import sqlalchemy as sa
from alembic import op

revision = "1795617300"
down_revision = "1795616970"
branch_labels = ()
depends_on = None

_COORDINATORS = sa.text("coordinator_from IS NOT NULL AND NOT suspected")
_DEPARTMENTS = sa.text("department_from IS NOT NULL AND NOT suspected")
_LISTED = sa.text("NOT suspected")


def upgrade() -> None:
    op.add_column(
        "enquiry", sa.Column("rank", sa.SmallInteger(), server_default=sa.text("3"), nullable=False)
    )
    # As attention.py has it from now on. Most are closed and stay where they are.
    op.execute(
        "UPDATE enquiry SET rank = CASE WHEN status = 'received' THEN 0"
        " WHEN status = 'with_department' AND news_at IS NULL AND mail_failed_at IS NULL THEN 2"
        " ELSE 1 END"
        " WHERE status IN ('received', 'with_department')"
        " OR news_at IS NOT NULL OR mail_failed_at IS NOT NULL"
    )
    op.create_index(
        "ix_enquiry_coordinator_rank",
        "enquiry",
        ["rank", "coordinator_from", "id"],
        unique=False,
        sqlite_where=_COORDINATORS,
        postgresql_where=_COORDINATORS,
    )
    op.create_index(
        "ix_enquiry_department_rank",
        "enquiry",
        ["department_id", "rank", "department_from", "id"],
        unique=False,
        sqlite_where=_DEPARTMENTS,
        postgresql_where=_DEPARTMENTS,
    )
    op.drop_index("ix_enquiry_department_from", table_name="enquiry")


def downgrade() -> None:
    op.create_index(
        "ix_enquiry_department_from",
        "enquiry",
        ["department_id", "department_from", "id"],
        unique=False,
        sqlite_where=_LISTED,
        postgresql_where=_LISTED,
    )
    op.drop_index("ix_enquiry_department_rank", table_name="enquiry")
    op.drop_index("ix_enquiry_coordinator_rank", table_name="enquiry")
    op.drop_column("enquiry", "rank")
