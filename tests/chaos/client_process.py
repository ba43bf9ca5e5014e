"""One computer of two_clients as a process: it books until enough is booked, and is killed on the way.

`python -m tests.chaos.client_process FOLDER BOOKINGS`. It imports what a client needs and no more: it is started again and again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from desktop.clock import SystemClock
from desktop.store import vault as vaults
from desktop.store.acting import Acting
from desktop.store.portals import Portal as StoredPortal
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.engine import Engine
from desktop.sync.portal import Portal
from desktop.sync.push import push
from desktop.sync.report import Pushed
from desktop.sync.shelf import VaultShelf
from tests.waiting import at_once

PASSPHRASE: Final = "two of them at once"
AT_ONCE: Final = 5


@contextlib.contextmanager
def computer(folder: Path) -> Iterator[tuple[Vault, StoreThread, Acting, Engine]]:
    """Open a vault with the product's engine over it."""
    clock, rng = SystemClock(), random.Random()
    vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=clock)
    store = StoreThread()
    store.start(vault)
    acting = Acting(vault, new_id=lambda: str(uuid.uuid4()))

    async def pushes(portal: Portal, stored: StoredPortal, *, is_asked: bool) -> Pushed:
        shelf = VaultShelf(store, vault, acting, portal=stored.id, clock=clock)
        tally = await push(portal, shelf, clock=clock, rng=rng, is_asked=is_asked)
        return Pushed(applied=tally.applied, clashes=tally.clashes, rejected=tally.rejected, waiting=tally.waiting)

    engine = Engine(store=store, vault=vault, clock=clock, rng=rng, push=pushes, sleep=at_once)
    try:
        yield vault, store, acting, engine
    finally:
        store.stop()
        vault.close()


async def live(folder: Path, bookings: int) -> None:
    """Book until so many acts were ever accepted, then run until none is open."""
    rng = random.Random()
    with computer(folder) as (vault, store, acting, engine):
        print(json.dumps({"open": True}), flush=True)
        while True:
            made = await store.call(_made, vault)
            for _ in range(min(AT_ONCE, bookings - made)):
                if await store.call(_book, vault, acting, rng) is None:
                    break
            report = await engine.run(documents="none", is_asked=True)
            left = await store.call(acting.open, 1)
            if await store.call(_made, vault) >= bookings and not left and report.ok:
                break
        print(json.dumps({"done": True}), flush=True)
        await engine.close()


def _made(vault: Vault) -> int:
    row = vault.database.one("SELECT coalesce(max(seq), 0) FROM outbox")
    return int(row[0]) if row else 0


def _book(vault: Vault, acting: Acting, rng: random.Random) -> str | None:
    rows = vault.replica.rows("Slot", person=0, status="free", newest_first=False, limit=60)
    asked = {str(one.body.get("slot")) for one in acting.open(1)}
    free = [row for row in rows if row.id not in asked]
    if not free:
        return None
    slot = json.loads(rng.choice(free).body or b"{}")
    person = rng.choice([one.id for one in vault.people.of()])
    body = {"slot": slot["id"], "starts_at": slot["start"], "ends_at": slot["end"]}
    intent = acting.accept("book", portal=1, person=person, body=body)
    print(json.dumps({"accepted": intent.id}), flush=True)
    return intent.id


async def settle(folder: Path) -> dict[str, Any]:
    """Run on a good line until all is at rest, and tell what is here."""
    with computer(folder) as (vault, _store, acting, engine):
        for _ in range(5):
            await engine.run(documents="none", is_asked=True)
        await engine.close()
        shared = vault.replica.manifest_of(1, 0)
        return {
            "acts": {one.id: str(one.state) for one in acting.shown()},
            "waiting": [clash.intent.id for clash in acting.clashes()],
            "ever": [row[0] for row in vault.database.all("SELECT id FROM outbox")],
            "kept": {one.patient_id: {**vault.replica.manifest_of(1, one.id), **shared} for one in vault.people.of()},
            "is_sound": vault.check().is_sound,
        }


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
