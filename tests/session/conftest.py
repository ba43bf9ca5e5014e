"""A real session on a vault with a cheap key, before the portal in the box in process."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from desktop.clock import ManualClock, local_date
from desktop.demo import families
from desktop.demo.portal import DemoPortal
from desktop.profile import DEMO
from desktop.session.session import Session

PROFILE = replace(DEMO, name="home")
PASSPHRASE = "берег лист окно гроза"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def box(clock: ManualClock) -> DemoPortal:
    world = families.build("demo", today=local_date(clock))
    return DemoPortal(world, clock=clock, open_access=True, base="https://portal.test/fhir")


@pytest.fixture
async def session(tmp_path: Path, clock: ManualClock, box: DemoPortal) -> AsyncIterator[Session]:
    """An open vault that has met the family once."""
    made, _ = await Session.create(
        tmp_path / "record", passphrase=PASSPHRASE, clock=clock, profile=PROFILE, rng=random.Random(1), is_live=False,
        transport=httpx.ASGITransport(box.app),
    )
    await made.exchange.connect(box.base, auth="none")
    await made.exchange.run_now(documents="none")
    yield made
    await made.lock()
    assert box.violations == []
    box.close()
