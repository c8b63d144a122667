"""Signing in at the organisation's own OpenID provider (authorization code, PKCE, nonce, state).

The provider says which address somebody has; the directory says whether, and as what, that address
may come in. It begins by a link: our policy lets no form lead to another host.
"""

import logging
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, render_template, request
from flask import session as browser_session
from flask_babel import gettext as _
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from intake.db import also_write, db
from intake.directory.members import Member, member
from intake.directory.organisation import organisation
from intake.links import link
from intake.staff.signin_pages import own_page, sign_in

log = logging.getLogger(__name__)
bp = Blueprint("oidc", __name__, url_prefix="/oidc")

_NAME = "provider"
_AFTER = "after_sign_in"
_PATIENCE = 10  # seconds for each answer of the provider
_LEEWAY = 60  # seconds by which its clock may differ from ours

#: What comes of a provider that is away or says what does not hold. Each becomes a page.
_TROUBLE = (AuthlibBaseError, JoseError, RequestException, ValueError, RuntimeError, KeyError)


def init_app(app: Flask) -> None:
    """Make the provider known, if there is one. Nothing is asked of it until somebody signs in."""
    issuer = app.config["OIDC_ISSUER"]
    if not issuer:
        return
    oauth = OAuth(app)
    app.extensions["oidc"] = oauth.register(
        _NAME,
        client_id=app.config["OIDC_CLIENT_ID"],
        client_secret=app.config["OIDC_CLIENT_SECRET"],
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _PATIENCE,
        },
    )


@bp.get("")
def start() -> Response | tuple[str, int]:
    """Go to the provider; what must be known when they come back lies in the signed cookie."""
    provider = _provider()
    for name in [name for name in browser_session if name.startswith("_state_")]:
        del browser_session[name]  # of tries given up: a cookie holds few of them
    browser_session[_AFTER] = own_page(request.args.get("next", ""))

    db.session.rollback()  # no transaction is open while the provider is asked
    try:
        answer: Response = provider.authorize_redirect(link("staff.oidc.back"))
    except _TROUBLE as problem:
        return _failed(problem)
    return answer


@bp.get("/back")
def back() -> Response | tuple[str, int]:
    """The provider sends them here: check all that it says, and sign in whom the directory knows.

    The protocol wants a GET that changes something; its ``state`` is what a form's token is.
    """
    provider = _provider()
    if "error" in request.args:
        log.info("The provider ended a sign-in")
        return _sorry(_("The sign-in was cancelled. Nothing has happened."), 403)
    if not _is_begun_here(request.args.get("state", "")):
        return _sorry(
            _("It took too long, or you started in another window. Please start again."), 400
        )

    db.session.rollback()  # no transaction is open while the provider is asked
    try:
        token = provider.authorize_access_token(leeway=_LEEWAY, claims_options=_claims_options())
        claims = dict(token["userinfo"])
    except _TROUBLE as problem:
        return _failed(problem)

    who = _known(claims)
    if who is None:
        log.info("Somebody whom the directory does not know came from the provider")
        return _sorry(
            _(
                "There is nothing wrong with your account, but its address is not in our "
                "directory of contacts. Ask the coordinator."
            ),
            403,
        )
    asked = browser_session.get(_AFTER, "")
    also_write()
    return sign_in(who, "oidc", asked)


def _provider() -> Any:
    """Authlib's client, or 404 where no provider is set up."""
    return current_app.extensions.get("oidc") or abort(404)


def _is_begun_here(state: str) -> bool:
    return f"_state_{_NAME}_{state}" in browser_session


def _claims_options() -> dict[str, Any]:
    """What Authlib does not ask by itself: our own audience, whatever ``azp`` says, our issuer."""
    return {
        "iss": {"essential": True, "value": current_app.config["OIDC_ISSUER"]},
        "aud": {"essential": True, "value": current_app.config["OIDC_CLIENT_ID"]},
    }


def _known(claims: dict[str, Any]) -> Member | None:
    """The member whom *claims* name by an address that the provider vouches for.

    Entra ID never says that it has verified one; where it is the organisation's own, the operator
    may trust it all the same (``INTAKE_OIDC_TRUST_EMAIL``).
    """
    trusted = current_app.config["OIDC_TRUST_EMAIL"]
    if claims.get("email_verified") is not True and not trusted:
        return None
    address = claims.get("email") or (claims.get("preferred_username") if trusted else None)
    return member(organisation(), address) if isinstance(address, str) else None


def _failed(problem: Exception) -> tuple[str, int]:
    # By its kind only: what a provider says may name people.
    log.warning("Signing in at the provider failed: %s", type(problem).__name__)
    return _sorry(
        _(
            "The service where you sign in does not answer as it should. Try again in a while, or "
            "tell whoever runs this service."
        ),
        502,
    )


def _sorry(why: str, code: int) -> tuple[str, int]:
    return render_template("staff/sign_in_failed.html", why=why), code
