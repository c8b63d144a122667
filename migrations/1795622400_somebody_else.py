"""who is said to have taken over from a contact"""

import sqlalchemy as sa
from alembic import op

revision = "1795622400"
down_revision = "1795621200"
branch_labels = ()
depends_on = None

EMPTY = sa.text("''")


def upgrade() -> None:
    op.add_column(
        "contact", sa.Column("successor", sa.String(254), nullable=False, server_default=EMPTY)
    )
    op.add_column(
        "contact", sa.Column("successor_words", sa.Text(), nullable=False, server_default=EMPTY)
    )


def downgrade() -> None:
    op.drop_column("contact", "successor_words")
    op.drop_column("contact", "successor")
