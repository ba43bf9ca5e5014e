"""P6, P7, P8, P12, P15: how fast the window is there, against a bare one of the same Qt in the same run. Prints one line a target.

Run alone: `python -m tests.benchmarks.bench_window [--runs N] [--only P6|P12|P15|switch] [--sizes M L]`. The two sides of P6 are
interleaved; its bare window imports the same modules of Qt and the namespace `Qt`, which no window does without. The portal of
P12 runs in a process of its own. P7 and P8 are measured on the portal's family of each size, stored without a network. Beside
the wall clock stands the GUI thread's own time, which a busy machine stretches least.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.views.resting import until
from tests.benchmarks.figures import tell
from tests.benchmarks.worlds import PHRASE
from tests.starting import start

if TYPE_CHECKING:
    from desktop.app_doors import VaultDoors
    from desktop.session.session import Session
    from desktop.views.window import Window

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BARE = """
import os
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
app = QApplication([])
w = QWidget(); lay = QVBoxLayout(w)
for widget in (QLabel('a'), QLineEdit(), QPushButton('b')): lay.addWidget(widget)
w.resize(1440, 900); w.show(); w.repaint()
os._exit(0)
"""
LOCK = start("time.time() - float(os.environ.get('MEDKARTA_BENCH_AT', '0'))")
LOCKING = """
import asyncio, os, sys, time
from pathlib import Path
import qasync
from desktop import app, guard
from desktop.app_doors import VaultDoors
from desktop.clock import SystemClock
from desktop.profile import DEMO
guard.harden()
qt = app.application()
from desktop.views.resting import settle
from desktop.views.window import Window
loop = qasync.QEventLoop(qt); asyncio.set_event_loop(loop)
folder = Path(sys.argv[1])
async def locked(session):
    await app._close(session)
    os.closerange(3, 4096)
    os.execv(sys.executable, [sys.executable, '-c', sys.argv[2], str(folder)])
async def main():
    doors = VaultDoors(folder, profile=DEMO, clock=SystemClock()); doors.is_live = False
    made = Window(doors, folder, on_lock=locked)
    made.show(); made.enter(await doors.unlock(sys.argv[3]))
    await settle(made)
    os.environ['MEDKARTA_BENCH_AT'] = str(time.time())
    made.lock()
    await made.closed.wait()
with loop: loop.run_until_complete(main())
"""


def ran(code: str, *arguments: str) -> tuple[float, str]:
    """Run a fresh interpreter; return its *seconds* and what it printed."""
    # Installed programs run from compiled files: a shell that forbids them would measure the compiler.
    places = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, env=places, text=True)
    return time.perf_counter() - start, done.stdout


def line(target: str, what: str, value: float, limit: float, unit: str, more: str = "") -> None:
    """Print a target: its figure, its limit, whether it is reached."""
    tell(target, what, value, limit, unit=" ms" if unit == "ms" else "", detail=more)


def p6(runs: int) -> None:
    """Compare process start → lock page painted with a bare window of the same modules."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "vault.key").write_bytes(b"x")
        pairs = [(used(BARE), used(LOCK, folder)) for _ in range(runs + 1)][1:]
    (bare, ours), (bare_cpu, ours_cpu) = (([pair[n][side] for pair in pairs] for n in (0, 1)) for side in (0, 1))
    alone = f"processor time alone {statistics.median(ours_cpu) / statistics.median(bare_cpu):.2f}; " if min(bare_cpu) else ""
    line("P6", "start to lock page / bare window", statistics.median(ours) / statistics.median(bare), 1.5, "×",
         f"{alone}ours {spread(ours)} s, bare {spread(bare)} s")  # fmt: skip


def used(code: str, *arguments: str) -> tuple[float, float]:
    """Run a fresh interpreter; return its *seconds* on the wall and of the processor (0 where the system does not tell)."""
    before = os.times()
    took, _said = ran(code, *arguments)
    after = os.times()
    return took, after.children_user + after.children_system - before.children_user - before.children_system


async def made_vault(folder: Path) -> None:
    """Make a vault whose key is derived cheaply: the KDF is not what is measured."""
    from desktop.app_doors import VaultDoors
    from desktop.clock import SystemClock
    from desktop.profile import DEMO

    doors = VaultDoors(folder, profile=DEMO, clock=SystemClock())
    doors.is_live = False
    session, _code = await doors.create(PHRASE)
    await session.lock()


def p15(runs: int) -> None:
    """Measure lock → the fresh process's lock page painted."""
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(made_vault(Path(place) / "vault"))
        took = [float(ran(LOCKING, str(Path(place) / "vault"), LOCK, PHRASE)[1].split()[-1]) * 1000 for _ in range(runs + 1)][1:]
    line("P15", "lock to a fresh lock page", statistics.median(took), 600, "ms", spread(took))


class Gaps:
    """How long the loop was not its own: a beat every millisecond, what it missed, and how much of that the thread itself worked."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps_ms: list[float] = []
        self.own_ms: list[float] = []
        self._last = self._own = 0.0
        self._timer = QTimer(singleShot=True, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Gaps:
        self._last, self._own = time.perf_counter(), time.thread_time()
        self._timer.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        self.gaps_ms.append(max(0.0, (now - self._last) * 1000 - 1))
        self.own_ms.append((own - self._own) * 1000)
        self._last, self._own = now, own
        self._timer.start()


async def _no_lock(_session: object) -> None:
    """Stand in for the replacement of the process, which would end the measurement."""


async def entered(doors: VaultDoors, place: Path, session: Session) -> Window:
    """Put the window with the open record on the screen, as after a passphrase: what opens the record is read while one types."""
    from desktop.views.resting import settle
    from desktop.views.warming import Warming
    from desktop.views.window import Window

    window = Window(doors, place, on_lock=_no_lock)
    window.show_door()
    window.resize(1440, 900)
    window.show()
    warming = window.front.findChild(Warming)
    await until(lambda: warming.is_done)
    window.enter(session)
    await settle(window)
    return window


async def first_sync(size: str) -> None:
    """P12: what the loop misses while a first exchange of a size and its documents come in."""
    from desktop.app_doors import VaultDoors
    from desktop.clock import SystemClock
    from desktop.profile import DEMO
    from tests.benchmarks.bench_sync import serving

    with tempfile.TemporaryDirectory() as place, serving(size, "") as base:
        doors = VaultDoors(Path(place) / "vault", profile=DEMO, clock=SystemClock())
        doors.is_live = False
        session, _code = await doors.create(PHRASE)
        await session.exchange.connect(base, auth="none")
        window = await entered(doors, Path(place), session)
        own = time.thread_time()
        with Gaps() as beat:
            await session.exchange.run_now(documents="needed")
        own = time.thread_time() - own
        line("P12", f"gaps in the first sync, {size}, p99", share(beat.gaps_ms, 0.99), 16, "ms",
             f"{len(beat.gaps_ms)} beats, {own:.1f} s of the thread's own time")  # fmt: skip
        worst = sorted(beat.gaps_ms)[-5:]
        line("P12", f"gaps in the first sync, {size}, worst", worst[-1], 50, "ms", "the five worst " + ", ".join(f"{one:.0f}" for one in worst))
        await leave(window, session)


async def on_record(size: str, runs: int) -> None:
    """P7 and P8 on a record of a size."""
    from desktop.app_doors import VaultDoors
    from desktop.clock import ManualClock
    from desktop.profile import DEMO
    from tests.benchmarks.worlds import family

    clock = ManualClock()
    with tempfile.TemporaryDirectory() as place:
        family(Path(place) / "vault", size, clock).close()
        doors = VaultDoors(Path(place) / "vault", profile=DEMO, clock=clock)
        doors.is_live = False
        session = await doors.unlock(PHRASE)
        window = await entered(doors, Path(place), session)
        await switches(window, session, size, runs)
        await leave(window, session)


async def leave(window: Window, session: Session) -> None:
    """Close the window and the record."""
    window.session = None
    window.close()
    await session.lock()


async def switches(window: Window, session: Session, size: str, runs: int) -> None:
    """Measure P8 and P7 on the record in the window."""
    from PySide6.QtWidgets import QApplication

    from desktop.views.resting import settle

    async def painted(act: Callable[[], None]) -> tuple[float, float]:
        """Return *milliseconds* from the key to the rows in the window's memory: on the wall, and of this thread."""
        start, own = time.perf_counter(), time.thread_time()
        act()
        QApplication.sendPostedEvents()
        shell = window.shell
        assert shell is not None
        while not shell.page.is_loaded or shell.page.is_loading():
            asked = shell.page._task
            if asked is None or asked.done():
                raise RuntimeError("the page has no answer and asks for none")
            await asyncio.wait({asked})
        QApplication.sendPostedEvents()
        return (time.perf_counter() - start) * 1000, (time.thread_time() - own) * 1000

    shell = window.shell
    assert shell is not None
    keys = ("bookings", "results", "documents", "prescriptions", "home")
    for key in keys:
        await painted(lambda key=key: shell.go(key))  # type: ignore[misc]
    await settle(window)
    took = [await painted(lambda key=key: shell.go(key)) for _ in range(runs * 4) for key in keys]  # type: ignore[misc]
    _p8("section switch", size, took)
    order = [person.id for person in session.people]
    if len(order) > 1:
        for who in (*order[1:], order[0]):
            await painted(lambda who=who: shell.switch(who))  # type: ignore[misc]
        took = [await painted(lambda who=who: shell.switch(who)) for _ in range(runs * 4) for who in (*order[1:], order[0])]  # type: ignore[misc]
        _p8("person switch on home", size, took)
    starts = []
    for _ in range(runs):
        await settle(window)
        starts.append(await painted(lambda: window.enter(session)))
    wall = [one[0] for one in starts]
    line("P7", f"open record to home painted, {size}", statistics.median(wall), {"L": 250}.get(size, 150), "ms",
         f"{spread(wall)}, own time {statistics.median(one[1] for one in starts):.0f} ms")  # fmt: skip


def _p8(what: str, size: str, took: list[tuple[float, float]]) -> None:
    own = [one[1] for one in took]
    line("P8", f"{what}, {size}, p95", share([one[0] for one in took], 0.95), {"L": 33}.get(size, 16), "ms",
         f"median {statistics.median(one[0] for one in took):.1f}, own time p95 {share(own, 0.95):.1f} ms")  # fmt: skip


def spread(values: list[float]) -> str:
    """Return median (least–most)."""
    return f"{statistics.median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


def share(values: list[float], part: float) -> float:
    """Return the value below which `part` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def main() -> None:
    """Print one line for each target."""
    import qasync

    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", nargs="+", default=["M"])
    parser.add_argument("--only", choices=("P6", "P12", "P15", "switch"), default="")
    asked = parser.parse_args()
    if asked.only in ("", "P6"):
        p6(asked.runs)
    if asked.only in ("", "P15"):
        p15(asked.runs)
    if asked.only not in ("P6", "P15"):
        from desktop.app import application

        loop = qasync.QEventLoop(application())
        asyncio.set_event_loop(loop)
        with loop:
            if asked.only != "switch":
                loop.run_until_complete(first_sync(asked.sizes[0]))
            for size in asked.sizes if asked.only != "P12" else ():
                loop.run_until_complete(on_record(size, asked.runs))
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else "load not known")


if __name__ == "__main__":
    main()
