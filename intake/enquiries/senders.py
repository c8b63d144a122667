"""Finding an idea by who sent it, as when somebody calls and has not got its number at hand."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from intake.db import db
from intake.directory.members import Member
from intake.enquiries import search
from intake.enquiries.models import Enquiry
from intake.enquiries.pages import LOOK, PAGE, Way
from intake.enquiries.sender_words import terms_of
from intake.enquiries.views import departments


@dataclass(frozen=True)
class Found:
    """The newest ideas of whoever was asked for."""

    enquiries: Sequence[Enquiry]
    more: bool  # there are others, or not all were looked through


def find(who: Member, typed: str) -> Found:
    """The ideas whose sender has all that was *typed*, as the beginning of a word: of the name, the
    mail address, the telephone number or the organisation.

    Only what *who* may see; a contact finds nobody with a protected identity (L7).
    """
    terms = terms_of(typed)
    if not terms:
        return Found((), more=False)
    sought = search.seek(terms, lambda _id: [], newest_first=True, most=LOOK)
    way = Way(sought.found, sought.looked, LOOK, _seen_by(who), None, False)
    found = list(db.session.scalars(way.page()))
    more = len(found) > PAGE or db.session.execute(way.edge()).first() is not None
    return Found(found[:PAGE], more)


def _seen_by(who: Member) -> list[sa.ColumnElement[bool]]:
    if who.coordinates:
        return []
    mine = Enquiry.department_id.in_(departments(who, "") or ())
    return [mine, sa.not_(Enquiry.suspected), sa.not_(Enquiry.protected)]
