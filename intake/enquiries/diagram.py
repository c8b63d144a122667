"""The table of moves as a page of the documentation, ``docs/statuses.md``."""

from intake.enquiries.steps import MOVES, Status


def page() -> str:
    """The whole page."""
    return (
        "# Which status can follow which\n\n"
        "Written by `make statuses` from `MOVES` in `intake/enquiries/steps.py`. That somebody "
        "waits for\nthe sender's answer is a fact beside the status, not one of them.\n\n"
        f"```mermaid\n{_diagram()}\n```"
    )


def _diagram() -> str:
    """A Mermaid state diagram."""
    lines = [
        f"    {here} --> {there}" for here in Status for there in Status if there in MOVES[here]
    ]
    first = f"    [*] --> {Status.RECEIVED}"
    return "\n".join(["stateDiagram-v2", first, *lines])
