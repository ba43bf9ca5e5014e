"""The invented family for tests: its world built once in a process, and a record that has met its portal once, copied for each test.

Owns what is costly and never changed: a portal writes its own copy of a world, a test works on its own copy of a record.
Windows and desks over such a record live in their rooms.
"""

from __future__ import annotations

import asyncio
import atexit
import random
import shutil
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import httpx

from desktop.clock import Clock, ManualClock, local_date
from desktop.demo import families
from desktop.demo.portal import DemoPortal
from desktop.demo.world import World
from desktop.profile import DEMO, Profile
from desktop.session.session import Session
from tests.waiting import at_once

BASE = "https://portal.test/fhir"
PASSPHRASE = "берег лист окно гроза"
DAY = datetime(2026, 5, 14, 9, 38, tzinfo=UTC)
PROFILE = replace(DEMO, name="home")


@cache
def _kept() -> Path:
    folder = tempfile.mkdtemp(prefix="medkarta-kept-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def world(clock: Clock | None = None, *, size: str = "demo", seed: int = 1) -> World:
    """Return the invented world of the clock's day."""
    return _world(size, seed, local_date(clock or ManualClock()))


@cache
def _world(size: str, seed: int, today: date) -> World:
    return families.build(size, seed=seed, today=today)


def portal(clock: Clock, *, size: str = "demo", seed: int = 1, open_access: bool = True, base: str = BASE) -> DemoPortal:
    """Make a portal of the family, with a shelf of its own that holds the world of the clock's day."""
    today = local_date(clock)
    box = DemoPortal(replace(_world(size, 1, today), resources=[], binaries={}), clock=clock, seed=seed, open_access=open_access, base=base)
    box.shelf.restore(_shelf(size, today))
    return box


@cache
def _shelf(size: str, today: date) -> bytes:
    box = DemoPortal(_world(size, 1, today), clock=ManualClock(datetime.combine(today, DAY.timetz())))
    whole = box.backup()
    box.close()
    return whole


def record(folder: Path, *, start: datetime = DAY, documents: str = "none") -> None:
    """Copy into `folder` a record that met its open portal at `start`, or with `documents` "never" one that is still empty."""
    shutil.copytree(_met(start, documents), folder, dirs_exist_ok=True)


async def opened(folder: Path, *, clock: Clock, transport: httpx.AsyncBaseTransport | None, profile: Profile = PROFILE,
                 passphrase: str = PASSPHRASE) -> Session:  # fmt: skip
    """Open a record whose session does nothing by itself and makes no pause between two tries of a request."""
    session = await Session.open(folder, passphrase=passphrase, clock=clock, profile=profile, rng=random.Random(1), is_live=False,
                                 transport=transport)  # fmt: skip
    session._engine._sleep = at_once
    return session


@cache
def _met(start: datetime, documents: str) -> Path:
    folder = _kept() / f"{start:%Y%m%d%H%M}-{documents}"
    # The caller's own loop is busy with a test, or is Qt's.
    meeting = threading.Thread(target=lambda: asyncio.run(_meet(folder, start, documents)))
    meeting.start()
    meeting.join()
    return folder


async def _meet(folder: Path, start: datetime, documents: str) -> None:
    clock = ManualClock(start)
    box = portal(clock)
    session, _ = await Session.create(
        folder, passphrase=PASSPHRASE, clock=clock, profile=PROFILE, rng=random.Random(1), is_live=False,
        transport=httpx.ASGITransport(box.app),
    )
    if documents != "never":
        await session.exchange.connect(box.base, auth="none")
        await session.exchange.run_or_raise(documents=documents)
    await session.lock()
    assert box.violations == []
    box.close()
