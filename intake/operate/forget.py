"""What is removed when it has served its purpose (A3). All else is a public document, and stays."""

from datetime import timedelta

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries.models import Enquiry, Event, LinkRequest, PageComment
from intake.outbox.models import MailFailure, OutgoingMail
from intake.staff.models import SentForm, SignInLink, StaffSession

#: Until then its owner, or whoever looks into a misuse, may ask about it.
KEPT = timedelta(days=7)
#: How many rows of a table are emptied at most on one morning, so that nobody waits for long.
AT_ONCE = 5000


def forget_old() -> None:
    """Remove, in the caller's transaction, what was over a week ago: links to sign in and the mails
    that carried them, sessions, which forms were done, and that somebody asked for a lost link.
    """
    long_ago = clock.now() - KEPT
    mails = sa.select(OutgoingMail.id).where(
        OutgoingMail.about == "sign-in",
        OutgoingMail.due_at.is_(None),
        OutgoingMail.created_at < long_ago,
    )
    over = sa.or_(StaffSession.ended_at < long_ago, StaffSession.seen_at < long_ago)
    for gone in (
        sa.delete(MailFailure).where(MailFailure.mail_id.in_(mails)),
        sa.delete(OutgoingMail).where(OutgoingMail.id.in_(mails)),
        sa.delete(SignInLink).where(SignInLink.expires_at < long_ago),
        sa.delete(StaffSession).where(over),
        sa.delete(SentForm).where(SentForm.at < long_ago),
        sa.delete(LinkRequest).where(LinkRequest.at < long_ago),
    ):
        db.session.execute(gone, execution_options={"synchronize_session": False})


def forget_networks() -> None:
    """Empty, in the caller's transaction, the network codes of what came in over a week ago: only
    the limits are counted from them (see ``limits.py``), and those of an hour. What is left of
    years before goes a part every morning.

    The rows themselves stay as they were received, which the models see to; so these columns,
    which nobody has written, are emptied past them.
    """
    for column, moment, empty in (
        (Enquiry.network, Enquiry.received_at, ""),
        (Event.network, Event.at, None),
        (PageComment.network, PageComment.at, ""),
    ):
        table = column.class_
        # Whatever is emptied stands no longer in the part of the index that is read here.
        old = (
            sa.select(table.id)
            .where(column.is_not(None) if empty is None else column > empty)
            .where(moment < clock.now() - KEPT)
            .limit(AT_ONCE)
        )
        db.session.execute(
            sa.update(table).where(table.id.in_(old)).values(network=empty),
            execution_options={"synchronize_session": False},
        )
