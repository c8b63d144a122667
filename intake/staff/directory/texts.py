"""Ready-made texts to senders."""

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from intake import fields
from intake.directory.export import Plain
from intake.directory.history import Edit
from intake.directory.texts import FOR, LONGEST, strange_places
from intake.staff.directory.form import DirectoryForm, Where, free_id, in_languages
from intake.staff.directory.labels import LABELS
from intake.staff.verbs import VERBS

#: In whose forms a text is offered, by the words of their buttons.
ACTS = {act: VERBS[act].title for act in FOR}


class TextForm(DirectoryForm):
    """A ready-made text."""

    parts = ("text",)

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _text(plain, where["text"])

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        return {
            **in_languages("name", LABELS["name"], 120, stored, required=True),
            "for": fields.GoalsField(
                LABELS["for"],
                [fields.Required(_("Choose at least one."))],
                choices=fields.choices({act: ACTS[act] for act in FOR}),
            ),
            **in_languages(
                "text",
                LABELS["text"],
                LONGEST,
                stored,
                required=True,
                rows=8,
                help=_(
                    "Begin without a greeting, which every letter has already. {name} becomes "
                    "the sender’s name, {reference} the number of the idea."
                ),
                check=_has_known_places,
            ),
        }

    def write(self, stored: Plain) -> None:
        chosen = self["for"].data
        kept = [act for act in stored.get("for", []) if act in chosen]  # in the order of the file
        stored["for"] = kept + [act for act in chosen if act not in kept]
        stored["name"], stored["text"] = self.texts("name"), self.texts("text")

    def concerns(self, edit: Edit) -> bool:
        mine = self.where.get("text")
        return edit.subject == self.subject and edit.path[:2] in (("text",), ("text", mine))


def _has_known_places(form: FlaskForm, field: Field) -> None:
    if strange := strange_places(field.data or ""):
        raise ValidationError(
            _("We have nothing to fill in for %(places)s.", places=", ".join(strange[:5]))
        )


class AddTextForm(TextForm):
    """A new text, the last in the order."""

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return {}

    def change(self, plain: Plain) -> None:
        texts = plain.setdefault("text", [])
        text: Plain = {"id": free_id(self.texts("name")["sv"], {each["id"] for each in texts})}
        self.write(text)
        texts.append(text)

    def concerns(self, edit: Edit) -> bool:
        return False


class RemoveTextForm(DirectoryForm):
    """Take a text away. What was sent with it stays as it is."""

    parts = ("text",)

    @classmethod
    def part(cls, plain: Plain, where: Where) -> Plain:
        return _text(plain, where["text"])

    def change(self, plain: Plain) -> None:
        plain["text"].remove(self.part(plain, self.where))
        if not plain["text"]:
            del plain["text"]

    concerns = TextForm.concerns


def _text(plain: Plain, id: str) -> Plain:
    for text in plain.get("text", []):
        if text["id"] == id:
            found: Plain = text
            return found
    raise LookupError(id)
