"""Power cuts of a vault in a folder: `python -m tests.chaos.power 1000 [seed]`.

SQLite's own file layer is wrapped, so that every write, truncation and sync of the database and its log is noted in order. A cut at any
of them leaves what was synced; of what was written since, each piece is dropped, or whole, or torn by the sector, as the dice say.
The vault is then opened from such files by the product's own `unlock`.
Does not own: kills (test_vault_killed) and the machine's cuts, which work by whole commits (virtual.py).
"""

from __future__ import annotations

import ctypes
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlcipher3._sqlite3 as driver

from desktop.clock import ManualClock
from desktop.store import vault as vaults
from tests.store.kit import PASSPHRASE, Home, new_home, observation

SECTOR: Final = 512
ROWS: Final = 6
_POINTER: Final = ctypes.c_void_p
_METHODS: Final = [
    "Close", "Read", "Write", "Truncate", "Sync", "FileSize", "Lock", "Unlock", "CheckReservedLock",
    "FileControl", "SectorSize", "DeviceCharacteristics", "ShmMap", "ShmLock", "ShmBarrier", "ShmUnmap",
    "Fetch", "Unfetch",
]  # fmt: skip
_CALLS: Final = [
    "Open", "Delete", "Access", "FullPathname", "DlOpen", "DlError", "DlSym", "DlClose", "Randomness",
    "Sleep", "CurrentTime", "GetLastError", "CurrentTimeInt64", "SetSystemCall", "GetSystemCall",
    "NextSystemCall",
]  # fmt: skip


class _Methods(ctypes.Structure):
    _fields_ = (("version", ctypes.c_int), *((name, _POINTER) for name in _METHODS))


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _Layer(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int), ("file_size", ctypes.c_int), ("longest_path", ctypes.c_int), ("next", _POINTER), ("name", ctypes.c_char_p),
        ("data", _POINTER), *((name, _POINTER) for name in _CALLS),
    )  # fmt: skip


_OPEN: Final = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.POINTER(_File), ctypes.c_int, _POINTER)
_WRITE: Final = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64)
_TRUNCATE: Final = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int64)
_SYNC: Final = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a file, or ("told", the number of acts and of pages by then) to whoever waited."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""
    acts: int = 0
    pages: int = 0


class Recorder:
    """The default file layer of SQLite with a notebook."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._library = ctypes.CDLL(driver.__file__)
        self._library.sqlite3_vfs_find.restype = ctypes.POINTER(_Layer)
        self._under = self._library.sqlite3_vfs_find(None)
        self._names: dict[int, str] = {}
        self._tables: dict[int, _Methods] = {}
        self._kept: list[Any] = []
        self._layer = _Layer.from_buffer_copy(self._under.contents)
        self._layer.name = b"notebook"
        self._layer.Open = self._hold(_OPEN(self._open))

    def _hold(self, callback: Any) -> int | None:
        self._kept.append(callback)
        return ctypes.cast(callback, _POINTER).value

    @contextmanager
    def on(self) -> Iterator[None]:
        """Let every database that is opened while the body runs be noted."""
        self._library.sqlite3_vfs_register(ctypes.byref(self._layer), 1)
        try:
            yield
        finally:
            self._library.sqlite3_vfs_register(self._under, 1)
            self._library.sqlite3_vfs_unregister(ctypes.byref(self._layer))

    def _open(self, _layer: int, path: int | None, file: Any, flags: int, told: int | None) -> int:
        code: int = _OPEN(self._under.contents.Open)(ctypes.addressof(self._under.contents), path, file, flags, told)
        if code == 0 and path:
            self._names[ctypes.addressof(file.contents)] = Path(ctypes.string_at(path).decode()).name
            file.contents.methods = ctypes.pointer(self._noting(file.contents.methods))
        return code

    def _noting(self, under: Any) -> _Methods:
        where = ctypes.addressof(under.contents)
        if where in self._tables:
            return self._tables[where]
        table = _Methods.from_buffer_copy(under.contents)
        write, truncate, sync = _WRITE(table.Write), _TRUNCATE(table.Truncate), _SYNC(table.Sync)

        def written(file: int, data: int, size: int, at: int) -> int:
            self.steps.append(Step("write", self._names[file], at, ctypes.string_at(data, size)))
            return int(write(file, data, size, at))

        def cut(file: int, size: int) -> int:
            self.steps.append(Step("truncate", self._names[file], size))
            return int(truncate(file, size))

        def synced(file: int, flags: int) -> int:
            code = int(sync(file, flags))
            self.steps.append(Step("sync", self._names[file]))
            return code

        table.Write, table.Truncate, table.Sync = self._hold(_WRITE(written)), self._hold(_TRUNCATE(cut)), self._hold(_SYNC(synced))
        self._kept += [write, truncate, sync]
        self._tables[where] = table
        return table


@dataclass
class Lived:
    """A vault's life as its files saw it: what they held in the beginning, and everything since."""

    folder: Path
    home: Home
    before: dict[str, bytes]
    steps: list[Step] = field(repr=False)


def live(folder: Path, *, rounds: int) -> Lived:
    """Pull pages with their places and accept acts, every file operation noted; the folder stays as it was before."""
    recorder = Recorder()
    with recorder.on():
        home = new_home(folder, ManualClock())
        before = {name: (folder / name).read_bytes() for name in (vaults.DATABASE_FILE, vaults.DATABASE_FILE + "-wal") if (folder / name).exists()}
        recorder.steps.clear()
        acts = 0
        for number in range(rounds):
            rows = [observation(f"r{number}-{one}", value=number + one / 10) for one in range(ROWS)]
            home.take(*rows, kind=7, position=str(number + 1))
            if number % 4 == 3:
                acts += 1
                # As in the window, where the log is emptied a moment after the act; and as in the command line, where it is at once.
                home.vault.database.settles_later = number % 8 == 3
                with home.vault.acts():
                    home.vault.outbox.append(
                        id=f"act-{acts}", kind="book", portal=home.portal, person=home.anna, subject=f"slot-{acts}", body={}, precondition={}
                    )
                recorder.steps.append(Step("told", acts=acts, pages=number + 1))
        steps = list(recorder.steps)
        home.vault.close()
    return Lived(folder, home, before, steps)


def left_by(lived: Lived, cut: int, dice: random.Random) -> dict[str, bytes]:
    """Return the files after a power cut just before a step."""
    safe = {name: bytearray(data) for name, data in lived.before.items()}
    loose: dict[str, list[Step]] = {}
    for step in lived.steps[:cut]:
        if step.kind == "sync":
            for one in loose.pop(step.file, []):
                _do(safe, one)
        elif step.kind != "told":
            loose.setdefault(step.file, []).append(step)
    way = dice.choice(("dropped", "prefix", "torn", "torn"))
    for steps in loose.values():
        some = steps[: dice.randrange(len(steps) + 1)] if way == "prefix" else [one for one in steps if way == "torn" and dice.random() < 0.5]
        for one in some:
            _do(safe, one if way == "prefix" else _torn(one, dice))
    return {name: bytes(data) for name, data in safe.items()}


def _torn(step: Step, dice: random.Random) -> Step:
    if step.kind != "write" or dice.random() < 0.5:
        return step
    kept = dice.randrange(len(step.data) // SECTOR + 1) * SECTOR
    return Step("write", step.file, step.at, step.data[:kept])


def _do(files: dict[str, bytearray], step: Step) -> None:
    data = files.setdefault(step.file, bytearray())
    if step.kind == "truncate":
        del data[step.at:]
        data.extend(bytes(step.at - len(data)))
        return
    if len(data) < step.at:
        data.extend(bytes(step.at - len(data)))
    data[step.at:step.at + len(step.data)] = step.data


def faults_after(lived: Lived, cut: int, dice: random.Random, *, is_checked: bool) -> list[str]:
    """Cut the power before a step, open what is left, and name what is not as it must be."""
    for name in (vaults.DATABASE_FILE, vaults.DATABASE_FILE + "-wal"):
        (lived.folder / name).unlink(missing_ok=True)
    for name, data in left_by(lived, cut, dice).items():
        (lived.folder / name).write_bytes(data)
    told = next((one for one in reversed(lived.steps[:cut]) if one.kind == "told"), Step("told"))
    home, found = lived.home, []
    vault = vaults.unlock(lived.folder, passphrase=PASSPHRASE, clock=ManualClock())
    try:
        acts = [act.id for act in vault.outbox.open()]
        if acts != [f"act-{number}" for number in range(1, len(acts) + 1)]:
            found.append("the outbox has a gap")
        if len(acts) < told.acts:
            found.append(f"{told.acts - len(acts)} acts lost")
        pages = int(vault.cursors.get(home.portal, home.anna, 7).position or 0)
        if vault.replica.count("Observation", home.anna) != pages * ROWS:
            found.append("a page without its place, or a place without its page")
        if pages < told.pages:
            found.append("pages lost that were there when an act was synced")
        if is_checked and not vault.check().is_sound:
            found.append("the vault is damaged")
    finally:
        vault.close()
    return found


def campaign(folder: Path, *, cuts: int, seed: int, rounds: int = 24) -> dict[str, Any]:
    """Cut the power many times in one life; return the figures."""
    dice, lived = random.Random(seed), live(folder, rounds=rounds)
    broken: dict[int, list[str]] = {}
    for number in range(cuts):
        cut = dice.randrange(1, len(lived.steps) + 1)
        if found := faults_after(lived, cut, dice, is_checked=number % 4 == 0):
            broken[cut] = found
    return {"cuts": cuts, "steps": len(lived.steps), "syncs": sum(one.kind == "sync" for one in lived.steps), "broken": broken}


def main() -> None:
    """Cut as often as the command line says, in a new life every hundred times."""
    cuts, seed = (int(text) for text in (*sys.argv[1:3], *("1000", "1")[len(sys.argv[1:3]):]))
    broken = 0
    for part in range(max(1, cuts // 100)):
        folder = Path(tempfile.mkdtemp())
        try:
            one = campaign(folder / "vault", cuts=min(100, cuts), seed=seed * 1000 + part)
        finally:
            shutil.rmtree(folder)
        broken += len(one["broken"])
        print(json.dumps(one), flush=True)
    raise SystemExit(bool(broken))


if __name__ == "__main__":
    main()
