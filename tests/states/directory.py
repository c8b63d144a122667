"""Keeping the organisation in order in the browser."""

from intake.db import db
from intake.directory import export
from intake.directory.check import parse
from intake.directory.history import Editor
from intake.directory.load import store
from tests.browser import Visit
from tests.staff.desk import ADMINISTRATOR, COORDINATOR
from tests.states.made import LONG
from tests.states.table import met

DOOR = "staff.directory."

#: Address below ``/directory`` of each page that shows itself, by the end of its endpoint.
PAGES = {
    "show_municipality": "/municipality",
    "show_promise": "/promise",
    "show_roles": "/roles",
    "show_privacy": "/privacy",
    "show_accessibility": "/accessibility",
    "show_look": "/look",
    "show_add_post": "/departments/add",
    "show_post": "/departments/teknik",
    "show_remove_post": "/departments/teknik/remove",
    "show_add_contact": "/departments/teknik/contacts/add",
    "show_contact": "/departments/teknik/contacts/0",
    "show_remove_contact": "/departments/teknik/contacts/0/remove",
    "show_add_text": "/texts/add",
    "show_import": "/import",
}


def _open(path: str, visit: Visit) -> None:
    visit.open_desk(f"/directory{path}")


def _edit(visit: Visit) -> None:
    """Somebody changes the promise, once: so that history has something to tell."""
    with visit.site.app.app_context():
        plain = export.plain()
        plain["organisation"]["promise"]["department_days"] += 1
        store(parse(export.written(plain)), by=Editor("coordinator", COORDINATOR))
        db.session.commit()


@met("directory", who=ADMINISTRATOR, endpoint=f"{DOOR}show")
def _(visit: Visit) -> None:
    _open("", visit)


for _end, _path in PAGES.items():
    met(
        f"directory-{_end.removeprefix('show_').replace('_', '-')}",
        who=COORDINATOR,
        endpoint=DOOR + _end,
    )(lambda visit, path=_path: _open(path, visit))


def _text(visit: Visit) -> str:
    with visit.site.app.app_context():
        id: str = export.plain()["text"][0]["id"]
    return f"/texts/{id}"


@met("directory-text", who=COORDINATOR, endpoint=f"{DOOR}show_text")
def _(visit: Visit) -> None:
    _open(_text(visit), visit)


@met("directory-remove-text", who=COORDINATOR, endpoint=f"{DOOR}show_remove_text")
def _(visit: Visit) -> None:
    _open(f"{_text(visit)}/remove", visit)


@met("directory-history", who=ADMINISTRATOR, endpoint=f"{DOOR}show_history")
def _(visit: Visit) -> None:
    _edit(visit)
    _open("/history", visit)


@met("directory-errors", who=COORDINATOR, endpoint=f"{DOOR}show_post")
def _(visit: Visit) -> None:
    _open("/departments/teknik", visit)
    visit.fill(name__sv="", keywords__sv="*gata")
    visit.press("Save")


@met("directory-meanwhile", who=COORDINATOR, endpoint=f"{DOOR}show_promise")
def _(visit: Visit) -> None:
    _open("/promise", visit)
    _edit(visit)
    visit.fill(answer_days="4")
    visit.press("Save")


@met("directory-import-looked-at", who=COORDINATOR, endpoint=f"{DOOR}show_import")
def _(visit: Visit) -> None:
    _look_at(visit, "answer_days = 5", "answer_days = 6")


@met("directory-import-errors", who=COORDINATOR, endpoint=f"{DOOR}show_import")
def _(visit: Visit) -> None:
    _look_at(visit, "answer_days = 5", f'answer_day = 5\n"{LONG["organisation"]}" = true')


def _look_at(visit: Visit, old: str, new: str) -> None:
    with visit.site.app.app_context():
        text = export.text().replace(old, new)
    _open("/import", visit)
    file = {"name": "organisation.toml", "mimeType": "text/plain", "buffer": text.encode()}
    visit.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    visit.press("See what it would change")
