"""perhaps the same"""

import sqlalchemy as sa
from alembic import op

revision = "1795603500"
down_revision = "1795602988"
branch_labels = ()
depends_on = None

_FOLLOWS = sa.text("leads_id IS NOT NULL")
_RESEMBLES = sa.text("resembles_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resembles_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_enquiry_resembles_id_enquiry"), "enquiry", ["resembles_id"], ["id"]
        )
        for name, column, where in (
            ("ix_enquiry_leads_id", "leads_id", _FOLLOWS),
            ("ix_enquiry_resembles", "id", _RESEMBLES),
        ):
            batch_op.create_index(
                name, [column], unique=False, sqlite_where=where, postgresql_where=where
            )


def downgrade() -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_enquiry_resembles_id_enquiry"), type_="foreignkey")
        batch_op.drop_index("ix_enquiry_resembles")
        batch_op.drop_index("ix_enquiry_leads_id")
        batch_op.drop_column("resembles_id")
