"""An act leaves by itself when its seconds of grace are over, and not before."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import httpx

from desktop.clock import SystemClock
from desktop.demo.portal import DemoPortal
from desktop.session.rows import Withdrawal
from desktop.session.session import Session
from tests import kept
from tests.kept import PASSPHRASE, PROFILE


async def test_act_leaves_when_its_grace_is_over_without_being_asked(tmp_path: Path) -> None:
    clock = SystemClock()
    box = kept.portal(clock)
    session, _ = await Session.create(
        tmp_path / "record", passphrase=PASSPHRASE, clock=clock, profile=PROFILE, rng=random.Random(1), transport=httpx.ASGITransport(box.app)
    )
    await session.exchange.connect(box.base, auth="none")
    await session.exchange.run_now(documents="none")
    session.bookings.hold_s = 1.0
    (slot, *_) = await session.bookings.free(specialty="окулист")
    sent = asyncio.Event()
    session.events.on("bookings", lambda _topic, _keys, by: sent.set() if by == "portal" else None)
    intent = await session.bookings.book(slot.id, session.people[0].id)
    held = box.resource("Slot", slot.id)
    assert held is not None
    assert held["status"] == "free"
    async with asyncio.timeout(30):
        await sent.wait()
    taken = box.resource("Slot", slot.id)
    assert taken is not None
    assert intent in str(taken["identifier"])
    await session.lock()
    assert box.violations == []
    box.close()


async def test_act_taken_back_in_time_never_leaves(session: Session, box: DemoPortal, clock: object) -> None:
    (slot, *_) = await session.bookings.free(specialty="окулист")
    intent = await session.bookings.book(slot.id, session.people[0].id)
    assert [row.certainty for row in await session.bookings.upcoming() if row.intent == intent] == ["pending"]
    assert await session.bookings.withdraw(intent) == Withdrawal()
    report = await session.exchange.run_now(documents="none")
    assert (report.pushed.applied, report.pushed.waiting) == (0, 0)
    free = box.resource("Slot", slot.id)
    assert free is not None
    assert free["status"] == "free"
