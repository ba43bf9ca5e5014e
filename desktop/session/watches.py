"""The waiting list that works by itself: wishes kept here, held against every fresh set of free times after a run.

Owns: keeping watches, what a watch has found, booking by itself where the person said so. Does not own: the rule of what
fits (record/slots), the portal's own waiting list (acts waitlist.join and waitlist.leave).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from desktop.clock import Clock, local_date
from desktop.errors import KnownError, UsageError
from desktop.record.fhir import read
from desktop.record.slots import FreeSlot, Watch, found, overlaps
from desktop.session.bookings import BookingsDesk
from desktop.session.events import Events
from desktop.session.rows import ClashRow
from desktop.session.scope import Scope

_KEY: Final = "bookings.watches"
Book = Callable[[str, int], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """A wish with what it has found. `names` are the doctors and clinics in words; `slot` is the prepared booking, "" while it waits.

    `booked` is the act by which the time was taken by itself.
    """

    watch: Watch
    names: tuple[str, ...] = ()
    since: datetime | None = None
    slot: str = ""
    slot_at: datetime | None = None
    slot_doctor: str = ""
    slot_clinic: str = ""
    booked: str = ""


class WatchesDesk:
    """*Thread*: the loop's."""

    def __init__(self, scope: Scope, bookings: BookingsDesk, events: Events, clock: Clock, *, new_id: Callable[[], str]) -> None:
        self._scope = scope
        self._bookings = bookings
        self._events = events
        self._clock = clock
        self._new_id = new_id
        self.on_found: Callable[[WatchRow], None] = lambda row: None

    async def all(self, *, person: int | None = None) -> tuple[WatchRow, ...]:
        """Return the wishes of one person, or of everyone, oldest first."""
        kept = await self._scope.tell(self._scope.vault.settings.get, _KEY, [])
        rows = [_row(one) for one in kept]
        return tuple(row for row in rows if person in (None, row.watch.person))

    async def add(self, watch: Watch, *, names: tuple[str, ...] = ()) -> str:
        """Keep a wish and hold it against what is known now; return its id. *Raises* UsageError watch.empty, watch.days."""
        if not watch.specialty:
            raise UsageError("watch.empty")
        if watch.first_day and watch.last_day and watch.last_day < watch.first_day:
            raise UsageError("watch.days")
        made = WatchRow(watch=replace(watch, id=watch.id or self._new_id()), names=names, since=self._clock.now())
        await self._keep([*await self.all(), made])
        await self.evaluate()
        return made.watch.id

    async def wait_for(self, clash: ClashRow) -> None:
        """Keep the wish for what a decision lost, under the decision's own id. *Raises* UsageError watch.empty."""
        mine = dict(clash.mine)
        wish = Watch(
            id=clash.id,
            person=clash.person,
            specialty=mine.get("specialty", ""),
            doctors=frozenset({mine.get("doctor_id", "")} - {""}),
            clinics=frozenset({mine.get("clinic_id", "")} - {""}),
            first_day=local_date(self._clock),
        )
        await self.forget(clash.id)
        await self.add(wish, names=(", ".join(part for part in (mine.get("specialty", ""), mine.get("doctor", "")) if part),))

    async def forget(self, clash: str) -> None:
        """Let go of the wish of a decision that is taken back; it may have come true already."""
        with suppress(UsageError):
            await self.remove(clash)

    async def remove(self, id: str) -> WatchRow:
        """Take a wish away and return it, so that it can be brought back. *Raises* UsageError watch.unknown."""
        rows = await self.all()
        gone = next((row for row in rows if row.watch.id == id), None)
        if gone is None:
            raise UsageError("watch.unknown")
        await self._keep([row for row in rows if row.watch.id != id])
        return gone

    async def bring_back(self, row: WatchRow) -> None:
        """Keep a wish that was taken away."""
        await self._keep([*await self.all(), row])

    async def book(self, id: str) -> str:
        """Take the time that a wish has found: the prepared booking; return the act's id. *Raises* UsageError watch.*, slot.*."""
        row = next((row for row in await self.all() if row.watch.id == id), None)
        if row is None or not row.slot:
            raise UsageError("watch.unknown")
        act = await self._bookings.book(row.slot, row.watch.person)
        await self.remove(id)
        return act

    async def evaluate(self) -> tuple[WatchRow, ...]:
        """Hold every wish against the free times; return those that found something new. Called after each run."""
        rows = await self.all()
        if not rows:
            return ()
        now = self._clock.now()
        free = await self._bookings.free()
        family = await self._bookings.upcoming(family=True)
        taken: dict[int, list[tuple[datetime, datetime | None]]] = {}
        for one in family:
            if one.starts_at is not None and one.kind == "visit" and one.certainty != "clash":
                taken.setdefault(one.person, []).append((one.starts_at, one.ends_at))
        held = {(one.person, one.slot) for one in family if one.slot}
        kept: list[WatchRow] = []
        news: list[WatchRow] = []
        for row in rows:
            fresh = await self._judged(row, free, taken.setdefault(row.watch.person, []), held, now)
            if fresh is None:
                continue
            if (fresh.slot and fresh.slot != row.slot) or (fresh.booked and not row.booked):
                news.append(fresh)
            kept.append(fresh)
        if kept != list(rows):
            await self._keep(kept)
        for row in news:
            self.on_found(row)
        return tuple(news)

    async def _judged(
        self,
        row: WatchRow,
        free: tuple[FreeSlot, ...],
        taken: list[tuple[datetime, datetime | None]],
        held: set[tuple[int, str]],
        now: datetime,
    ) -> WatchRow | None:
        watch = row.watch
        if watch.last_day is not None and watch.last_day < now.astimezone().date():
            return None
        if row.booked or (row.slot and (watch.person, row.slot) in held):
            # The wish has come true: an act on that very time stands, whoever pressed for it.
            return row if row.booked and (watch.person, row.slot) in held else None
        best = found(watch, (slot for slot in free if not overlaps(slot, taken)), now=now)
        if best is None:
            return replace(row, slot="", slot_at=None, slot_doctor="", slot_clinic="")
        fresh = replace(row, slot=best.id, slot_at=best.starts_at, slot_doctor=best.doctor, slot_clinic=best.clinic)
        if watch.books_by_itself:
            # The slot is written down before it is taken: after a crash between the two the held act is recognised by it.
            await self._keep([fresh if one.watch.id == watch.id else one for one in await self.all()])
            try:
                fresh = replace(fresh, booked=await self._bookings.book(best.id, watch.person))
            except KnownError:
                return fresh
            taken.append((best.starts_at, best.ends_at))
        return fresh

    async def _keep(self, rows: list[WatchRow]) -> None:
        await self._scope.tell(self._scope.vault.settings.set, _KEY, [_plain(row) for row in rows])
        self._events.changed("bookings", (), "person")
        self._events.changed("home", (), "person")


def _plain(row: WatchRow) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in {**asdict(row), **asdict(row.watch)}.items():
        if name == "watch":
            continue
        if isinstance(value, date | datetime):
            made[name] = value.isoformat()
        else:
            made[name] = sorted(value) if isinstance(value, frozenset) else list(value) if isinstance(value, tuple) else value
    return made


def _row(kept: dict[str, Any]) -> WatchRow:
    watch = Watch(
        id=kept["id"],
        person=kept["person"],
        specialty=kept["specialty"],
        doctors=frozenset(kept["doctors"]),
        clinics=frozenset(kept["clinics"]),
        first_day=read.day(kept["first_day"]),
        last_day=read.day(kept["last_day"]),
        weekdays=frozenset(kept["weekdays"]),
        parts=frozenset(kept["parts"]),
        books_by_itself=kept["books_by_itself"],
    )
    return WatchRow(
        watch=watch,
        names=tuple(kept["names"]),
        since=read.moment(kept["since"]),
        slot=kept["slot"],
        slot_at=read.moment(kept["slot_at"]),
        slot_doctor=kept["slot_doctor"],
        slot_clinic=kept["slot_clinic"],
        booked=kept["booked"],
    )
