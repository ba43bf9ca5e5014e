"""Reminders of visits: a day and an hour ahead, each once, only what the person asked for.

Owns: when a reminder is due and that it was given. Its words carry no medical fact: the hour, and nothing of where or to whom.
Does not own: showing them (views/notify).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from desktop.clock import Clock
from desktop.session import occasions
from desktop.session.bookings import BookingsDesk
from desktop.session.rows import BookingRow
from desktop.session.scope import Scope

Ahead = Literal["day", "hour"]
AHEAD: Final[dict[Ahead, timedelta]] = {"day": timedelta(days=1), "hour": timedelta(hours=1)}
USUAL: Final[tuple[Ahead, ...]] = ("day", "hour")
_TOLD: Final = "reminders.told"
_CHOICES: Final = "reminders.choices"
_KEPT: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder that is due now."""

    booking: str
    person: int
    starts_at: datetime
    ahead: Ahead

    @property
    def key(self) -> str:
        """Return what it is remembered by: a visit that was moved is told anew."""
        return f"{self.booking}@{self.starts_at.isoformat()}@{self.ahead}"


def due(
    rows: Iterable[BookingRow], *, now: datetime, told: Iterable[str], choices: dict[str, list[str]]
) -> tuple[Reminder, ...]:
    """Return the reminders to be given now; of two for one visit only the nearer."""
    known = set(told)
    found = []
    for row in rows:
        if row.kind != "visit" or row.certainty not in ("confirmed", "pending") or row.starts_at is None:
            continue
        left = row.starts_at - now
        wanted = choices.get(row.slot, list(USUAL))
        for ahead in ("hour", "day"):
            if ahead in wanted and timedelta(0) < left <= AHEAD[ahead]:
                one = Reminder(booking=row.id, person=row.person, starts_at=row.starts_at, ahead=ahead)
                if one.key not in known:
                    found.append(one)
                break
    return tuple(found)


class RemindersDesk:
    """Reminders of the whole family."""

    def __init__(self, scope: Scope, bookings: BookingsDesk, clock: Clock) -> None:
        self._scope = scope
        self._bookings = bookings
        self._clock = clock

    async def take_due(self) -> tuple[Reminder, ...]:
        """Return what is due and note that it was given."""
        if not await self._scope.tell(occasions.on_computer, self._scope.vault, "visit"):
            return ()
        settings = self._scope.vault.settings
        told = await self._scope.tell(settings.get, _TOLD, [])
        choices = await self._scope.tell(settings.get, _CHOICES, {})
        rows = await self._bookings.upcoming(family=True)
        found = due(rows, now=self._clock.now(), told=told, choices=choices)
        if found:
            await self._scope.tell(settings.set, _TOLD, [*told, *(one.key for one in found)][-_KEPT:])
        return found

    async def choose(self, slot: str, wanted: tuple[Ahead, ...]) -> None:
        """Note how far ahead a visit on this slot is told."""
        settings = self._scope.vault.settings
        choices = await self._scope.tell(settings.get, _CHOICES, {})
        newest = [*((key, value) for key, value in choices.items() if key != slot), (slot, list(wanted))][-_KEPT:]
        await self._scope.tell(settings.set, _CHOICES, dict(newest))
