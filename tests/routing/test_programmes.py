"""Which programmes are suggested for an idea. The ideas are such as people have."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.programmes import SHIPPED
from intake.programmes.read import read
from intake.routing.programmes import AS_APPLICANT, MOST, Fit, Proposal, propose

CATALOGUE = read(SHIPPED)

#: Who sends it, title, text, and what stands among the suggested programmes.
IDEAS = {
    "class exchange": (
        "school",
        "Klassutbyte med en skola i Litauen",
        "Elever i åttan besöker en klass.",
        {"erasmus-skola", "nordplus"},
    ),
    "youth exchange": (
        "association",
        "Ungdomsutbyte",
        "Idrottsföreningen vill möta en klubb i Polen.",
        {"erasmus-ungdom"},
    ),
    "solar panels": ("resident", "Solceller på taken", "Spara energi.", {"life-ren-energi"}),
    "solar panels in English": (
        "resident",
        "Solar panels",
        "Renewable energy for the tenants.",
        {"life-ren-energi"},
    ),
    "library": (
        "staff",
        "Biblioteket läser vidare",
        "Vuxnas lärande och litteratur på fler språk.",
        {"erasmus-vuxna", "kreativa-europa"},
    ),
    "water": (
        "resident",
        "Renare vatten i Bolmen",
        "Övergödning och alger. Restaurera våtmarker.",
        {"life-miljo-klimat"},
    ),
    "village hall": (
        "association",
        "Rusta bygdegården",
        "Byalaget vill ha en mötesplats på landsbygden.",
        {"leader"},
    ),
    "company": (
        "company",
        "Gårdsbutik",
        "Vi vill sälja lokal mat och utveckla besöksnäringen.",
        {"leader", "eruf-smaland-oarna"},
    ),
    "twinning": (
        "staff",
        "Vänort",
        "Vi vill bjuda in en delegation från Šilutė.",
        {"cerv-vanort"},
    ),
    "language café": (
        "resident",
        "Språkkafé",
        "Nyanlända och svenskar möts. Integration.",
        {"amif", "esf-plus"},
    ),
    "storytelling": (
        "association",
        "Berättarfestival",
        "Musik och teater i sagobygden.",
        {"kreativa-europa"},
    ),
    "volunteers": (
        "association",
        "Volontärer från Europa",
        "Unga hjälper till hos oss.",
        {"solidaritetskaren"},
    ),
    "hydrogen": ("company", "Vätgas", "Vi bygger batterier.", {"innovationsfonden"}),
}


def ask(title: str, description: str = "", **more: object) -> Proposal:
    return propose({"title": title, "description": description}, CATALOGUE, **more)  # type: ignore[arg-type]


def first(title: str, description: str = "", **more: object) -> Fit:
    return ask(title, description, **more).suggested[0]


@pytest.mark.parametrize(("sender", "title", "text", "wanted"), IDEAS.values(), ids=IDEAS.keys())
def test_typical_ideas(sender: str, title: str, text: str, wanted: set[str]) -> None:
    suggested = ask(title, text, sender_kind=sender).suggested
    assert wanted <= {fit.programme for fit in suggested}
    assert all(fit.words for fit in suggested)


def test_no_word_no_suggestion() -> None:
    nothing = ask("En idé", "Något bra.", departments=["kommunledning"], goals=[11])
    assert nothing.suggested == nothing.next_best == nothing.not_possible == ()


def test_at_most_three_and_then_the_next() -> None:
    many = ask(
        "Festival, bygdegård, volontärer, idrott, våtmark, batterier och vänort",
        "Klassutbyte, ungdomsutbyte, integration, forskning och digitalisering.",
    )
    assert len(many.suggested) == MOST
    assert len(many.next_best) == MOST
    scores = [fit.score for fit in (*many.suggested, *many.next_best)]
    assert scores == sorted(scores, reverse=True)


def test_a_weak_one_beside_a_strong_one_comes_next() -> None:
    text = "Byalaget rustar bygdegården på landsbygden, en mötesplats med lokal mat."
    proposal = ask("Bygdegård", f"{text} Kanske en festival.")
    assert [fit.programme for fit in proposal.suggested] == ["leader"]
    assert "kreativa-europa" in {fit.programme for fit in proposal.next_best}


@pytest.mark.parametrize(
    ("title", "programme"),
    [
        ("Gratis wifi på torget", "wifi4eu"),
        ("Pendling över Öresund till Köpenhamn", "interreg-oks"),
        ("Rättvis omställning i vår stålindustri", "jtf"),
    ],
)
def test_what_nobody_here_can_apply_for_is_said(title: str, programme: str) -> None:
    proposal = ask(title)
    assert programme in {fit.programme for fit in proposal.not_possible}
    assert programme not in {fit.programme for fit in (*proposal.suggested, *proposal.next_best)}


def test_a_resident_cannot_apply_alone_and_an_association_can() -> None:
    resident = first("En ny bygdegård", sender_kind="resident")
    assert (resident.applicant, resident.may_apply) == ("resident", False)
    assert {"association", "municipality"} <= set(resident.others)

    association = first("En ny bygdegård", sender_kind="association")
    assert association.may_apply
    assert association.others == ()
    assert association.score > resident.score


def test_of_somebody_else_nothing_is_said() -> None:
    fit = first("En ny bygdegård", sender_kind="other")
    assert fit.applicant == ""
    assert not fit.may_apply
    assert "association" in fit.others


def test_there_is_always_somebody_who_can_apply() -> None:
    for kind in (*AS_APPLICANT, "other"):
        fit = first("Vätgas och batterier", sender_kind=kind)
        assert fit.may_apply or fit.others


def test_goals_and_owners_in_common_are_reasons() -> None:
    alone = first("En ny bygdegård")
    both = first("En ny bygdegård", departments=["kommunledning", "social"], goals=[1, 11])
    assert (both.departments, both.goals) == (("kommunledning",), (11,))
    owned = first("En ny bygdegård", departments=["kommunledning"])
    assert both.score > owned.score > alone.score


def test_a_word_of_many_programmes_is_not_enough() -> None:
    assert ask("En idé", "Vi har varit i Litauen.").suggested == ()


def test_words_are_told_as_they_were_written_each_once() -> None:
    fit = first("En idé", "BYGDEGÅRDEN och lokal\nmat, bygdegård.")
    assert fit.words == ("lokal mat", "BYGDEGÅRDEN")  # two words weigh more than one


def test_the_version_of_the_catalogue_is_kept() -> None:
    assert ask("Bygdegård").rules.endswith(CATALOGUE.version)


@given(
    st.dictionaries(st.sampled_from(["title", "description"]), st.text(max_size=500)),
    st.sampled_from([*AS_APPLICANT, "other", ""]),
)
def test_any_text_gets_a_proposal(text: dict[str, str], sender: str) -> None:
    assert propose(text, CATALOGUE, sender_kind=sender) == propose(
        text, CATALOGUE, sender_kind=sender
    )


def test_a_long_text_takes_no_time() -> None:
    begun = time.perf_counter()
    ask("a" * 100_000, "bygdegård " * 500)
    assert time.perf_counter() - begun < 1
