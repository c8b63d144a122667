"""Several departments on one idea, through the pages."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from intake import links
from intake.db import db
from intake.enquiries import access, close, handle, together
from intake.enquiries.models import Participation
from intake.outbox.models import OutgoingMail
from tests import make
from tests.conftest import on_sqlite
from tests.page import Fetched, Page
from tests.staff import desk
from tests.staff.desk import act, someone

ANSWER = "Taket håller."


@pytest.fixture
def reference(app: Flask) -> str:
    """The number of an idea that the school department has."""
    with app.app_context():
        enquiry = make.enquiry()
        handle.hand_over(enquiry, "barn-utbildning", by=someone(desk.COORDINATOR))
        db.session.commit()
        return enquiry.reference


@pytest.fixture
def beside(app: Flask, reference: str) -> str:
    """The same, and the technical department is asked to take part."""
    with app.app_context():
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        together.involve(enquiry, "teknik", "Håller taket?", by=someone(desk.SCHOOL))
        db.session.commit()
    return reference


def buttons(case: Fetched) -> set[str]:
    """The verbs that a case offers."""
    links = [str(a.get("href")) for a in case.tree.iter("a")]
    return {link.rsplit("/", 1)[1] for link in links if "/enquiries/EU-" in link}


def shut(app: Flask, reference: str) -> None:
    with app.app_context():
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        said = {"text": "Nej.", "next_step": "Ring.", "learnt": "Inget."}
        close.close(enquiry, "other", by=someone(desk.SCHOOL), **said)
        db.session.commit()


def mails(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) or 0


def there(app: Flask, reference: str) -> list[str]:
    with app.app_context():
        enquiry = access.by_reference(reference)
        assert enquiry is not None
        return [each.department_id for each in access.participations(enquiry)]


@on_sqlite
@pytest.mark.parametrize("who", [desk.COORDINATOR, desk.SCHOOL])
def test_one_asks_a_department_after_a_look_at_what_it_gets(
    app: Flask, page: Page, reference: str, who: str
) -> None:
    desk.sign_in(page, who)
    address = f"/staff/enquiries/{reference}/involve"
    form = page.get(address)
    offered = {option.get("value") for option in form.tree.iter("option")}
    assert "teknik" in offered
    assert "barn-utbildning" not in offered
    assert "Skriv vad de ska säga" in page.post(address, form.fields("verb"), 422).text

    typed = form.fields("verb") | {"department_id": "teknik", "text": "Håller taket?"}
    shown = page.post(address, typed)
    assert "Det här går till en annan myndighet" in shown.text
    assert "har det kvar, och" in shown.text
    assert "Det här kommer Tekniska förvaltningen att se" in shown.text
    assert desk.TEKNIK in shown.text
    assert there(app, reference) == []

    sent = desk.send(page, address, typed)
    case = page.get(sent.location).text
    assert f"Ett mejl är på väg till {desk.TEKNIK}" in case
    assert "Tekniska förvaltningen , tillfrågad" in case
    assert there(app, reference) == ["teknik"]


@on_sqlite
def test_who_is_asked_sees_what_is_asked_and_little_else_to_press(
    app: Flask, page: Page, beside: str
) -> None:
    desk.sign_in(page, desk.TEKNIK)
    case = page.get(f"/staff/enquiries/{beside}")
    assert "Barn- och utbildningsförvaltningen frågar: ”Håller taket?”" in case.text
    assert "Det här behöver göras" in case.text
    assert make.IDEA["description"] in case.text
    assert buttons(case) == {"note", "contribute", "part"}
    assert "Håller taket?" in page.get(f"/staff/enquiries/{beside}/contribute").text

    done = act(page, beside, "contribute", text=ANSWER)
    case = page.get(done.location)
    assert f"Ert svar är lämnat. Ett mejl är på väg till {desk.SCHOOL}." in case.text
    assert "Det här behöver göras" not in case.text
    assert ANSWER in case.text

    desk.sign_in(page, desk.SCHOOL)
    case = page.get(f"/staff/enquiries/{beside}")
    assert "Tekniska förvaltningen har svarat. Läs svaret." in case.text
    assert {"answer", "deal-with", "involve", "part"} < buttons(case)
    assert "contribute" not in buttons(case)
    assert "har svarat. Läs svaret." in page.get("/staff/").text


@on_sqlite
def test_a_list_never_says_both_that_one_is_asked_and_that_nothing_is_there(
    page: Page, beside: str
) -> None:
    desk.sign_in(page, desk.SOCIAL)
    alone = page.get("/staff/").text
    assert "Här finns inget." in alone
    assert "Hos oss" in alone
    assert "Hos verksamheter" not in alone
    desk.sign_in(page, desk.TEKNIK)
    assert "Här finns inget." not in page.get("/staff/").text
    act(page, beside, "contribute", text=ANSWER)
    assert "Här finns inget." in page.get("/staff/").text


@on_sqlite
def test_the_answer_stands_where_it_is_to_be_read_and_used(page: Page, beside: str) -> None:
    desk.sign_in(page, desk.TEKNIK)
    act(page, beside, "contribute", text=ANSWER + " Ja." * 200)
    desk.sign_in(page, desk.SCHOOL)
    case = page.get(f"/staff/enquiries/{beside}")
    [tasks] = [e for e in case.tree.iter("section") if e.get("class") == "tasks"]
    words = "".join(tasks.itertext())
    assert ANSWER in words
    assert "Läs allt" in words
    assert len(words) < 600
    [context] = page.get(f"/staff/enquiries/{beside}/answer").tree.iter("aside")
    assert ANSWER in "".join(context.itertext())


@on_sqlite
def test_who_leaves_does_not_see_it_any_more(app: Flask, page: Page, beside: str) -> None:
    desk.sign_in(page, desk.TEKNIK)
    assert beside in page.get("/staff/?view=together").text
    left = act(page, beside, "part", why="Inget för oss.")
    assert left.location == "/staff/"
    assert "Verksamheten deltar inte längre." in page.get("/staff/").text
    page.get(f"/staff/enquiries/{beside}", 404)
    assert beside not in page.get("/staff/?view=together").text


@on_sqlite
def test_who_has_it_chooses_whose_part_ends(app: Flask, page: Page, beside: str) -> None:
    desk.sign_in(page, desk.SCHOOL)
    act(page, beside, "involve", department_id="kultur-fritid", text="Och ni?")
    form = page.get(f"/staff/enquiries/{beside}/part")
    offered = [option.get("value") for option in form.tree.iter("option")]
    assert offered == ["teknik", "kultur-fritid"]
    act(page, beside, "part", department_id="kultur-fritid", why="Det räcker.")
    assert there(app, beside) == ["teknik"]


@on_sqlite
def test_an_idea_that_points_to_several_leads_to_asking_them(app: Flask, page: Page) -> None:
    with app.app_context():
        both = make.enquiry(description="Elever odlar mat till äldreboendet, med äldreomsorgen.")
        one = make.enquiry()
        db.session.commit()
        several, single = both.reference, one.reference
    desk.sign_in(page)
    assert "be de andra delta" in page.get(f"/staff/enquiries/{several}").text
    assert "involve" in buttons(page.get(f"/staff/enquiries/{several}"))
    assert "be de andra delta" not in page.get(f"/staff/enquiries/{single}").text


@on_sqlite
def test_the_inbox_opens_with_what_others_wait_for(app: Flask, page: Page, beside: str) -> None:
    waits = "1 idé som någon annan har väntar på ert svar"
    for who, said in ((desk.TEKNIK, True), (desk.SCHOOL, False), (desk.COORDINATOR, False)):
        desk.sign_in(page, who)
        assert (waits in page.get("/staff/").text) is said
    desk.sign_in(page, desk.TEKNIK)
    assert waits not in page.get("/staff/?view=together").text
    act(page, beside, "contribute", text="Det håller.")
    assert waits not in page.get("/staff/").text


@on_sqlite
def test_nobody_is_asked_about_what_is_closed(app: Flask, page: Page, beside: str) -> None:
    shut(app, beside)
    desk.sign_in(page, desk.TEKNIK)
    assert "väntar på ert svar" not in page.get("/staff/").text


@on_sqlite
def test_who_has_left_meanwhile_is_not_taken_for_another(
    app: Flask, page: Page, beside: str
) -> None:
    desk.sign_in(page, desk.SCHOOL)
    act(page, beside, "involve", department_id="kultur-fritid", text="Och ni?")
    address = f"/staff/enquiries/{beside}/part"
    typed = page.get(address).fields("verb") | {"department_id": "teknik", "why": "Det räcker."}
    with app.app_context():
        enquiry = access.by_reference(beside)
        assert enquiry is not None
        together.part(enquiry, "teknik", "Inget för oss.", by=someone(desk.TEKNIK))
        db.session.commit()
    shown = page.post(address, typed, 409)
    assert "Tekniska förvaltningen deltar inte längre" in shown.text
    again = shown.fields("verb")
    assert again["department_id"] == "teknik"
    assert "Den deltar inte längre" in page.post(address, again, 422).text
    assert there(app, beside) == ["kultur-fritid"]


@on_sqlite
def test_the_lists_say_whose_it_is_and_who_is_beside(app: Flask, page: Page, beside: str) -> None:
    desk.sign_in(page, desk.TEKNIK)
    text = page.get("/staff/?view=together").text
    assert "Barn- och utbildningsförvaltningen har ärendet och väntar på ert svar." in text
    assert beside not in page.get("/staff/?view=all").text
    narrowed = page.get("/staff/?view=together&department=barn-utbildning&q=litauen").text
    assert beside in narrowed
    desk.sign_in(page)
    for view in ("together", "all", "departments"):
        text = page.get(f"/staff/?view={view}").text
        assert "tillsammans med Tekniska förvaltningen" in text
        assert "inget svar än från Tekniska förvaltningen" in text
    desk.sign_in(page, desk.TEKNIK)
    act(page, beside, "contribute", text="Det håller.")
    assert "inget svar än" not in page.get("/staff/?view=together").text


@on_sqlite
def test_a_search_that_finds_nothing_leads_to_where_one_takes_part(page: Page, beside: str) -> None:
    desk.sign_in(page, desk.TEKNIK)
    nothing = page.get(f"/staff/?view=all&q={beside}")
    found = [
        str(a.get("href"))
        for a in nothing.tree.iter("a")
        if "".join(a.itertext()) == "Sök där ni deltar"
    ]
    assert f'id="{beside}"' not in nothing.html
    assert beside in page.get(found[0]).text


@on_sqlite
def test_the_status_page_says_who_takes_part(app: Flask, page: Page, beside: str) -> None:
    with app.app_context():
        enquiry = access.by_reference(beside)
        assert enquiry is not None
        token = links.status_token(enquiry.link_seed)
    text = page.get(f"/sv/status/{token}").text
    assert "tillsammans med Tekniska förvaltningen" in text
    assert "Vi bad Tekniska förvaltningen hjälpa till med din idé." in text
    assert "Håller taket?" not in text
    assert "together with" in page.get(f"/en/status/{token}").text


def test_it_is_closed_while_somebody_answers(app: Flask, page: Page, beside: str) -> None:
    desk.sign_in(page, desk.TEKNIK)
    address = f"/staff/enquiries/{beside}/contribute"
    typed = desk.looked_at(page, address, page.get(address).fields("verb") | {"text": ANSWER})
    shut(app, beside)
    before = mails(app)
    refused = page.post(address, typed, 409)
    assert ANSWER in refused.html
    again = page.post(address, refused.fields("verb") | {"send": "y"}, 409)
    assert "inget har gjorts" in again.text
    assert ANSWER in again.html
    assert mails(app) == before


def test_two_ask_the_same_department_at_once(app: Flask, page: Page, reference: str) -> None:
    address = f"/staff/enquiries/{reference}/involve"
    sent = []
    for email in (desk.COORDINATOR, desk.SCHOOL):
        own = Page(app)
        desk.sign_in(own, email)
        typed = own.get(address).fields("verb") | {"department_id": "teknik", "text": "Ni?"}
        sent.append((own, desk.looked_at(own, address, typed)))
    barrier = Barrier(2)

    def press(each: tuple[Page, dict[str, str]]) -> int:
        barrier.wait()
        return each[0].client.post(address, data=each[1]).status_code

    with ThreadPoolExecutor(2) as threads:
        codes = list(threads.map(press, sent))
    assert sorted(codes) == [303, 409]
    with app.app_context():
        assert len(db.session.scalars(sa.select(Participation)).all()) == 1

    late, typed = sent[codes.index(409)]
    shown = late.post(address, typed, 409)
    assert "Tekniska förvaltningen ombads delta" in shown.text
    refused = late.post(address, shown.fields("verb") | {"send": "y"}, 422)
    assert "Tekniska förvaltningen deltar redan." in refused.text


@on_sqlite
def test_whoever_gets_the_case_while_they_answer_loses_nothing(
    app: Flask, page: Page, beside: str
) -> None:
    desk.sign_in(page, desk.TEKNIK)
    address = f"/staff/enquiries/{beside}/contribute"
    typed = page.get(address).fields("verb") | {"text": "Taket håller i tio år."}
    with app.app_context():
        enquiry = access.by_reference(beside)
        assert enquiry is not None
        handle.hand_over(enquiry, "teknik", by=someone(desk.COORDINATOR))
        db.session.commit()
    refused = page.post(address, typed, 403)
    assert "Ärendet kan ha ändrats sedan du öppnade det." in refused.text
    assert "Taket håller i tio år." in refused.text
