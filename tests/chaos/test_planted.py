"""A machine that cannot fail proves nothing: every planted bug is caught within its budget of seeds."""

from __future__ import annotations

import pytest

from tests.chaos.planted import CAUGHT_BY, PLANTED, first_catch


@pytest.mark.parametrize("name", sorted(CAUGHT_BY))
def test_planted_bug_is_caught_within_its_budget_of_seeds(name: str) -> None:
    seed, said = first_catch(name)
    assert seed >= 0
    assert said


def test_every_planted_bug_has_its_seed() -> None:
    assert CAUGHT_BY.keys() == PLANTED.keys()
    assert len(PLANTED) >= 30
