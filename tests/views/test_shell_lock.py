"""Locking leaves nothing: a real process with an open record is locked, and its memory is read before and after."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from desktop.clock import SystemClock
from desktop.store import vault as vaults
from tests.views.family import PHRASE, family

CHILD = """
import asyncio, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from desktop import app, guard
from tests.views.family import PHRASE, doors
guard.harden()
folder = Path(sys.argv[1])
qt = app.application()
def window():
    return next((w for w in qt.topLevelWidgets() if type(w).__name__ == "Window"), None)
async def enter(w):
    w.enter(await w.doors.unlock(PHRASE))
def is_running():
    # The lock page is painted before the loop that answers it.
    try:
        return asyncio.get_running_loop() is not None
    except RuntimeError:
        return False
def step():
    w = window()
    if w is None or w.front is None or not is_running():
        QTimer.singleShot(50, step)
    elif w.shell is None:
        w.spawn(enter(w)); QTimer.singleShot(300, wait)
def wait():
    w = window()
    if w.shell is None or not w.shell.page.is_loaded:
        QTimer.singleShot(50, wait); return
    w.grab()
    print("OPEN", flush=True)
    sys.stdin.readline()
    w.lock()
QTimer.singleShot(50, step)
app.run(doors(folder), folder, arguments=("--data-dir", str(folder)))
"""
# Words of the invented record that no catalogue of texts holds.
MARKERS = ("Белякова", "Коклюш", "Бисопролол", PHRASE)
LOCK_PAGE = "Откройте карту"


def data_key(folder: Path) -> bytes:
    """Return what the database of a record is encrypted with."""
    with closing(vaults.unlock(folder, passphrase=PHRASE, clock=SystemClock())) as vault:
        return bytes(vault.data_key)


def memory_holds(pid: int, words: tuple[str, ...], key: bytes = b"") -> set[str]:
    """Return which of `words` stand in the process's memory, as UTF-8, UTF-16 or UCS-2 of Python; "key" for the key, raw or as digits."""
    found: set[str] = set()
    keys = (key, key.hex().encode(), key.hex().upper().encode(), key.hex().encode("utf-16-le")) if key else ()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        for line in maps:
            span, rights = line.split()[:2]
            if "r" not in rights or "[v" in line:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            found |= {word for word in words if word.encode() in data or word.encode("utf-16-le") in data}
            found |= {"key" for one in keys if one in data}
    return found


def test_after_lock_the_replaced_process_holds_nothing_of_the_record(tmp_path: Path):
    if not sys.platform.startswith("linux"):
        return  # The other systems have no /proc to read memory from.
    family(tmp_path)
    key = data_key(tmp_path)
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.getcwd()}
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True, env=environ)  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline().strip() == "OPEN"
        if os.geteuid() != 0:
            with pytest.raises(PermissionError):
                memory_holds(child.pid, MARKERS)
            return
        assert {"Белякова", "key"} <= memory_holds(child.pid, MARKERS, key)
        child.stdin.write("\n")
        child.stdin.flush()
        end = time.monotonic() + 90
        while not command(child.pid) or LOCK_PAGE not in memory_holds(child.pid, (LOCK_PAGE,)):
            assert time.monotonic() < end, "the lock page did not come"
            assert child.poll() is None
        assert memory_holds(child.pid, MARKERS, key) == set()
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            pipe.close()


def command(pid: int) -> bytes:
    """Return the process's command line: after the replacement it is the program's own."""
    line = Path(f"/proc/{pid}/cmdline").read_bytes()
    return line if b"\0-m\0desktop\0" in line else b""
