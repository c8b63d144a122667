"""search"""

import sqlalchemy as sa
from alembic import op

from intake.enquiries import search

revision = "1795596802"
down_revision = "1795596415"
branch_labels = ()
depends_on = None

_AT_DEPARTMENT = sa.text("status NOT IN ('received', 'assessing', 'parked', 'closed')")
_NEWS = sa.text("news_at IS NOT NULL")
_FOLLOWS = sa.text("leads_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enquiry_at_department",
            ["id"],
            unique=False,
            sqlite_where=_AT_DEPARTMENT,
            postgresql_where=_AT_DEPARTMENT,
        )
        batch_op.create_index("ix_enquiry_received_at", ["received_at"], unique=False)
        for name, where in (("ix_enquiry_news", _NEWS), ("ix_enquiry_duplicate", _FOLLOWS)):
            batch_op.create_index(
                name, ["id"], unique=False, sqlite_where=where, postgresql_where=where
            )

    # å, ä and ö are letters of their own. Only which enquiry holds a word is asked for, not where.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_text USING fts5"
            "(stems, detail=none, tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "CREATE TABLE search_text ("
            " enquiry_id INTEGER PRIMARY KEY REFERENCES enquiry (id),"
            " stems TEXT NOT NULL,"
            " vector TSVECTOR NOT NULL GENERATED ALWAYS AS"
            " (array_to_tsvector(string_to_array(stems, ' '))) STORED)"
        )
        op.execute("CREATE INDEX ix_search_text_vector ON search_text USING gin (vector)")
    # What is there already can be found at once.
    for _done in search.reindex(op.get_bind()):
        pass


def downgrade() -> None:
    op.execute("DROP TABLE search_text")
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index("ix_enquiry_duplicate")
        batch_op.drop_index("ix_enquiry_news")
        batch_op.drop_index("ix_enquiry_received_at")
        batch_op.drop_index("ix_enquiry_at_department")
