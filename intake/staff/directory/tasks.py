"""What can be done to the organisation in the browser, each with its address, words and form."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from intake.staff.directory import contacts, facts, look, posts, roles, texts
from intake.staff.directory.form import DirectoryForm


@dataclass(frozen=True)
class Task:
    """One thing that can be done to the organisation: its address, its words, its form."""

    name: str
    rule: str
    title: Any
    form: type[DirectoryForm]
    button: Any = ""  # what it says if not "Save"
    warning: Any = ""
    template: str = "form"  # of those beside it


_POST = "/departments/<id>"
CONTACTS = f"{_POST}/contacts"
_CONTACT = f"{CONTACTS}/<int:number>"

#: What the pages say about the municipality.
FACTS = (
    Task("municipality", "/municipality", _l("The municipality"), facts.MunicipalityForm),
    Task("promise", "/promise", _l("What is promised"), facts.PromiseForm),
    Task("roles", "/roles", _l("Others who sign in"), roles.RolesForm),
    Task("privacy", "/privacy", _l("What we say about privacy"), facts.PrivacyForm),
    Task(
        "accessibility",
        "/accessibility",
        _l("What we say about accessibility"),
        facts.AccessibilityForm,
    ),
    Task("look", "/look", _l("Colours and logo"), look.LookForm),
)

TASKS = (
    *FACTS,
    Task("add_post", "/departments/add", _l("Add a department"), posts.AddPostForm),
    Task("post", _POST, _l("Edit"), posts.PostForm, template="post"),
    Task(
        "remove_post",
        f"{_POST}/remove",
        _l("Remove"),
        posts.RemovePostForm,
        _l("Remove"),
        _l(
            "It gets no new ideas, and those who sign in for it alone can no longer do so. What "
            "it has had stays in the history of the ideas."
        ),
    ),
    Task("add_contact", f"{CONTACTS}/add", _l("Add a contact"), contacts.AddContactForm),
    Task("contact", _CONTACT, _l("Edit a contact"), contacts.ContactForm),
    Task(
        "remove_contact",
        f"{_CONTACT}/remove",
        _l("Remove a contact"),
        contacts.RemoveContactForm,
        _l("Remove"),
        _l("If the address is not used anywhere else, whoever reads it is signed out at once."),
        "remove",
    ),
    Task("add_text", "/texts/add", _l("Add a ready-made text"), texts.AddTextForm),
    Task("text", "/texts/<text>", _l("Edit a ready-made text"), texts.TextForm, template="text"),
    Task(
        "remove_text",
        "/texts/<text>/remove",
        _l("Remove a ready-made text"),
        texts.RemoveTextForm,
        _l("Remove"),
        _l("What was sent with it stays as it is."),
        "remove",
    ),
)

#: Done by a button alone, where the list stands: name, address and form.
MOVES = (
    ("move_post", f"{_POST}/move", posts.MovePostForm),
    ("move_contact", f"{_CONTACT}/move", contacts.MoveContactForm),
)
