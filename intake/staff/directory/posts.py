"""Departments, companies, the coordinator's post, and whoever answers for each."""

import re
import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf

from intake import fields
from intake.directory.check import COORDINATOR, ORGANISATION
from intake.directory.export import Plain
from intake.directory.history import ORDER, Edit
from intake.staff.directory.form import DirectoryForm, Where, email, in_languages
from intake.toml.values import is_pattern

KINDS = {"department": _l("Department"), "company": _l("Municipal company")}


def post_of(plain: Plain, id: str) -> Plain:
    """The department with that id, or the coordinator's post.

    :raises LookupError: there is none.
    """
    if id == COORDINATOR:
        post: Plain = plain[COORDINATOR]
        return post
    for post in plain["department"]:
        if post["id"] == id:
            return post
    raise LookupError(id)


class PostForm(DirectoryForm):
    """What a department is, apart from who answers for it."""

    parts = ("name", "kind", "board", "responsibility", "keywords")

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        id = where.get("id", "")
        post = post_of(plain, id) if id else {}
        return {
            **in_languages("name", _("Name"), 120, post, required=True),
            **({} if id == COORDINATOR else {"kind": _kind()}),
            **in_languages(
                "board",
                _("Board above it"),
                120,
                post,
                help=_("The political board (nämnd), if there is one."),
            ),
            **in_languages(
                "responsibility",
                _("What it is responsible for"),
                500,
                post,
                required=True,
                rows=3,
                help=_("One or two sentences, as senders read them."),
            ),
            **in_languages(
                "keywords",
                _("Words that point to it"),
                8000,
                post,
                rows=8,
                help=_("One a line. ord* is a word that begins so, *ord* one that contains it."),
            ),
        }

    def fill(self, plain: Plain) -> None:
        self.fill_from(post_of(plain, self.where["id"]))

    def change(self, plain: Plain) -> None:
        self.write(post_of(plain, self.where["id"]))

    def write(self, post: Plain) -> None:
        """Write what was typed into a post."""
        for name in ("name", "board", "responsibility"):
            post[name] = self.texts(name)
        if not post["board"]:
            del post["board"]
        post["keywords"] = {"sv": [], **self._patterns()}
        if "kind" in self:
            post["kind"] = self.kind.data

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        for code, patterns in self._patterns().items():
            wrong = [each for each in patterns if not is_pattern(each)]
            if wrong:
                self[f"keywords__{code}"].errors = [
                    _("This is no pattern: %(words)s", words=", ".join(wrong[:5]))
                ]
                right = False
        return right

    def _patterns(self) -> dict[str, list[str]]:
        typed = self.texts("keywords")
        return {
            code: [line.strip() for line in text.splitlines() if line.strip()]
            for code, text in typed.items()
        }


def _kind() -> RadioField:
    return RadioField(
        _("What it is"),
        [fields.Required(_("Choose one."))],
        choices=fields.choices(KINDS),
        default="department",
    )


class AddPostForm(PostForm):
    """A new department, with the first who answers for it."""

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        return {
            **super().questions(plain, where),
            **in_languages("role", _("Role of the contact"), 120, required=True),
            "email": email(_("Address of the contact")),
        }

    def fill(self, plain: Plain) -> None:
        """There is nothing yet."""

    def change(self, plain: Plain) -> None:
        taken = {post["id"] for post in plain["department"]} | {COORDINATOR, ORGANISATION}
        post: Plain = {"id": free_id(self.texts("name")["sv"], taken)}
        self.write(post)
        post["contact"] = [{"role": self.texts("role"), "email": self.email.data}]
        plain["department"].append(post)

    def concerns(self, edit: Edit) -> bool:
        return False


def free_id(name: str, taken: set[str]) -> str:
    """An id made of a name. A department that left and comes back is the one that it was."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub("[^a-z0-9]+", "-", letters)[:50].strip("-") or "x"
    id, number = base, 1
    while id in taken:
        number += 1
        id = f"{base}-{number}"
    return id


class RemovePostForm(DirectoryForm):
    """Switch a department off."""

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        _department(plain, where)
        return {}

    def change(self, plain: Plain) -> None:
        plain["department"].remove(_department(plain, self.where))


class MovePostForm(DirectoryForm):
    """One place up or down among the departments."""

    way = StringField(validators=[AnyOf(("up", "down"))])
    parts = (ORDER,)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        _department(plain, where)
        return {}

    def change(self, plain: Plain) -> None:
        departments = plain["department"]
        move(departments, departments.index(_department(plain, self.where)), self.way.data)

    def concerns(self, edit: Edit) -> bool:
        return edit.subject == ORGANISATION and edit.path[:1] == (ORDER,)


# ----- Who answers for it ------------------------------------------------------------------------


class ContactForm(DirectoryForm):
    """A role address that answers for a department, by its place in the order."""

    parts = ("contact",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        contact = _contact(plain, where) if "number" in where else {}
        return {
            **in_languages(
                "role",
                _("Role"),
                120,
                contact,
                required=True,
                help=_("A role, never a person’s name."),
            ),
            "email": email(
                _("E-mail"),
                help=_(
                    "A role address. Whoever reads it may sign in with it at once, and gets an "
                    "email about it."
                ),
            ),
        }

    def fill(self, plain: Plain) -> None:
        self.fill_from(_contact(plain, self.where))

    def change(self, plain: Plain) -> None:
        contact = _contact(plain, self.where)
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
            raise ValidationError(_("This address stands here already."))


class AddContactForm(ContactForm):
    """One more who answers for a department: the last in the order."""

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        post_of(plain, where["id"])
        return super().questions(plain, where)

    def fill(self, plain: Plain) -> None:
        """There is nothing yet."""

    def change(self, plain: Plain) -> None:
        post_of(plain, self.where["id"])["contact"].append(
            {"role": self.texts("role"), "email": self.email.data}
        )


class RemoveContactForm(DirectoryForm):
    """Take somebody away who answers for a department."""

    parts = ("contact",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        _contact(plain, where)
        return {}

    def change(self, plain: Plain) -> None:
        contact = _contact(plain, self.where)
        post_of(plain, self.where["id"])["contact"].remove(contact)
        _rename_cover(plain, contact["email"], "")


class MoveContactForm(DirectoryForm):
    """One place up or down among those who answer for a department: the first holds the post."""

    way = StringField(validators=[AnyOf(("up", "down"))])
    parts = ("contact",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        _contact(plain, where)
        return {}

    def change(self, plain: Plain) -> None:
        move(post_of(plain, self.where["id"])["contact"], self.where["number"], self.way.data)


def move(members: list[Plain], place: int, way: str) -> None:
    """Let a member of a list change places with its neighbour, if it has one."""
    other = place + (-1 if way == "up" else 1)
    if 0 <= other < len(members):
        members[place], members[other] = members[other], members[place]


def _contact(plain: Plain, where: Where) -> Plain:
    contacts: list[Plain] = post_of(plain, where["id"])["contact"]
    return contacts[where["number"]]


def _department(plain: Plain, where: Where) -> Plain:
    """The department that *where* names; the coordinator's post, which must be there, is none."""
    if where["id"] == COORDINATOR:
        raise LookupError(COORDINATOR)
    return post_of(plain, where["id"])


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
