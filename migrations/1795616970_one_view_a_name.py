"""one view a name"""

from alembic import op

revision = "1795616970"
down_revision = "1795615900"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    # Two that were kept at the same moment could share a name: the later one is meant.
    op.execute(
        "DELETE FROM saved_view WHERE id NOT IN "
        "(SELECT max(id) FROM saved_view GROUP BY email, name)"
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_view_email"))
        batch_op.create_index("ix_saved_view_email_name", ["email", "name"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_view_email_name")
        batch_op.create_index(batch_op.f("ix_saved_view_email"), ["email"], unique=False)
