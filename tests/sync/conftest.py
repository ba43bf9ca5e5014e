"""A real vault with a cheap key, the portal in the box over HTTP in process, a clock that stands still."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.store import vault as vaults
from desktop.store.keys import Kdf
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.connect import connect
from desktop.sync.engine import Engine
from desktop.sync.keeping import News
from desktop.sync.report import RunReport
from tests import kept

CHEAP = Kdf(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "ключ от медкарты"


class Naps:
    """Sleeps that take no time and move the clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self._clock.advance(seconds)


@dataclass
class Rig:
    """Everything of one reconciliation."""

    box: DemoPortal
    vault: Vault
    store: StoreThread
    clock: ManualClock
    engine: Engine
    news: list[News] = field(default_factory=list)
    patients: tuple[str, ...] = ()
    token: str = ""

    async def connect(self, **more: Any) -> None:
        options: dict[str, Any] = {"base_url": self.box.base, "auth": "token", "token": self.token, **more}
        await connect(self.engine, store=self.store, vault=self.vault, clock=self.clock, rng=random.Random(2), **options)

    async def run(self, **more: Any) -> RunReport:
        return await self.engine.run(documents=more.pop("documents", "none"), **more)

    def replica(self, patient: str) -> dict[tuple[str, str], str]:
        """Return what is kept for a person and for all, as the portal's own list names it."""
        portal = self.vault.portals.all()[0].id
        numbers = [one.id for one in self.vault.people.of(portal) if one.patient_id == patient]
        aside = {(one.type, one.id) for one in self.vault.replica.quarantine()}
        kept = {**self.vault.replica.manifest_of(portal, numbers[0]), **self.vault.replica.manifest_of(portal, 0)}
        return {name: version for name, version in kept.items() if name not in aside}

    def assert_equal(self) -> None:
        """Fail unless the replica is the portal's own list, by id and version, for every person."""
        for patient in self.patients:
            here, there = self.replica(patient), self.box.snapshot(patient)
            assert sorted(here.items() - there.items())[:5] == [], "kept but not at the portal"
            assert sorted(there.items() - here.items())[:5] == [], "at the portal but not kept"


Make = Callable[..., Rig]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Make rigs; at the end nobody may have broken a rule of the portal."""
    rigs: list[Rig] = []

    def build(size: str = "S", *, transport: httpx.AsyncBaseTransport | None = None, box: DemoPortal | None = None) -> Rig:
        clock = ManualClock()
        box = box or kept.portal(clock, size=size, open_access=False)
        vault, _ = vaults.create(tmp_path / f"vault{len(rigs)}", passphrase=PASSPHRASE, clock=clock, kdf=CHEAP)
        store = StoreThread()
        store.start(vault)
        news: list[News] = []
        engine = Engine(
            store=store, vault=vault, clock=clock, rng=random.Random(1), on_news=news.append, sleep=Naps(clock),
            transport=transport or httpx.ASGITransport(box.app),
        )
        patients = patients_of(box)
        rigs.append(Rig(box, vault, store, clock, engine, news, patients, box.token_for(patients)))
        return rigs[-1]

    yield build
    for rig in rigs:
        await rig.engine.close()
        rig.store.stop()
        rig.vault.close()
        violations = rig.box.violations
        rig.box.close()
        assert violations == []


def patients_of(box: DemoPortal) -> tuple[str, ...]:
    """Return every patient of a box."""
    return tuple(row[0] for row in box.shelf.rows("SELECT id FROM item WHERE live AND type='Patient' ORDER BY id", ()))


@pytest.fixture
def rig(make: Make) -> Rig:
    """One person of about two thousand resources."""
    return make("S")
