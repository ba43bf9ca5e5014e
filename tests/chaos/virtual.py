"""Time, threads and disks of the chaos machine: everything that is not decided by the seed is taken out.

Owns: an event loop whose hours cost nothing, a store that works in the loop's own thread, vaults that can lose their power.
The vault, its tables and its transactions are the product's own.

What a power cut leaves is what SQLite's log leaves when writes that were not synced are dropped: commits that were synced (`is_lasting`, and
all before them) stand, and of those made since, the first few that the seed says; each whole or not at all, because a torn frame fails its
checksum and ends the log there. That a file under the recipe's pragmas behaves like this, frames torn and dropped at every system call, is
what test_vault_power shows on a vault in a folder.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from desktop.clock import Clock, ManualClock
from desktop.errors import DiskFull
from desktop.store import vault as vaults
from desktop.store.database import Database
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from tests.waiting import turn

T = TypeVar("T")
KEY = b"\x07" * 32


class _Leap(selectors.SelectSelector):
    """Waits for nobody: the time until the next timer is stepped over."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("every task waits for something that nobody will do")
        if timeout > 0:
            self._clock.advance(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in the clock's own time; what would go to a thread is done at once."""

    def __init__(self, clock: ManualClock) -> None:
        self._hands = clock
        super().__init__(_Leap(clock))

    def time(self) -> float:
        return self._hands.monotonic()

    def run_in_executor(self, _executor: object, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


async def hours_go_by(seconds: float) -> None:
    """Wait in the machine's own time. In a loop whose hours are real it refuses: no test may cost them."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        raise TypeError("only the machine's own hours go by at once")
    over: asyncio.Future[None] = loop.create_future()
    bell = loop.call_later(max(0.0, seconds), over.set_result, None)
    try:
        await over
    finally:
        bell.cancel()


class WristClock(Clock):
    """The clock of one computer: it goes with the true one, but a person may have set it wrong."""

    def __init__(self, true: ManualClock) -> None:
        self._true = true
        self.wrong_s = 0.0

    def now(self) -> datetime:
        return self._true.now() + timedelta(seconds=self.wrong_s)

    def monotonic(self) -> float:
        return self._true.monotonic()


class Dead(Exception):
    """The process that asked has been killed."""


class InlineStore(StoreThread):
    """The store's interface without its thread. After `kill` nothing reaches the vault any more."""

    def __init__(self, disk: Disk, vault: Vault, point: Callable[[], None]) -> None:
        super().__init__()
        self.vault = vault
        self._disk = disk
        self._point = point
        self.is_dead = False

    async def _put(self, queue: object, work: Callable[[], T]) -> T:
        if not self.is_dead:
            self._point()
        await turn()
        if self.is_dead:
            raise Dead
        with self._disk.job():
            done = work()
        # Killed here, what was committed stays, and whoever asked never learns of it.
        if not self.is_dead:
            self._point()
        if self.is_dead:
            raise Dead
        return done


class Disk:
    """One vault and what of it would survive a power cut. Pages that are pulled are not synced at once; acts are."""

    _template: Database | None = None
    _spare: ClassVar[list[Database]] = []

    def __init__(self, *, keeps_images: bool, rng: random.Random, die: Callable[[], None]) -> None:
        self._keeps_images = keeps_images
        self._rng = rng
        self._die = die
        self._image: Database | None = None
        self._reaching = 0
        self._commits = 0
        self._void: list[Database] = []
        self.is_in_job = False
        self.database = _copy(template())
        self._watch()
        self.fail_after: int | None = None
        self.die_between: int | None = None
        """How many transactions of a job, after its first, may still begin before the process dies at the beginning of one."""

    @contextmanager
    def job(self) -> Iterator[None]:
        """Count the commits of one job of the store's: between two of them a process may die too."""
        self.is_in_job, self._commits = True, 0
        try:
            yield
        finally:
            self.is_in_job = False

    def _watch(self) -> None:
        database = self.database
        lasting, run = database.transaction, database.run

        @contextmanager
        def transaction(*, is_lasting: bool = True) -> Iterator[None]:
            self._begin()
            if self._keeps_images and not is_lasting and self._image is None:
                self._image = _copy(database)
                # What has reached the disk of its own accord by the time of a cut: nothing, or the first few commits.
                self._reaching = self._rng.choice((0, 0, 1, 2, 5))
            with lasting(is_lasting=is_lasting):
                yield
            self._commits += 1
            if is_lasting:
                self._drop_image()
            elif self._image is not None and self._reaching > 0:
                self._reaching -= 1
                database.connection.backup(self._image.connection)

        def failing(sql: str, values: Any = ()) -> int:
            if self.fail_after is not None and not sql.startswith("ROLLBACK"):
                self.fail_after -= 1
                if self.fail_after <= 0:
                    self.fail_after = None
                    raise DiskFull("vault.disk_full")
            return run(sql, values)

        database.transaction = transaction  # type: ignore[method-assign]
        database.run = failing  # type: ignore[method-assign]

    def _begin(self) -> None:
        if self.die_between is None or not self.is_in_job or not self._commits:
            return
        self.die_between -= 1
        if self.die_between <= 0:
            self.die_between = None
            self._die()
            raise Dead

    def _drop_image(self) -> None:
        if self._image is not None:
            self._spare.append(self._image)
            self._image = None

    def cut(self) -> bool:
        """Take the power away; say whether anything was lost by it."""
        if self._image is None:
            return False
        # Whoever is in the middle of a job still holds what the cut has made void.
        self._void.append(self.database)
        self.database, self._image = self._image, None
        self._watch()
        return True

    def open(self, clock: Clock) -> Vault:
        """Open the vault as a new process would: nothing is remembered but what is on the disk."""
        return Vault(self.database, clock, folder=None, store_id="chaos", data_key=bytearray(KEY), lock=None)

    def close(self) -> None:
        self._drop_image()
        for database in self._void:
            database.close()
        del self.database.transaction, self.database.run
        self._spare.append(self.database)


def _copy(database: Database) -> Database:
    other = Disk._spare.pop() if Disk._spare else Database(None, KEY)
    database.connection.backup(other.connection)
    return other


def template() -> Database:
    """Return an empty vault's database, made once."""
    if Disk._template is None:
        Disk._template = Database(None, KEY)
        vaults._fill(Disk._template, "chaos")
    return Disk._template
