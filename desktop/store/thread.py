"""The one thread that touches the vault: jobs in, results out, awaitable from any event loop.

Owns: order (a reading job goes before an ingest job that waits; within each, first come first served), passing errors through, and
emptying the log of acts as soon as there is a moment's rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from desktop import limits
from desktop.errors import BugError, KnownError
from desktop.store.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")

WATCHED_ROWS = 500


class _Job:
    __slots__ = ("future", "loop", "work")

    def __init__(self, work: Callable[[], Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
        self.work = work
        self.loop = loop
        self.future = future

    def run(self) -> None:
        if self.future.cancelled():
            return
        try:
            result, error = self.work(), None
        except BaseException as raised:
            result, error = None, raised
        # A loop that has closed meanwhile has nobody left to tell.
        if not self.loop.is_closed():
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(_deliver, self.future, result, error)


def _deliver(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


class StoreThread:
    """Runs jobs on the vault one at a time. `is_watched`: a window is in use, so ingest commits must stay small."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._reading: deque[_Job] = deque()
        self._ingest: deque[_Job] = deque()
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self.vault: Vault | None = None
        self.is_watched = False

    @property
    def commit_rows(self) -> int:
        """How many rows one ingest job may commit now."""
        return WATCHED_ROWS if self.is_watched else limits.COMMIT_ROWS

    def start(self, vault: Vault) -> None:
        """Begin to serve `vault`."""
        if self._thread is not None:
            raise BugError("store.started")
        self.vault = vault
        vault.database.settles_later = True
        self._thread = threading.Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    async def call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading job (or a person's act) and return its result. Cancelling before it began removes it."""
        return await self._put(self._reading, lambda: fn(*args, **kwargs))

    async def ingest(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job that lets reading jobs go first."""
        return await self._put(self._ingest, lambda: fn(*args, **kwargs))

    async def _put(self, queue: deque[_Job], work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._ready:
            if self._thread is None or self._is_stopping:
                raise BugError("store.stopped")
            queue.append(_Job(work, loop, future))
            self._ready.notify()
        return await future

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            job.run()
            del job
            if self._owed() >= limits.ACTS_IN_LOG:
                self._settle()
        self._settle()

    def _next(self) -> _Job | None:
        """Wait for a job; None at the end. Where none comes for a moment, the log of acts is emptied meanwhile."""
        if self._owed() and not self._has_work(limits.ACTS_LOG_REST_S):
            self._settle()
        self._has_work(None)
        with self._ready:
            waiting = self._reading or self._ingest
            return waiting.popleft() if waiting else None

    def _has_work(self, patience_s: float | None) -> bool:
        """Wait for a job or the end; False when neither has come in time."""
        with self._ready:
            return bool(self._ready.wait_for(lambda: self._reading or self._ingest or self._is_stopping, patience_s))

    def _owed(self) -> int:
        return self.vault.database.owed if self.vault is not None else 0

    def _settle(self) -> None:
        """Empty the log: the acts in it are on disk, this shortens their stay there."""
        if self.vault is not None and self.vault.database.owed:
            # A disk that is full or failing now fails the next job too, where somebody is there to be told; the log of a database of
            # which something is still half read waits for the next time.
            with contextlib.suppress(KnownError, BugError):
                self.vault.database.settle()

    def stop(self, timeout_s: float = 30.0) -> None:
        """Finish the job in progress, cancel the rest, end the thread. The vault stays open: closing it is the owner's."""
        with self._ready:
            self._is_stopping = True
            waiting = [*self._reading, *self._ingest]
            self._reading.clear()
            self._ingest.clear()
            self._ready.notify()
        for job in waiting:
            if not job.loop.is_closed():
                job.loop.call_soon_threadsafe(job.future.cancel)
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None
        if self.vault is not None:
            self.vault.database.settles_later = False
        self.vault = None
