"""Where an idea goes, and why. The pairs are the ones that a municipality argues about."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import create_app
from intake.directory.organisation import organisation
from intake.routing.decide import Rules, decide, rules_of


@pytest.fixture(scope="module")
def rules(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rules]:
    app = create_app(
        {
            "INTAKE_INSTANCE": str(tmp_path_factory.mktemp("rules")),
            "INTAKE_DATABASE_URL": f"sqlite:///{sqlite_template}",
        }
    )
    with app.app_context():
        yield rules_of(organisation())


CLEAR = [
    ("Klassutbyte med en skola i Litauen", "Elever i åttan besöker en klass.", "barn-utbildning"),
    ("Ungdomsutbyte", "Idrottsföreningen vill möta en klubb i Polen.", "kultur-fritid"),
    ("Laga vägen", "Cykelbana längs vägen så att fler kan cykla.", "teknik"),
    ("Renare vatten i Bolmen", "Övergödning och alger. Restaurera våtmarker.", "miljo-bygg"),
    ("Reningsverket", "Avloppet ska ge fosfor som går att återvinna.", "teknik"),
    ("Byn lever", "Byalaget vill ha en lanthandel på landsbygden.", "kommunledning"),
    ("Robotar i hemtjänsten", "Trygghetslarm för äldre och anhöriga.", "social"),
    ("Bredband", "Fiber till alla gårdar i Ryssby.", "ljungby-energi"),
    ("Our flats", "Tenants want to renovate the courtyard.", "ljungbybostader"),
    ("Books", "The library lends e-books with a partner library.", "kultur-fritid"),
]

UNSURE = [
    ("Solceller på skoltaket", "Sätt solceller på skolans tak."),  # the building's owner decides
    ("En idé", "Något bra för kommunen som EU kan betala."),
    ("Bir fikir", "Belediye için güzel bir şey yapmak istiyoruz."),
    ("Hydrogen", "Something for the future of us all."),  # one word is not enough
    ("Biogas", "Gör biogas av gödsel."),  # nor is one that fits a pattern of each language
    ("Skolan i kris", "Elever och lärare behöver krisberedskap."),  # has no owner: a person decides
    ("", ""),
]


@pytest.mark.parametrize(("title", "description", "department"), CLEAR)
def test_clear(rules: Rules, title: str, description: str, department: str) -> None:
    decision = decide({"title": title, "description": description}, None, rules)
    assert (decision.department, decision.sure) == (department, "clear")
    assert decision.words_for(department)


@pytest.mark.parametrize(("title", "description"), UNSURE)
def test_unsure_goes_to_the_coordinator(rules: Rules, title: str, description: str) -> None:
    decision = decide({"title": title, "description": description}, None, rules)
    assert (decision.department, decision.sure) == (None, "unsure")


def test_the_senders_choice_decides_when_the_text_is_silent(rules: Rules) -> None:
    decision = decide({"title": "En idé"}, "teknik", rules)
    assert (decision.department, decision.sure) == ("teknik", "clear")
    assert decision.was_chosen("teknik")


def test_a_choice_against_the_text_is_not_clear(rules: Rules) -> None:
    text = {"title": "Robotar i hemtjänsten", "description": "Trygghetslarm för äldre."}
    decision = decide(text, "teknik", rules)
    assert decision.sure == "unsure"
    assert {c.department for c in decision.ranked[:2]} == {"social", "teknik"}


def test_an_unknown_choice_counts_for_nothing(rules: Rules) -> None:
    assert decide({"title": "En idé"}, "nowhere", rules).ranked == ()


def test_a_reason_says_where_the_word_stands(rules: Rules) -> None:
    text = {"title": "En idé", "description": "Vi vill ha fler BIBLIOTEKSBÖCKER nu."}
    [reason] = [r for r in decide(text, None, rules).reasons if r.kind == "word"]
    assert text[reason.place][reason.start : reason.end] == reason.word == "BIBLIOTEKSBÖCKER"
    assert reason.pattern == "bibliotek*"


def test_a_decomposed_word_counts_like_a_composed_one(rules: Rules) -> None:
    decision = decide({"title": "fo\u0308rskola fo\u0308r alla"}, None, rules)
    assert decision.ranked[0].department == "barn-utbildning"


def test_the_same_text_gives_the_same_decision(rules: Rules) -> None:
    text = {"title": "Skola och bibliotek", "description": "Elever läser böcker och musik."}
    assert decide(text, None, rules) == decide(text, None, rules)


@given(st.dictionaries(st.sampled_from(["title", "description"]), st.text(max_size=500)))
def test_any_text_gets_a_decision(rules: Rules, text: dict[str, str]) -> None:
    decision = decide(text, None, rules)
    for reason in decision.reasons:
        assert text[reason.place][reason.start : reason.end] == reason.word


def test_a_very_long_word_takes_no_time(rules: Rules) -> None:
    begun = time.perf_counter()
    decide({"description": "a" * 100_000}, None, rules)
    assert time.perf_counter() - begun < 1
