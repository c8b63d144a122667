"""answers of an assessment"""

import sqlalchemy as sa
from alembic import op

revision = "1795619600"
down_revision = "1795617300"
branch_labels = ()
depends_on = None

_event = sa.table(
    "event", sa.column("id", sa.Integer), sa.column("act", sa.String), sa.column("data", sa.JSON)
)

#: Until now a no and what was not known were one answer, and nobody knows which was meant.
_ANSWERS = {0: "no_or_unknown", 1: "partly", 2: "yes"}
_POINTS = {"yes": 2, "partly": 1, "no": 0, "unknown": 0, "no_or_unknown": 0}


def upgrade() -> None:
    _rewrite(lambda old: {"answer": _ANSWERS[old["points"]], "text": old["text"]})


def downgrade() -> None:
    _rewrite(lambda new: {"points": _POINTS[new["answer"]], "text": new["text"]})


def _rewrite(change) -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_event.c.id, _event.c.data).where(_event.c.act == "assessed")
    ).all()
    for id, data in rows:
        answers = {question: change(given) for question, given in data["answers"].items()}
        values = {"data": data | {"answers": answers}}
        connection.execute(sa.update(_event).where(_event.c.id == id).values(values))
