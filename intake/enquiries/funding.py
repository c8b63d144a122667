"""Which programmes may pay for an idea and why, in words for staff."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from intake.directory.values import Organisation
from intake.enquiries.choices import GOALS, SENDER_KINDS
from intake.enquiries.models import Enquiry
from intake.enquiries.slips import proposal_of
from intake.enquiries.wording import name, quoted
from intake.i18n import language, pick
from intake.programmes.catalogue import Programme, catalogue
from intake.routing.programmes import Fit

#: Who may apply, as ``programmes.read.APPLICANTS`` has them.
APPLICANTS = {
    "municipality": _l("the municipality"),
    "municipal_company": _l("municipal companies"),
    "school": _l("schools"),
    "association": _l("associations"),
    "company": _l("companies"),
    "region": _l("the region"),
    "university": _l("universities"),
    "youth_group": _l("groups of young people"),
    "resident": _l("residents"),
}

_MOST_WORDS = 5


@dataclass(frozen=True)
class Option:
    """A programme that was looked at for an idea, and what is to be known about that."""

    programme: Programme
    reasons: list[str]
    hurdle: str  # what decides whether it can pay, in one line


@dataclass(frozen=True)
class Panel:
    """What was suggested when the idea came in."""

    suggested: list[Option]
    next_best: list[Option]
    not_possible: list[Option]

    @property
    def ids(self) -> list[str]:
        """What is suggested, as it is set with one click."""
        return [option.programme.id for option in self.suggested]


def panel(enquiry: Enquiry, house: Organisation) -> Panel | None:
    """The suggestion that is kept with *enquiry*; None if nobody has looked for any.

    What can be applied for may have changed since: each stands where it belongs today.
    """
    proposal = proposal_of(enquiry.suggestions[-1])
    if proposal is None:
        return None

    first, then = proposal.suggested, (*proposal.next_best, *proposal.not_possible)
    return Panel(
        suggested=_options(first, house, lambda programme: programme.active),
        next_best=_options(then, house, lambda programme: programme.active),
        not_possible=_options((*first, *then), house, lambda programme: not programme.active),
    )


def choosable(chosen: Collection[str], *, without: Collection[str]) -> list[tuple[str, list[str]]]:
    """The ids of what can be chosen, below the names of the families, but not *without*.

    What is *chosen* already can stay, also when it is closed or has left the catalogue.
    """
    groups = [
        (
            pick(name)[0],
            [
                each.id
                for each in programmes
                if each.id not in without and (each.active or each.id in chosen)
            ],
        )
        for name, programmes in catalogue().by_family()
    ]
    gone = [id for id in chosen if id not in catalogue().programmes]
    groups.append((_("No longer in the catalogue"), gone))
    return [(name, ids) for name, ids in groups if ids]


def name_of(id: str) -> str:
    """A programme's name in the current language; its id if it is not in the catalogue."""
    programme = catalogue().programmes.get(id)
    return pick(programme.name)[0] if programme else id


def named(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Id and name of each programme; of one that has left the catalogue the name alone."""
    known = catalogue().programmes
    return [(id if id in known else "", name_of(id)) for id in ids]


def shares_left(ids: Iterable[str]) -> list[str]:
    """What each of these programmes leaves to others to pay, where its rate is known."""
    known = catalogue().programmes
    rates = [(name_of(id), known[id].eu_rate_max) for id in ids if id in known]
    return [
        _(
            "%(programme)s pays at most %(rate)d%%, so at least %(rest)d%% is left to pay.",
            programme=name,
            rate=rate,
            rest=100 - rate,
        )
        for name, rate in rates
        if rate is not None
    ]


def in_words(applicants: Iterable[str]) -> str:
    """*applicants* as a list in the current language, any of whom will do."""
    named = [str(APPLICANTS[each]) for each in applicants]
    return str(format_list(named, style="or", locale=language()))


def goals_in_words(numbers: Iterable[int]) -> str:
    """Global goals with their numbers, as a list in the current language."""
    return "; ".join(f"{number}. {GOALS[number]}" for number in numbers)


def _options(
    fits: Iterable[Fit], house: Organisation, wanted: Callable[[Programme], bool]
) -> list[Option]:
    known = catalogue().programmes
    found = [(fit, known[fit.programme]) for fit in fits if fit.programme in known]
    return [
        Option(programme, because(fit, programme, house), hurdle(programme))
        for fit, programme in found
        if wanted(programme)
    ]


def hurdle(programme: Programme) -> str:
    """What *programme* does not pay, and how many it wants to take part; nothing if there is no
    such bar, or nobody here can apply at all.
    """
    if not programme.active:
        return ""
    partners, countries = programme.min_partners or 1, programme.min_countries or 1
    said = []
    if programme.not_paid:
        said.append(_("Does not pay: %(what)s.", what=pick(programme.not_paid)[0]))
    if countries > 1:
        said.append(
            _(
                "Requires at least %(partners)s partners in %(countries)s countries.",
                partners=max(partners, countries),
                countries=countries,
            )
        )
    elif partners > 1:
        said.append(_("Requires at least %(partners)s partners.", partners=partners))
    return " ".join(said)


def because(fit: Fit, programme: Programme, house: Organisation) -> list[str]:
    """What spoke for *programme* or stands against it, each in one sentence."""
    words = _("The text mentions %(words)s.", words=quoted(list(fit.words[:_MOST_WORDS])))
    if not programme.active:
        return [pick(programme.why_not)[0], words]

    reasons = [words]
    owners = [name(house.posts[id]) for id in fit.departments if id in house.posts]
    if owners:
        listed = format_list(owners, locale=language())
        reasons.append(_("Such ideas often belong to %(departments)s.", departments=listed))
    if fit.goals:
        reasons.append(_("Goals in common: %(goals)s.", goals=goals_in_words(fit.goals)))
    return [*reasons, _who_may(fit)]


def _who_may(fit: Fit) -> str:
    sender = SENDER_KINDS.get(fit.applicant) or APPLICANTS.get(fit.applicant)
    others = in_words(fit.others)
    if fit.may_apply and fit.applicant == "municipality":
        return _("The municipality can apply.")
    if fit.may_apply:
        return _("The sender can apply, as %(applicant)s.", applicant=sender)
    if not fit.applicant:
        return _("Can apply: %(others)s.", others=others)
    return _(
        "The sender (%(applicant)s) cannot apply alone; %(others)s can.",
        applicant=sender,
        others=others,
    )
