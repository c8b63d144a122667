"""Organisation files with one fault each: what is broken, where it shows, and a word about it."""

from dataclasses import dataclass

from .small import SMALL, changed


@dataclass(frozen=True)
class Broken:
    """*old* in the small file becomes *new*; the fault stands in the line with *at*."""

    old: str
    new: str
    at: str
    words: str  # what the message must have in it
    also: int = 0  # further faults that follow from this one

    @property
    def text(self) -> str:
        return changed(self.old, self.new)

    @property
    def line(self) -> int:
        assert self.text.count(self.at) == 1, f"{self.at!r} must tell one line from the others"
        return self.text.count("\n", 0, self.text.index(self.at)) + 1


TEKNIK = 'email = "teknik@provkoping.example"'
STAND_IN = 'email = "vikarie@provkoping.example"'
LAST_DAY = "last_day = 2027-08-01"
TITLE = "[[department]] 'teknik'"

FAULTS = {
    # Not TOML
    "too deep": Broken(
        "answer_days = 5", f"answer_days = {'[' * 5000}", "schema_version", "too deep"
    ),
    "open text": Broken('id = "teknik"', 'id = "teknik', 'id = "teknik', "cannot be read"),
    "open list": Broken('sv = ["bostad"]', 'sv = ["bostad"', 'sv = ["bostad"', "cannot be read"),
    "open text at the end": Broken(
        'email = "bostad@provkoping.example"', 'email = """', 'email = """', "cannot be read"
    ),
    "no value": Broken("answer_days = 5", "answer_days =", "answer_days", "cannot be read"),
    "text unquoted": Broken('"Samordnare"\nkind', "Samordnare\nkind", "name.sv = S", "cannot be"),
    "key twice": Broken('en = ["street*"]', 'en = []\nen = ["a"]', 'en = ["a"]', "overwrite"),
    "table twice": Broken(
        "[organisation.look]",
        "[organisation.promise]\n[organisation.look]",
        "[organisation.promise]\n[organisation.look]",
        "twice",
    ),
    "no such day": Broken("2026-11-01", "2026-11-31", "2026-11-31", "date"),
    # Keys
    "unknown table": Broken("[coordinator]", "[theme]\n[coordinator]", "[theme]", "theme is not"),
    "misspelt table": Broken(
        "[organisation.promise]",
        "[organisation.promises]",
        "[organisation.promises]",
        "did you mean promise?",
        also=1,
    ),
    "misspelt in organisation": Broken(
        'phone = "08-465 004 10"',
        'phone = "08-465 004 10"\nfax = ""',
        "fax",
        "known: look, name, language",
    ),
    "misspelt in promise": Broken(
        "answer_days = 5", "answer_days = 5\nanswer_day = 5", "answer_day =", "answer_days?"
    ),
    "misspelt in an inline table": Broken(
        'name = { sv = "IMY" },',
        'name = { sv = "IMY" }, link = "x",',
        "supervisor",
        "privacy.supervisor.link",
    ),
    "misspelt in department": Broken(
        'board.sv = "Tekn', 'borad.sv = "Tekn', "borad", f"{TITLE}: borad is not a key"
    ),
    "misspelt in contact": Broken(
        TEKNIK, f'{TEKNIK}\nmail = "x"', 'mail = "x"', f"{TITLE}: contact.mail is not"
    ),
    "misspelt in absence": Broken(
        "last_day = 2027-08-01", "last_day = 2027-08-01\nwhy = 1", "why", "contact.absence.why"
    ),
    # Missing
    "no schema version": Broken(
        "schema_version = 1\n", "\n", "\n\n[organisation]", "schema_version is"
    ),
    "no coordinator": Broken(
        SMALL[SMALL.index("[coordinator]") : SMALL.index('[[department]]\nid = "teknik"')],
        "",
        "schema_version",
        "coordinator is missing",
    ),
    "no department": Broken(
        SMALL[SMALL.index('[[department]]\nid = "teknik"') :],
        "",
        "schema_version",
        "department is missing",
    ),
    "no organisation name": Broken(
        'name = { sv = "Provköping", en = "Testtown" }\n', "", "[organisation]", "name is missing"
    ),
    "no promise": Broken(
        "[organisation.promise]\nanswer_days = 5\nassessment_days = 15\n",
        "",
        "[organisation]\n",
        "add the table [organisation.promise]",
    ),
    "no id": Broken('id = "teknik"\n', "", '[[department]]\nname = { sv = "Tekniska"', "id is"),
    "no contact": Broken(
        SMALL[SMALL.index('[[department.contact]]\nrole.sv = "Kontakt, bostad"') :],
        "",
        '[[department]]\nid = "bostad"',
        "add a table [[department.contact]]",
    ),
    "empty contacts": Broken(
        '[[coordinator.contact]]\nrole.sv = "Samordnare"\nemail = "samordnare@provkoping.example"',
        "contact = []",
        "contact = []",
        "contact has no table in it",
    ),
    "no address": Broken(
        TEKNIK, "", '[[department.contact]]\nrole.sv = "Kontakt, teknik"', "email is missing"
    ),
    "no last day": Broken(
        "last_day = 2027-08-01", "", "[[department.contact.absence]]", "last_day"
    ),
    # Types
    "number as text": Broken("answer_days = 5", 'answer_days = "5"', "answer_days", "without quo"),
    "yes as number": Broken("answer_days = 5", "answer_days = true", "answer_days", "is true"),
    "half a day": Broken("answer_days = 5", "answer_days = 5.5", "answer_days", "is 5.5"),
    "name in no language": Broken(
        'name = { sv = "Tekniska", en = "Technical Services" }',
        'name = "Tekniska"',
        '"Tekniska"',
        "write it in each language",
    ),
    "name is a number": Broken('sv = "Tekniska"', "sv = 7", "sv = 7", "name.sv is 7"),
    "list for a table": Broken(
        'keywords = { sv = ["bostad"] }', 'keywords = ["bostad"]', "keywords = [", "is a list"
    ),
    "pattern is a number": Broken('"natura 2000",', "2000,", "2000,", "keywords.sv holds 2000"),
    "patterns in a text": Broken('en = ["street*"]', 'en = "street*"', 'en = "s', "keywords.en is"),
    "contact is a text": Broken(
        'keywords = { sv = ["bostad"] }\n\n[[department.contact]]\nrole.sv = "Kontakt, bostad"\n'
        'email = "bostad@provkoping.example"',
        'keywords = { sv = ["bostad"] }\ncontact = ["bostad@provkoping.example"]',
        "contact = [",
        "contact holds 'bostad@",
    ),
    "department is one table": Broken(
        SMALL[SMALL.index('[[department]]\nid = "teknik"') :],
        '[department]\nid = "teknik"\n',
        "[department]",
        "add a table [[department]]",
    ),
    # Texts
    "empty name": Broken('sv = "Tekniska"', 'sv = "  "', 'sv = "  "', "name.sv is empty"),
    "no Swedish": Broken('name.sv = "Bostäder AB"', 'name.en = "Homes"', "name.en", "name.sv is m"),
    "no such language": Broken(
        'en = "Technical Services"', 'eng = "Technical Services"', "eng =", "not a language code"
    ),
    "name on two lines": Broken('"Tekniska"', '"Tek\\nniska"', "Tek\\nniska", "on one line"),
    "line separator": Broken('"Tekniska"', '"Tek\\u2028niska"', 'name = { sv = "Tek', "line break"),
    "code of mails": Broken('"Tekniska"', '"=?x niska"', "=?x", "has =? in it"),
    "control character": Broken('"Torget 1"', '"Torget\\u0000 1"', "visit.sv", "control"),
    "letters in no language": Broken('language = "sv"', 'language = "svenska"', "svenska", "code"),
    # Departments
    "id in capitals": Broken('id = "teknik"', 'id = "Teknik"', 'Teknik"', "lower-case"),
    "id with a letter beyond ASCII": Broken('id = "teknik"', 'id = "miljö"', "miljö", "lower-case"),
    "id too long": Broken('id = "teknik"', f'id = "{"t" * 61}"', "t" * 61, "60"),
    "id is the coordinator's": Broken(
        'id = "teknik"', 'id = "coordinator"', '"coordinator"\nname', "meaning of its own"
    ),
    "id is the organisation's": Broken(
        'id = "teknik"', 'id = "organisation"', '"organisation"', "meaning of its own"
    ),
    "id twice": Broken('id = "bostad"', 'id = "teknik"', '"teknik"\nname.sv', "stands twice"),
    "unknown kind": Broken('kind = "company"', 'kind = "bolag"', "bolag", "'department' or"),
    "coordinator of another kind": Broken(
        'kind = "coordinator"', 'kind = "boss"', "boss", "write 'coordinator'"
    ),
    # Ready-made texts
    "unknown place": Broken(
        "Tack, {name}!", "Tack, {namn}!", "text.sv", "has {namn}, which nothing fills in; known"
    ),
    "lone brace": Broken("Tack, {name}!", "Tack, {name!", "text.sv", "has {, which nothing"),
    "text for no act": Broken(
        'for = ["answer", "share"]', "for = []", "for =", "for has nothing in it"
    ),
    "text for an unknown act": Broken(
        'for = ["answer", "share"]', 'for = ["answer", "sing"]', "sing", "for holds 'sing'"
    ),
    "text without acts": Broken('for = ["answer", "share"]\n', "", "[[text]]", "for is missing"),
    "text twice": Broken(
        'Vi läser {reference}."""\n',
        'Ja."""\n[[text]]\nid = "tack"\nfor = ["ask"]\nname.sv = "Nej"\ntext.sv = "Nej"\n',
        'id = "tack"\nfor = ["ask"]',
        "stands twice",
    ),
    "text too long": Broken("Tack, {name}!", "a" * 2000, "text.sv", "characters; write at most"),
    # Contacts
    "no at sign": Broken(
        TEKNIK,
        'email = "x"',
        'email = "x"',
        f"{TITLE}: contact.email 'x' is not an email address; write",
    ),
    "å in the address": Broken(TEKNIK, 'email = "å@a.example"', "å@a", "not an email address"),
    "two addresses": Broken(TEKNIK, 'email = "a@b.example, c@d.example"', "a@b", "not an email"),
    "header in address": Broken(TEKNIK, 'email = "a@b.example\\nBcc: c@d.example"', "Bcc", "line"),
    "address twice": Broken(
        STAND_IN, 'email = "Teknik@provkoping.example"', "Teknik@", "stands twice here"
    ),
    "absence backwards": Broken(
        "last_day = 2027-08-01", "last_day = 2027-07-04", "first_day", "after last_day 2027-07-04"
    ),
    "covered by oneself": Broken(
        LAST_DAY, f'{LAST_DAY}\ncover = "TEKNIK@provkoping.example"', "TEKNIK@", "somebody else"
    ),
    "covered by a stranger": Broken(
        LAST_DAY, f'{LAST_DAY}\ncover = "x@provkoping.example"', "x@", "no contact in this file"
    ),
    "digest in words": Broken(TEKNIK, f'{TEKNIK}\ndigest = "yes"', "yes", "write true or false"),
    "confirmed in words": Broken(
        TEKNIK, f'{TEKNIK}\nconfirmed = "last year"', "last year", "a date like"
    ),
    "day in quotes": Broken("first_day = 2027-07-05", 'first_day = "5/7"', "5/7", "without quotes"),
    "day with a time": Broken("= 2027-07-05", "= 2027-07-05T08:00:00", "T08", "like 2026-07-01"),
    # Patterns
    "lone star": Broken('"gata"', '"*"', '"*"', "bad pattern '*'"),
    "lone star in a row": Broken('"natura 2000"', '"natura *"', "natura", "bad pattern 'natura *'"),
    "star inside": Broken('"cykel*"', '"cy*kel"', "cy*kel", "bad pattern 'cy*kel'"),
    "star only before": Broken('"*väg*"', '"*väg"', "väg", "bad pattern '*väg'"),
    "two stars": Broken('"cykel*"', '"cykel**"', "cykel**", "bad pattern"),
    "empty pattern": Broken('"gata"', '" "', '" "', "bad pattern ' '"),
    "comma in a pattern": Broken('"gata"', '"gata, torg"', "torg", "bad pattern 'gata, torg'"),
    # Look
    "colour by name": Broken('brand = "#1F5A46"', 'brand = "green"', "green", "like #1f5a46"),
    "short colour": Broken('accent = "#7b3f6b"', 'accent = "#a4c"', "#a4c", "like #1f5a46"),
    "pale on white": Broken('accent = "#7b3f6b"', 'accent = "#777777"', "#777777", "4.5:1 against"),
    "deep on dark": Broken('"#8fcdb0"', '"#1f5a46"', "brand_dark", "choose a lighter one"),
    "no logo file": Broken('"mark.svg"', '"lost.svg"', "lost.svg", "no such file"),
    "logo is no picture": Broken('"mark.svg"', '"organisation.toml"', "organisation.toml", "neith"),
    # Promise, addresses of pages, accessibility
    "promise of no days": Broken("answer_days = 5", "answer_days = 0", "answer_days", "from 1 to"),
    "promise of 61 days": Broken("_days = 15", "_days = 61", "61", "from 1 to 60"),
    "assessed before answered": Broken("_days = 15", "_days = 4", "_days = 4", "less than"),
    "website without scheme": Broken('"https://prov', '"prov', "website", "begins with https://"),
    "website by another way": Broken(
        '"https://provkoping.example/"', '"ftp://a.example/"', "ftp", "begins with https://"
    ),
    "website runs a script": Broken(
        '"https://provkoping.example/"', '"javascript:alert(1)"', "alert", "begins with https://"
    ),
    "website is broken": Broken(
        '"https://provkoping.example/"', '"https://["', "website", "begins with https://"
    ),
    "phone in words": Broken('"08-465 004 10"', '"fråga Lisa"', "Lisa", "write a number like"),
    "unknown conformity": Broken('"partial"', '"mostly"', "mostly", "'full' or 'partial' or"),
    "updated before assessed": Broken("2026-11-02", "2026-10-31", "2026-10-31", "before assessed"),
    "partial without a flaw": Broken(
        SMALL[SMALL.index("flaws = [") : SMALL.index("complaint_url")],
        "",
        "[organisation.acc",
        "flaws must name",
    ),
    "newer schema": Broken("schema_version = 1", "schema_version = 2", "schema_version", "write 1"),
}
