"""Who signs in besides the coordinator and the contacts."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from wtforms import Field, SelectField

from intake import fields
from intake.directory.export import Plain
from intake.directory.facts import MAY
from intake.staff.directory.form import DirectoryForm, Where, email
from intake.staff.directory.labels import LABELS

ROLES = {"administrator": _l("Administrator"), "reader": _l("Reader")}


class RolesForm(DirectoryForm):
    """Who signs in besides the coordinator and the contacts."""

    parts = ("staff",)

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return plain

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        may = {word: ROLES[word] for word in MAY}
        found: dict[str, Field] = {
            _key(each): SelectField(
                escape(each["email"]).replace("@", Markup("@<wbr>")),
                choices=fields.choices(may | {"": _("No access any more")}),
                default=each["may"],
            )
            for each in stored.get("staff", [])
        }
        found["email"] = email(
            _("Add an address"),
            required=False,
            help=_("Whoever reads it may sign in with it at once, and gets an email about it."),
        )
        found["may"] = SelectField(
            LABELS["may"],
            choices=fields.choices(may),
            default="reader",
            description=_(
                "An administrator looks after the organisation and who is signed in, and reads no "
                "ideas. A reader sees figures only."
            ),
        )
        return found

    def write(self, stored: Plain) -> None:
        """Only what was chosen is changed: whom others have let in meanwhile stays."""
        before = stored.pop("staff", [])
        wanted = [each | {"may": self[_key(each)].data} for each in before if _key(each) in self]
        wanted += [each for each in before if _key(each) not in self]
        if self.email.data:
            wanted.append({"email": self.email.data, "may": self.may.data})
        staff = [each for n, each in enumerate(wanted) if each["may"] and each not in wanted[:n]]
        if staff:
            stored["staff"] = staff


def _key(member: Plain) -> str:
    """The name of the field for somebody who signs in."""
    return f"{member['email']}/{member['may']}"
