"""How staff come in, and where they are signed in."""

from intake.db import db
from intake.directory.members import Member
from intake.staff import session
from tests.browser import STAFF_COOKIE, Visit
from tests.staff.desk import ADMINISTRATOR, COORDINATOR, READER
from tests.states import case, verbs
from tests.states.table import met

ASK = "staff.sign_in.show"


@met("sign-in", endpoint=ASK)
def ask(visit: Visit) -> None:
    visit.open_desk("/sign-in")


@met("sign-in-signed-out", endpoint=ASK)
def _(visit: Visit) -> None:
    visit.open_desk("/sign-in?gone=1")


@met("sign-in-errors", endpoint=ASK)
def _(visit: Visit) -> None:
    ask(visit)
    visit.press("Send me the link")


@met("sign-in-sent", endpoint=ASK)
def ask_for_link(visit: Visit, email: str = "nobody@exempel.example") -> None:
    ask(visit)
    visit.fill(email=email)
    visit.press("Send me the link")


@met("sign-in-opened", endpoint="staff.sign_in.confirm")
def _(visit: Visit) -> None:
    ask_for_link(visit, READER)
    _name, mail = visit.site.mail(READER, visit.say("Your link to sign in"))
    part = mail.get_body(("plain",))
    assert part is not None
    visit.page.goto(next(word for word in part.get_content().split() if "/sign-in/" in word))


@met("sign-in-used", endpoint="staff.sign_in.confirm")
def _(visit: Visit) -> None:
    visit.open_desk("/sign-in/" + "x" * 39)


@met("sign-in-account", endpoint=ASK)
def _(visit: Visit) -> None:
    """Where staff have an account with an OpenID provider."""
    _with_accounts(visit, "/sign-in")


@met("sign-in-account-failed", endpoint="staff.oidc.back")
def _(visit: Visit) -> None:
    """Whoever comes back from there had begun in another window."""
    _with_accounts(visit, "/oidc/back?state=other")


def _with_accounts(visit: Visit, path: str) -> None:
    ask(visit)
    accounts = visit.site.beside(
        INTAKE_OIDC_ISSUER="https://login.exempel.example",
        INTAKE_OIDC_CLIENT_ID="idelots",
        INTAKE_OIDC_CLIENT_SECRET="a-secret-of-the-client",
    )
    visit.page.goto(f"{accounts.url}/staff{path}")


@met("signed-out-while-writing", who=COORDINATOR, endpoint="staff.verbs.show_close")
def _(visit: Visit) -> None:
    """The session has ended, and two texts were written."""
    _write(visit)
    visit.context.clear_cookies(name=STAFF_COOKIE)
    verbs.press(visit)


@met("signed-in-while-writing", who=COORDINATOR, endpoint="staff.verbs.show_close")
def _(visit: Visit) -> None:
    """The form's token is from before."""
    _write(visit)
    visit.context.clear_cookies(name="intake")
    verbs.press(visit)


@met("press-once-more", who=COORDINATOR, endpoint="staff.contacts.me")
def _(visit: Visit) -> None:
    visit.open_desk("/me")
    visit.context.clear_cookies(name="intake")
    visit.press("Still me")


@met("no-longer-staff", endpoint="staff.inbox.show")
def _(visit: Visit) -> None:
    """Whoever is signed in has left the directory."""
    somebody = Member("borta@exempel.example", frozenset(), frozenset())
    with visit.site.app.test_request_context("/staff/", method="POST"):
        session.resume()
        token = session.begin(somebody, "mail")
        db.session.commit()
    visit.keep(STAFF_COOKIE, token)
    visit.open_desk("/")


def _write(visit: Visit) -> None:
    verbs.form(visit, "close", *case.CONFIRMED)
    visit.fill(**verbs.MAILED | verbs.ENDED)


@met("sessions", who=COORDINATOR, endpoint="staff.sessions.show")
def _(visit: Visit) -> None:
    visit.open_desk("/sessions")


@met("sessions-of-all", who=ADMINISTRATOR, endpoint="staff.sessions.show")
def _(visit: Visit) -> None:
    visit.site.session(COORDINATOR)
    visit.open_desk("/sessions")
