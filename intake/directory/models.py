"""The organisation as of today, in tables, and its history. Nobody is ever deleted from it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from intake.db import Model, UtcDateTime, never_changes
from intake.i18n import Localised

#: The one row of :class:`OrganisationRow`.
THE_ORGANISATION = 1


class OrganisationRow(Model):
    """The municipality itself: one row, with a version that counts its changes.

    ``facts`` holds what pages show and no query asks for: name, ways to reach a human, promise,
    privacy and accessibility facts, colours. ``values.Organisation`` gives it types.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    facts: Mapped[dict[str, object]] = mapped_column(sa.JSON)
    logo: Mapped[bytes | None]
    logo_type: Mapped[str | None] = mapped_column(sa.String(100))
    #: Which file it was last loaded from, and whether the pages for staff have changed it since.
    loaded_digest: Mapped[str | None] = mapped_column(sa.String(64))
    edited: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class Department(Model):
    """A department or municipal company that can own an idea, or the coordinator's post.

    A department that left the file stays here inactive, because enquiries point at it.
    """

    __tablename__ = "department"

    id: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    position: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    coordinates: Mapped[bool] = mapped_column(default=False)  # true for the coordinator's post
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[Localised] = mapped_column(sa.JSON)
    responsibility: Mapped[Localised] = mapped_column(sa.JSON)
    board: Mapped[Localised] = mapped_column(sa.JSON)
    keywords: Mapped[dict[str, list[str]]] = mapped_column(sa.JSON)

    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="department", order_by="Contact.rank"
    )


class Contact(Model):
    """A role address that answers for a department. Rank 0 holds the post, higher ranks cover.

    ``since``, ``asked_at``, ``failed_at`` and ``successor`` are the service's own and stand in no
    file: from when on it has this contact, when it asked whether this is still the right address,
    since when mail to it fails, and who is said to have taken over.
    """

    __tablename__ = "contact"
    __table_args__ = (sa.UniqueConstraint("department_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(sa.ForeignKey("department.id"), index=True)
    rank: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)
    role: Mapped[Localised] = mapped_column(sa.JSON)
    email: Mapped[str] = mapped_column(sa.String(254))
    digest: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    confirmed: Mapped[date | None]  # when whoever reads it last said "still me"
    since: Mapped[date | None]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Who has taken over, as whoever reads it says, until the coordinator has seen to it.
    successor: Mapped[str] = mapped_column(sa.String(254), default="", server_default=sa.text("''"))
    successor_words: Mapped[str] = mapped_column(sa.Text, default="", server_default=sa.text("''"))
    #: Whether its own page has changed it since a file was loaded, as for the organisation.
    edited: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    department: Mapped[Department] = relationship(back_populates="contacts")
    absences: Mapped[list["Absence"]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", order_by="Absence.first_day"
    )

    @validates("email")
    def _begin_anew(self, key: str, email: str) -> str:
        """What is known of one address says nothing of another."""
        if self.email is not None and self.email.casefold() != email.casefold():
            self.confirmed = self.asked_at = self.failed_at = None
        return email


class Absence(Model):
    """Days on which a contact does not hold the post, both ends included.

    ``cover`` is the address of the contact, of whatever department, who stands in; empty is nobody
    in particular.
    """

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("first_day <= last_day", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    cover: Mapped[str] = mapped_column(sa.String(254), default="", server_default=sa.text("''"))

    contact: Mapped[Contact] = relationship(back_populates="absences")


class DirectoryChange(Model):
    """A line of the directory's history: who changed what. ``history.Edit`` says of what ``what``
    is made.
    """

    __tablename__ = "directory_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_email: Mapped[str] = mapped_column(sa.String(254))  # empty when no person did it
    by_role: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]  # of the organisation, after it
    what: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


never_changes(DirectoryChange)
