"""A process that opens a vault, says so, and checks with the portal once: `python -m tests.chaos.sync_process FOLDER`.

Somebody kills it on the way. It imports what a run needs and no more: it is started again and again.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path
from typing import Final

from desktop.clock import SystemClock
from desktop.store import vault as vaults
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.engine import Engine
from desktop.sync.report import RunReport

PASSPHRASE: Final = "kill me gently"


async def one_run(vault: Vault) -> RunReport:
    """Run once over an open vault."""
    store = StoreThread()
    store.start(vault)
    engine = Engine(store=store, vault=vault, clock=SystemClock(), rng=random.Random(1))
    try:
        return await engine.run(documents="all")
    finally:
        await engine.close()
        store.stop()


def main() -> None:
    """Open the vault, say so, run, and be killed somewhere on the way."""
    vault = vaults.unlock(Path(sys.argv[1]), passphrase=PASSPHRASE, clock=SystemClock())
    print("open", flush=True)
    report = asyncio.run(one_run(vault))
    vault.close()
    print(json.dumps({"ok": report.ok}), flush=True)


if __name__ == "__main__":
    main()
