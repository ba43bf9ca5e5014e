"""Every hostile file on the real worker: an answer in time and in words, no call, and the next good file opens."""

from __future__ import annotations

import random

from tests.worker.corpus import CORPUS
from tests.worker.corpus_odd import ACTIVE
from tests.worker.made import honest
from tests.worker.mutants import mutant, seeds
from tests.worker.trial import ENDS, Bench, Canary

# Short, so that what never ends costs the suite little; the product's own five seconds are tried by long.py.
_WALL_S = 0.3
_STARTS_S = 10.0
_SHOWN = {
    "scripted", "launching", "going_to_an_address", "submitting_a_form", "carrying_files", "content_elsewhere", "closed_with_no_password",
    "count_that_lies", "box_inside_out", "circular_prev", "cyclic_outlines", "junk_after", "cut_at_99_percent",
}  # fmt: skip
_ENDLESS = {"circular_kids", "circular_kids_in_three_hops", "tree_20000_deep", "picture_of_30000", "tiny_tiles"}
_GREEDY = {"flate_bomb", "recursive_form", "doubling_forms", "metadata_of_400_mb", "operators_of_70_mb"}


def test_no_file_of_the_corpus_hangs_or_takes_the_next_one_with_it() -> None:
    with Bench(wall_s=_WALL_S) as bench:
        ends = {name: bench.try_one(name, make()) for name, make in CORPUS.items() if name not in _SHOWN}
        assert "Haemoglobin 114" in bench.try_one("honest", honest()).text
    assert {one.end for one in ends.values()} <= ENDS
    assert max(one.took_s for one in ends.values()) < 4 * _WALL_S + _STARTS_S
    assert {ends[name].end for name in _ENDLESS} == {"too_slow"}
    assert {ends[name].end for name in _GREEDY} <= {"too_slow", "too_heavy"}
    assert ends["closed_with_a_password"].end == "password"


def test_what_asks_to_be_run_or_fetched_is_shown_and_nobody_is_called() -> None:
    canary, calm = Canary(), 30.0
    with Bench(wall_s=calm) as bench:
        ends = {name: bench.try_one(name, canary.heard(CORPUS[name]())) for name in _SHOWN | set(ACTIVE)}
    canary.close()
    assert {one.end for one in ends.values()} == {"shown"}
    assert "Haemoglobin 114" in ends["closed_with_no_password"].text
    assert canary.calls == 0


def test_no_mutant_takes_the_window_with_it() -> None:
    dice = random.Random(20260514)
    with Bench(wall_s=_WALL_S) as bench:
        ends = [bench.try_one("mutant", mutant(data, dice)).end for data in seeds(dice, 100)]
        assert bench.try_one("honest", honest()).end == "shown"
    assert set(ends) <= ENDS
    assert ends.count("shown") > 25
    assert ends.count("unreadable") > 10
