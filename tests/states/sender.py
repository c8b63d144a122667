"""The sender's own page, after staff have done something, and what the sender does there."""

from tests import files
from tests.browser import Visit
from tests.states import case
from tests.states.made import happened
from tests.states.table import met


def _open(visit: Visit, reference: str, path: str = "") -> None:
    visit.open(f"/status/{visit.site.token(reference)}{path}")


@met("status-asked", is_main=True)
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.ASKED))


@met("status-asked-errors")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.ASKED))
    visit.press("Send the answer")


@met("status-files-refused")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.ASKED))
    refused = {"name": "program.exe", "mimeType": "application/pdf", "buffer": files.EXE}
    visit.page.locator("#files").set_input_files([refused])  # type: ignore[list-item]
    visit.press("Send the answer")


@met("status-answered")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.ASKED))
    letter = {"name": "Brev.pdf", "mimeType": "application/pdf", "buffer": files.PDF}
    visit.page.locator("#files").set_input_files([letter])  # type: ignore[list-item]
    visit.fill(text="Tjugofyra elever.")
    visit.press("Send the answer")


@met("status-message-unfolded")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.CONFIRMED))
    visit.page.locator("#add summary").click()


@met("status-message-expired")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.CONFIRMED))
    visit.page.locator("#add summary").click()
    visit.fill(text="Vi har hittat en klass till.")
    visit.context.clear_cookies()
    visit.press("Send")


@met("status-parked")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.PARKED))


@met("status-granted")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.GRANTED))


@met("status-ended")
def _(visit: Visit) -> None:
    """Closed, with why and what comes next."""
    _open(visit, happened(visit, *case.CLOSED))


@met("status-referred")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, case.refer))


@met("status-joined")
def _(visit: Visit) -> None:
    leading = happened(visit)
    _open(visit, happened(visit, case.joined_with(leading)))


@met("status-reopened")
def _(visit: Visit) -> None:
    _open(visit, happened(visit, *case.CLOSED, case.reopen))


@met("withdraw")
def _(visit: Visit) -> None:
    _open(visit, happened(visit), "/withdraw")


@met("status-withdrawn")
def _(visit: Visit) -> None:
    _open(visit, happened(visit), "/withdraw")
    visit.fill(text="Vi hinner inte.")
    visit.press("Withdraw my idea")


@met("new-link")
def _(visit: Visit) -> None:
    _open(visit, happened(visit), "/link")


@met("status-renewed")
def _(visit: Visit) -> None:
    _open(visit, happened(visit), "/link")
    visit.press("Replace my link")
