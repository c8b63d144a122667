"""who is there"""

import sqlalchemy as sa
from alembic import op

revision = "1795601068"
down_revision = "1795601013"
branch_labels = ()
depends_on = None

_INDEXES = {
    "ix_outgoing_mail_kept": ("id", "kept_until IS NOT NULL AND digest_id IS NULL"),
    "ix_outgoing_mail_digest_id": ("digest_id", "digest_id IS NOT NULL"),
}


def upgrade() -> None:
    # Not in a batch: that copies the table, and SQLite lets nobody drop one that others point at.
    op.add_column(
        "absence",
        sa.Column("cover", sa.String(length=254), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "contact", sa.Column("digest", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("contact", sa.Column("confirmed", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "outgoing_mail", sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        "ALTER TABLE outgoing_mail ADD COLUMN digest_id INTEGER"
        " CONSTRAINT fk_outgoing_mail_digest_id_outgoing_mail REFERENCES outgoing_mail (id)"
    )
    for name, (column, where) in _INDEXES.items():
        op.create_index(
            name,
            "outgoing_mail",
            [column],
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "outgoing_mail")
    for table, column in (
        ("outgoing_mail", "digest_id"),
        ("outgoing_mail", "kept_until"),
        ("contact", "failed_at"),
        ("contact", "asked_at"),
        ("contact", "confirmed"),
        ("contact", "digest"),
        ("absence", "cover"),
    ):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
