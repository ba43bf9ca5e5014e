"""Every "now" of the program. Nothing else may call time.time, datetime.now or date.today (a house test looks)."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the program may ask of time."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return *seconds* that never go back; the origin means nothing."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told: for tests, scenes and the chaos machine."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 5, 14, 9, 40, tzinfo=UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both hands forward by *seconds*."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move only the wall clock (a person or a time server changed it); may be negative."""
        self._now += timedelta(seconds=seconds)


def local_date(clock: Clock) -> date:
    """Return today's date where the person is."""
    return clock.now().astimezone().date()
