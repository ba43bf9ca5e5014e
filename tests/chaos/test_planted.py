"""A machine that cannot fail proves nothing: every planted bug is caught within its budget of seeds."""

from __future__ import annotations

import pytest

from tests.chaos.planted import BUDGET, CAUGHT_BY, PLANTED, caught


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_planted_bug_is_caught_in_the_seed_that_is_known_to_catch_it(name: str) -> None:
    seed = CAUGHT_BY[name]
    assert seed < BUDGET
    said = caught(name, seed)
    assert said
    assert not said.startswith("raised")


def test_there_are_at_least_thirty_planted_bugs_and_each_has_its_seed() -> None:
    assert len(PLANTED) >= 30
    assert PLANTED.keys() == CAUGHT_BY.keys()
