"""A small organisation file without a fault, for tests to change or to break."""

from pathlib import Path

SMALL = '''\
schema_version = 1

[organisation]
name = { sv = "Provköping", en = "Testtown" }
language = "sv"
phone = "08-465 004 10"
visit.sv = "Torget 1"
post.sv = """
Box 1
Provköping"""
hours.sv = "Vardagar 8–16"
website = "https://provkoping.example/"

[organisation.promise]
answer_days = 5
assessment_days = 15

[organisation.look]
brand = "#1F5A46"
brand_dark = "#8fcdb0"
accent = "#7b3f6b"
accent_dark = "#dca6cc"
logo = "mark.svg"

[organisation.privacy]
controller.sv = "Kommunstyrelsen"
officer_email = "dataskydd@provkoping.example"
officer_phone = "08-465 004 11"
retention.sv = "Enligt planen."
supervisor = { name = { sv = "IMY" }, url = "https://imy.example/" }

[organisation.accessibility]
conformity = "partial"
assessed = 2026-11-01
updated = 2026-11-02
method.sv = "Egen bedömning."
flaws = [
  { sv = "Inte provad med skärmläsare." },
  { sv = "Inte provad med röststyrning.", en = "Not tried with voice control." },
]
complaint_url = "https://digg.example/"

[[text]]
id = "tack"
for = ["answer", "share"]
name = { sv = "Tack", en = "Thanks" }
text.sv = """
Tack, {name}!

Vi läser {reference}."""

[coordinator]
name.sv = "Samordnare"
kind = "coordinator"
responsibility.sv = "Tar emot alla idéer."
keywords.sv = ["vänort*"]

[[coordinator.contact]]
role.sv = "Samordnare"
email = "samordnare@provkoping.example"

[[department]]
id = "teknik"
name = { sv = "Tekniska", en = "Technical Services" }
kind = "department"
board.sv = "Tekniska nämnden"
responsibility.sv = "Gator och parker."

[department.keywords]
sv = [
  "gata",
  "cykel*",
  "*väg*",
  "natura 2000",  # a comment with "quotes" and [brackets]
  "vård- och omsorg*",
]
en = ["street*"]

[[department.contact]]
role.sv = "Kontakt, teknik"
email = "teknik@provkoping.example"

[[department.contact.absence]]
first_day = 2027-07-05
last_day = 2027-08-01

[[department.contact]]
role.sv = "Ställföreträdare, teknik"
email = "vikarie@provkoping.example"

[[department]]
id = "bostad"
name.sv = "Bostäder AB"
kind = "company"
responsibility.sv = "Hyr ut bostäder."
keywords = { sv = ["bostad"] }

[[department.contact]]
role.sv = "Kontakt, bostad"
email = "bostad@provkoping.example"
'''

MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'


def write(folder: Path, text: str = SMALL) -> Path:
    """The path of an organisation file with *text*, with its logo beside it."""
    (folder / "mark.svg").write_text(MARK)
    path = folder / "organisation.toml"
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str, text: str = SMALL) -> str:
    """*text* with its only *old* replaced by *new*."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
    return text.replace(old, new)


def department(id: str, text: str = SMALL) -> str:
    """The part of *text* that is about the department *id*."""
    parts = text.split("\n[[department]]\n")
    return next(f"\n[[department]]\n{part}" for part in parts if part.startswith(f'id = "{id}"'))
