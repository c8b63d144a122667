"""What the worker looks after besides mail, once every working morning: see reminders.py."""

import logging
from datetime import date

from intake import clock
from intake.db import DatabaseFailure, db, fault
from intake.enquiries import reminders

log = logging.getLogger(__name__)


class Morning:
    """One round through all that is due, on the first call of each working morning.

    Any number of workers may make theirs: what one has done, another finds done. A fault in one
    enquiry is logged and stops none of the others; it is tried again after a restart or tomorrow.
    """

    def __init__(self) -> None:
        self._made: date | None = None

    def __call__(self) -> None:
        now = clock.now()
        if self._made == clock.today() or not reminders.is_time(now):
            return
        for enquiry_id in list(reminders.due(clock.today())):
            try:
                db.session.rollback()  # what was read is not to be held while others write
                reminders.look_after(enquiry_id)
                db.session.commit()
            except DatabaseFailure as problem:
                db.session.rollback()
                log.error("A reminder failed: %s", fault(problem))
        db.session.rollback()
        self._made = clock.today()
