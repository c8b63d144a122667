"""What the forms of all verbs share, and those that write to the sender. What a form holds goes to
the verb by name.
"""

import secrets
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from intake import fields
from intake.directory.values import Organisation, Post
from intake.enquiries.models import Enquiry
from intake.enquiries.ready_texts import ready_texts
from intake.enquiries.steps import NotAllowed
from intake.i18n import pick

LONG = 3000  # characters
NO_FACTS = ("seen", "submission_id", "twice", "previewed", "csrf_token", "ready")
_SAY = _l("What do you want to say to the sender?")
_ADDED = _l("We add the greeting and the signature.")


class VerbForm(fields.Form):
    """What every verb sends along: the last event that its page showed."""

    seen = fields.SeenField()
    submission_id = HiddenField(default=lambda: secrets.token_urlsafe(24))
    twice = HiddenField()  # the same words are meant to be sent again
    previewed = HiddenField()  # the digest of the mails that its page showed

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        """Fill in what can be chosen, for this enquiry."""

    def goes_to(self, house: Organisation) -> Post | None:
        """Who comes to read the case by what was chosen, if anybody does."""
        return None

    def heading(self, enquiry: Enquiry, chosen: Post) -> Any:
        """What is done to whom, where that says more than the title of the verb; else nothing."""
        return None

    def mark(self, problem: NotAllowed) -> str:
        """Say at its field what is wrong; what is said above the form if it has none."""
        if problem.argument not in self:
            return str(problem)
        self[problem.argument].errors = [str(problem)]
        return ""

    def facts(self) -> dict[str, Any]:
        """What was chosen and written, by the names of the verb's arguments."""
        return {f.name: f.data for f in self if f.name not in NO_FACTS}


class PlainForm(VerbForm):
    """Nothing to fill in: only a button."""


class LetterForm(VerbForm):
    """A form with a ``text`` to the sender, which can begin as a ready-made one."""

    act: ClassVar[str]  # in whose forms the organisation file offers a text
    ready = SelectField(_l("Ready-made text"), validate_choice=False)

    def prepare(self, enquiry: Enquiry, house: Organisation) -> None:
        texts = ready_texts(self.act, enquiry, house)
        if not texts:
            del self.ready
            return
        none = SelectChoice("", _l("Choose a text"))
        self.ready.choices = [none] + [
            SelectChoice(each.id, pick(each.name)[0], {"data-text": each.text}) for each in texts
        ]

    def insert(self) -> None:
        """Put the chosen text after what was typed. Nothing typed is lost, and nothing is done."""
        if self.ready is None:
            return
        chosen = [c for c in self.ready.choices if c.value == self.ready.data]
        texts = [c.render_kw["data-text"] for c in chosen if c.value]
        self.text.data = "\n\n".join(filter(None, [self.text.data, *texts]))
        self.ready.data = ""


def to_sender(label: Any, help: Any, *, required: bool = True) -> TextAreaField:
    must = [fields.Required(_l("Write what the sender is to read."))] if required else []
    return fields.text(label, LONG, *must, help=help, rows=8)


def in_letter(label: Any = _SAY, about: Any = "", *, required: bool = False) -> TextAreaField:
    """A text that stands in a letter to the sender, between its greeting and its signature.

    :param about: what it should say, or what the letter says besides.
    """
    help = _l("%(about)s We add the greeting and the signature.", about=about) if about else _ADDED
    return to_sender(label, help, required=required)
