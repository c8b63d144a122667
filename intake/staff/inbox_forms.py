"""What can be asked of the inbox, all of it in the address, and the name of a view that is kept."""

from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SearchField, SelectField, StringField
from wtforms.validators import Optional

from intake import fields
from intake.directory.members import Member
from intake.directory.values import Organisation
from intake.enquiries.attention import Rank
from intake.enquiries.choices import GOALS, SENDER_KINDS
from intake.enquiries.event_words import STATUSES
from intake.enquiries.fact_words import LABELS
from intake.enquiries.funding import name_of
from intake.enquiries.views import Filter, Flag, View, views
from intake.i18n import language_name, languages, pick
from intake.programmes.catalogue import catalogue

_VIEWS = {
    View.ACTION: _l("To do"),
    View.DEPARTMENTS: _l("With departments"),
    View.TOGETHER: _l("Together"),
    View.WAITING: _l("Waiting for the sender"),
    View.PARKED: _l("Parked"),
    View.CLOSED: _l("Closed"),
    View.ALL: _l("All"),
    View.SPAM: _l("Possible spam"),
}


def view_words(who: Member) -> dict[View, Any]:
    """The names of the views: what is with departments is, to one of them, with itself."""
    return _VIEWS if who.coordinates else _VIEWS | {View.DEPARTMENTS: _l("With us")}


#: What stands above the ideas of each rank, where a list is in that order.
RANKS = {
    Rank.NEW: _l("New ideas"),
    Rank.NEWS: _l("Something has happened"),
    Rank.DECIDE: _l("The department is to decide"),
    Rank.REST: _l("To follow up"),
}

FLAGS = {
    Flag.NEWS: _l("New answer"),
    Flag.LATE: _l("Late"),
    Flag.PROTECTED: LABELS["protected"],
    Flag.SECRECY: LABELS["flagged"],
    Flag.RESEMBLES: _l("Duplicate?"),
    Flag.DUPLICATE: _l("Duplicate"),
}


class FilterForm(fields.Form):
    """The filters. What makes no sense in an address that somebody wrote by hand is left out."""

    class Meta:
        csrf = False  # a GET that changes nothing

    view = HiddenField()
    q = SearchField(_l("Search"), filters=[fields.as_line])
    status = SelectField(_l("Status"))
    department = SelectField(_l("Who has it"))
    kind = SelectField(_l("Sent by"))
    programme = SelectField(_l("Programme"))
    goal = SelectField(_l("Global goal"))
    lang = SelectField(_l("Language"))
    since = fields.DayField(_l("Came in on or after"), [Optional()])
    until = fields.DayField(_l("Came in on or before"), [Optional()])
    flag = SelectField(_l("Mark"))

    def __init__(self, house: Organisation, who: Member) -> None:
        super().__init__(request.args)
        self._views = views(who)
        # Those in which others take part have somebody else as well.
        all_of_them = who.coordinates or request.args.get("view") == View.TOGETHER
        mine = [each for each in house.departments if all_of_them or each.id in who.departments]
        self.status.choices = _any(STATUSES)
        self.department.choices = _any(
            ({"none": _("The coordinator")} if all_of_them else {})
            | {each.id: pick(each.name)[0] for each in mine}
        )
        self.kind.choices = _any(SENDER_KINDS)
        self.programme.choices = _any(
            dict(sorted(((id, name_of(id)) for id in catalogue().programmes), key=lambda p: p[1]))
        )
        self.goal.choices = _any({n: f"{n}. {name}" for n, name in GOALS.items()})
        self.lang.choices = _any({code: language_name(code) for code in languages()})
        self.flag.choices = _any(FLAGS)
        self.validate()
        for field in self:
            if field.errors or field.data is None:
                field.errors = []
                field.data = None if isinstance(field, fields.DayField) else ""
                if isinstance(field, fields.DayField):
                    field.raw_data = None
        if self.since.data and self.until.data and self.since.data > self.until.data:
            self.until.errors = [_("This day is before the first one, so nothing matches.")]

    @property
    def chosen_view(self) -> View:
        return View(self.view.data) if self.view.data in self._views else View.ACTION

    def filter(self) -> Filter:
        return Filter(
            words=self.q.data,
            status=self.status.data,
            department=self.department.data,
            sender_kind=self.kind.data,
            programme=self.programme.data,
            goal=self.goal.data,
            language=self.lang.data,
            first_day=self.since.data,
            last_day=self.until.data,
            flag=self.flag.data,
        )

    def state(self, **changes: Any) -> dict[str, str]:
        """Everything that is set, by the names in the address."""
        found = {field.name: field.data for field in self} | {"view": self.chosen_view.value}
        return {name: str(value) for name, value in (found | changes).items() if value}

    @property
    def narrows(self) -> bool:
        """Is anything but the view and the words set?"""
        return bool(self.state().keys() - {"view", "q"})


class KeepForm(fields.Form):
    """A name for the view that is shown."""

    name = StringField(
        _l("Name of the view"),
        [fields.Required(_l("Give the view a name.")), fields.Length(60)],
        filters=[fields.as_line],
    )


class SenderForm(fields.Form):
    """Who is looked for."""

    who = SearchField(
        _l("Name, email, telephone or organisation"),
        [fields.Required(_l("Write who you are looking for.")), fields.Length(200)],
        filters=[fields.as_line],
    )


def as_query(state: dict[str, str]) -> str:
    return urlencode(state)


def _any(labels: Any) -> list[Any]:
    return fields.choices({"": _("All")} | {str(code): label for code, label in labels.items()})
