"""Say when the next run may begin. Only monotonic time: a changed wall clock neither starts nor starves a run.

Owns: the rhythm, back-off with jitter, the smallest gap between runs.  Does not own: starting runs (session).
*Source*: architecture.md §4; security.md R-38, R-39.
"""

from __future__ import annotations

import random
from typing import Literal

from desktop import limits
from desktop.clock import Clock

Reason = Literal["timer", "act", "network", "person"]


class Schedule:
    """When to run next."""

    def __init__(self, *, clock: Clock, rng: random.Random) -> None:
        """Begin with a run that is due at once."""
        self._clock = clock
        self._rng = rng
        self._failures = 0
        self._ended_at: float | None = None
        self._due_at = clock.monotonic()

    def wait_s(self) -> float:
        """Return the *seconds* until the next run is due; 0 when it is."""
        return min(max(self._due_at - self._clock.monotonic(), 0.0), limits.RETRY_CAP_S)

    def ended(self, *, is_ok: bool, retry_after_s: float | None = None) -> None:
        """Plan the next run after one has ended."""
        self._ended_at = self._clock.monotonic()
        self._failures = 0 if is_ok else self._failures + 1
        if is_ok:
            pause_s = limits.SYNC_EVERY_S * self._rng.uniform(0.9, 1.1)
        else:
            pause_s = limits.RETRY_FIRST_S * 2.0 ** min(self._failures - 1, 16) * self._rng.uniform(0.75, 1.25)
        pause_s = min(max(pause_s, retry_after_s or 0.0), limits.RETRY_CAP_S)
        self._due_at = self._ended_at + pause_s

    def ask(self, reason: Reason) -> float:
        """Bring the next run forward as far as `reason` allows; return the *seconds* until it is due.

        An act goes at once after a run that reached the portal; what failed is asked again no sooner than the first
        step of back-off, and the returned network starts back-off anew.
        """
        now = self._clock.monotonic()
        soonest = now
        if self._ended_at is not None:
            gap_s = limits.RUN_GAP_S if self._failures == 0 or reason == "person" else limits.RETRY_FIRST_S
            soonest = max(now, self._ended_at + gap_s)
        if reason == "act" and self._failures > 0:
            soonest = max(soonest, self._due_at)
        if reason == "network":
            self._failures = min(self._failures, 1)
        self._due_at = min(self._due_at, soonest)
        return self.wait_s()
