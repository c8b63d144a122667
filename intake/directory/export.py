"""From the tables back to an organisation file: whatever a file can say, and nothing else.

A department or contact that is no longer active is in the tables only, because ideas point at it;
nor are the comments kept that somebody wrote into the file. All else comes back when it is loaded.
"""

import copy
from base64 import b64encode
from datetime import date
from typing import Any

import tomli_w

from intake.directory import organisation
from intake.directory.check import SCHEMA_VERSION
from intake.directory.values import Away, Organisation, Person, Post

#: A whole organisation as plain values, in the shape of its file.
Plain = dict[str, Any]

_ABOUT = """\
# The organisation as Idélots has it. Change what you like, then load it:
#
#     flask directory load FILE
#
# or import it on the pages for staff. ljungby.toml, which comes with the service, explains every
# part. Departments and contacts that were switched off stand in the database only.

"""


def text() -> str:
    """The organisation as the text of its file.

    :raises NotLoaded: there is none yet.
    """
    return _ABOUT + written(plain())


def written(plain: Plain) -> str:
    """*plain* in the form of a file."""
    return tomli_w.dumps(plain, multiline_strings=True)


def plain() -> Plain:
    """The organisation as the transaction sees it; whoever gets it may change it.

    :raises NotLoaded: there is none yet.
    """
    house = organisation.read()
    facts = copy.deepcopy(dict(house.facts))
    apart = {"staff": facts.pop("staff", []), "text": facts.pop("texts", [])}
    return {
        "schema_version": SCHEMA_VERSION,
        "organisation": _organisation(facts),
        **{name: tables for name, tables in apart.items() if tables},
        "coordinator": _post(house, house.coordinator),
        "department": [{"id": post.id, **_post(house, post)} for post in house.departments],
    }


def _organisation(facts: Plain) -> Plain:
    accessibility = facts["accessibility"]
    for key in ("assessed", "updated"):
        accessibility[key] = date.fromisoformat(accessibility[key])
    if logo := organisation.logo():
        content, media_type = logo
        facts["look"]["logo"] = f"data:{media_type};base64,{b64encode(content).decode()}"
    return facts


def _post(house: Organisation, post: Post) -> Plain:
    values: Plain = {
        "kind": post.kind,
        "name": post.name,
        "board": post.board,
        "responsibility": post.responsibility,
        "keywords": {code: list(words) for code, words in post.keywords.items()},
        "contact": [_contact(person) for person in post.contacts],
    }
    if not post.board:
        del values["board"]
    return copy.deepcopy(values)


def _contact(person: Person) -> Plain:
    values: Plain = {"role": person.role, "email": person.email, "digest": person.digest}
    if person.confirmed:
        values["confirmed"] = person.confirmed
    if person.absences:
        values["absence"] = [_absence(away) for away in person.absences]
    return values


def _absence(away: Away) -> Plain:
    return {name: value for name, value in away._asdict().items() if value}
