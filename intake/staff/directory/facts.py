"""The municipality's own facts: how to reach it, what it promises, privacy, accessibility, colours,
and who else may sign in.
"""

from base64 import b64encode
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    URLField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Regexp

from intake import fields
from intake.directory.check import CONFORMITY, MAY, MOST_PROMISED_DAYS, PHONE
from intake.directory.export import Plain
from intake.directory.look import (
    DARK_GROUND,
    ENOUGH_CONTRAST,
    LIGHT_GROUND,
    UnfitLogo,
    contrast,
    fit_logo,
)
from intake.i18n import language, language_name, languages
from intake.staff.directory.form import DirectoryForm, Where, email, in_languages
from intake.toml.values import is_web_address


def phone(label: Any, help: Any = "") -> TelField:
    return fields.line(
        label,
        30,
        fields.Required(_("Write a number.")),
        Regexp(PHONE, message=_("Write a number like 08-465 004 00.")),
        help=help,
        kind=TelField,
    )


def web(label: Any, help: Any = "") -> URLField:
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
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        stored = plain["organisation"]
        spoken = {code: language_name(code, language()) for code in languages()}
        return {
            **in_languages("name", _("Name"), 120, stored, required=True),
            "phone": phone(_("Telephone"), _("Shown on every page as the way to a human.")),
            **in_languages("hours", _("Hours"), 300, stored, required=True, rows=2),
            **in_languages("visit", _("Visit"), 300, stored, required=True, rows=2),
            **in_languages("post", _("Postal address"), 300, stored, required=True, rows=3),
            "website": web(_("Website")),
            "language": SelectField(
                _("Language of letters to staff"), choices=fields.choices(spoken)
            ),
        }

    def fill(self, plain: Plain) -> None:
        self.fill_from(plain["organisation"])

    def change(self, plain: Plain) -> None:
        stored = plain["organisation"]
        for name in ("name", "visit", "post", "hours"):
            stored[name] = self.texts(name)
        for name in ("phone", "website", "language"):
            stored[name] = self[name].data


PROMISES = {
    "answer_days": _l("A first answer by a person"),
    "assessment_days": _l("An assessment with a suggested next step"),
    "department_days": _l("A department says whether it wants to develop the idea"),
    "open_days": _l("A hand-over that nobody has opened goes back to the coordinator"),
    "ask_again_days": _l("A question to the sender is asked once more"),
    "life_days": _l("A sign of life in an open case"),
}


class PromiseForm(DirectoryForm):
    """Within how many working days something happens."""

    parts = ("promise",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        most = MOST_PROMISED_DAYS
        span = _("Write a whole number from 1 to %(most)s.", most=most)
        working = _("Working days, from 1 to %(most)s.", most=most)
        of_the_calendar = _("Days of the calendar, from 1 to %(most)s.", most=most)
        return {
            name: IntegerField(
                label,
                [InputRequired(span), NumberRange(1, most, span)],
                description=of_the_calendar if name == "life_days" else working,
            )
            for name, label in PROMISES.items()
        }

    def fill(self, plain: Plain) -> None:
        self.fill_from(plain["organisation"]["promise"])

    def change(self, plain: Plain) -> None:
        plain["organisation"]["promise"] |= {name: self[name].data for name in PROMISES}

    def validate_assessment_days(self, field: Field) -> None:
        if field.data is not None and field.data < (self.answer_days.data or 0):
            raise ValidationError(_("An assessment cannot come before the first answer."))


class PrivacyForm(DirectoryForm):
    """The facts of the page about privacy (GDPR art. 13)."""

    parts = ("privacy",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        stored = plain["organisation"]["privacy"]
        return {
            **in_languages("controller", _("Controller"), 200, stored, required=True),
            "officer_email": email(_("E-mail of the data protection officer")),
            "officer_phone": phone(_("Telephone of the data protection officer")),
            **in_languages(
                "retention", _("How long ideas are kept"), 2000, stored, required=True, rows=5
            ),
            **in_languages(
                "supervisor_name",
                _("Supervisory authority"),
                200,
                {"supervisor_name": stored["supervisor"]["name"]},
                required=True,
            ),
            "supervisor_url": web(_("Website of the supervisory authority")),
        }

    def fill(self, plain: Plain) -> None:
        stored = plain["organisation"]["privacy"]
        supervisor = {f"supervisor_{name}": value for name, value in stored["supervisor"].items()}
        self.fill_from(stored | supervisor)

    def change(self, plain: Plain) -> None:
        plain["organisation"]["privacy"] = {
            "controller": self.texts("controller"),
            "officer_email": self.officer_email.data,
            "officer_phone": self.officer_phone.data,
            "retention": self.texts("retention"),
            "supervisor": {
                "name": self.texts("supervisor_name"),
                "url": self.supervisor_url.data,
            },
        }


CONFORMS = dict(
    zip(
        CONFORMITY,
        (_l("Fully accessible"), _l("Partly accessible"), _l("Not accessible")),
        strict=True,
    )
)


class AccessibilityForm(DirectoryForm):
    """The facts of the accessibility statement (lag 2018:1937)."""

    parts = ("accessibility",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        stored = plain["organisation"]["accessibility"]
        day = fields.Required(_("Write a day."))
        found = {
            "conformity": RadioField(
                _("How far the service conforms"), choices=fields.choices(CONFORMS)
            ),
            "assessed": DateField(_("Assessed on"), [day]),
            "updated": DateField(_("Statement updated on"), [day]),
            **in_languages("method", _("How it was assessed"), 2000, stored, required=True, rows=4),
        }
        for number, flaw in enumerate([*stored["flaws"], {}], 1):
            found |= in_languages(
                f"flaw{number}",
                _("What is not accessible, and why: %(number)s", number=number),
                2000,
                {f"flaw{number}": flaw},
                rows=3,
                help=_("Empty it to take it away."),
            )
        found["complaint_url"] = web(_("Where one can complain to the authority"))
        return found

    def fill(self, plain: Plain) -> None:
        stored = plain["organisation"]["accessibility"]
        self.fill_from(stored | {f"flaw{i}": flaw for i, flaw in enumerate(stored["flaws"], 1)})

    def change(self, plain: Plain) -> None:
        stored = plain["organisation"]["accessibility"]
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


COLOURS = {
    "brand": (_l("Main colour"), LIGHT_GROUND),
    "brand_dark": (_l("Main colour in the dark"), DARK_GROUND),
    "accent": (_l("Second colour"), LIGHT_GROUND),
    "accent_dark": (_l("Second colour in the dark"), DARK_GROUND),
}


class LookForm(DirectoryForm):
    """Colours and logo."""

    parts = ("look",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        found: dict[str, Field] = {
            name: StringField(
                label,
                [
                    fields.Required(_("Write a colour like #1f5a46.")),
                    Regexp("^#[0-9A-Fa-f]{6}$", message=_("Write a colour like #1f5a46.")),
                    _Readable(ground),
                ],
                description=_("Text in this colour stands on %(ground)s.", ground=ground),
            )
            for name, (label, ground) in COLOURS.items()
        }
        found["logo"] = FileField(
            _("New logo"), description=_("SVG or PNG, at most 100 kB. Empty keeps what there is.")
        )
        if "logo" in plain["organisation"]["look"]:
            found["no_logo"] = BooleanField(_("Show no logo"))
        return found

    def fill(self, plain: Plain) -> None:
        stored = plain["organisation"]["look"]
        self.fill_from({name: stored[name] for name in COLOURS})

    def change(self, plain: Plain) -> None:
        stored = plain["organisation"]["look"]
        stored |= {name: self[name].data for name in COLOURS}
        if "no_logo" in self and self.no_logo.data:
            stored.pop("logo", None)
        if self.picture is not None:
            content, media_type = self.picture
            stored["logo"] = f"data:{media_type};base64,{b64encode(content).decode()}"

    picture: tuple[bytes, str] | None = None

    def validate_logo(self, field: Field) -> None:
        if not field.data:
            return
        try:
            self.picture = fit_logo(field.data.read())
        except UnfitLogo as unfit:
            raise ValidationError(
                _("Choose an SVG or PNG file of at most 100 kB that only draws, without scripts.")
            ) from unfit


class _Readable:
    """Text in this colour can be read on *ground*."""

    def __init__(self, ground: str) -> None:
        self.ground = ground

    def __call__(self, form: Any, field: Field) -> None:
        if field.errors:  # it is no colour
            return
        reached = contrast(field.data, self.ground)
        if reached < ENOUGH_CONTRAST:
            raise ValidationError(
                _(
                    "Too little contrast against %(ground)s: %(reached)s to 1, and text needs "
                    "%(needed)s to 1.",
                    ground=self.ground,
                    reached=f"{reached:.1f}",
                    needed=ENOUGH_CONTRAST,
                )
            )


ROLES = {
    "administrator": _l("Administrator: looks after sessions and the directory, reads no ideas"),
    "reader": _l("Reader: sees figures only"),
}


class RolesForm(DirectoryForm):
    """Who signs in besides the coordinator and the contacts."""

    parts = ("staff",)

    @classmethod
    def questions(cls, plain: Plain, where: Where) -> dict[str, Field]:
        may = {word: ROLES[word] for word in MAY}
        found: dict[str, Field] = {
            _key(each): SelectField(
                each["email"],
                choices=fields.choices(may | {"": _("No access any more")}),
                default=each["may"],
            )
            for each in plain.get("staff", [])
        }
        found["email"] = email(
            _("Address of one more"),
            required=False,
            help=_("Whoever reads it may sign in with it at once, and gets an email about it."),
        )
        found["may"] = SelectField(
            _("What that one may do"), choices=fields.choices(may), default="reader"
        )
        return found

    def change(self, plain: Plain) -> None:
        """Only what was chosen is changed: whom others have let in meanwhile stays."""
        stored = plain.pop("staff", [])
        wanted = [each | {"may": self[_key(each)].data} for each in stored if _key(each) in self]
        wanted += [each for each in stored if _key(each) not in self]
        if self.email.data:
            wanted.append({"email": self.email.data, "may": self.may.data})
        staff = [each for n, each in enumerate(wanted) if each["may"] and each not in wanted[:n]]
        if staff:
            plain["staff"] = staff


def _key(member: Plain) -> str:
    """The name of the field for somebody who signs in."""
    return f"{member['email']}/{member['may']}"
