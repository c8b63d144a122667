"""What is removed when it has served its purpose (A3). All else is a public document, and stays."""

from datetime import timedelta

import sqlalchemy as sa

from intake import clock
from intake.db import db
from intake.enquiries.models import LinkRequest
from intake.outbox.models import MailFailure, OutgoingMail
from intake.staff.models import SentForm, SignInLink, StaffSession

#: Until then its owner, or whoever looks into a misuse, may ask about it.
KEPT = timedelta(days=7)


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
