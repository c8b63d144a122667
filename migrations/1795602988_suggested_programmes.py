"""suggested programmes"""

import sqlalchemy as sa
from alembic import op

revision = "1795602988"
down_revision = "1795602784"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    # Whatever came in before has none: a suggestion is kept as it was made.
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("programmes", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_column("programmes")
