"""Where an idea goes and why, in words: the same sentences on pages and in letters."""

from babel.lists import format_list
from flask_babel import gettext as _

from intake.directory.values import Organisation, Post
from intake.enquiries.models import Enquiry
from intake.i18n import language, pick
from intake.routing.decide import Decision


def destination(decision: Decision, house: Organisation) -> str:
    """One plain sentence for the sender: who will have the idea, and why."""
    department = house.department(decision.department)
    if department is None and decision.chosen:
        return _(
            "You chose %(department)s, but words in your idea also point elsewhere. So the "
            "international coordinator reads it first and makes sure that it reaches the right "
            "place.",
            department=name(house.posts[decision.chosen]),
        )
    if department is None:
        return _(
            "The international coordinator reads your idea first and makes sure that it reaches "
            "the right place."
        )
    if decision.was_entered_at(department.id):
        return _(
            "Your idea reached %(department)s, who look at it first. The international "
            "coordinator reads it too.",
            department=name(department),
        )
    return _(
        "We think that your idea belongs here: %(department)s, %(because)s. The international "
        "coordinator reads it too.",
        department=name(department),
        because=because(decision, department.id),
    )


def because(decision: Decision, department: str | None) -> str:
    """The reason in half a sentence: ``because you wrote “skolgård” and “elever”``."""
    words = quoted(decision.words_for(department, most=3))

    if decision.was_chosen(department) and words:
        return _("because you chose it and wrote %(words)s", words=words)
    if decision.was_chosen(department):
        return _("because you chose it")
    return _("because you wrote %(words)s", words=words)


def slip(decision: Decision, house: Organisation) -> list[str]:
    """The routing slip in two lines, for staff: what counted, and what came next."""
    if not decision.ranked:
        return [_("Nothing in the text points to a department.")]

    first, *others = [candidate.department for candidate in decision.ranked[:2]]
    return [_why(decision, first, house)] + [
        _("Next best: %(candidate)s", candidate=_why(decision, other, house)) for other in others
    ]


def candidates(decision: Decision, house: Organisation, most: int = 3) -> list[str]:
    """The best departments with their reasons, one line each, for the coordinator."""
    return [words for _post, words in reasons(decision, house)[:most]]


def reasons(decision: Decision, house: Organisation) -> list[tuple[Post, str]]:
    """Each department that the text points to, and why, the best first."""
    others = [each.department for each in decision.ranked if each.department in house.posts]
    return [
        (house.posts[each], _why(decision, each, house))
        for each in others
        if each != house.coordinator.id
    ]


def quoted(words: list[str]) -> str:
    """Words in quotation marks, as a list in the current language."""
    marked = [_("“%(word)s”", word=word) for word in words]
    return str(format_list(marked, locale=language()))


def signs(enquiry: Enquiry) -> str:
    """What made an enquiry look like spam, in words."""
    known = {
        "trap": _("a field that people do not see was filled in"),
        "fast": _("it was sent within seconds"),
        "unopened": _("it did not come from our form"),
        "links": _("it holds many links"),
    }
    found = [sign for event in enquiry.history for sign in event.data.get("signs", ())]
    return str(format_list([known[sign] for sign in found], locale=language()))


def signature(post: Post, house: Organisation) -> str:
    """In whose name a letter is written. A company of the municipality is not the municipality."""
    if post.kind == "company":
        return name(post)
    return _("%(role)s, %(organisation)s", role=name(post), organisation=pick(house.name)[0])


def name(post: Post) -> str:
    """A department's name in the current language."""
    return pick(post.name)[0]


def as_subject(post: Post, house: Organisation) -> str:
    """A department, or the coordinator, at the beginning of a sentence."""
    return _("The coordinator") if post is house.coordinator else name(post)


def _why(decision: Decision, department: str, house: Organisation) -> str:
    post = house.posts[department]
    reasons = [_("the sender chose it")] if decision.was_chosen(department) else []
    reasons += [_("it came in there")] if decision.was_entered_at(department) else []
    words = decision.words_for(department)
    if words:
        reasons.append(_("the text mentions %(words)s", words=quoted(words)))
    return _(
        "%(department)s, because %(reasons)s.",
        department=name(post),
        reasons=format_list(reasons, locale=language()),
    )
