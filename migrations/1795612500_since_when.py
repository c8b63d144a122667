"""since when"""

import sqlalchemy as sa
from alembic import op

revision = "1795612500"
down_revision = "1795603600"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("since", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("contact", "since")
