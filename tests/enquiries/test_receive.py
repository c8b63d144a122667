"""An idea comes in: numbered, routed, stored, its letters queued, in one transaction."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from intake.db import db
from intake.directory.models import Absence, Contact
from intake.directory.organisation import forget, organisation
from intake.enquiries.limits import TooMany
from intake.enquiries.models import Enquiry, Event, NeverChanges, Suggestion
from intake.enquiries.receive import receive
from intake.enquiries.slips import proposal_of
from intake.outbox.models import OutgoingMail
from intake.programmes.catalogue import catalogue
from tests import make


@pytest.fixture(autouse=True)
def context(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def letters() -> dict[str, OutgoingMail]:
    """The queued mails by what they are: receipt, handover, coordinator."""
    return {m.key.split("/")[1]: m for m in db.session.scalars(sa.select(OutgoingMail))}


def acts(enquiry: Enquiry) -> list[str]:
    return [event.act for event in enquiry.history]


def test_everything_is_stored_at_once() -> None:
    enquiry = make.enquiry()
    assert enquiry.reference == f"EU-{enquiry.received_at.year}-0001"
    assert enquiry.department_id == "barn-utbildning"
    assert acts(enquiry) == ["received", "routed", "mailed", "mailed", "mailed"]
    assert {kind: mail.to_address for kind, mail in letters().items()} == {
        "receipt": "kim@exempel.example",
        "handover": "internationellt.barn-utbildning@ljungby.example",
        "coordinator": "internationellt@ljungby.example",
    }


def test_the_routing_slip_says_what_counted_and_where() -> None:
    [slip] = make.enquiry().suggestions
    assert (slip.department_id, slip.sure) == ("barn-utbildning", "clear")
    assert slip.rules.startswith("keywords/1-")
    word = next(reason for reason in slip.reasons if reason["word"] == "Elever")
    assert make.IDEA[word["place"]][word["start"] : word["end"]] == "Elever"


def test_unsure_goes_to_the_coordinator_alone() -> None:
    enquiry = make.enquiry(title="En idé", description="Något bra som EU kunde betala för oss här.")
    assert enquiry.department_id is None
    assert set(letters()) == {"receipt", "coordinator"}


@time_machine.travel(datetime(2026, 12, 31, 22, 59, 58, tzinfo=UTC))
def test_the_year_is_the_swedish_one() -> None:
    assert make.enquiry().reference == "EU-2026-0001"
    with time_machine.travel(datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC)):
        assert make.enquiry().reference == "EU-2027-0001"


@time_machine.travel(datetime(2026, 12, 22, 9, 0, tzinfo=UTC))
def test_promises_count_working_days() -> None:
    """23, 28, 29, 30 December and 4 January: Christmas and New Year's Eve are free."""
    enquiry = make.enquiry()
    assert enquiry.answer_by == date(2027, 1, 4)


def test_the_same_submission_is_one_enquiry() -> None:
    draft = make.draft()
    first = receive(draft)
    db.session.commit()
    second = receive(draft)
    db.session.commit()
    assert second == first
    assert db.session.scalar(sa.select(sa.func.count(Enquiry.id))) == 1
    assert len(letters()) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"email": "kim.ny@exempel.example"},
        {"phone": "070-174 06 05"},
        {"chosen_department": "teknik"},
        {"goals": [4]},
        {"sender_kind": "school"},
        {"need": "Mer språk"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_corrected_since_is_not_dropped_unsaid(change: dict[str, Any]) -> None:
    draft = make.draft()
    receive(draft)
    db.session.commit()
    assert receive(replace(draft, **change)).changed
    assert not receive(replace(draft, language="en")).changed
    assert db.session.scalar(sa.select(sa.func.count(Enquiry.id))) == 1


def test_another_browser_gets_no_key() -> None:
    draft = make.draft()
    receive(draft)
    db.session.commit()
    again = receive(make.draft(submission_id=draft.submission_id, browser="another"))
    assert again.same_browser is False


def test_parallel_sendings_give_one_enquiry_each(app: Flask) -> None:
    """Four at once, each sent twice at once: four enquiries, numbers without a gap."""
    drafts = [make.draft() for _ in range(4)] * 2
    start = threading.Barrier(len(drafts))
    found, problems = [], []

    def send(draft: object) -> None:
        try:
            with app.app_context():
                start.wait()
                found.append(receive(draft).reference)
                db.session.commit()
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=send, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    stored = db.session.scalars(sa.select(Enquiry.reference)).all()
    assert sorted(int(reference[-4:]) for reference in stored) == [1, 2, 3, 4]
    assert len(found) == 8
    assert set(found) == set(stored)


def test_a_fault_takes_everything_back() -> None:
    receive(make.draft())
    db.session.rollback()
    assert make.enquiry().reference.endswith("-0001")
    assert len(letters()) == 3


def test_what_was_received_never_changes() -> None:
    enquiry = make.enquiry()
    enquiry.title = "Something else"
    with pytest.raises(NeverChanges, match="title"):
        db.session.commit()


@pytest.mark.parametrize("kind", [Event, Suggestion])
def test_history_only_grows(kind: type) -> None:
    make.enquiry()
    row = db.session.scalars(sa.select(kind)).first()
    db.session.delete(row)
    with pytest.raises(NeverChanges):
        db.session.commit()


def test_without_an_address_there_is_no_receipt() -> None:
    make.enquiry(email="")
    assert set(letters()) == {"handover", "coordinator"}


def test_the_receipt_holds_nothing_that_was_typed() -> None:
    """Anybody's address can be typed into a form: it must not carry anybody's words."""
    canary = "zebrafink"
    texts = dict.fromkeys(
        ["title", "name", "organisation", "need", "target_group", "partners", "place", "known_call",
         "own_contribution", "phone"],
        canary,
    )  # fmt: skip
    make.enquiry(description=f"{canary} " * 20, **texts)
    receipt = letters()["receipt"]
    assert canary not in receipt.subject + receipt.text + receipt.html


def test_staff_letters_never_hold_who_sent_it() -> None:
    make.enquiry(name="Kim Kanariefågel", email="kanarie@exempel.example", phone="070-174 06 05")
    for kind in ("handover", "coordinator"):
        mail = letters()[kind]
        whole = mail.subject + mail.text + mail.html
        assert "Kanarie" not in whole
        assert "kanarie" not in whole
        assert "070" not in whole
        assert make.IDEA["title"] in mail.text
        assert make.IDEA["title"] not in mail.subject


def test_staff_letters_veil_who_signed_the_text() -> None:
    make.enquiry(
        name="Kim Exempel",
        title="Elever besöker en vänskola /kim exempel",
        description="Jag vill att eleverna reser. Hälsar Kim Exempel, kim.privat@exempel.example, "
        "0372-465 004 10 eller +46 70 174 06 05, till sommaren 2027-2028.",
    )
    for kind in ("handover", "coordinator"):
        text = letters()[kind].text
        assert "till sommaren 2027-2028" in text
        for own in ("exempel", "0372", "174", "privat"):
            assert own not in text.casefold()


def test_the_reasons_do_not_tell_the_name_either() -> None:
    """A surname may fit a pattern of the rules."""
    make.enquiry(
        name="Erik Skolberg",
        description="Elever och lärare vill resa till en vänskola. Hälsningar Erik Skolberg",
    )
    for kind in ("handover", "coordinator"):
        text = letters()[kind].text
        assert "”Elever”" in text
        assert "skolberg" not in text.casefold()


def test_the_receipt_says_who_has_it() -> None:
    make.enquiry()
    assert "Din idé är nu hos Barn- och utbildningsförvaltningen" in letters()["receipt"].text


def test_an_excerpt_keeps_the_lines_and_ends_at_a_word() -> None:
    make.enquiry(description="Elever reser:\n\n- höst: brev\n- vår:   resa\n" + "skola " * 100)
    text = letters()["handover"].text
    assert "> Elever reser:\n> - höst: brev\n> - vår: resa\n> skola skola" in text
    assert "skola …\n" in text


def test_in_full_is_as_it_was_written(app: Flask) -> None:
    app.config["MAIL_DETAIL"] = "full"
    make.enquiry(description="Elever reser.\n\nHälsar Kim Exempel i skolan, " + "och " * 100)
    text = letters()["handover"].text
    assert "> Elever reser.\n>  \n> Hälsar Kim Exempel" in text
    assert "kim@exempel.example" not in text
    assert "Så når du avsändaren: Kim Exempel, kim@exempel.example" in letters()["coordinator"].text


def test_in_full_nothing_is_left_out(app: Flask) -> None:
    app.config["MAIL_DETAIL"] = "full"
    make.enquiry(
        organisation="Bolmenskolan", need="Språk\noch mod", budget_range="50k-250k", goals=[4, 10]
    )
    for kind in ("handover", "coordinator"):
        text = letters()[kind].text
        assert "Vilket behov finns?\n\n> Språk\n> och mod\n" in text
        assert "> 50 000–250 000 kronor\n" in text.replace("\u00a0", " ")
        assert "> God utbildning för alla, Minskad ojämlikhet\n" in text
    assert "Kim Exempel, Bolmenskolan, kim@" in letters()["coordinator"].text
    assert "Bolmenskolan" not in letters()["handover"].text


def test_the_excerpt_is_no_more_than_that() -> None:
    make.enquiry(need="Språk och mod", organisation="Bolmenskolan")
    for kind in ("handover", "coordinator"):
        assert "Språk" not in letters()[kind].text
        assert "Bolmenskolan" not in letters()[kind].text


def test_the_contact_is_told_what_to_do_and_by_when() -> None:
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False):
        make.enquiry()
    text = letters()["handover"].text
    assert "Titta på den senast måndagen den 30 november 2026: är den något för er?" in text
    assert "ett första svar senast tisdagen den 1 december 2026." in text
    assert "titta på den senast måndagen den 30 november 2026" in letters()["coordinator"].text


def test_the_coordinator_is_told_that_choice_and_words_disagree() -> None:
    make.enquiry(
        chosen_department="teknik",
        title="Språk",
        description="Elever och lärare på skolan vill ha en vänskola för undervisning i språk.",
    )
    assert "Avsändaren valde Tekniska förvaltningen, men" in letters()["coordinator"].text


def test_an_unclear_idea_says_what_there_is_to_go_by() -> None:
    make.enquiry(title="En idé", description="Något bra som EU kunde betala för oss här.")
    assert "Inget ord i texten pekar mot" in letters()["coordinator"].text


def test_the_strict_form_is_reference_and_link_only(app: Flask) -> None:
    app.config["MAIL_DETAIL"] = "link"
    enquiry = make.enquiry()
    for kind in ("handover", "coordinator"):
        text = letters()[kind].text
        assert enquiry.reference in text
        assert f"http://ideer.ljungby.example/staff/enquiries/{enquiry.reference}" in text
        assert make.IDEA["title"] not in text
        assert "Litauen" not in text


def test_an_excerpt_says_that_there_is_more() -> None:
    make.enquiry(description="Elever lagar saker. " * 40, need="Vi saknar verktyg.", goals=[4])
    text = letters()["handover"].text
    assert "början på en text på 800 tecken" in text
    assert "- Vilka globala mål" in text
    assert "verktyg" not in text


def test_an_excerpt_that_is_whole_says_nothing_of_more() -> None:
    make.enquiry(description="Elever lagar saker.\n\n   De visar dem sedan för Kim Exempel.")
    assert "början på en text" not in letters()["handover"].text


def test_a_personal_number_makes_mails_strict() -> None:
    enquiry = make.enquiry(description="Ring mig, jag är 19121212-1212 och vill ha en skola till.")
    assert enquiry.flagged
    assert "1212" not in letters()["handover"].text
    assert make.IDEA["title"] not in letters()["handover"].text


def test_letters_never_hold_the_secret_of_the_link() -> None:
    enquiry = make.enquiry()
    from intake import links

    token = links.status_token(enquiry.link_seed)
    receipt = letters()["receipt"]
    assert token not in receipt.text + receipt.html
    assert f"http://ideer.ljungby.example/sv/status/{token}" in links.fill_token(
        receipt.text, receipt.seed
    )


class TestAbsence:
    def away(self, *emails: str) -> None:
        for contact in db.session.scalars(sa.select(Contact).where(Contact.email.in_(emails))):
            contact.absences.append(Absence(first_day=date(2000, 1, 1), last_day=date(2100, 1, 1)))
        db.session.commit()
        forget()

    def test_the_cover_gets_it(self) -> None:
        db.session.add(
            Contact(department_id="barn-utbildning", rank=1, role={"sv": "Ställföreträdare"},
                    email="stf@ljungby.example")
        )  # fmt: skip
        self.away("internationellt.barn-utbildning@ljungby.example")
        enquiry = make.enquiry()
        assert letters()["handover"].to_address == "stf@ljungby.example"
        assert "cover" in enquiry.history[1].why
        assert enquiry.department_id == "barn-utbildning"

    def test_the_coordinators_cover_gets_the_answers_too(self) -> None:
        coordinator = organisation().coordinator.id
        db.session.add(
            Contact(department_id=coordinator, rank=1, role={"sv": "Ställföreträdare"},
                    email="stf.samordnare@ljungby.example")
        )  # fmt: skip
        self.away("internationellt@ljungby.example")
        enquiry = make.enquiry()
        assert {mail.reply_to for mail in letters().values()} == {"stf.samordnare@ljungby.example"}
        told = {e.data["letter"]: e.data["to"] for e in enquiry.history if e.act == "mailed"}
        assert told["coordinator"] == "stf.samordnare@ljungby.example"

    def test_without_a_cover_the_coordinator_has_it(self) -> None:
        self.away("internationellt.barn-utbildning@ljungby.example")
        enquiry = make.enquiry()
        assert set(letters()) == {"receipt", "coordinator"}
        assert enquiry.department_id is None
        assert "nobody in the department" in enquiry.history[1].why
        assert enquiry.suggestions[0].department_id == "barn-utbildning"


class TestSpam:
    def test_the_trap_keeps_it_apart(self) -> None:
        """Stored, numbered, shown to the coordinator; but no letter to anybody else (L5)."""
        enquiry = make.enquiry(trap="http://spam.example")
        assert enquiry.suspected
        assert set(letters()) == {"coordinator"}
        assert make.IDEA["title"] not in letters()["coordinator"].text
        assert "marked" in acts(enquiry)

    def test_one_weak_sign_is_only_noted(self, app: Flask) -> None:
        app.config["MINIMUM_SECONDS"] = 3
        enquiry = make.enquiry(opened_at=datetime.now(UTC))
        assert not enquiry.suspected
        assert enquiry.history[1].data == {"signs": ["fast"]}
        assert set(letters()) == {"receipt", "handover", "coordinator"}

    def test_a_network_is_limited(self, app: Flask) -> None:
        app.config["LIMIT_ENQUIRIES"] = 2
        make.enquiry(address="192.0.2.1")
        repeated = make.draft(address="192.0.2.1")
        receive(repeated)
        db.session.commit()
        with pytest.raises(TooMany):
            receive(make.draft(address="192.0.2.1"))
        db.session.rollback()
        assert receive(repeated).reference.endswith("-0002")
        make.enquiry(address="192.0.2.2")

    def test_receipts_to_one_address_are_limited(self) -> None:
        for _ in range(3):
            make.enquiry()
        enquiry = make.enquiry()
        assert "withheld" in acts(enquiry)
        receipts = [m for m in db.session.scalars(sa.select(OutgoingMail)) if "receipt" in m.key]
        assert len(receipts) == 3

    def test_our_own_addresses_get_no_receipt(self) -> None:
        """A form that confirms to its own mailbox is how mail loops begin."""
        enquiry = make.enquiry(email="Internationellt@ljungby.example")
        assert "withheld" in acts(enquiry)


def test_a_fault_in_the_rules_never_stops_an_idea(monkeypatch: pytest.MonkeyPatch) -> None:
    from intake.enquiries import receive as room

    def broken(*args: object) -> None:
        raise RuntimeError("a bad pattern")

    monkeypatch.setattr(room, "decide", broken)
    enquiry = make.enquiry()
    assert enquiry.department_id is None
    assert enquiry.suggestions[0].rules == "failed"


def test_the_programmes_are_kept_as_they_were_suggested() -> None:
    enquiry = make.enquiry(title="Rusta bygdegården", sender_kind="association")
    db.session.expire_all()
    proposal = proposal_of(enquiry.suggestions[0])
    assert proposal is not None
    assert proposal.rules.endswith(catalogue().version)
    [leader] = proposal.suggested
    assert (leader.programme, leader.words) == ("leader", ("bygdegården",))
    assert leader.departments == ("kommunledning",)
    assert leader.may_apply


def test_a_fault_in_the_programmes_never_stops_an_idea(monkeypatch: pytest.MonkeyPatch) -> None:
    from intake.enquiries import receive as room

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("a bad pattern")

    monkeypatch.setattr(room, "propose", broken)
    enquiry = make.enquiry()
    assert enquiry.department_id == "barn-utbildning"
    assert enquiry.suggestions[0].programmes is None


def test_addresses_of_one_household_are_one_network(app: Flask) -> None:
    from intake.enquiries.limits import network_hash

    assert network_hash("2001:db8::1") == network_hash("2001:db8::ffff:1")
    assert network_hash("2001:db8::1") != network_hash("2001:db8:0:1::1")
    assert "192.0.2.1" not in network_hash("192.0.2.1")
