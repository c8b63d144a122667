"""Signing in by a link in a mail: it is asked for, looked at, and used once."""

import hashlib
import logging
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from intake import clock, links
from intake.db import db
from intake.directory.members import Member, member
from intake.directory.organisation import organisation
from intake.enquiries.compose import compose
from intake.enquiries.limits import HOUR, TooMany, network_hash
from intake.outbox import queue
from intake.outbox.letter import Letter
from intake.staff.models import SignInLink

log = logging.getLogger(__name__)

LASTS = timedelta(minutes=15)
#: Links to one address that may be good at the same time. Whoever is refused another one has that
#: many in the mailbox, so nobody can lock others out by asking in their name.
_MOST_AT_ONCE = 3
#: So many that ran out unused within a day, and there is only one at a time: whoever asks in
#: somebody's name all day is not to fill that mailbox. Signing in forgets them.
_MOST_UNUSED = 6


def ask(email: str, address: str, after: str = "") -> None:
    """Mail a link to *email* if it stands in the directory. Nothing tells the caller whether.

    :param address: the network address that asks.
    :param after: the page to open after signing in, checked by the caller.
    :raises TooMany: too many have asked from this network address.
    """
    network = network_hash(address)
    _check(network)

    who = member(organisation(), email)
    seed = links.new_sign_in_seed()
    token_hash = links.token_hash(links.sign_in_token(seed))
    if who and not _may_have_another(who.email):
        who = None
    now = clock.now()
    db.session.add(
        SignInLink(
            at=now,
            email=who.email if who else "",
            token_hash=token_hash if who else hashlib.sha256(secrets.token_bytes(32)).hexdigest(),
            expires_at=now + LASTS,
            network=network,
        )
    )
    if who:
        queue.put(_letter(who, seed, after), about="sign-in", key=f"sign-in/{token_hash[:32]}")
        log.info("A link to sign in was queued")


def is_good(token: str) -> bool:
    """Would the link with that *token* sign somebody in now? Looking does not use it up."""
    found = db.session.scalar(sa.select(SignInLink.email).where(*_good(token)))
    return bool(found and member(organisation(), found))


def redeem(token: str) -> Member | None:
    """Use the link up, in the caller's transaction, and with it all others to the same address.

    :return: whom it signs in; None if it is used, too old or unknown, or its owner has left.
    """
    now = clock.now()
    email = db.session.scalar(
        sa.update(SignInLink)
        .where(*_good(token))
        .values(used_at=now)
        .returning(SignInLink.email)
        .execution_options(synchronize_session=False)
    )
    if not email:
        return None
    db.session.execute(
        sa.update(SignInLink)
        .where(SignInLink.email == email, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return member(organisation(), email)


def _good(token: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        SignInLink.token_hash == links.token_hash(token),
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > clock.now(),
    )


def _may_have_another(email: str) -> bool:
    """May one more link go there, beside those in that mailbox that would still sign in?"""
    now = clock.now()
    is_good = SignInLink.expires_at > now
    count = sa.func.count()
    good, run_out = db.session.execute(
        sa.select(count.filter(is_good), count.filter(sa.not_(is_good))).where(
            SignInLink.email == email,
            SignInLink.used_at.is_(None),
            SignInLink.at > now - timedelta(days=1),
        )
    ).one()
    return bool(good < (_MOST_AT_ONCE if run_out < _MOST_UNUSED else 1))


def _check(network: str) -> None:
    count = sa.select(sa.func.count()).where(
        SignInLink.network == network, SignInLink.at > clock.now() - HOUR
    )
    if (db.session.scalar(count) or 0) >= current_app.config["LIMIT_SIGN_INS"]:
        raise TooMany


def _letter(who: Member, seed: str, after: str) -> Letter:
    """The link, in the language of the page that asked for it."""
    asked = {"next": after} if after else {}
    return compose(
        "sign_in",
        who.email,
        organisation(),
        seed=seed,
        link=links.secret_link("staff.sign_in.confirm", **asked),
        minutes=int(LASTS.total_seconds()) // 60,
    )
