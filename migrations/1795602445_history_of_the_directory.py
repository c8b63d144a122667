"""history of the directory"""

import sqlalchemy as sa
from alembic import op

revision = "1795602445"
down_revision = "1795601200"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_email", sa.String(length=254), nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_change")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("loaded_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("edited")
        batch_op.drop_column("loaded_digest")
    op.drop_table("directory_change")
