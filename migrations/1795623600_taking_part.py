"""departments that take part in an idea"""

import sqlalchemy as sa
from alembic import op

revision = "1795623600"
down_revision = "1795622400"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "participation",
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.String(60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name="fk_participation_enquiry_id_enquiry"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name="fk_participation_department_id_department"
        ),
        sa.PrimaryKeyConstraint("enquiry_id", "department_id", name="pk_participation"),
    )
    op.create_index(
        "ix_participation_department_id", "participation", ["department_id", "enquiry_id"]
    )


def downgrade() -> None:
    op.drop_table("participation")
