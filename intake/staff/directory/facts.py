"""The municipality's own facts: how to reach it, what it promises, privacy and accessibility."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    TelField,
    URLField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Regexp

from intake import fields
from intake.directory.export import Plain
from intake.directory.facts import CALENDAR_DAYS, CONFORMITY, MOST_PROMISED_DAYS, PHONE
from intake.i18n import language, language_name, languages
from intake.staff.directory.form import DirectoryForm, email, in_languages
from intake.staff.directory.labels import LABELS
from intake.toml.values import is_web_address


def phone(label: Any, help: Any = "") -> TelField:
    """A telephone number."""
    return fields.line(
        label,
        30,
        fields.Required(_("Write a number.")),
        Regexp(PHONE, message=_("Write a number like 08-465 004 00.")),
        help=help,
        kind=TelField,
    )


def web(label: Any, help: Any = "") -> URLField:
    """The address of a web page."""
    return fields.line(
        label,
        500,
        fields.Required(_("Write an address that begins with https://.")),
        _is_web,
        help=help,
        kind=URLField,
    )


def _is_web(form: Any, field: Field) -> None:
    if not is_web_address(field.data or ""):
        raise ValidationError(_("Write an address that begins with https://."))


class MunicipalityForm(DirectoryForm):
    """Name, and how people reach a human."""

    parts = ("name", "language", "phone", "visit", "post", "hours", "website")

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        spoken = {code: language_name(code, language()) for code in languages()}
        return {
            **in_languages("name", LABELS["name"], 120, stored, required=True),
            "phone": phone(LABELS["phone"], _("Shown on every page as the way to a human.")),
            **in_languages("hours", LABELS["hours"], 300, stored, required=True, rows=3),
            **in_languages("visit", LABELS["visit"], 300, stored, required=True, rows=3),
            **in_languages("post", LABELS["post"], 300, stored, required=True, rows=3),
            "website": web(LABELS["website"]),
            "language": SelectField(LABELS["language"], choices=fields.choices(spoken)),
        }

    def write(self, stored: Plain) -> None:
        for name in ("name", "visit", "post", "hours"):
            stored[name] = self.texts(name)
        for name in ("phone", "website", "language"):
            stored[name] = self[name].data


PROMISES = {
    "answer_days": _l("A first answer by a person"),
    "assessment_days": _l("An assessment with a suggested next step"),
    "department_days": _l("A department says whether it wants to develop the idea"),
    "open_days": _l("A hand-over that nobody has opened goes back to the coordinator"),
    "coordinator_days": _l("The coordinator is told what a department was reminded of"),
    "ask_again_days": _l("A question to the sender is asked once more"),
    "still_you_days": _l("A contact who is asked “Still you?” answers"),
    "life_days": _l("Some news in an open case"),
    "call_first_days": _l("First reminder before the last day to apply"),
    "call_next_days": _l("Second reminder before the last day to apply"),
    "call_last_days": _l("Last reminder before the last day to apply"),
}


class PromiseForm(DirectoryForm):
    """Within how many working days something happens."""

    table = "promise"

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        most = MOST_PROMISED_DAYS
        span = _("Write a whole number from 1 to %(most)s.", most=most)
        working = _("Working days, from 1 to %(most)s.", most=most)
        of_the_calendar = _("Calendar days, from 1 to %(most)s.", most=most)
        return {
            name: IntegerField(
                label,
                [InputRequired(span), NumberRange(1, most, span)],
                description=of_the_calendar if name in CALENDAR_DAYS else working,
            )
            for name, label in PROMISES.items()
        }

    def write(self, stored: Plain) -> None:
        stored |= {name: self[name].data for name in PROMISES}

    def validate_assessment_days(self, field: Field) -> None:
        if field.data is not None and field.data < (self.answer_days.data or 0):
            raise ValidationError(_("An assessment cannot come before the first answer."))


class PrivacyForm(DirectoryForm):
    """The facts of the page about privacy (GDPR art. 13)."""

    table = "privacy"

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        return {
            **in_languages("controller", LABELS["controller"], 200, stored, required=True),
            "officer_email": email(LABELS["officer_email"]),
            "officer_phone": phone(LABELS["officer_phone"]),
            **in_languages("retention", LABELS["retention"], 2000, stored, required=True, rows=5),
            **in_languages(
                "supervisor_name",
                LABELS["supervisor"],
                200,
                _with_supervisor(stored),
                required=True,
            ),
            "supervisor_url": web(_("Website of the supervisory authority")),
        }

    def fill(self, stored: Plain) -> None:
        self.fill_from(_with_supervisor(stored))

    def write(self, stored: Plain) -> None:
        for name in ("controller", "retention"):
            stored[name] = self.texts(name)
        for name in ("officer_email", "officer_phone"):
            stored[name] = self[name].data
        stored["supervisor"] = {
            "name": self.texts("supervisor_name"),
            "url": self.supervisor_url.data,
        }


def _with_supervisor(privacy: Plain) -> Plain:
    """The facts with those of the table below them, by the names of the fields."""
    return privacy | {f"supervisor_{name}": fact for name, fact in privacy["supervisor"].items()}


CONFORMS = dict(
    zip(
        CONFORMITY,
        (_l("Fully accessible"), _l("Partly accessible"), _l("Not accessible")),
        strict=True,
    )
)


class AccessibilityForm(DirectoryForm):
    """The facts of the accessibility statement (lag 2018:1937)."""

    table = "accessibility"

    @classmethod
    def questions(cls, stored: Plain) -> dict[str, Field]:
        day = fields.Required(_("Write a day."))
        found = {
            "conformity": RadioField(
                LABELS["conformity"],
                [fields.Required(_("Choose one."))],
                choices=fields.choices(CONFORMS),
            ),
            "assessed": fields.DayField(LABELS["assessed"], [day]),
            "updated": fields.DayField(LABELS["updated"], [day]),
            **in_languages("method", LABELS["method"], 2000, stored, required=True, rows=4),
        }
        for number, flaw in enumerate([*stored["flaws"], {}], 1):
            found |= in_languages(
                f"flaw{number}",
                _("What is not accessible, and why: %(number)s", number=number),
                2000,
                {f"flaw{number}": flaw},
                rows=5,
                help=_("Clear the field to remove it."),
            )
        found["complaint_url"] = web(LABELS["complaint_url"])
        return found

    def fill(self, stored: Plain) -> None:
        self.fill_from(stored | {f"flaw{i}": flaw for i, flaw in enumerate(stored["flaws"], 1)})

    def write(self, stored: Plain) -> None:
        for name in ("conformity", "assessed", "updated", "complaint_url"):
            stored[name] = self[name].data
        stored["method"] = self.texts("method")
        stored["flaws"] = self._flaws()

    def validate_updated(self, field: Field) -> None:
        if field.data and self.assessed.data and field.data < self.assessed.data:
            raise ValidationError(_("The statement cannot be older than the assessment."))

    def validate_conformity(self, field: Field) -> None:
        if field.data != "full" and not self._flaws():
            raise ValidationError(_("Write further down what is not accessible."))

    def _flaws(self) -> list[dict[str, str]]:
        names = dict.fromkeys(f.name.partition("__")[0] for f in self if f.name.startswith("flaw"))
        return [texts for name in names if (texts := self.texts(name))]
