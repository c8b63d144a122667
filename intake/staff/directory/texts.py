"""Ready-made texts to senders."""

from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from intake import fields
from intake.directory.export import Plain
from intake.directory.history import Edit
from intake.directory.texts import FOR, LONGEST, strange_places
from intake.staff.directory.form import DirectoryForm, Where, in_languages
from intake.staff.directory.posts import free_id
from intake.staff.verbs import VERBS

#: In whose forms a text is offered, by the words of their buttons.
ACTS = {act: VERBS[act].title for act in FOR}


class TextForm(DirectoryForm):
    """A ready-made text."""

    parts = ("text",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        stored = _text(plain, where["text"]) if "text" in where else {}
        return {
            **in_languages("name", _("Name"), 120, stored, required=True),
            "for": fields.GoalsField(
                _("For what?"),
                [fields.Required(_("Choose at least one."))],
                choices=fields.choices({act: ACTS[act] for act in FOR}),
            ),
            **in_languages(
                "text",
                _("Text"),
                LONGEST,
                stored,
                required=True,
                rows=8,
                help=_("{name} becomes the sender’s name, {reference} the number of the idea."),
            ),
        }

    def fill(self, plain: Plain) -> None:
        self.fill_from(_text(plain, self.where["text"]))

    def change(self, plain: Plain) -> None:
        self.write(_text(plain, self.where["text"]))

    def write(self, text: Plain) -> None:
        """Write what was typed into a text."""
        chosen, stored = self["for"].data, text.get("for", [])
        kept = [act for act in stored if act in chosen]
        text["for"] = kept + [act for act in chosen if act not in kept]
        text["name"], text["text"] = self.texts("name"), self.texts("text")

    def validate(self, extra_validators: Any = None) -> bool:
        right: bool = super().validate(extra_validators)
        for code, words in self.texts("text").items():
            if strange := strange_places(words):
                self[f"text__{code}"].errors = [
                    _("Nothing fills in %(places)s.", places=", ".join(strange[:5]))
                ]
                right = False
        return right

    def concerns(self, edit: Edit) -> bool:
        mine = self.where.get("text")
        return edit.subject == self.subject and edit.path[:2] in (("text",), ("text", mine))


class AddTextForm(TextForm):
    """A new text, the last in the order."""

    def fill(self, plain: Plain) -> None:
        """There is nothing yet."""

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
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        _text(plain, where["text"])
        return {}

    def change(self, plain: Plain) -> None:
        plain["text"].remove(_text(plain, self.where["text"]))
        if not plain["text"]:
            del plain["text"]

    concerns = TextForm.concerns


def _text(plain: Plain, id: str) -> Plain:
    for text in plain.get("text", []):
        if text["id"] == id:
            found: Plain = text
            return found
    raise LookupError(id)
