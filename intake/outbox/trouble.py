"""Why a mail could not be handed over, and what that means for it."""

import re

_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
_LONGEST_REPLY = 500  # characters that are kept of it


class Trouble(Exception):
    """A mail could not be handed over.

    :param stage: connect, greeting, tls, auth, mail, rcpt, data or dot; render when the mail
        could not even be written.
    :param code: the server's answer; None when there was none.
    :param ours: it is about how this service is set up, whatever the answer.
    """

    def __init__(
        self, stage: str, code: int | None, reply: str | bytes, *, ours: bool = False
    ) -> None:
        words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        if len(words) > 2 * _LONGEST_REPLY:
            words = words[: 2 * _LONGEST_REPLY]
            words = words.rpartition(" ")[0] or words  # no half of an address
        self.stage = stage
        self.code = code if code and code > 0 else None  # smtplib's -1: not an answer
        words = "".join(letter if letter.isprintable() else " " for letter in words)
        self.reply = _ADDRESS.sub("...@...", " ".join(words.split()))[:_LONGEST_REPLY]
        self._ours = ours
        super().__init__(stage, self.code)

    @property
    def is_refusal(self) -> bool:
        """The recipient or the message was refused for good (RFC 5321, 4.2.1)."""
        if self.stage == "render":
            return True
        if self.code == 552:  # too large for the server or for the mailbox
            return True
        return self._is_5xx and self.stage in ("rcpt", "data", "dot") and not self._is_policy

    @property
    def is_ours(self) -> bool:
        """It is not about this mail: how we are set up would have any mail refused."""
        before = ("connect", "greeting", "tls", "auth", "mail")
        return self._ours or (self._is_5xx and self.stage in before and not self.is_refusal)

    @property
    def is_in_doubt(self) -> bool:
        """The whole mail was handed over, and no answer came: the server may have taken it."""
        return self.stage == "dot" and self.code is None

    @property
    def is_about_server(self) -> bool:
        """The server would not serve; the next mail would hardly fare better just now."""
        if self.is_refusal:
            return False
        return self.code in (None, 421) or self.stage not in ("rcpt", "data", "dot")

    @property
    def is_stale(self) -> bool:
        """The server had hung up on a line that lay open, or had enough of it."""
        return self.stage == "mail" and self.code in (None, 421)

    @property
    def _is_5xx(self) -> bool:
        return self.code is not None and 500 <= self.code < 600

    @property
    def _is_policy(self) -> bool:
        """Refused at RCPT because of who we are, not because of the recipient.

        Postfix keeps "relay access denied" and "sender rejected" back until then. Once somebody
        corrects the setting there, the mail goes; it is not lost before its time is up.
        """
        ours = ("5.7.", "5.1.7", "5.1.8")  # security or policy; bad sender (RFC 3463)
        return self.stage == "rcpt" and (self.code == 530 or self.reply.startswith(ours))
