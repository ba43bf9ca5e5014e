"""A thousand storms: whatever the line, the clinic, the disk and the clock do, every act happens once or waits for a decision."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.machine import run

SEEDS = 1_000
CHUNK = 25
TWICE_EVERY = 25
ROOT = Path(__file__).resolve().parents[2]


def kept_seeds() -> list[int]:
    """Return the seeds that once found a fault."""
    lines = (Path(__file__).parent / "seeds.txt").read_text("utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_storms_end_with_every_act_done_once_or_waiting_for_a_decision(first: int) -> None:
    results = [run(seed) for seed in range(first, first + CHUNK)]
    assert {one.seed: one.broken for one in results if one.broken} == {}
    assert sum(sum(one.faults.values()) for one in results) > CHUNK * 20
    again = [run(one.seed) for one in results[::TWICE_EVERY]]
    assert [one.digest for one in again] == [one.digest for one in results[::TWICE_EVERY]]


def test_seeds_that_once_found_a_fault_find_none() -> None:
    assert {seed: broken for seed in kept_seeds() if (broken := run(seed).broken)} == {}


def test_the_seed_alone_decides_in_another_process_too() -> None:
    code = "from tests.chaos.machine import run; print(*(run(seed).digest for seed in range(4)))"
    said = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": salt}, check=True, capture_output=True, timeout=100
        ).stdout
        for salt in ("1", "2")
    ]
    assert said[0] == said[1]
