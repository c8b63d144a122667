"""What is stored of an enquiry. What its sender wrote is never changed (L9), history only grows."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from intake.db import Model, NeverChanges, UtcDateTime, never_changes, never_goes

# What indexes of lists hold, word for word: SQLite takes a partial index only for the same text.
LISTED = "NOT suspected"  # spam is in no list but its own
SPAM = "suspected"
COORDINATORS = "coordinator_from IS NOT NULL"  # there is or will be something to do
DEPARTMENTS = "department_from IS NOT NULL"
WAITING = "question_at IS NOT NULL"
FOR_A_CALL = "call_by IS NOT NULL"
NEWS = "news_at IS NOT NULL"
FLAGGED = "(flagged OR protected)"
DUPLICATE = "leads_id IS NOT NULL"
RESEMBLES = "resembles_id IS NOT NULL"
ENTERED = "channel <> 'form'"  # by staff, so it may have come in earlier
#: Statuses in which no department has it.
NOT_AT_DEPARTMENT = ("received", "assessing", "parked", "closed")
#: Where a department has it. Said the other way round, SQLite does not take the index by status
#: instead, and sort.
AT_DEPARTMENT = f"status NOT IN {NOT_AT_DEPARTMENT}"
_NOTHING = sa.text("''")  # what a new column holds in the rows that are there already


def _where(condition: str) -> dict[str, Any]:
    return {f"{kind}_where": sa.text(condition) for kind in ("sqlite", "postgresql")}


def _listed(name: str, *columns: str, where: str = "") -> sa.Index:
    """An index of what is listed."""
    within = f"{where} AND {LISTED}" if where else LISTED
    return sa.Index(f"ix_enquiry_{name}", *columns, **_where(within))


class ReferenceCounter(Model):
    """The last running number of a year. Whoever stores an enquiry holds this row meanwhile."""

    __tablename__ = "reference_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Enquiry(Model):
    """One idea: the register row (L1), the sender's words, and where it stands now."""

    __tablename__ = "enquiry"
    __table_args__ = (
        sa.Index("ix_enquiry_network_received_at", "network", "received_at"),
        sa.Index("ix_enquiry_received_at", "received_at"),
        sa.Index("ix_enquiry_department_id", "department_id", "status", "id"),
        # The lists of the inbox, each in the order in which it is read; see pages.py.
        _listed("coordinator_from", "coordinator_from", "id"),
        _listed("coordinator_rank", "rank", "coordinator_from", "id", where=COORDINATORS),
        _listed(
            "department_rank",
            "department_id",
            "rank",
            "department_from",
            "id",
            where=DEPARTMENTS,
        ),
        _listed("status", "status", "id"),
        _listed("department", "department_id", "id"),
        _listed("at_department", "id", where=AT_DEPARTMENT),
        _listed("department_at_department", "department_id", "id", where=AT_DEPARTMENT),
        _listed("waiting", "id", where=WAITING),
        _listed("department_waiting", "department_id", "id", where=WAITING),
        _listed("news", "id", where=NEWS),
        _listed("call_by", "call_by", where=FOR_A_CALL),
        _listed("flagged", "id", where=FLAGGED),
        _listed("resembles", "id", where=RESEMBLES),
        _listed("duplicate", "id", where=DUPLICATE),
        sa.Index("ix_enquiry_leads_id", "leads_id", **_where(DUPLICATE)),
        sa.Index("ix_enquiry_spam", "id", **_where(SPAM)),
        sa.Index("ix_enquiry_entered", "id", **_where(ENTERED)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(sa.String(20), default="form")
    language: Mapped[str] = mapped_column(sa.String(10))

    # What the sender wrote.
    title: Mapped[str] = mapped_column(sa.String(100))
    description: Mapped[str] = mapped_column(sa.Text)
    sender_kind: Mapped[str] = mapped_column(sa.String(20))
    organisation: Mapped[str] = mapped_column(sa.String(120), default="")
    name: Mapped[str] = mapped_column(sa.String(100), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    chosen_department: Mapped[str | None] = mapped_column(sa.ForeignKey("department.id"))
    need: Mapped[str] = mapped_column(sa.Text, default="")
    target_group: Mapped[str] = mapped_column(sa.Text, default="")
    partners: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    budget_range: Mapped[str] = mapped_column(sa.String(20), default="")
    timing: Mapped[str] = mapped_column(sa.String(20), default="")
    own_contribution: Mapped[str] = mapped_column(sa.Text, default="")
    known_call: Mapped[str] = mapped_column(sa.String(200), default="")
    goals: Mapped[list[int]] = mapped_column(sa.JSON, default=list)

    # Where it stands.
    status: Mapped[str] = mapped_column(sa.String(20), default="received")
    department_id: Mapped[str | None] = mapped_column(sa.ForeignKey("department.id"))
    answer_by: Mapped[date]  # as promised to the sender; see promise.py
    assessment_by: Mapped[date]
    suspected: Mapped[bool] = mapped_column(default=False)  # kept apart as possible spam (L5)
    flagged: Mapped[bool] = mapped_column(default=False)  # mails carry reference and link only (L6)
    secrecy_ground: Mapped[str] = mapped_column(sa.String(80), default="", server_default=_NOTHING)
    #: Protected identity: only the coordinator sees who the sender is (L7).
    protected: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    # What staff add (L3 and the staff fields of the form).
    kind: Mapped[str] = mapped_column(
        sa.String(20), default="idea", server_default=sa.text("'idea'")
    )
    owner: Mapped[str] = mapped_column(sa.String(120), default="", server_default=_NOTHING)
    next_action: Mapped[str] = mapped_column(sa.String(200), default="", server_default=_NOTHING)
    next_action_by: Mapped[date | None]
    call_by: Mapped[date | None]  # the last day to apply
    case_number: Mapped[str] = mapped_column(sa.String(60), default="", server_default=_NOTHING)
    authority: Mapped[str] = mapped_column(sa.String(120), default="", server_default=_NOTHING)
    programmes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    staff_goals: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    parked_until: Mapped[date | None]
    closing_reason: Mapped[str] = mapped_column(sa.String(20), default="", server_default=_NOTHING)
    leads_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enquiry.id"))  # of a duplicate
    resembles_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enquiry.id"))  # see similar.py

    # What waits for whom; attention.py makes the last four from the others.
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by_department_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_answer_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alive_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # staff's latest sign of life
    question_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # asked, not yet answered
    news_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # written, not yet dealt with
    mail_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]
    coordinator_from: Mapped[date | None]
    department_from: Mapped[date | None]
    rank: Mapped[int] = mapped_column(sa.SmallInteger, default=3, server_default=sa.text("3"))

    # The way back, and what keeps it one enquiry. No secret of the sender's is stored in clear.
    submission_id: Mapped[str] = mapped_column(sa.String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(sa.String(64))
    link_seed: Mapped[str] = mapped_column(sa.String(64))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    network: Mapped[str] = mapped_column(sa.String(64))  # see limits.network_hash

    history: Mapped[list["Event"]] = relationship(
        back_populates="enquiry", order_by="Event.id", cascade="save-update"
    )
    suggestions: Mapped[list["Suggestion"]] = relationship(
        back_populates="enquiry", order_by="Suggestion.id", cascade="save-update"
    )
    participations: Mapped[list["Participation"]] = relationship(cascade="all, delete-orphan")


class Participation(Model):
    """A department takes part in an idea that somebody else has. When that ends the row goes; the
    history tells of it.
    """

    __tablename__ = "participation"
    __table_args__ = (sa.Index("ix_participation_department_id", "department_id", "enquiry_id"),)

    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), primary_key=True)
    department_id: Mapped[str] = mapped_column(sa.ForeignKey("department.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the latest answer


#: What staff set by hand; see facts.py.
SETTABLE = frozenset(
    [
        "kind",
        "owner",
        "next_action",
        "next_action_by",
        "call_by",
        "case_number",
        "authority",
        "programmes",
        "staff_goals",
        "flagged",
        "secrecy_ground",
        "protected",
    ]
)

#: All that may ever change of an enquiry. The rest is as it was received (L1, L9).
MAY_CHANGE = SETTABLE | frozenset(
    [
        "status",
        "department_id",
        "answer_by",
        "assessment_by",
        "suspected",
        "parked_until",
        "closing_reason",
        "leads_id",
        "resembles_id",
        "handed_over_at",
        "seen_by_department_at",
        "first_answer_at",
        "alive_at",
        "question_at",
        "news_at",
        "mail_failed_at",
        "due_on",
        "coordinator_from",
        "department_from",
        "rank",
        "link_seed",
        "token_hash",
    ]
)


class Event(Model):
    """One line of an enquiry's history: when, what, which role, why. Only ever added."""

    __tablename__ = "event"
    __table_args__ = (
        sa.Index(
            "ix_event_network_at",
            "network",
            "at",
            **_where("network IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(sa.String(20))
    by_role: Mapped[str] = mapped_column(sa.String(80))
    by_email: Mapped[str] = mapped_column(sa.String(254), default="", server_default=_NOTHING)
    why: Mapped[str] = mapped_column(sa.Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    #: Where a message of the sender came from; see limits.network_hash.
    network: Mapped[str | None] = mapped_column(sa.String(64))

    enquiry: Mapped[Enquiry] = relationship(back_populates="history")
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="event", order_by="Attachment.id", cascade="save-update"
    )


class Attachment(Model):
    """A file that came with an event. Its bytes are read only when it is downloaded."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), index=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)  # in its address
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(deferred=True)

    event: Mapped[Event] = relationship(back_populates="attachments")

    @property
    def kilobytes(self) -> int:
        """Its size as people read it, rounded up."""
        return (self.size + 1023) // 1024


class Suggestion(Model):
    """A routing slip: one decision as it was made, so that it can be explained years later."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("enquiry.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    rules: Mapped[str] = mapped_column(sa.String(80))
    department_id: Mapped[str | None] = mapped_column(sa.ForeignKey("department.id"))
    sure: Mapped[str] = mapped_column(sa.String(10))
    runner_up: Mapped[str | None] = mapped_column(sa.ForeignKey("department.id"))
    ranked: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: None where none were suggested: what came in before that, and what is entered past it.
    programmes: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    enquiry: Mapped[Enquiry] = relationship(back_populates="suggestions")


class PageComment(Model):
    """What a visitor says of a page, without a name. Also the accessibility message (W5)."""

    __tablename__ = "page_comment"
    __table_args__ = (sa.Index("ix_page_comment_network_at", "network", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    page: Mapped[str] = mapped_column(sa.String(40))
    language: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    contact: Mapped[str] = mapped_column(sa.String(254), default="")
    suspected: Mapped[bool] = mapped_column(default=False)  # looks like spam; kept all the same
    network: Mapped[str] = mapped_column(sa.String(64))


class LinkRequest(Model):
    """Somebody asked for a lost status link. Holds nothing of what was typed."""

    __tablename__ = "link_request"
    __table_args__ = (sa.Index("ix_link_request_network_at", "network", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    enquiry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enquiry.id"))
    network: Mapped[str] = mapped_column(sa.String(64))


def _refuse_edited_words(mapper: Mapper[Any], connection: sa.Connection, row: Enquiry) -> None:
    columns = sa.inspect(row).mapper.column_attrs.keys()
    history = sa.inspect(row).attrs
    edited = sorted(
        name for name in columns if name not in MAY_CHANGE and history[name].history.has_changes()
    )
    if edited:
        raise NeverChanges(f"{', '.join(edited)} of {row.reference} stay as they were received.")


for _model in (Event, Attachment, Suggestion, PageComment):
    never_changes(_model)
sa.event.listen(Enquiry, "before_update", _refuse_edited_words)
never_goes(Enquiry)
