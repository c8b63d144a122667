from pathlib import Path

import pytest

from intake.directory.check import OrganisationError, read
from intake.directory.load import SHIPPED

from .broken import FAULTS, Broken
from .small import MARK, SMALL, changed, write


def test_a_file_without_a_fault(tmp_path: Path) -> None:
    file = read(write(tmp_path))

    assert file.facts["name"] == {"sv": "Provköping", "en": "Testtown"}
    assert file.facts["post"] == {"sv": "Box 1\nProvköping"}
    assert file.facts["promise"] == {
        "answer_days": 5,
        "assessment_days": 15,
        "department_days": 20,
        "life_days": 60,
        "open_days": 3,
        "coordinator_days": 3,
        "ask_again_days": 10,
        "still_you_days": 10,
        "call_first_days": 60,
        "call_next_days": 30,
        "call_last_days": 10,
    }
    assert file.facts["staff"] == []
    assert file.facts["texts"] == [
        {
            "id": "tack",
            "for": ["answer", "share"],
            "name": {"sv": "Tack", "en": "Thanks"},
            "text": {"sv": "Tack, {name}!\n\nVi läser {reference}."},
        }
    ]
    assert file.facts["look"]["brand"] == "#1f5a46"
    assert file.facts["privacy"]["supervisor"]["url"] == "https://imy.example/"
    assert file.facts["accessibility"]["assessed"] == "2026-11-01"
    assert [list(flaw) for flaw in file.facts["accessibility"]["flaws"]] == [["sv"], ["sv", "en"]]
    assert (file.logo, file.logo_type) == (MARK.encode(), "image/svg+xml")
    assert file.coordinator.id == file.coordinator.kind == "coordinator"

    technical, homes = file.departments
    assert technical.board == {"sv": "Tekniska nämnden"}
    assert [contact.email for contact in technical.contacts] == [
        "teknik@provkoping.example",
        "vikarie@provkoping.example",
    ]
    [away] = technical.contacts[0].absences
    assert [str(each) for each in away] == ["2027-07-05", "2027-08-01", ""]
    assert (technical.contacts[0].digest, technical.contacts[0].confirmed) == (None, None)
    assert technical.contacts[1].absences == []
    assert (homes.kind, homes.board) == ("company", {})


def test_the_shipped_file_is_without_a_fault() -> None:
    file = read(SHIPPED)

    assert len(file.departments) == 8
    assert file.logo is not None
    assert len(file.logo) < 3_000
    addresses = [c.email for post in (file.coordinator, *file.departments) for c in post.contacts]
    assert all(address.endswith("@ljungby.example") for address in addresses)
    assert all(post.keywords["sv"] and post.keywords["en"] for post in file.departments)
    assert all(set(text["text"]) == {"sv", "en"} for text in file.facts["texts"])


@pytest.mark.parametrize("broken", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_with_its_line(broken: Broken, tmp_path: Path) -> None:
    with pytest.raises(OrganisationError) as error:
        read(write(tmp_path, broken.text))

    faults = error.value.faults
    assert len(faults) == 1 + broken.also, str(error.value)
    assert [fault for fault in faults if fault.line == broken.line and broken.words in fault.words]
    assert f"line {broken.line}: " in str(error.value)


def test_all_faults_are_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = SMALL
    for name in ("star inside", "no at sign", "promise of no days", "unknown kind"):
        text = changed(FAULTS[name].old, FAULTS[name].new, text)

    with pytest.raises(OrganisationError) as error:
        read(write(tmp_path, text))
    faults = error.value.faults
    assert len(faults) == 4
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_a_message_reads_like_advice(tmp_path: Path) -> None:
    with pytest.raises(OrganisationError) as error:
        read(write(tmp_path, FAULTS["star only before"].text))

    path = tmp_path / "organisation.toml"
    assert str(error.value) == (
        f"{path} has faults, so nothing was changed:\n"
        "  line 73: [[department]] 'teknik': keywords.sv has the bad pattern '*väg'; "
        'write patterns like "ord", "ord*", "*ord*" or "två ord"'
    )


def test_patterns_are_folded_and_each_stands_once(tmp_path: Path) -> None:
    combined = "A\u030aker*"  # Å as a letter and a ring, as some programs write it
    text = changed('"gata",', f'"GATA", "gata", " Natura  2000", "{combined}",')

    patterns = read(write(tmp_path, text)).departments[0].keywords["sv"]
    assert patterns == ["gata", "natura 2000", "åker*", "cykel*", "*väg*", "vård- och omsorg*"]


def test_absences_are_in_order_and_each_stands_once(tmp_path: Path) -> None:
    days = [f"2027-{month:02}-01" for month in (9, 3, 11, 3, 1)]
    away = "".join(
        f"[[department.contact.absence]]\nfirst_day = {day}\nlast_day = {day}\n\n" for day in days
    )
    text = changed("[[department.contact.absence]]\n", f"{away}[[department.contact.absence]]\n")

    absences = read(write(tmp_path, text)).departments[0].contacts[0].absences
    assert [first.month for first, _last, _cover in absences] == [1, 3, 7, 9, 11]


def test_what_an_editor_on_windows_writes_is_understood(tmp_path: Path) -> None:
    path = write(tmp_path)
    plain = read(path)
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert read(path) == plain

    broken = FAULTS["empty name"]
    path.write_bytes(b"\xef\xbb\xbf" + broken.text.replace("\n", "\r\n").encode())
    with pytest.raises(OrganisationError, match=f"line {broken.line}: "):
        read(path)


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(SMALL.encode("latin-1", "replace"))

    with pytest.raises(OrganisationError, match=r"line 4: .* save the file as UTF-8"):
        read(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OrganisationError, match="no such file or directory"):
        read(tmp_path / "lost.toml")
    with pytest.raises(OrganisationError, match="is a directory"):
        read(tmp_path)


def test_an_international_domain_is_stored_as_mail_servers_need_it(tmp_path: Path) -> None:
    text = changed("teknik@provkoping.example", "teknik@provköping.example")

    file = read(write(tmp_path, text))
    assert file.departments[0].contacts[0].email == "teknik@xn--provkping-47a.example"


def test_a_file_without_a_logo(tmp_path: Path) -> None:
    file = read(write(tmp_path, changed('logo = "mark.svg"\n', "")))
    assert (file.logo, file.logo_type) == (None, None)
