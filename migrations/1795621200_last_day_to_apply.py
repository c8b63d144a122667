"""last day to apply"""

import sqlalchemy as sa
from alembic import op

revision = "1795621200"
down_revision = "1795620700"
branch_labels = ()
depends_on = None

LISTED = sa.text("call_by IS NOT NULL AND NOT suspected")


def upgrade() -> None:
    op.add_column("enquiry", sa.Column("call_by", sa.Date(), nullable=True))
    op.create_index(
        "ix_enquiry_call_by", "enquiry", ["call_by"], sqlite_where=LISTED, postgresql_where=LISTED
    )


def downgrade() -> None:
    op.drop_index("ix_enquiry_call_by", "enquiry")
    op.drop_column("enquiry", "call_by")
