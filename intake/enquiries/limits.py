"""How much may come from one network address, and how many letters may go to one mailbox.

Nothing is counted apart: the rows that are stored anyway are the count. So it is the same for
any number of processes and hosts, survives a restart, and costs no write of its own.
"""

import hmac
import ipaddress
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import InstrumentedAttribute

from intake import clock
from intake.db import db
from intake.enquiries.models import Enquiry, Event, LinkRequest, PageComment
from intake.outbox import queue

Limited = Enquiry | Event | PageComment | LinkRequest
HOUR = timedelta(hours=1)
_LENGTH = 5  # hexadecimal digits: a million hashes for four thousand million IPv4 addresses


def _recent(kind: type[Limited], moment: InstrumentedAttribute[datetime]) -> sa.Select[int]:
    return sa.select(sa.func.count()).where(
        kind.network == sa.bindparam("network"), moment > sa.bindparam("since")
    )


#: What is limited: by which setting, and how much there has been of it from one network.
_RECENT = {
    Enquiry: ("LIMIT_ENQUIRIES", _recent(Enquiry, Enquiry.received_at)),
    Event: ("LIMIT_COMMENTS", _recent(Event, Event.at)),
    PageComment: ("LIMIT_COMMENTS", _recent(PageComment, PageComment.at)),
    LinkRequest: ("LIMIT_LINK_REQUESTS", _recent(LinkRequest, LinkRequest.at)),
}


class TooMany(Exception):
    """Too much has come from one network address lately; ``retry_after`` is in seconds."""

    retry_after = int(HOUR.total_seconds())


def network_hash(address: str) -> str:
    """What is stored of a sender's network: a hash that is keyed anew every day, and so short that
    thousands of networks share it. Even who has the key learns nobody's address from it.

    IPv6 is cut to the /64 that one household or phone has.
    """
    try:
        ip = ipaddress.ip_address(address)
        if ip.version == 6 and ip.ipv4_mapped:
            ip = ip.ipv4_mapped  # as dual-stack listeners write it
        network = str(ipaddress.ip_network((ip, 64 if ip.version == 6 else 32), strict=False))
    except ValueError:
        network = ""  # nobody gets a limit of his own by writing nonsense
    key = f"{current_app.config['SECRET_KEY']} network {clock.today()}".encode()
    return hmac.digest(key, network.encode(), "sha256").hex()[:_LENGTH]


def check(network: str, kind: type[Limited]) -> None:
    """Refuse when the hourly limit for *kind* is reached.

    :raises TooMany: the limits are settings, ``INTAKE_LIMIT_...``.
    """
    setting, recent = _RECENT[kind]
    count = db.session.scalar(recent, {"network": network, "since": clock.now() - HOUR}) or 0
    if count >= current_app.config[setting]:
        raise TooMany


def may_mail(address: str) -> bool:
    """May one more letter go to *address*, which anybody could have typed into a form?"""
    an_hour, a_day = (
        int(current_app.config[name])
        for name in ("LIMIT_MAILS_PER_ADDRESS", "LIMIT_MAILS_PER_ADDRESS_DAY")
    )
    now = clock.now()
    times = queue.times_to(address, since=now - 24 * HOUR, most=a_day)
    return len(times) < a_day and sum(at > now - HOUR for at in times) < an_hour
