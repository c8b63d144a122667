"""The form in which staff enter an idea that came by telephone, on a visit, by letter or mail."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TimeField, ValidationError
from wtforms.validators import Optional

from intake import clock, fields
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries import arrival
from intake.enquiries.arrival import FORM, Arrival
from intake.enquiries.choices import CHANNELS
from intake.enquiries.receive import Draft
from intake.enquiries.steps import NotAllowed
from intake.i18n import language_name, languages, pick
from intake.idea_form import NOT_IN_LIST, IdeaForm

#: What differs from the sender's own form in label and help, because somebody else fills it in.
_WORDS = {
    "title": (_l("What is the idea about?"), _l("A short title, in the sender’s words.")),
    "description": (
        _l("The idea, as it was told"),
        _l(
            "Keep to what the sender says, in the sender’s language. Your own view belongs in a "
            "note afterwards: what you write here can never be edited."
        ),
    ),
    "sender_kind": (_l("The sender is"), ""),
    "name": (_l("Name"), _l("Nobody has to give a name.")),
    "email": (_l("Email"), _l("The receipt and the link to follow the idea are sent there.")),
    "phone": (_l("Telephone"), ""),
    "no_contact": (
        _l("The sender gives no contact details"),
        _l("The next page shows the link to read out or to hand over: the only way to the answer."),
    ),
    "own_contribution": (_l("What can the sender contribute?"), ""),
    "known_call": (
        _l("Is there a particular programme or call in mind?"),
        _l("Its name or a link."),
    ),
}


class EnterForm(IdeaForm):
    """The idea, who sends it, and when and how it came in."""

    NO_WAY_TO_ANSWER = _l(
        "Write an email address or a telephone number, or tick that there is none."
    )
    ADDRESS_AND_TICK = _l("There is an address here, and the tick says that there is none. Choose.")
    NUMBER_AND_TICK = _l("There is a number here, and the tick says that there is none. Choose.")

    channel = RadioField(
        _l("How did it come in?"),
        [fields.Required(_l("Choose how it came in."))],
        choices=fields.choices({code: words for code, words in CHANNELS.items() if code != FORM}),
        invalid_choice_message=_l("Choose how it came in."),
    )
    came_on = fields.DayField(
        _l("On which day did it come in?"),
        [fields.Required(_l("Write the day on which it came in."))],
        default=clock.today,
        description=_l("The day on which it reached us, even if that is a while ago."),
    )
    came_at = TimeField(_l("At what time?"), [Optional()])
    language = SelectField(_l("The sender’s language"), invalid_choice_message=NOT_IN_LIST)
    files = fields.FilesField(_l("The letter or other files"))

    def __init__(self, house: Organisation, who: Member, *args: Any, **values: Any) -> None:
        super().__init__(house, *args, **values)
        self._who = who
        self.language.choices = fields.choices({code: language_name(code) for code in languages()})
        for field, (label, help) in _WORDS.items():
            self[field].label.text, self[field].description = label, help
        who_sends = _l("Choose who the sender is.")
        self.sender_kind.validators = [fields.Required(who_sends)]
        self.sender_kind.invalid_choice_message = who_sends
        if who.coordinates:
            self.department.label.text = _l("Does the sender say who is concerned?")
            self.department.description = ""
        else:
            self.department.label.text = _l("Which department has it?")
            self.department.description = _l("The coordinator is told, and can move it.")
            mine = [post for post in house.departments if post.id in who.departments]
            self.department.choices = fields.choices({p.id: pick(p.name)[0] for p in mine})

    def validate_came_on(self, field: fields.DayField) -> None:
        if not field.data or self.came_at.errors:
            return
        try:
            arrival.check_moment(self._came_in)
        except NotAllowed as problem:
            raise ValidationError(str(problem)) from None

    @property
    def _came_in(self) -> datetime:
        day: date = self.came_on.data
        return arrival.moment(day, self.came_at.data)

    @property
    def arrival(self) -> Arrival:
        """When and how it came in. Only after :meth:`validate`."""
        return Arrival(
            channel=self.channel.data,
            at=self._came_in,
            by=self._who,
            department=None if self._who.coordinates else self.department.data,
            files=self.files.taken,
        )

    def draft(self, *, browser: str, address: str = "", **more: Any) -> Draft:
        # What a contact chooses is where it lies, not what the sender said.
        chosen = {} if self._who.coordinates else {"chosen_department": None}
        return super().draft(browser=browser, address=address, **chosen, **more)
