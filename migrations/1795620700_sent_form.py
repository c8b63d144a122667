"""sent form"""

import sqlalchemy as sa
from alembic import op

from intake.db import UtcDateTime

revision = "1795620700"
down_revision = "1795620660"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("answers", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sent_form")),
    )
    op.create_index(op.f("ix_sent_form_answers"), "sent_form", ["answers"])


def downgrade() -> None:
    op.drop_table("sent_form")
