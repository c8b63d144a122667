"""network of a message"""

import sqlalchemy as sa
from alembic import op

revision = "1795602784"
down_revision = "1795602445"
branch_labels = ()
depends_on = None

_FROM_OUTSIDE = sa.text("network IS NOT NULL")


def upgrade() -> None:
    op.add_column("event", sa.Column("network", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_event_network_at",
        "event",
        ["network", "at"],
        unique=False,
        sqlite_where=_FROM_OUTSIDE,
        postgresql_where=_FROM_OUTSIDE,
    )


def downgrade() -> None:
    op.drop_index("ix_event_network_at", "event")
    op.drop_column("event", "network")
