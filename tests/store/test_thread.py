"""The store thread: one job at a time, reading before ingest, errors as they are, a clean end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from desktop import limits
from desktop.errors import BugError, UsageError
from desktop.store.thread import WATCHED_ROWS, StoreThread
from tests.store.kit import Home, observation
from tests.waiting import turn


@pytest.fixture
def store(home: Home) -> Iterator[StoreThread]:
    store = StoreThread()
    store.start(home.vault)
    yield store
    store.stop()


async def test_a_call_runs_on_the_one_thread_and_returns(store: StoreThread, home: Home) -> None:
    names = {await store.call(lambda: threading.current_thread().name) for _ in range(3)}
    assert names == {"store"}
    await store.ingest(home.take, observation("a"))
    assert await store.call(home.vault.replica.count, "Observation", home.anna) == 1


async def test_an_error_arrives_as_it_was_raised(store: StoreThread, home: Home) -> None:
    with pytest.raises(UsageError) as refusal:
        await store.call(home.vault.people.get, 77)
    assert refusal.value.code == "person.unknown"
    assert await store.call(lambda: 1) == 1


async def test_reading_goes_before_ingest_that_waits_and_each_keeps_its_order(store: StoreThread) -> None:
    gate, order = threading.Event(), list[str]()
    first = asyncio.ensure_future(store.call(gate.wait, 10))
    await turn()
    jobs = [asyncio.ensure_future((store.ingest if name[0] == "i" else store.call)(order.append, name))
            for name in ("i1", "r1", "i2", "r2")]
    await turn()
    gate.set()
    await asyncio.gather(first, *jobs)
    assert order == ["r1", "r2", "i1", "i2"]


async def test_a_cancelled_job_that_has_not_begun_never_runs(store: StoreThread) -> None:
    gate, ran = threading.Event(), list[int]()
    first = asyncio.ensure_future(store.call(gate.wait, 10))
    await turn()
    second = asyncio.ensure_future(store.call(ran.append, 1))
    await turn()
    second.cancel()
    gate.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await store.call(lambda: list(ran)) == []


async def test_stopping_ends_the_job_in_progress_and_cancels_the_rest(home: Home) -> None:
    store, gate, begun = StoreThread(), threading.Event(), asyncio.Event()
    store.start(home.vault)
    loop = asyncio.get_running_loop()

    def job() -> bool:
        loop.call_soon_threadsafe(begun.set)
        return gate.wait(10)

    first = asyncio.ensure_future(store.call(job))
    await begun.wait()
    second = asyncio.ensure_future(store.call(lambda: 2))
    await turn()
    stopping = asyncio.ensure_future(asyncio.to_thread(store.stop))
    with pytest.raises(asyncio.CancelledError):
        await second
    gate.set()
    assert await first is True
    await stopping
    with pytest.raises(BugError):
        await store.call(lambda: 3)


async def test_commits_are_small_while_a_window_is_in_use(store: StoreThread, home: Home) -> None:
    assert store.commit_rows == limits.COMMIT_ROWS
    store.is_watched = True
    assert store.commit_rows == WATCHED_ROWS
    with pytest.raises(BugError):
        store.start(home.vault)


def _accept(home: Home, number: int) -> None:
    with home.vault.acts():
        home.vault.outbox.append(id=f"a{number}", kind="book", portal=home.portal, person=home.anna, subject="", body={}, precondition={})


async def test_acts_leave_the_log_when_nobody_asks_for_a_moment(store: StoreThread, home: Home) -> None:
    loop, is_empty, settle = asyncio.get_running_loop(), asyncio.Event(), home.vault.database.settle

    def settled() -> None:
        settle()
        loop.call_soon_threadsafe(is_empty.set)

    home.vault.database.settle = settled  # type: ignore[method-assign]
    await store.call(_accept, home, 1)
    await asyncio.wait_for(is_empty.wait(), 10)
    assert home.vault.folder is not None
    assert (home.vault.folder / "vault.db-wal").stat().st_size == 0


async def test_acts_one_after_another_leave_the_log_every_few_of_them_and_at_the_end(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ACTS_LOG_REST_S", 600.0)
    store, owed = StoreThread(), []
    store.start(home.vault)
    for number in range(limits.ACTS_IN_LOG + 2):
        await store.call(_accept, home, number)
        owed.append(await store.call(lambda: home.vault.database.owed))
    assert owed == [*range(1, limits.ACTS_IN_LOG), 0, 1, 2]
    store.stop()
    assert home.vault.database.owed == 0


async def test_log_that_cannot_be_emptied_while_something_is_half_read_waits_and_the_store_goes_on(home: Home) -> None:
    store = StoreThread()
    store.start(home.vault)
    read = home.vault.database.connection.execute("SELECT name FROM sqlite_master")
    assert read.fetchone()
    for number in range(limits.ACTS_IN_LOG):
        await store.call(_accept, home, number)
    assert await asyncio.wait_for(store.call(lambda: home.vault.database.owed), 10) == limits.ACTS_IN_LOG
    read.close()
    store.stop()
    assert home.vault.database.owed == 0
