"""Of which days figures are asked for, all of it in the address."""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from intake import clock, fields
from intake.directory.members import Member
from intake.enquiries.figures import Period


class PeriodForm(fields.Form):
    """A year; or days, which go before it. What makes no sense is said, and is this year.

    Only whoever may read each idea anyway chooses days. With days of their own choice others could
    ask for one idea at a time, and the tables would describe it.
    """

    class Meta:
        csrf = False  # a GET that changes nothing

    year = SelectField(_l("Year"))
    since = fields.DayField(_l("Or from"), [Optional()])
    until = fields.DayField(_l("Until"), [Optional()])

    def __init__(self, who: Member, first_year: int) -> None:
        this_year = clock.today().year
        super().__init__(request.args, data={"year": str(this_year)})
        self._this_year = this_year
        self.trouble = ""
        self.year.choices = fields.choices(
            {year: year for year in range(this_year, first_year - 1, -1)}
        )
        if not who.coordinates:
            self._leave_days_out()
        self.validate()
        if self.year.errors:
            self.year.data = str(this_year)
            self.year.errors = [_("There are no figures for that year.")]
        since, until = self._days
        if since and until and since > until:
            self.until.errors = [_("This day is before the first one, so nothing matches.")]

    @property
    def period(self) -> Period:
        """What is asked for, or this year."""
        if self.is_wrong:
            return Period.of_year(self._this_year)
        since, until = self._days
        if since:
            return Period(since, until or max(clock.today(), since))
        if until:
            return Period(until.replace(month=1, day=1), until)
        return Period.of_year(int(self.year.data))

    @property
    def is_wrong(self) -> bool:
        """Is this year shown instead of what was asked for?"""
        return bool(self.trouble or self.errors)

    @property
    def state(self) -> dict[str, Any]:
        """The period that is shown, by the names in the address."""
        shown = self.period
        if shown.year:
            return {"year": shown.year}
        return {"since": shown.first.isoformat(), "until": shown.last.isoformat()}

    @property
    def _days(self) -> tuple[date | None, date | None]:
        return (self.since.data, self.until.data) if "since" in self else (None, None)

    def _leave_days_out(self) -> None:
        del self.since
        del self.until
        if request.args.get("since") or request.args.get("until"):
            self.trouble = _("Only the coordinator can choose days. Choose a year.")
