"""A real session on a vault with a cheap key, before the portal in the box in process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.session.session import Session
from tests import kept


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def box(clock: ManualClock) -> DemoPortal:
    return kept.portal(clock)


@pytest.fixture
async def session(tmp_path: Path, clock: ManualClock, box: DemoPortal) -> AsyncIterator[Session]:
    """An open vault that has met the family once."""
    kept.record(tmp_path / "record", start=clock.now())
    made = await kept.opened(tmp_path / "record", clock=clock, transport=httpx.ASGITransport(box.app))
    yield made
    await made.lock()
    assert box.violations == []
    box.close()
