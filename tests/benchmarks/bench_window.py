"""P6, P7, P8, P12: how fast the window is there, against a bare one of the same Qt in the same run. Prints ratios.

Run alone: `python -m tests.benchmarks.bench_window [--runs N] [--size M]`. The two sides of P6 are interleaved.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
app = QApplication([])
class W(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, app.quit)
w = W(); lay = QVBoxLayout(w)
for widget in (QLabel('a'), QLineEdit(), QPushButton('b')): lay.addWidget(widget)
w.resize(1440, 900); w.show(); app.exec()
"""
LOCK = """
import sys, asyncio, qasync
from pathlib import Path
from desktop import app, guard
from desktop.app_doors import VaultDoors
from desktop.clock import SystemClock
from desktop.profile import HOME
guard.harden()
qt = app.application()
from PySide6.QtCore import QTimer
from desktop.views.window import Window
loop = qasync.QEventLoop(qt); asyncio.set_event_loop(loop)
folder = Path(sys.argv[1])
async def main():
    window = Window(VaultDoors(folder, profile=HOME, clock=SystemClock()), folder, on_lock=None)
    window.show_door(); window.show()
    window.front.repaint()
with loop: loop.run_until_complete(main())
"""


def took_s(code: str, *arguments: str) -> float:
    """Run a fresh interpreter and return its *seconds*."""
    start = time.perf_counter()
    # Installed programs run from compiled files: a shell that forbids them would measure the compiler.
    places = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, env=places)
    return time.perf_counter() - start


def p6(runs: int) -> dict[str, Any]:
    """Compare process start → lock page painted with a bare window of the same modules."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "vault.key").write_bytes(b"x")
        pairs = [(took_s(BARE), took_s(LOCK, folder)) for _ in range(runs + 1)][1:]
    bare, ours = ([pair[n] for pair in pairs] for n in (0, 1))
    return {"target": "P6", "limit": 1.5, "ratio": round(statistics.median(ours) / statistics.median(bare), 2),
            "bare_s": _spread(bare), "ours_s": _spread(ours)}  # fmt: skip


class Gaps:
    """How long the loop was not its own: a beat every millisecond, and what it missed."""

    def __init__(self) -> None:
        self.gaps_ms: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Gaps:
        self._task = asyncio.ensure_future(self._beat())
        return self

    async def __aexit__(self, *_what: object) -> None:
        assert self._task is not None
        self._task.cancel()

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.gaps_ms.append(max(0.0, (now - last) * 1000 - 1))
            last = now


async def _no_lock(_session: object) -> None:
    """Stand in for the replacement of the process, which would end the measurement."""


async def in_window(size: str, runs: int) -> list[dict[str, Any]]:
    """Measure P7, P8 and P12 in this process, on a vault synced from the portal in the box."""
    from PySide6.QtWidgets import QApplication

    from desktop.app_doors import VaultDoors
    from desktop.clock import SystemClock, local_date
    from desktop.demo.families import build
    from desktop.demo.portal import DemoPortal
    from desktop.demo.serve import running
    from desktop.profile import DEMO
    from desktop.views.scenes import settle
    from desktop.views.window import Window

    clock = SystemClock()
    portal = DemoPortal(world := build(size, today=local_date(clock)), clock=clock)
    with tempfile.TemporaryDirectory() as place, running(portal) as base:
        doors = VaultDoors(Path(place) / "vault", profile=DEMO, clock=clock)
        session, _code = await doors.create("берег лист окно гроза")
        await session.exchange.connect(base, auth="token", token=portal.token_for(world.accounts[0].grants))
        window = Window(doors, Path(place), on_lock=_no_lock)
        window.show()
        window.enter(session)
        async with Gaps() as beat:
            await session.exchange.run_now(documents="needed")
            await settle(window)
        found = [{"target": "P12", "limit_ms": {"p99": 16, "worst": 50}, "p99_ms": _share(beat.gaps_ms, 0.99),
                  "worst_ms": round(max(beat.gaps_ms), 1), "beats": len(beat.gaps_ms)}]  # fmt: skip
        shell = window.shell
        assert shell is not None

        async def painted(act: Callable[[], None]) -> float:
            start = time.perf_counter()
            act()
            while not shell.page.is_loaded or shell.page.is_loading():
                await asyncio.sleep(0)
            QApplication.sendPostedEvents()
            window.repaint()
            return (time.perf_counter() - start) * 1000

        for key in ("bookings", "exchange", "home"):
            await painted(lambda key=key: shell.go(key))  # type: ignore[misc]
        sections = [await painted(lambda key=key: shell.go(key))  # type: ignore[misc]
                    for _ in range(runs * 4) for key in ("bookings", "exchange", "home")]  # fmt: skip
        people = [person.id for person in session.people]
        persons = [await painted(lambda who=who: shell.switch(who)) for _ in range(runs * 4) for who in (*people[1:], people[0])]  # type: ignore[misc]
        found.append({"target": "P8", "limit_ms": 16, "section_p95_ms": _share(sections, 0.95), "person_p95_ms": _share(persons, 0.95)})
        starts = []
        for _ in range(runs):
            start = time.perf_counter()
            window.enter(session)
            assert window.shell is not None
            while not window.shell.page.is_loaded:
                await asyncio.sleep(0)
            window.repaint()
            starts.append((time.perf_counter() - start) * 1000)
        found.append({"target": "P7", "limit_ms": 150, "home_painted_ms": _spread(starts)})
        window.session = None
        window.close()
        await session.lock()
    return found


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 3), "min": round(min(values), 3), "max": round(max(values), 3)}


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


def main() -> None:
    """Print one JSON line for each target."""
    import qasync

    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--size", default="M")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    if asked.only in ("", "P6"):
        print(json.dumps(p6(asked.runs)), flush=True)
    if asked.only != "P6":
        from desktop.app import application

        loop = qasync.QEventLoop(application())
        asyncio.set_event_loop(loop)
        with loop:
            for line in loop.run_until_complete(in_window(asked.size, asked.runs)):
                print(json.dumps(line), flush=True)
    print(json.dumps({"load": os.getloadavg() if hasattr(os, "getloadavg") else None}))


if __name__ == "__main__":
    main()
