"""How the headers of a mail are folded."""

from email.header import Header
from email.policy import EmailPolicy
from typing import Any


class _Policy(EmailPolicy):
    """For SMTP, with names and subjects folded by :class:`email.header.Header`.

    EmailPolicy's own folding loses the space between two words that are both encoded and fall on
    two lines (https://github.com/python/cpython/issues/144156, in Python until 2026).
    """

    def fold(self, name: str, value: Any) -> str:
        if str(value).isascii():
            return super().fold(name, value)
        words, address = str(value), ""
        if name == "From":
            [sender] = value.addresses
            words, address = sender.display_name, f"{self.linesep} <{sender.addr_spec}>"
        encoded = Header(words, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{address}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


SMTP = _Policy(linesep="\r\n")
