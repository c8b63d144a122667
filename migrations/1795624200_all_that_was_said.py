"""found by all that was said, and by the authority"""

from alembic import op

from intake.enquiries import search

revision = "1795624200"
down_revision = "1795623600"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("TRUNCATE search_text")  # else it keeps the place of what each row was before
    for _done in search.reindex(op.get_bind()):
        pass


def downgrade() -> None:
    """What is more in the index does no harm to a version that does not ask for it."""
