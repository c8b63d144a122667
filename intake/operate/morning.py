"""What the worker looks after besides mail, once every working morning, one act at a time."""

import logging
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from intake import clock
from intake.db import db, fault
from intake.directory.organisation import organisation
from intake.enquiries import daily, reminders, still_you
from intake.operate.forget import forget_networks, forget_old
from intake.outbox import kept

log = logging.getLogger(__name__)


class Morning:
    """One round through all that is due, on the first call of each working morning.

    Any number of workers may make theirs: what one has done, another finds done. Each act is a
    transaction of its own. A fault in one is logged and stops none of the others; it is tried again
    after a restart or on the next morning.
    """

    def __init__(self) -> None:
        self._made: date | None = None

    def __call__(self) -> None:
        today = clock.today()
        if self._made == today or not reminders.is_time(clock.now()):
            return
        for act in _acts(today):
            try:
                db.session.rollback()  # what was read is not to be held while others write
                act()
                db.session.commit()
            except Exception as problem:
                db.session.rollback()
                log.error("Something due this morning failed: %s", fault(problem))
        db.session.rollback()
        self._made = today


def _acts(today: date) -> Iterator[Callable[[], None]]:
    """All that is due, in this order: the digests tell of what was sent right before them."""
    for enquiry_id in reminders.due(today):
        yield partial(reminders.look_after, enquiry_id)
    for person in list(still_you.due(organisation(), today)):
        yield partial(still_you.ask, person)
    for address in kept.addresses():
        yield partial(daily.digest, address)
    yield daily.to_coordinator
    yield forget_old
    yield forget_networks
