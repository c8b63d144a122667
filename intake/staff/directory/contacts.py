"""Whoever answers for a department, by their place in the order."""

from flask import request
from flask_babel import gettext as _
from wtforms import Field, ValidationError

from intake.directory.entries import COORDINATOR
from intake.directory.export import Plain
from intake.directory.organisation import read
from intake.staff.directory.form import DirectoryForm, Where, email, in_languages
from intake.staff.directory.labels import LABELS
from intake.staff.directory.posts import MoveForm, post_of


class ContactForm(DirectoryForm):
    """A role address that answers for a department, by its place in the order."""

    parts = ("contact",)

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _contact(plain, where)

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        return {
            **in_languages(
                "role",
                LABELS["role"],
                120,
                stored,
                required=True,
                help=_("A role, never a person’s name."),
            ),
            "email": email(
                LABELS["email"],
                help=_(
                    "A role address. Whoever reads it may sign in with it at once, and gets an "
                    "email about it."
                ),
            ),
        }

    def fill(self, stored: Plain) -> None:
        """What there is; with ``successor`` in the address, whom they name in their stead."""
        super().fill(stored)
        if "successor" in request.args and (number := self.where.get("number")) is not None:
            person = read().posts[self.where["id"]].contacts[number]
            self.email.data = person.successor or person.email

    def change(self, plain: Plain) -> None:
        contact = self.part(plain, self.where)
        old, contact["email"] = contact["email"], self.email.data
        contact["role"] = self.texts("role")
        if old.casefold() != self.email.data.casefold():
            # What is known of one address says nothing of another.
            for name in ("digest", "confirmed", "absence"):
                contact.pop(name, None)
            _rename_cover(plain, old, self.email.data)

    def validate_email(self, field: Field) -> None:
        others = list(post_of(self.plain, self.where["id"])["contact"])
        if (number := self.where.get("number")) is not None:
            del others[number]
        if (field.data or "").casefold() in {each["email"].casefold() for each in others}:
            raise ValidationError(_("This address is here already."))


class AddContactForm(ContactForm):
    """One more who answers for a department: the last in the order."""

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        post_of(plain, where["id"])
        return {}

    def change(self, plain: Plain) -> None:
        post_of(plain, self.where["id"])["contact"].append(
            {"role": self.texts("role"), "email": self.email.data}
        )


class RemoveContactForm(DirectoryForm):
    """Take somebody away who answers for a department."""

    parts = ("contact",)

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _contact(plain, where)

    def change(self, plain: Plain) -> None:
        contact = self.part(plain, self.where)
        post_of(plain, self.where["id"])["contact"].remove(contact)
        _rename_cover(plain, contact["email"], "")


class MoveContactForm(MoveForm):
    """One place up or down among those who answer for a department: the first holds the post."""

    parts = ("contact",)

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _contact(plain, where)

    def change(self, plain: Plain) -> None:
        self.move(post_of(plain, self.where["id"])["contact"], self.where["number"])


def _contact(plain: Plain, where: Where) -> Plain:
    contacts: list[Plain] = post_of(plain, where["id"])["contact"]
    return contacts[where["number"]]


def _rename_cover(plain: Plain, old: str, new: str) -> None:
    """Let whoever is covered by *old* be covered by *new*, if *old* is nowhere any more."""
    posts = [plain[COORDINATOR], *plain["department"]]
    contacts = [contact for post in posts for contact in post["contact"]]
    if any(contact["email"].casefold() == old.casefold() for contact in contacts):
        return
    for contact in contacts:
        for away in contact.get("absence", []):
            if away.get("cover", "").casefold() == old.casefold():
                away.pop("cover")
                if new:
                    away["cover"] = new
