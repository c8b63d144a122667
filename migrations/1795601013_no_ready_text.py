"""no ready text

Ready-made texts stand in the organisation file; nothing was ever kept in this table.
"""

import sqlalchemy as sa
from alembic import op

revision = "1795601013"
down_revision = "1795596802"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.drop_table("ready_text")


def downgrade() -> None:
    op.create_table(
        "ready_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_text")),
    )
