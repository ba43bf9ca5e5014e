"""P14: memory after a day at M, compressed: `python -m tests.benchmarks.bench_memory [--hours 8] [--size M]`.

A real window and session on a vault of the size before the portal in the box. Each hour of the manual clock: switches of the person, a walk
through the sections, searches, a document read, quiet exchanges. What the process keeps is read where the system tells it (Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from desktop import limits
from tests.benchmarks.figures import number, tell

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
SECTIONS = ("bookings", "results", "documents", "exchange", "home")
TYPED = ("гем", "анализ крови", "приём", "поликлиника", "щщщ")
_SERVE = ("import sys; from desktop.demo.serve import main; "
          "main(port=0, db=None, open_access=True, faults='', size=sys.argv[1], seed=1)")


def resident_mib() -> float:
    """Return what the process holds in memory now."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS")


async def _no_lock(_session: object) -> None:
    """Stand in for the replacement of the process, which would end the measurement."""


async def day(base: str, hours: int) -> list[float]:
    """Live a day; return MiB at the end of each hour."""
    from desktop.app_doors import VaultDoors
    from desktop.clock import ManualClock
    from desktop.profile import DEMO
    from desktop.views.resting import settle
    from desktop.views.window import Window

    clock = ManualClock()
    with tempfile.TemporaryDirectory() as place:
        doors = VaultDoors(Path(place) / "vault", profile=DEMO, clock=clock)
        session, _code = await doors.create("берег лист окно гроза")
        await session.exchange.connect(base, auth="none")
        await session.exchange.run_now(documents="needed")
        window = Window(doors, Path(place), on_lock=_no_lock)
        window.show()
        window.enter(session)
        await settle(window)
        held = []
        for _ in range(hours):
            await hour(window, session, settle)
            clock.advance(3600)
            # Somebody sat there: an hour without a touch would have locked it.
            window.idle.touched()
            gc.collect()
            held.append(resident_mib())
            print(f"  after hour {len(held)}: {number(held[-1])} MiB", flush=True)
        window.session = None
        window.close()
        await session.lock()
        return held


async def hour(window: Any, session: Any, settle: Any) -> None:
    """Do what a family does in an hour, quickly."""
    for person in session.people:
        window.shell.switch(person.id)
        await settle(window)
        for section in SECTIONS:
            window.shell.go(section)
            await settle(window)
        for text in TYPED:
            await session.search.find(text)
        for one in (await session.documents.page())[:3]:
            if one.place == "here":
                await session.documents.content(one.id)
    for _ in range(int(3600 // limits.SYNC_EVERY_S)):
        await session.exchange.run_now(documents="none")


def main() -> None:
    """Run the benchmark."""
    import qasync

    from desktop import guard
    from desktop.app import application

    # As at the start of the program: the guard also decides how many heaps there are.
    guard.harden()
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--size", default="M")
    chosen = parser.parse_args()
    loop = qasync.QEventLoop(application())
    asyncio.set_event_loop(loop)
    with subprocess.Popen([sys.executable, "-c", _SERVE, chosen.size], stdout=subprocess.PIPE, encoding="utf-8") as process, loop:
        assert process.stdout is not None
        try:
            held = loop.run_until_complete(day(json.loads(process.stdout.readline())["base"], chosen.hours))
        finally:
            process.kill()
    tell("P14", f"memory after a day at {chosen.size}", held[-1], 160, unit=" MiB")
    settled = held[len(held) // 4:]
    tell("P14", f"growth an hour at {chosen.size}, once settled", max(0.0, (settled[-1] - settled[0]) / max(1, len(settled) - 1)), 5,
         unit=" MiB")


if __name__ == "__main__":
    main()
