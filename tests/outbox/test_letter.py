"""A letter that exists can be sent."""

import pytest

from intake.outbox.letter import mailbox, spoken

from .post import letter


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("kim@exempel.example", "kim@exempel.example"),
        ("kim.o'neill+x@a-b.exempel.example", "kim.o'neill+x@a-b.exempel.example"),
        ("kim@åäö.example", "kim@xn--4cab6c.example"),
        ("kim@xn--4cab6c.example", "kim@xn--4cab6c.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_as_servers_hear_it(address: str, said: str) -> None:
    assert spoken(address) == said


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "@exempel.example",
        "kim@",
        "åsa@exempel.example",
        "kim@exempel.example, eva@exempel.example",
        "kim@exempel.example\r\nBcc: eva@exempel.example",
        "kim\n@exempel.example",
        "kim@exempel.example\n",
        "kim @exempel.example",
        "<kim@exempel.example>",
        '"kim"@exempel.example',
        "kim@eva@exempel.example",
        "kim..b@exempel.example",
        "kim@exempel..example",
        "kim@exempel.example>",
        "kim@[127.0.0.1]",
        "=?utf-8?q?x=0AX?=@exempel.example",
        "kim@" + "x" * 64 + ".example",
        "kim@" + ".".join(["x" * 60] * 5),
    ],
)
def test_what_smtp_cannot_carry_is_refused(address: str) -> None:
    for field in ("to", "reply_to"):
        with pytest.raises(ValueError, match="mail address") as refused:
            letter(**{field: address})
        assert "exempel" not in str(refused.value)


@pytest.mark.parametrize(
    "mark", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\x1a", "=?utf-8?q?=0ABcc:?="]
)
def test_a_header_is_one_line(mark: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        letter(subject=f"Hej{mark}Bcc: eva@exempel.example")
    with pytest.raises(ValueError, match="language"):
        letter(language=f"sv{mark}Bcc: eva@exempel.example")


def test_a_letter_has_a_subject() -> None:
    with pytest.raises(ValueError, match="not empty"):
        letter(subject=" ")


def test_half_a_surrogate_pair_is_no_text() -> None:
    for field in ("subject", "text", "html"):
        with pytest.raises(ValueError, match="surrogates"):
            letter(**{field: "\ud83d"})


def test_the_same_person_is_one_mailbox() -> None:
    assert mailbox("Kim+EU@Exempel.example") == mailbox("kim@exempel.example")
    assert mailbox("kim@exempel.example") != mailbox("eva@exempel.example")
    assert mailbox("K.im+a@googlemail.com") == mailbox("kim@gmail.com")
    assert mailbox("k.im@exempel.example") != mailbox("kim@exempel.example")
