"""Departments, companies and the coordinator's post."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf

from intake import fields
from intake.directory.entries import COORDINATOR, ORGANISATION
from intake.directory.export import Plain
from intake.directory.history import ORDER, Edit
from intake.staff.directory.form import DirectoryForm, Where, email, free_id, in_languages
from intake.staff.directory.labels import LABELS
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
    def part(cls, plain: Plain, where: Where) -> Plain:
        return post_of(plain, where["id"])

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        return {
            **in_languages("name", LABELS["name"], 120, stored, required=True),
            **({} if stored.get("kind") == COORDINATOR else {"kind": _kind()}),
            **in_languages(
                "board",
                LABELS["board"],
                120,
                stored,
                help=_("The political board (nämnd), if there is one."),
            ),
            **in_languages(
                "responsibility",
                LABELS["responsibility"],
                500,
                stored,
                required=True,
                rows=5,
                help=_("One or two sentences, as senders read them."),
            ),
            **in_languages(
                "keywords",
                LABELS["keywords"],
                8000,
                stored,
                rows=8,
                help=_(
                    "One to a line. ord* is a word that begins with “ord”, *ord* one that "
                    "contains it."
                ),
                check=_are_patterns,
            ),
        }

    def write(self, stored: Plain) -> None:
        for name in ("name", "board", "responsibility"):
            stored[name] = self.texts(name)
        if not stored["board"]:
            del stored["board"]
        typed = self.texts("keywords")
        stored["keywords"] = {"sv": []} | {code: _lines(text) for code, text in typed.items()}
        if "kind" in self:
            stored["kind"] = self.kind.data


def _lines(text: str) -> list[str]:
    """What stands on each line of *text*, without those that are empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _are_patterns(form: FlaskForm, field: Field) -> None:
    wrong = [line for line in _lines(field.data or "") if not is_pattern(line)]
    if wrong:
        raise ValidationError(_("This is not a pattern: %(words)s", words=", ".join(wrong[:5])))


def _kind() -> RadioField:
    return RadioField(
        LABELS["kind"],
        [fields.Required(_("Choose one."))],
        choices=fields.choices(KINDS),
        default="department",
    )


class AddPostForm(PostForm):
    """A new department, with the first who answers for it."""

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return {}

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        return {
            **super().questions(stored),
            **in_languages("role", _("Role of the contact"), 120, required=True),
            "email": email(_("Address of the contact")),
        }

    def change(self, plain: Plain) -> None:
        taken = {post["id"] for post in plain["department"]} | {COORDINATOR, ORGANISATION}
        post: Plain = {"id": free_id(self.texts("name")["sv"], taken)}
        self.write(post)
        post["contact"] = [{"role": self.texts("role"), "email": self.email.data}]
        plain["department"].append(post)

    def concerns(self, edit: Edit) -> bool:
        return False


class RemovePostForm(DirectoryForm):
    """Switch a department off."""

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _department(plain, where)

    def change(self, plain: Plain) -> None:
        plain["department"].remove(self.part(plain, self.where))


class MoveForm(DirectoryForm):
    """One place up or down in a list."""

    way = StringField(validators=[AnyOf(("up", "down"))])

    def move(self, members: list[Plain], place: int) -> None:
        """Let a member of a list change places with its neighbour, if it has one."""
        other = place + (-1 if self.way.data == "up" else 1)
        if 0 <= other < len(members):
            members[place], members[other] = members[other], members[place]


class MovePostForm(MoveForm):
    """One place up or down among the departments."""

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _department(plain, where)

    def change(self, plain: Plain) -> None:
        departments = plain["department"]
        self.move(departments, departments.index(self.part(plain, self.where)))

    def concerns(self, edit: Edit) -> bool:
        return edit.subject == ORGANISATION and edit.path[:1] == (ORDER,)


def _department(plain: Plain, where: Where) -> Plain:
    """The department that *where* names; the coordinator's post, which must be there, is none."""
    if where["id"] == COORDINATOR:
        raise LookupError(COORDINATOR)
    return post_of(plain, where["id"])
