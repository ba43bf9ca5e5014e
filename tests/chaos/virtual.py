"""Time, threads and disks of the chaos machine: everything that is not decided by the seed is taken out.

Owns: an event loop whose hours cost nothing, a store that works in the loop's own thread, vaults that can lose their power.
The vault, its tables and its transactions are the product's own.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from desktop.clock import Clock, ManualClock
from desktop.errors import DiskFull
from desktop.store import vault as vaults
from desktop.store.database import Database
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault

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

    def run_in_executor(self, executor: object, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


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

    def __init__(self, vault: Vault, point: Callable[[], None]) -> None:
        super().__init__()
        self.vault = vault
        self._point = point
        self.is_dead = False

    async def _put(self, queue: object, work: Callable[[], T]) -> T:
        await self._breathe()
        done = work()
        # Killed here, what was committed stays, and whoever asked never learns of it.
        await self._breathe()
        return done

    async def _breathe(self) -> None:
        if not self.is_dead:
            self._point()
        await asyncio.sleep(0)
        if self.is_dead:
            raise Dead


class Disk:
    """One vault and what of it would survive a power cut. Pages that are pulled are not synced at once; acts are."""

    _template: Database | None = None

    def __init__(self, *, keeps_images: bool) -> None:
        self._keeps_images = keeps_images
        self._image: Database | None = None
        self.database = Database(None, KEY)
        template().connection.backup(self.database.connection)
        self._watch()
        self.fail_after: int | None = None

    def _watch(self) -> None:
        database = self.database
        lasting, run = database.transaction, database.run

        @contextmanager
        def transaction(*, is_lasting: bool = True) -> Iterator[None]:
            if self._keeps_images and not is_lasting and self._image is None:
                self._image = _copy(database)
            with lasting(is_lasting=is_lasting):
                yield
            if is_lasting:
                self._drop_image()

        def failing(sql: str, values: Any = ()) -> int:
            if self.fail_after is not None and not sql.startswith("ROLLBACK"):
                self.fail_after -= 1
                if self.fail_after <= 0:
                    self.fail_after = None
                    raise DiskFull("vault.disk_full")
            return run(sql, values)

        database.transaction = transaction  # type: ignore[method-assign]
        database.run = failing  # type: ignore[method-assign]

    def _drop_image(self) -> None:
        if self._image is not None:
            self._image.close()
            self._image = None

    def cut(self) -> bool:
        """Take the power away; say whether anything was lost by it."""
        if self._image is None:
            return False
        self.database.close()
        self.database, self._image = self._image, None
        self._watch()
        return True

    def open(self, clock: Clock) -> Vault:
        """Open the vault as a new process would: nothing is remembered but what is on the disk."""
        return Vault(self.database, clock, folder=None, store_id="chaos", data_key=bytearray(KEY), lock=None)

    def close(self) -> None:
        self._drop_image()
        self.database.close()


def _copy(database: Database) -> Database:
    other = Database(None, KEY)
    database.connection.backup(other.connection)
    return other


def template() -> Database:
    """Return an empty vault's database, made once."""
    if Disk._template is None:
        Disk._template = Database(None, KEY)
        vaults._fill(Disk._template, "chaos")
    return Disk._template
