"""entered by staff"""

import sqlalchemy as sa
from alembic import op

revision = "1795601200"
down_revision = "1795601068"
branch_labels = ()
depends_on = None

_ENTERED = sa.text("channel <> 'form'")


def upgrade() -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enquiry_entered",
            ["id"],
            unique=False,
            sqlite_where=_ENTERED,
            postgresql_where=_ENTERED,
        )


def downgrade() -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index("ix_enquiry_entered")
