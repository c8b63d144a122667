"""Addresses that go into mails, and the secret that opens an enquiry's status page.

A link is built from ``INTAKE_BASE_URL`` and the URL map, never from a request's Host header
(CVE-2021-30185 is what happens otherwise).

The status token is derived: HMAC-SHA256 of a random value that is stored with the enquiry, under
``INTAKE_LINK_KEY``, which is not in the database. So a stolen database opens no page, every later
letter can carry the link, and replacing the value replaces the link.
"""

import base64
import hashlib
import hmac
import re
import secrets

from flask import current_app

#: Stands in a stored letter where the status token goes. A control character that no form field
#: lets through, so nobody can type it.
TOKEN_PLACE = "\x1a"  # noqa: S105 - the place of a secret, not one

_TOKEN_BYTES = 24  # 192 bits: 39 letters and digits in base 32, none of them alike (no 0, 1, 8, 9)
_SIGN_IN = "sign-in:"  # begins the seed of a sign-in link; no other seed has a colon
_NOT_IN_TOKEN = re.compile(r"[^a-z2-7]")


def link(endpoint: str, **values: str) -> str:
    """The full address of a page, good outside any request.

    :param endpoint: as in ``url_for``; *values* fill the rule's variables.
    """
    adapter = current_app.url_map.bind("")
    return str(current_app.config["BASE_URL"] + adapter.build(endpoint, values))


def secret_link(endpoint: str, **values: str) -> str:
    """The address of a page that a token opens, for a letter: the token itself is put in by
    :func:`fill_token` when the letter leaves, and never stored.
    """
    return link(endpoint, token=TOKEN_PLACE, **values).replace("%1A", TOKEN_PLACE)


def new_seed() -> str:
    """A fresh random value for one enquiry's link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_sign_in_seed() -> str:
    """A fresh random value for one link by which a member of staff signs in."""
    return _SIGN_IN + new_seed()


def status_token(seed: str) -> str:
    """The secret in the address of the status page that belongs to *seed*."""
    return _derived(f"status:{seed}")


def sign_in_token(seed: str) -> str:
    """The secret in the sign-in link that belongs to *seed*, from :func:`new_sign_in_seed`."""
    return _derived(seed)


def token_hash(token: str) -> str:
    """What the table keeps of a token. Forgives what mail programs and people add around it."""
    clean = _NOT_IN_TOKEN.sub("", token.lower())
    return hashlib.sha256(clean.encode()).hexdigest()


def fill_token(text: str, seed: str | None) -> str:
    """*text* of a stored letter with its link's token put in, ready to leave the house."""
    if not seed:
        return text
    token = sign_in_token(seed) if seed.startswith(_SIGN_IN) else status_token(seed)
    return text.replace(TOKEN_PLACE, token)


def without_token(text: str) -> str:
    """*text* of a stored letter for whoever may read it, but not open its link."""
    return text.replace(TOKEN_PLACE, "…")


def _derived(what: str) -> str:
    key = str(current_app.config["LINK_KEY"]).encode()
    digest = hmac.digest(key, what.encode(), "sha256")[:_TOKEN_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()
