"""A real record for the tests of the window: a vault synced once from the portal in the box, copied for each test."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from desktop.app_doors import VaultDoors
from desktop.clock import ManualClock, local_date
from desktop.demo.families import build
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.profile import DEMO

PHRASE = "берег лист окно гроза"
DAY = datetime(2026, 5, 14, 9, 38, tzinfo=UTC)
_KEPT = tempfile.TemporaryDirectory(prefix="medkarta-family-", ignore_cleanup_errors=True)


def doors(folder: Path) -> VaultDoors:
    """Return doors whose session does nothing by itself."""
    made = VaultDoors(folder, profile=DEMO, clock=ManualClock(DAY))
    made.is_live = False
    return made


async def _sync(folder: Path) -> None:
    clock = ManualClock(DAY)
    world = build("demo", today=local_date(clock))
    portal = DemoPortal(world, clock=clock)
    session, _code = await doors(folder).create(PHRASE)
    with running(portal) as base:
        await session.exchange.connect(base, auth="token", token=portal.token_for(world.accounts[0].grants))
        await session.exchange.run_or_raise(documents="none")
    await session.lock()


@cache
def _synced() -> Path:
    folder = Path(_KEPT.name) / "vault"
    worker = threading.Thread(target=lambda: asyncio.run(_sync(folder)))
    worker.start()
    worker.join()
    return folder


def family(folder: Path) -> VaultDoors:
    """Copy the family's vault into `folder` and return doors to it."""
    shutil.copytree(_synced(), folder, dirs_exist_ok=True)
    return doors(folder)
