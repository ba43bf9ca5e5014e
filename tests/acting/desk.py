"""One family's computer for tests of acting: a vault, the client's engine for pushing, and the box it speaks with."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.record.clashes import Clash
from desktop.record.fhir import acts as wire
from desktop.record.intents import Intent, Seen
from desktop.store import vault as vaults
from desktop.store.acting import Acting
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.portal import FixedKey, Portal
from desktop.sync.push import Tally, push
from desktop.sync.shelf import VaultShelf
from desktop.sync.wire import Wire
from tests import kept
from tests.habits import Habit
from tests.waiting import at_once

TODAY = datetime(2026, 5, 14, 9, 40, tzinfo=UTC)


class Line(httpx.AsyncBaseTransport):
    """The line to the portal: a test may put something in its way."""

    def __init__(self, way: httpx.AsyncBaseTransport) -> None:
        self.way = way

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.way.handle_async_request(request)


@dataclass
class Desk:
    """What a test holds in its hands."""

    box: DemoPortal
    line: Line
    clock: ManualClock
    vault: Vault
    acting: Acting
    store: StoreThread
    portal: Portal
    shelf: VaultShelf
    portal_id: int
    people: dict[str, int]
    rng: random.Random = field(default_factory=lambda: random.Random(7))

    async def push(self, *, is_asked: bool = False) -> Tally:
        return await push(self.portal, self.shelf, clock=self.clock, rng=self.rng, is_asked=is_asked)

    async def read_portal(self) -> None:
        """Note that the portal has just been read whole, as the end of a run does."""
        await self.store.call(self.vault.settings.set, "sync.checked_at", self.clock.now().isoformat())

    async def push_until_quiet(self, *, rounds: int = 40) -> None:
        """Push with the hours between that a bad network costs, until no act is open."""
        for _ in range(rounds):
            await self.push()
            if not await self.shelf.open_intents():
                return
            self.clock.advance(700)
        raise AssertionError("acts never came to rest")

    async def accept(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        person: str | None = None,
        seen: Seen | None = None,
        hold_s: float = 0.0,
    ) -> Intent:
        number = self.people[person or next(iter(self.people))]
        return await self.store.call(
            self.acting.accept, kind, portal=self.portal_id, person=number, body=body, seen=seen, hold_s=hold_s
        )

    def slot_body(self, slot: str) -> dict[str, Any]:
        found = self.box.resource("Slot", slot)
        assert found is not None
        return {"slot": slot, "starts_at": found["start"], "ends_at": found["end"]}

    def free_slots(self) -> list[str]:
        return self.box.clinic.free_slots()

    def bookings_of(self, intent: Intent) -> list[dict[str, Any]]:
        """Return the portal's live appointments that carry an act's identifier."""
        rows = self.box.shelf.rows("SELECT id FROM item WHERE live AND type='Appointment'")
        found = [self.box.resource("Appointment", row[0]) for row in rows]
        return [one for one in found if one is not None and intent.id in wire.intents_of(one)]

    def busy_without_booking(self) -> list[str]:
        """Return slots that are held by an act's claim although no active appointment stands on them."""
        rows = self.box.shelf.rows("SELECT id FROM item WHERE live AND type='Slot'")
        slots = [found for row in rows if (found := self.box.resource("Slot", row[0])) is not None]
        claimed = {one["id"] for one in slots if one["status"] == "busy" and wire.intents_of(one)}
        return sorted(claimed - self.taken())

    def taken(self) -> set[str]:
        rows = self.box.shelf.rows("SELECT id FROM item WHERE live AND type='Appointment'")
        active = [
            found
            for row in rows
            if (found := self.box.resource("Appointment", row[0])) and found["status"] not in ("cancelled", "noshow")
        ]
        return {name for one in active for name in wire.booking_seen(one).slots}


@asynccontextmanager
async def desk(faults: str = "", *, box: DemoPortal | None = None, seed: int = 1, habit: Habit | None = None) -> AsyncIterator[Desk]:
    """Give a desk with the demo family; at its end the box must have nothing to complain of. `habit` stands before the box."""
    clock = ManualClock(TODAY)
    box = box or kept.portal(clock, seed=seed, open_access=False)
    account = kept.world(clock).accounts[0]
    vault = vaults.ephemeral(clock)
    store = StoreThread()
    store.start(vault)
    numbers = itertools.count(1)
    acting = Acting(vault, new_id=lambda: f"00000000-0000-4000-8000-{seed:04d}{next(numbers):08d}")
    number = await store.call(vault.portals.put, box.base, auth="token")
    people = {patient: await store.call(vault.people.add, number, patient) for patient in account.grants}
    if habit is not None:
        habit.box = box
    line = Line(habit or httpx.ASGITransport(box.app))
    carrier = Wire(transport=line)
    portal = Portal(
        box.base,
        wire=carrier,
        key=FixedKey(box.token_for(account.grants)),
        rng=random.Random(seed),
        sleep=at_once,
        monotonic=clock.monotonic,
    )
    shelf = VaultShelf(store, vault, acting, portal=number, clock=clock)
    if faults:
        box.faults.parse(faults)
    try:
        yield Desk(
            box=box,
            line=line,
            clock=clock,
            vault=vault,
            acting=acting,
            store=store,
            portal=portal,
            shelf=shelf,
            portal_id=number,
            people=people,
        )
    finally:
        await carrier.close()
        store.stop()
        vault.close()
    assert box.violations == []


async def booked(at: Desk, slot: str) -> tuple[Intent, str]:
    """Book a slot at the clinic; return the act and the booking."""
    intent = await at.accept("book", at.slot_body(slot))
    await at.push()
    (appointment,) = at.bookings_of(intent)
    return intent, str(appointment["id"])


def seen_of(at: Desk, booking: str) -> Seen:
    """Return what the person sees of a booking now."""
    found = at.box.resource("Appointment", booking)
    assert found is not None
    old = wire.booking_seen(found).slots[0]
    held = at.box.resource("Slot", old)
    assert held is not None
    return Seen(
        booking_version=wire.version_of(found),
        starts_at=found["start"],
        old_slot=old,
        old_slot_version=wire.version_of(held),
    )


async def moved_by_both(at: Desk, *, proposes: bool = False) -> tuple[str, Clash]:
    """Let the person move one visit and the clinic move it, or propose to; return it and the decision that comes of it."""
    old, mine, theirs = at.free_slots()[:3]
    _, booking = await booked(at, old)
    await at.accept("reschedule", {"booking": booking, **at.slot_body(mine)}, seen=seen_of(at, booking))
    (at.box.clinic.propose if proposes else at.box.clinic.move)(booking, theirs)
    await at.push()
    (clash,) = await at.store.call(at.acting.clashes)
    return booking, clash
