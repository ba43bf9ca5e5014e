"""Kill a real sync process at random moments, then prove that one full run equals the portal: `python -m tests.chaos.kill_sync 200`.

The parent serves the box; each child opens the same vault and runs; the parent kills it with -9.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from desktop.clock import SystemClock, local_date
from desktop.demo import families, serve
from desktop.demo.portal import DemoPortal
from desktop.store import vault as vaults
from desktop.store.keys import Kdf
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.connect import connect
from desktop.sync.engine import Engine
from tests.chaos.sync_process import PASSPHRASE, one_run

ROOT: Final = Path(__file__).resolve().parents[2]


def fresh(folder: Path, base: str) -> None:
    """Make a vault that is connected and empty."""
    vault, _ = vaults.create(folder, passphrase=PASSPHRASE, clock=SystemClock(), kdf=Kdf(memory_kib=64, passes=1, lanes=1))

    async def add() -> None:
        store = StoreThread()
        store.start(vault)
        engine = Engine(store=store, vault=vault, clock=SystemClock(), rng=random.Random(1))
        await connect(engine, store=store, vault=vault, clock=SystemClock(), rng=random.Random(1), base_url=base, auth="none")
        await engine.close()
        store.stop()

    asyncio.run(add())
    vault.close()


def kill_once(folder: Path, rng: random.Random, *, most_s: float) -> bool:
    """Start a run and kill it within `most_s` *seconds*; say whether it was still running."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.sync_process", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            process.wait(rng.uniform(0, most_s))
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False


def differences(vault: Vault, portal: DemoPortal) -> list[str]:
    """Return what is here and not there, or there and not here."""
    found: list[str] = []
    shared = vault.replica.manifest_of(1, 0)
    for one in vault.people.of(1):
        here = {**vault.replica.manifest_of(1, one.id), **shared}
        there = portal.snapshot(one.patient_id)
        found += [f"{type_}/{id}" for (type_, id), _ in here.items() ^ there.items()]
    return found + [f"document {id}" for id in vault.blobs.broken()]


def campaign(kills: int, *, size: str, seed: int, folder: Path, per_vault: int = 10) -> dict[str, int]:
    """Kill `kills` runs, prove each vault afterwards, and return the figures. *Raises* AssertionError on any difference."""
    rng = random.Random(seed)
    clock = SystemClock()
    portal = DemoPortal(families.build(size, seed=seed, today=local_date(clock)), clock=clock, open_access=True)
    done = {"kills": 0, "while_running": 0, "vaults": 0}
    with serve.running(portal) as base:
        while done["kills"] < kills:
            vault_folder = folder / f"vault{done['vaults']}"
            fresh(vault_folder, base)
            for _ in range(min(per_vault, kills - done["kills"])):
                done["while_running"] += kill_once(vault_folder, rng, most_s=rng.choice((0.1, 0.4, 1.5)))
                done["kills"] += 1
                vault = vaults.unlock(vault_folder, passphrase=PASSPHRASE, clock=clock)
                vault.close()
            vault = vaults.unlock(vault_folder, passphrase=PASSPHRASE, clock=clock)
            report = asyncio.run(one_run(vault))
            assert report.ok, report.as_json()
            assert differences(vault, portal) == []
            vault.close()
            done["vaults"] += 1
    assert portal.violations == []
    portal.close()
    return done


def main() -> None:
    """Kill as often as the command line says."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(campaign(kills, size="S", seed=int(time.time()), folder=Path(folder))))


if __name__ == "__main__":
    main()
