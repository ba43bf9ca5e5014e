"""When the next run may begin."""

from __future__ import annotations

import random

from desktop import limits
from desktop.clock import ManualClock
from desktop.sync.schedule import Schedule


def test_first_run_is_due_at_once_and_the_next_after_a_while() -> None:
    clock = ManualClock()
    schedule = Schedule(clock=clock, rng=random.Random(1))
    assert schedule.wait_s() == 0
    schedule.ended(is_ok=True)
    assert 0.9 * limits.SYNC_EVERY_S <= schedule.wait_s() <= 1.1 * limits.SYNC_EVERY_S


def test_portal_that_is_down_for_a_day_is_asked_at_most_thirty_times_an_hour() -> None:
    clock = ManualClock()
    schedule = Schedule(clock=clock, rng=random.Random(1))
    runs: list[float] = []
    while clock.monotonic() < 24 * 3600:
        clock.advance(schedule.wait_s())
        runs.append(clock.monotonic())
        schedule.ended(is_ok=False)
    # A run that fails asks twice: the request and its one repetition.
    assert max(2 * sum(hour <= at < hour + 3600 for at in runs) for hour in range(0, 24 * 3600, 600)) <= 30


def test_wait_that_the_portal_asks_for_is_kept_within_the_cap() -> None:
    schedule = Schedule(clock=ManualClock(), rng=random.Random(1))
    schedule.ended(is_ok=False, retry_after_s=120)
    assert schedule.wait_s() == 120
    schedule.ended(is_ok=False, retry_after_s=10_000)
    assert schedule.wait_s() == limits.RETRY_CAP_S


def test_act_goes_at_once_after_a_good_run_and_waits_out_a_bad_one() -> None:
    clock = ManualClock()
    schedule = Schedule(clock=clock, rng=random.Random(1))
    schedule.ended(is_ok=True)
    assert schedule.ask("act") <= limits.RUN_GAP_S
    for _ in range(5):
        schedule.ended(is_ok=False)
    before = schedule.wait_s()
    assert schedule.ask("act") == before
    assert schedule.ask("network") <= limits.RETRY_FIRST_S


def test_wall_clock_that_jumps_neither_starts_nor_starves_a_run() -> None:
    clock = ManualClock()
    schedule = Schedule(clock=clock, rng=random.Random(1))
    schedule.ended(is_ok=True)
    before = schedule.wait_s()
    clock.jump(10 * 365 * 86400)
    assert schedule.wait_s() == before
    clock.jump(-20 * 365 * 86400)
    assert schedule.wait_s() == before
