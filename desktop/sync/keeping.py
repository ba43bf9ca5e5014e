"""Hand pages to the store thread: several at a time, each with the place it leads to, all in one transaction.

Owns: grouping of commits, the running count of what a pull brought, news, the newest resource seen of each subject.
Does not own: SQL (store), parsing (record).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop import limits
from desktop.record.bundle import Page
from desktop.record.kinds import Kind
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch, Summary
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.plan import Place, Subject, Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a commit changed: topic → ids, and how many resources have come in this run."""

    topics: Mapping[str, tuple[str, ...]]
    person: int
    received: int


@dataclass(frozen=True, slots=True)
class Load:
    """One page of one subject, and the places it leads to (none: a look that leads nowhere)."""

    subject: Subject
    page: Page
    steps: tuple[tuple[Kind, Place], ...] = ()
    accepts_older: bool = False
    is_listing: bool = True


@dataclass(slots=True)
class Tally:
    """What the pages of a run did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    quarantined: int = 0
    received: int = 0

    def add(self, summary: Summary) -> None:
        """Count one commit."""
        self.new += summary.new
        self.changed += summary.changed
        self.unchanged += summary.unchanged
        self.quarantined += summary.quarantined
        self.removed += summary.removed


class Keeper:
    """Commits what a pull brings, in order, up to a few thousand rows at once."""

    def __init__(
        self, store: StoreThread, vault: Vault, *, portal: int, on_news: Callable[[News], None],
        tails: Mapping[int, Tail],
    ) -> None:
        """Store for one portal; `tails` holds the newest resource known of each subject from earlier runs."""
        self._store = store
        self._vault = vault
        self._portal = portal
        self._on_news = on_news
        self._waiting: list[tuple[Sequence[Load], asyncio.Future[None]]] = []
        self._worker: asyncio.Task[None] | None = None
        self.tally = Tally()
        self._known_tails = dict(tails)
        self.tails = dict(tails)
        self.met: set[tuple[int, str, str]] = set()
        self.topics: set[str] = set()

    async def keep(self, loads: Sequence[Load]) -> None:
        """Return when `loads` are on disk, all in one transaction. *Raises* what the vault raises (DiskFull …)."""
        for load in loads:
            self._note(load)
        # What was fetched by name is wanted whatever the tail says: after a restore it is what the tail once was.
        loads = [load for load in loads if load.steps or not load.is_listing or not self.is_old_news(load)]
        if not loads:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((loads, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        await done

    async def close(self) -> None:
        """Wait for the commit under way; what was handed over and not begun is dropped together with its place."""
        for _, done in self._waiting:
            done.cancel()
        self._waiting.clear()
        if self._worker is not None and not self._worker.done():
            await asyncio.wait([self._worker])

    def tell(self, summary: Summary, *, person: int) -> None:
        """Count what was stored or removed outside a page, and say so."""
        self.tally.add(summary)
        if summary.keys_changed:
            self.topics |= summary.keys_changed.keys()
            self._on_news(News(topics=summary.keys_changed, person=person, received=self.tally.received))

    def _note(self, load: Load) -> None:
        if not load.page.entries:
            return
        if not load.is_listing:
            return
        if len(load.page.entries) <= limits.PAGE_COUNT:
            self.met.update((load.subject.person, entry.type, entry.id) for entry in load.page.entries)
        newest = max(load.page.entries, key=lambda entry: entry.last_updated)
        known = self.tails.get(load.subject.person)
        if not newest.last_updated or newest.reason is not None or (known is not None and known.at >= newest.last_updated):
            return
        if sum(entry.last_updated == newest.last_updated for entry in load.page.entries) > limits.TAIL_ROWS:
            # What was loaded in one go would come again with every run: then nothing is watched.
            self.tails[load.subject.person] = Tail("", "", "", newest.last_updated)
        else:
            tail = Tail(newest.type, newest.id, newest.version_id, newest.last_updated)
            self.tails[load.subject.person] = tail

    def is_old_news(self, load: Load) -> bool:
        """Say whether a page holds nothing but the newest resource of earlier runs, unchanged."""
        tail = self._known_tails.get(load.subject.person)
        return all(
            tail is not None and (entry.type, entry.id, entry.version_id) == (tail.type, tail.id, tail.version)
            for entry in load.page.entries
        )

    async def _work(self) -> None:
        while self._waiting:
            group: list[tuple[Sequence[Load], asyncio.Future[None]]] = []
            rows = 0
            while self._waiting and (not group or rows + _rows(self._waiting[0][0]) <= self._store.commit_rows):
                group.append(self._waiting.pop(0))
                rows += _rows(group[-1][0])
            loads = [load for part, _ in group for load in part]
            try:
                summaries = await self._store.ingest(_take, self._vault, self._portal, loads)
            except Exception as error:
                for _, done in group:
                    if not done.done():
                        done.set_exception(error)
                continue
            self.tally.received += rows
            for person, summary in summaries:
                self.tell(summary, person=person)
            for _, done in group:
                if not done.done():
                    done.set_result(None)


def _rows(loads: Sequence[Load]) -> int:
    return sum(len(load.page.entries) for load in loads)


def _take(vault: Vault, portal: int, loads: Sequence[Load]) -> list[tuple[int, Summary]]:
    """Store a group of pages and the places they lead to. *Thread*: the store's."""
    batches = [batch for load in loads for batch in _batches(portal, load)]
    summaries = vault.replica.take_all(batches)
    return [(batch.person, summary) for batch, summary in zip(batches, summaries, strict=True)]


def _batches(portal: int, load: Load) -> list[Batch]:
    person, patient = load.subject.person, load.subject.patient
    steps = [
        CursorStep(kind=kind.code, position=place.position(), generation=place.generation, is_complete=place.is_complete)
        for kind, place in load.steps
    ]
    generation = next((place.generation for _, place in load.steps if place.generation > 1), None)
    first = Batch(
        portal=portal, person=person, pages=(load.page,), expected_patient=patient, cursor=steps[0] if steps else None,
        generation=generation, accepts_older=load.accepts_older,
    )
    return [first, *(Batch(portal=portal, person=person, pages=(), cursor=step) for step in steps[1:])]
