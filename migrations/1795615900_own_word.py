"""own word"""

import sqlalchemy as sa
from alembic import op

revision = "1795615900"
down_revision = "1795612500"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.add_column(
        "contact", sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("contact", "edited")
