"""Killed at random moments while ideas come in: nothing that was acknowledged is lost.

A few rounds here; ``python -m tests.kill 200`` does as many as are wanted.
"""

from tests import kill

ROUNDS = 4


def test_nothing_is_lost(database: str) -> None:
    outcome = kill.run(ROUNDS, database)
    assert outcome.is_good, outcome
    assert outcome.acknowledged, "no idea came through before the kill: the rounds are too short"
