"""Mails, as a mail program shows them."""

from intake.db import db
from intake.directory.members import Role
from intake.directory.organisation import organisation
from intake.enquiries import comments, lost_link, welcome
from tests.browser import Visit
from tests.staff.desk import ADMINISTRATOR, COORDINATOR, TEKNIK
from tests.states.letters import answer
from tests.states.made import (
    LONG,
    PERSONAL_NUMBER,
    UNBROKEN,
    UNCLEAR,
    happened,
    lose,
    received,
    show_mail,
    staff,
    staff_who_read,
)
from tests.states.sign_in import ask_for_link
from tests.states.table import met


@met("mail-receipt", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "kim@exempel.example", received(visit))


@met("mail-link-again", is_mail=True)
def _(visit: Visit) -> None:
    reference = received(visit, email="lost@exempel.example")
    visit.site.mail("lost@exempel.example", reference)
    with visit.site.app.app_context():
        lost_link.request(reference, "lost@exempel.example", visit.address)
        db.session.commit()
    subject = visit.say("The link to your idea (%(reference)s)", reference=reference)
    _mail(visit, "lost@exempel.example", subject)


@met("mail-handover", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt.barn-utbildning@", received(visit))


@met("mail-coordinator", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit))


@met("mail-coordinator-unclear", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit, **UNCLEAR))


@met("mail-coordinator-long", is_mail=True)
def _(visit: Visit) -> None:
    changes = {name: value for name, value in LONG.items() if name not in ("email", "goals")}
    _mail(visit, "internationellt@", received(visit, **changes))


@met("mail-coordinator-personal-number", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit, need=PERSONAL_NUMBER))


@met("mail-coordinator-spam", is_mail=True)
def _(visit: Visit) -> None:
    _mail(visit, "internationellt@", received(visit, trap="spam"))


@met("mail-undelivered-department", is_mail=True)
def _(visit: Visit) -> None:
    reference = received(visit)
    _lost_mail(visit, reference, "handover")


@met("mail-undelivered-sender", is_mail=True)
def _(visit: Visit) -> None:
    reference = received(visit)
    _lost_mail(visit, reference, "receipt")


@met("mail-undelivered-answer", is_mail=True)
def _(visit: Visit) -> None:
    _lost_mail(visit, happened(visit, answer), "answer")


@met("mail-sign-in", is_mail=True)
def _(visit: Visit) -> None:
    ask_for_link(visit, ADMINISTRATOR)
    _mail(visit, ADMINISTRATOR, visit.say("Your link to sign in"))


@met("mail-comment", is_mail=True)
def _(visit: Visit) -> None:
    text = f"Sidan är bra.\n\nMen telefonnumret är fel. {UNBROKEN * 2}"
    with visit.site.app.app_context(), staff_who_read(visit.language):
        comments.comment("accessibility", text, "", language="sv", address=visit.address)
        db.session.commit()
    _mail(visit, "internationellt@", visit.say("A message about accessibility"))


@met("mail-welcome", is_mail=True)
def _(visit: Visit) -> None:
    with visit.site.app.app_context(), staff_who_read(visit.language):
        given = [(Role.CONTACT, "teknik")]
        who = staff(COORDINATOR)
        html = welcome.letter(TEKNIK, given, organisation(), who, first=True).html
    show_mail(visit, html)


@met("mail-welcome-every-role", is_mail=True)
def _(visit: Visit) -> None:
    with visit.site.app.app_context(), staff_who_read(visit.language):
        given = [(role, "coordinator") for role in Role] + [(Role.CONTACT, "teknik")]
        who = staff(ADMINISTRATOR)
        html = welcome.letter(LONG["email"], given, organisation(), who, first=False).html
    show_mail(visit, html)


@met("mail-new-keeper", is_mail=True)
def _(visit: Visit) -> None:
    with visit.site.app.app_context(), staff_who_read(visit.language):
        keeps = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
        new = {TEKNIK: keeps, LONG["email"]: frozenset({Role.COORDINATOR})}
        who = staff(ADMINISTRATOR)
        html = welcome.warning(COORDINATOR, new, organisation(), who).html
    show_mail(visit, html)


def _lost_mail(visit: Visit, reference: str, kind: str) -> None:
    lose(visit, reference, kind)
    subject = visit.say("An email did not arrive (%(reference)s)", reference=reference)
    _mail(visit, "internationellt@", subject)


def _mail(visit: Visit, to: str, about: str) -> None:
    _name, mail = visit.site.mail(to, about)
    part = mail.get_body(("html",))
    assert part is not None
    show_mail(visit, part.get_content())
