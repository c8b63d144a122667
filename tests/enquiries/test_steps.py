"""The table of moves, and the picture of it in the documentation."""

from pathlib import Path

from intake.enquiries.diagram import page
from intake.enquiries.steps import MOVES, PUBLIC_STEP, Status

DRAWN = Path(__file__).parents[2] / "docs" / "statuses.md"


def test_the_picture_is_not_stale() -> None:
    assert DRAWN.read_text() == page() + "\n", "run `make statuses`"


def test_every_status_has_its_moves_and_its_public_step() -> None:
    assert MOVES.keys() == PUBLIC_STEP.keys() | {Status.PARKED} == set(Status)


def test_every_status_can_be_reached_and_left() -> None:
    reached, todo = {Status.RECEIVED}, [Status.RECEIVED]
    while todo:
        new = MOVES[todo.pop()] - reached
        reached |= new
        todo += new
    assert reached == set(Status)
    assert all(MOVES.values())


def test_nothing_goes_from_one_status_to_itself() -> None:
    assert not any(status in moves for status, moves in MOVES.items())
