"""Doing something with a case, through the pages: forms, previews, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake import clock
from intake.db import db
from intake.enquiries import attachments, sender
from intake.enquiries.models import Enquiry, Event
from intake.enquiries.steps import Status
from intake.links import TOKEN_PLACE
from intake.outbox.models import OutgoingMail
from intake.staff.verbs import VERBS
from tests import make
from tests.conftest import on_sqlite
from tests.page import Page
from tests.staff import desk
from tests.staff.desk import act


@on_sqlite
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("verb", "field"),
    [("facts", "call_by"), ("facts", "next_action_by"), ("park", "until")],
)
def test_a_day_that_nobody_means_is_told(
    page: Page, reference: str, verb: str, field: str, day: str
) -> None:
    desk.sign_in(page)
    said = act(page, reference, verb, 422, **{field: day})
    assert f'href="#{field}"' in said.html
    assert f'value="{day}"' in said.html  # what was typed stays
    assert "mellan år 2000 och 2100" in said.text


def notes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(Event.act == "noted")) or 0


def test_the_case_tells_all(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    case = page.get(f"/staff/enquiries/{reference}")
    assert make.IDEA["title"] in case.text
    assert make.IDEA["description"] in case.text
    assert "mailto:kim@exempel.example" in case.html
    assert "Barn- och utbildningsförvaltningen" in case.text
    assert "Bekräfta var den hör hemma" in case.text


def test_the_exact_mail_is_shown_and_nothing_sent(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    before = desk.count(app, OutgoingMail)
    address = f"/staff/enquiries/{reference}/ask"
    form = page.get(address).fields("verb") | {"text": "Hur många elever?"}

    shown = page.post(address, form)

    assert "Hur många elever?" in shown.text
    assert "kim@exempel.example" in shown.text
    assert desk.count(app, OutgoingMail) == before
    assert desk.stored(app, reference).question_at is None

    desk.send(page, address, shown.fields("verb") | {"text": "Hur många klasser?"})
    with app.app_context():
        sent = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        assert sent is not None
        assert "Hur många klasser?" in sent.text
        assert "elever?" not in sent.text


def test_two_people_at_once(app: Flask, page: Page, contact: Page, reference: str) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/answer"
    mine = desk.looked_at(
        page, address, page.get(address).fields("verb") | {"text": "Mitt långa svar."}
    )

    act(contact, reference, "note", text="Jag ringde just.")

    refused = page.post(address, mine, 409)
    assert "Jag ringde just." in refused.text
    assert "Mitt långa svar." in refused.html
    page.post(address, refused.fields("verb") | {"send": "y"}, 303)
    assert desk.stored(app, reference).first_answer_at is not None


def test_a_form_is_done_once(app: Flask, page: Page, reference: str) -> None:
    """Back in the browser, and pressed again; or pressed twice at once."""
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/note"
    form = page.get(address).fields("verb") | {"text": "Ringde skolan."}
    clients = [app.test_client() for _ in range(3)]
    for client in clients:
        for cookie in ("staff", "intake"):
            kept = page.client.get_cookie(cookie)
            assert kept is not None
            client.set_cookie(cookie, kept.value)
    before = desk.count(app, Event)

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda client: client.post(address, data=form), clients))

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert desk.count(app, Event) == before + 1
    assert "redan gjort" in page.get(page.post(address, form, 303).location).text
    assert desk.count(app, Event) == before + 1
    # What was changed on the way back is not lost.
    changed = page.post(address, form | {"text": "Ringde skolan igen."}, 409)
    page.post(address, changed.fields("verb"), 303)
    assert desk.count(app, Event) == before + 2


@on_sqlite
def test_the_same_words_are_asked_about_for_an_hour(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    """The browser has put them into a new form."""
    desk.sign_in(page)
    act(page, reference, "note", text="Ringde skolan.")
    before = notes(app)
    asked = act(page, reference, "note", 409, text="Ringde skolan.")
    assert "exakt det här" in asked.text
    assert notes(app) == before
    page.post(f"/staff/enquiries/{reference}/note", asked.fields("verb"), 303)
    act(contact, reference, "note", text="Ringde skolan.")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        desk.sign_in(page)
        act(page, reference, "note", text="Ringde skolan.")
    assert notes(app) == before + 3


@on_sqlite
def test_what_one_did_oneself_is_nobody_elses(page: Page, contact: Page, reference: str) -> None:
    """In another tab."""
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/answer"
    mine = page.get(address).fields("verb") | {"text": "Mitt långa svar."}
    act(page, reference, "note", text="Jag ringde just.")
    assert "Något har hänt här sedan du öppnade sidan" in page.post(address, mine, 409).text
    act(contact, reference, "note", text="Jag också.")
    assert "Någon annan har varit här" in page.post(address, mine, 409).text


#: A field whose fault only the verb finds, by verb.
FAULTS = {"park": {"until": "2020-01-01"}, "advance": {"to": "developing", "owner": ""}}


@on_sqlite
@pytest.mark.parametrize("verb", FAULTS)
def test_a_fault_stands_at_its_field(page: Page, contact: Page, reference: str, verb: str) -> None:
    desk.sign_in(page)
    act(page, reference, "hand-over", department_id="barn-utbildning")
    address = f"/staff/enquiries/{reference}/{verb}"
    typed = contact.get(address).fields("verb") | FAULTS[verb] | {"text": "Vi väntar."}
    [(name, _value), *_rest] = list(FAULTS[verb].items())[::-1]
    wrong = contact.post(address, typed, 422)
    assert f'href="#{name}"' in wrong.html
    assert f'id="{name}-error"' in wrong.html


def test_of_many_at_the_same_moment_one_is_first(app: Flask, reference: str) -> None:
    pages = [Page(app) for _ in range(4)]
    address = f"/staff/enquiries/{reference}/answer"
    forms = []
    for page in pages:
        desk.sign_in(page)
        typed = page.get(address).fields("verb") | {"text": "Ja, gärna."}
        forms.append(desk.looked_at(page, address, typed))
    before = desk.count(app, OutgoingMail)

    def press(number: int) -> int:
        return pages[number].client.post(address, data=forms[number]).status_code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == [303, 409, 409, 409]
    assert desk.count(app, OutgoingMail) == before + 1


def test_missing_words_are_asked_for(page: Page, reference: str) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/close"
    form = page.get(address).fields("verb") | {"reason": "no_owner", "text": "Ingen kan."}
    wrong = page.post(address, form, 422)
    assert "Ingen kan." in wrong.html


def test_a_department_opens_it_once(app: Flask, contact: Page, reference: str) -> None:
    assert desk.stored(app, reference).seen_by_department_at is None
    contact.get(f"/staff/enquiries/{reference}")
    first = desk.stored(app, reference).seen_by_department_at
    assert first is not None
    contact.get(f"/staff/enquiries/{reference}")
    assert desk.stored(app, reference).seen_by_department_at == first


def test_reading_what_is_flagged_is_noted(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", flagged="y", secrecy_ground="OSL 19:1")
    page.get(f"/staff/enquiries/{reference}")
    with app.app_context():
        read = db.session.scalars(sa.select(Event).filter_by(act="read")).all()
        assert [event.by_email for event in read] == [desk.COORDINATOR]


def test_reading_what_happened_meanwhile_is_noted_too(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    """Whoever says to have seen nothing is shown everything that was said."""
    desk.sign_in(page)
    act(page, reference, "flag", flagged="y")
    act(page, reference, "note", text="Hon bor på hemlig ort.")
    address = f"/staff/enquiries/{reference}/note"
    fields = contact.get(address).fields("verb") | {"text": "x", "seen": "0"}

    def readings() -> int:
        with app.app_context():
            count = sa.select(sa.func.count()).where(Event.act == "read", Event.by_email != "")
            return db.session.scalar(count) or 0

    before = readings()
    assert "hemlig ort" in contact.post(address, fields, 409).text
    assert readings() == before + 1


def readings(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(Event.act == "read")) or 0


@on_sqlite
def test_looking_at_what_a_department_will_see_is_a_reading(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", flagged="y")
    address = f"/staff/enquiries/{reference}/hand-over"
    form = page.get(address).fields("verb") | {"department_id": "teknik"}
    before = readings(app)
    assert make.IDEA["description"] in page.post(address, form).text
    assert readings(app) == before + 1


#: What is typed into a form whose verb is not offered, by verb; the idea is closed.
NOT_NOW = {
    "ask": {"text": "Hur många?"},
    "deal-with": {},
    "assess": {"need": "yes"},
    "release": {"why": "Ingen skräppost."},
    "tell-apart": {},
    "wake": {},
}


@on_sqlite
@pytest.mark.parametrize("verb", NOT_NOW)
def test_what_is_not_offered_is_refused(app: Flask, page: Page, reference: str, verb: str) -> None:
    """The form is open in another tab, or its address was kept."""
    desk.sign_in(page)
    act(page, reference, "close", **SENT["close"])
    address = f"/staff/enquiries/{reference}/{verb}"
    form = page.get(address).fields("verb") | NOT_NOW[verb] | {"send": "y"}
    before = desk.count(app, Event)
    refused = page.post(address, form, 409)
    assert "går inte att göra" in refused.text
    assert desk.count(app, Event) == before
    if "text" in NOT_NOW[verb]:
        assert NOT_NOW[verb]["text"] in refused.html


def test_taking_is_offered_only_where_the_table_of_moves_leads_there() -> None:
    for status in Status:
        enquiry = Enquiry(status=status, department_id="teknik", suspected=False)
        possible = status in (Status.RECEIVED, Status.WITH_DEPARTMENT, Status.DEVELOPING)
        possible = possible or status in (Status.ASSESSING, Status.PARKED)
        assert VERBS["take"].offered(enquiry) == possible, status


@on_sqlite
def test_sending_back_shows_the_border_too(app: Flask, contact: Page, reference: str) -> None:
    address = f"/staff/enquiries/{reference}/send-back"
    form = contact.get(address).fields("verb") | {"why": "Det är kulturens fråga."}
    shown = contact.post(address, form)
    assert "Det här går till en annan myndighet" in shown.text
    assert "kulturens fråga" in shown.text


@on_sqlite
@pytest.mark.parametrize("verb", ["assess", "facts", "programmes", "answer"])
def test_opening_a_form_is_a_reading_for_the_case_stands_beside_it(
    app: Flask, page: Page, reference: str, verb: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", flagged="y")
    before = readings(app)
    page.get(f"/staff/enquiries/{reference}/{verb}")
    assert readings(app) == before + 1


@on_sqlite
def test_who_owns_what_is_developed_cannot_be_taken_away(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "hand-over", department_id="barn-utbildning")
    act(page, reference, "advance", owner="Rektorn")
    refused = act(page, reference, "facts", 422, owner=" ", case_number="KS 2026:1")
    [field] = [each for each in refused.tree.iter("input") if each.get("name") == "owner"]
    assert field.get("aria-invalid") == "true"
    assert "skriv vilken roll som äger den" in refused.text
    assert refused.fields("verb")["case_number"] == "KS 2026:1"  # nothing typed is lost
    assert desk.stored(app, reference).owner == "Rektorn"


@on_sqlite
def test_what_begins_has_an_owner_and_says_what_is_not_known(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "programmes", programmes="interreg-south-baltic")
    act(page, reference, "hand-over", department_id="barn-utbildning")
    address = f"/staff/enquiries/{reference}/advance"
    form = page.get(address)
    assert "betalar högst 80 %, så minst 20 % återstår att betala" in form.text
    typed = form.fields("verb") | {"own_share": "200 timmar om året"}
    page.post(address, typed, 422)  # nobody owns it
    desk.send(page, address, typed | {"owner": "Rektorn"})
    [begun] = [
        dict(zip(*[[e.text for e in told.iter(tag)] for tag in ("dt", "dd")], strict=True))
        for told in page.get(f"/staff/enquiries/{reference}").tree.iter("dl")
        if "told" in told.get("class", "") and "timmar" in "".join(told.itertext())
    ]
    assert begun == {
        "Ägare": "Rektorn",
        "Vår egen insats": "200 timmar om året",
        "Vem som beslutar": "inte känt än",
    }
    assert "own_share" not in page.get(address).fields("verb")  # a step further


def test_a_list_shows_nothing_of_what_is_flagged_but_its_title(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    assert "Litauen och" in page.get("/staff/?view=all&q=Litauen").text
    act(page, reference, "flag", flagged="y")
    found = page.get("/staff/?view=all&q=Litauen").text
    assert reference in found
    assert "Litauen och" not in found


def test_a_protected_sender_is_nobody_to_a_department(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "flag", protected="y")
    assert "kim@exempel.example" not in contact.get(f"/staff/enquiries/{reference}").html
    assert "Kim Exempel" not in contact.get(f"/staff/enquiries/{reference}").html
    assert "Kim Exempel" in page.get(f"/staff/enquiries/{reference}").html


def test_what_was_handed_on_is_no_longer_theirs(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    desk.sign_in(page)
    contact.get(f"/staff/enquiries/{reference}")
    act(page, reference, "hand-over", department_id="teknik")
    assert "inte längre hos er" in contact.get(f"/staff/enquiries/{reference}", 404).text
    contact.get(f"/staff/enquiries/{reference}/answer", 404)


def test_sending_back_leads_to_the_inbox(app: Flask, contact: Page, reference: str) -> None:
    done = act(contact, reference, "send-back", why="Det är kulturens fråga.")
    assert done.location == "/staff/"
    assert desk.stored(app, reference).department_id is None


def test_a_file_of_the_sender_is_a_download(
    app: Flask, page: Page, contact: Page, reference: str
) -> None:
    with app.app_context():
        enquiry = db.session.scalars(sa.select(Enquiry).filter_by(reference=reference)).one()
        file = attachments.check("lista.txt", b"Sju klasser.")
        sender.reply(enquiry, "Här är listan.", [file], submission="x" * 32)
        db.session.commit()
        key = next(iter(attachments.of(enquiry).values()))[0].key
    address = f"/staff/enquiries/{reference}/files/{key}"
    assert address in contact.get(f"/staff/enquiries/{reference}").html

    answer = contact.get(address).response
    assert answer.data == b"Sju klasser."
    assert answer.headers["Content-Disposition"].startswith("attachment")

    desk.sign_in(page)
    act(page, reference, "hand-over", department_id="teknik")
    contact.get(address, 404)
    page.get(address[:-1], 404)


@on_sqlite
def test_every_form_opens(page: Page, reference: str) -> None:
    desk.sign_in(page)
    for verb in VERBS:
        is_theirs = verb in ("send-back", "contribute")  # what only a department does
        page.get(f"/staff/enquiries/{reference}/{verb}", 403 if is_theirs else 200)


def shown_mail(article: Element) -> tuple[str, str, str]:
    """Subject, address and text of a mail as the page shows it, quotations marked again."""
    blocks = []
    for part in list(article)[2:]:
        text = "".join(part.itertext())
        marked = "\n".join(f"> {line}" for line in text.split("\n"))
        blocks.append(marked if part.tag == "blockquote" else text)
    subject, to = ("".join(next(article.iter(tag)).itertext()) for tag in ("h2", "bdi"))
    return subject, to, "\n\n".join(blocks) + "\n"


SENT = {
    "answer": {"text": "  Två stycken.\n\n> Som ett citat\n- och en lista <b>&amp;</b>"},
    "ask": {"text": "Hur många?\n\nOch när?"},
    "hand-over": {"department_id": "teknik", "note": "Taket.\n\n- läcker", "text": "Snart mer."},
    "involve": {"department_id": "kultur-fritid", "text": "Håller taket?\n\n> Som förr"},
    "park": {"until": "2099-01-31", "text": "Utlysningen öppnar då."},
    "withdraw": {"why": "Kim ringde.", "text": "Tack för samtalet."},
    "close": {"reason": "not_eu", "text": "Nej.", "next_step": "Leader!", "learnt": "Jaha."},
    "refer": {"body": "Leader", "text": "De har pengarna.", "learnt": "Jaha."},
}


@pytest.mark.parametrize("verb", SENT)
def test_what_is_shown_is_what_is_sent_to_the_letter(
    app: Flask, page: Page, reference: str, verb: str
) -> None:
    desk.sign_in(page)
    before = desk.count(app, OutgoingMail)
    address = f"/staff/enquiries/{reference}/{verb}"
    shown = page.post(address, page.get(address).fields("verb") | SENT[verb])
    looked_at = [shown_mail(article) for article in shown.tree.iter("article")]

    page.post(address, shown.fields("verb") | {"send": "y"}, 303)

    with app.app_context():
        rows = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)).all()[before:]
        sent = [(m.subject, m.to_address, m.text.replace(TOKEN_PLACE, "…")) for m in rows]
    assert sent
    assert looked_at == sent
    for name, typed in SENT[verb].items():
        if name in ("text", "note", "next_step", "body"):
            last = typed.splitlines()[-1]
            assert any(last in text for _subject, _to, text in sent), name


def test_a_hand_over_shows_the_border_and_what_they_will_see(
    app: Flask, page: Page, reference: str
) -> None:
    desk.sign_in(page)
    act(page, reference, "note", text="Vår egen lapp.")
    act(page, reference, "flag", protected="y")
    address = f"/staff/enquiries/{reference}/hand-over"
    form = page.get(address)
    assert "en annan myndighet" not in form.text  # but of the one that is chosen
    shown = page.post(address, form.fields("verb") | {"department_id": "teknik"})
    assert "Det här går till en annan myndighet" in shown.text
    assert "Skicka, och lämna över till en annan myndighet" in shown.text
    [seen] = [part for part in shown.tree.iter("section") if "as-seen" in part.get("class", "")]
    words = "".join(seen.itertext())
    assert "Vår egen lapp." in words
    assert make.IDEA["description"] in words
    assert "Kim" not in words
    assert "kim@exempel" not in words

    page.post(address, shown.fields("verb") | {"send": "y"}, 303)
    case = page.get(f"/staff/enquiries/{reference}")
    border = next(li for li in case.tree.iter("li") if li.get("class") == "border")
    assert "till Tekniska förvaltningen, över till en annan myndighet" in "".join(border.itertext())


def test_within_one_authority_there_is_no_border(app: Flask, page: Page, reference: str) -> None:
    desk.sign_in(page)
    address = f"/staff/enquiries/{reference}/hand-over"
    act(page, reference, "take")
    form = page.get(address).fields("verb")
    shown = page.post(address, form | {"department_id": "kommunledning"})
    assert "Det här går till en annan myndighet" not in shown.text


@pytest.mark.parametrize("verb", ["answer", "ask", "park", "close"])
def test_who_has_no_address_is_to_be_called(
    app: Flask, page: Page, reference: str, verb: str
) -> None:
    with app.app_context():
        called = make.enquiry(email="", phone="0372-78 90 00").reference
    desk.sign_in(page)
    assert "tel:" in page.get(f"/staff/enquiries/{called}/{verb}").html.split("</main>")[0]
    shown = page.get(f"/staff/enquiries/{reference}/{verb}")
    assert "Inget mejl når avsändaren" not in shown.text
