"""Ready-made texts for one enquiry: those that fit an act, in the sender's language, filled in."""

import re
from dataclasses import dataclass

from intake.directory.values import Organisation
from intake.enquiries.models import Enquiry
from intake.i18n import Localised, pick

_PLACE = re.compile(r"(?P<before>,? ?)\{(?P<place>\w+)\}")


@dataclass(frozen=True)
class ReadyText:
    """A text as it can be put into a form."""

    id: str
    name: Localised
    text: str


def ready_texts(act: str, enquiry: Enquiry, house: Organisation) -> list[ReadyText]:
    """What the coordinator has written for *act*, filled in for *enquiry*.

    A protected sender's name is never filled in, whoever writes: it would stand in a mail, and in
    the thread that the department reads (L7). Where two are joined, which of the two senders reads
    it is chosen beside the text, and neither is told who the other is: so nothing is filled in.
    """
    filled = {"name": enquiry.name, "reference": enquiry.reference}
    if enquiry.protected:
        filled["name"] = ""
    if act == "join":
        filled = dict.fromkeys(filled, "")

    def fill(found: re.Match[str]) -> str:
        """The value; where there is none, the comma and the space before it go too."""
        value = filled[found["place"]]
        return found["before"] + value if value else ""

    return [
        ReadyText(
            id=each["id"],
            name=each["name"],
            text=_PLACE.sub(fill, pick(each["text"], enquiry.language)[0]),
        )
        for each in house.facts.get("texts", ())
        if act in each["for"]
    ]
