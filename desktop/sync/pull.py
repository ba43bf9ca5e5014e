"""Read kinds of subjects page by page, whatever the portal makes of paging.

Owns: following pages, telling an honest answer from one that only looks empty, page sizes, how many are in flight.
Does not own: what to ask (plan.py), storing (keeping.py), deletes (manifest.py).  *Source*: architecture.md §4; servers.md §4.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec

from desktop import limits
from desktop.record.bundle import Entry, Page, read_page
from desktop.record.door import Unreadable
from desktop.record.kinds import BY_TYPE, Kind
from desktop.sync import plan, shapes
from desktop.sync.capability import Capability
from desktop.sync.gate import Gate
from desktop.sync.keeping import Keeper, Load
from desktop.sync.plan import Ask, Pace, Place
from desktop.sync.portal import Answer, Portal, Refused, Reply
from desktop.sync.wire import Unreached

Read = Callable[[bytes], Awaitable[Page]]


async def read_aside(body: bytes) -> Page:
    """Split a page off the loop, so that the window never waits for it."""
    return await asyncio.to_thread(read_page, body)


def only(page: Page, kinds: frozenset[str]) -> Page:
    """Set aside what was not asked for: a page of clinics must not bring a stranger's result in."""
    if all(entry.type in kinds or entry.mode != "match" for entry in page.entries):
        return page
    return msgspec.structs.replace(page, entries=tuple(_judged(entry, kinds) for entry in page.entries))


def _judged(entry: Entry, kinds: frozenset[str]) -> Entry:
    # A broken copy of what is asked for elsewhere is as little wanted here as a sound one.
    is_strange = entry.mode == "match" and entry.type not in kinds and (entry.reason is None or entry.type in BY_TYPE)
    return msgspec.structs.replace(entry, reason="unasked") if is_strange else entry


@dataclass(frozen=True, slots=True)
class Told:
    """How an ask ended. `stopped`: another ask ended the run first."""

    ask: Ask
    end: Literal["done", "refused", "unreached", "distrusted", "sign_in", "stopped"]
    status: int = 0
    codes: tuple[str, ...] = ()
    reason: str = ""
    retry_after_s: float | None = None


class _Ended(Exception):
    def __init__(self, told: Told) -> None:
        super().__init__(told.end)
        self.told = told


@dataclass(slots=True)
class _Chain:
    """One ask on its way through its pages."""

    ask: Ask
    params: tuple[tuple[str, str], ...]
    received: int = 0
    began: datetime | None = None
    newest: datetime | None = None
    last_ids: tuple[str, ...] = ()
    visited: set[str] = field(default_factory=set)
    is_sorted: bool = True
    is_second_try: bool = False
    restarts: int = 0


class Pull:
    """One pull of a run over one portal."""

    def __init__(
        self, portal: Portal, keeper: Keeper, *, can: Capability, pace: Pace, read: Read = read_aside,
        accepts_older: bool = False, most: int = limits.PAGE_COUNT_CAP,
    ) -> None:
        """Read from `portal` into `keeper`, at most `most` entries a page.

        `accepts_older`: the portal was restored, its older versions are the truth.
        """
        self._most = most
        self._accepts_older = accepts_older
        self._portal = portal
        self._keeper = keeper
        self._can = can
        self._pace = pace
        self._read = read
        self._gate = Gate(limits.PAGES_IN_FLIGHT)
        self._told: list[Told] = []
        self._halt: Told | None = None

    async def run(self, asks: Sequence[Ask]) -> list[Told]:
        """Read all `asks`, earlier subjects first; return how each ended. *Raises* what the vault raises."""
        self._told, self._halt = [], None
        groups = [list(group) for _, group in itertools.groupby(asks, key=lambda ask: (ask.subject, ask.mode))]
        try:
            async with asyncio.TaskGroup() as tasks:
                for urgency, group in enumerate(groups):
                    if self._can.many_kinds and group[0].mode == "delta" and len(group) > 1:
                        tasks.create_task(self._all_kinds(group, urgency, tasks))
                    elif self._can.batch and len(group) > 1:
                        tasks.create_task(self._together(group, urgency, tasks))
                    else:
                        for ask in group:
                            tasks.create_task(self._alone(self._start(ask), None, urgency))
        except* Exception as raised:
            raise raised.exceptions[0] from None
        return self._told

    # --- several questions in one request

    async def _all_kinds(self, asks: Sequence[Ask], urgency: int, tasks: asyncio.TaskGroup) -> None:
        """Ask what is new in all kinds of a subject at once; where that is more than a page, ask kind by kind."""
        since = min(ask.place.since or "" for ask in asks)
        patient = asks[0].subject.patient
        mine = (("patient", patient),) if patient else ()
        types = frozenset(ask.kind.type for ask in asks)
        kinds = ("_type", ",".join(ask.kind.type for ask in asks))
        params = (kinds, *mine, ("_lastUpdated", f"ge{since}"), ("_count", str(limits.PAGE_COUNT)))
        async with self._gate.turn(urgency):
            url = self._portal.url("", params)
            reply = await self._ask(url)
            try:
                page = await self._page(asks[0], reply, kinds=types) if isinstance(reply, Answer) else None
            except _Ended:
                page = None
            is_whole = page is not None and page.next is None and not plan.forgotten(page.self_url, params)
            if page is not None and is_whole and isinstance(reply, Answer):
                newest = max(filter(None, (shapes.instant(entry.last_updated) for entry in page.entries)), default=None)
                steps = tuple(
                    (ask.kind, Place(ask.place.generation, True, plan.since(reply.server_time, newest=newest, known=since)))
                    for ask in asks
                )
                is_news = not self._keeper.is_old_news(self._load(asks[0], page, ()))
                is_news |= any(plan.is_worth_writing(ask.place, step) for ask, (_, step) in zip(asks, steps, strict=True))
                await self._keeper.keep([self._load(asks[0], page, steps if is_news else ())])
                self._told.extend(Told(ask, "done") for ask in asks)
                return
            if isinstance(reply, Unreached) or (isinstance(reply, Refused) and reply.status in (401, 429, 503)):
                for ask in asks:
                    await self._digest_or_end(self._start(ask), reply)
                return
        tasks.create_task(self._together(asks, urgency, tasks))

    def _load(self, ask: Ask, page: Page, steps: tuple[tuple[Kind, Place], ...]) -> Load:
        return Load(ask.subject, page, steps, self._accepts_older, is_listing=ask.mode != "look")

    async def _together(self, asks: Sequence[Ask], urgency: int, tasks: asyncio.TaskGroup) -> None:
        counts = {"look": limits.FIRST_LOOK_ROWS, "delta": limits.PAGE_COUNT, "full": max(20, self._count() // 5)}
        chains = [self._start(ask, count=counts[ask.mode]) for ask in asks]
        async with self._gate.turn(urgency):
            if self._halt is not None:
                self._told.extend(Told(ask, "stopped") for ask in asks)
                return
            urls = [self._portal.url(chain.ask.kind.type, chain.params) for chain in chains]
            whole = await self._portal.batch([url[len(self._portal.base) + 1:] for url in urls])
            if isinstance(whole, tuple):
                answers = [one for one in whole if isinstance(one, Answer)]
                self._pace.saw(sum(len(one.body) for one in answers), max((one.took_s for one in answers), default=1.0))
            replies = whole if isinstance(whole, tuple) else self._for_all(whole, chains)
            loads: list[Load] = []
            onward: list[tuple[_Chain, str | None]] = []
            if replies is not None:
                for chain, reply in zip(chains, replies, strict=True):
                    load, url = await self._digest_or_end(chain, reply)
                    loads += [load] if load is not None else []
                    onward += [(chain, url)] if url is not None else []
                await self._keeper.keep(loads)
        if replies is None:
            onward = [(self._start(chain.ask), None) for chain in chains]
        for chain, url in onward:
            larger = self._larger(chain) if url is not None else None
            tasks.create_task(self._alone(larger or chain, None if larger else url, urgency))

    def _for_all(self, reply: Reply, chains: Sequence[_Chain]) -> tuple[Reply, ...] | None:
        """Read a refusal of the whole batch: as an answer to each where asking one by one would fare no better."""
        is_common = isinstance(reply, Unreached) and reply.reason != "too_large"
        is_common |= isinstance(reply, Refused) and reply.status in (401, 429, 503)
        return (reply,) * len(chains) if is_common else None

    def _larger(self, chain: _Chain) -> _Chain | None:
        """Go on with larger pages where the portal lets us name the place, instead of its small next page."""
        at = chain.newest
        if chain.ask.mode != "full" or not (self._can.sort and self._can.delta) or at is None:
            return None
        count = self._count()
        if count <= 2 * max(20, count // 5):
            return None
        known = chain.ask.place
        onward = Place(known.generation, since=self._since(chain), at=shapes.fhir_time(at))
        other = self._start(Ask(chain.ask.subject, chain.ask.kind, "full", onward), count=count)
        other.began = chain.began
        return other

    def _count(self) -> int:
        return min(self._pace.count(), self._most)

    # --- one question, page after page

    def _start(self, ask: Ask, *, count: int | None = None) -> _Chain:
        usual = limits.FIRST_LOOK_ROWS if ask.mode == "look" else self._count()
        return _Chain(ask, ask.params(count or usual, can=self._can))

    async def _alone(self, chain: _Chain, url: str | None, urgency: int) -> None:
        ahead: asyncio.Task[Reply | None] | None = None
        try:
            async with self._gate.turn(urgency):
                at: str | None = url or self._portal.url(chain.ask.kind.type, chain.params)
                reply = await self._ask(at) if at else None
                while at is not None and reply is not None:
                    load, at = await self._digest_or_end(chain, reply)
                    # The next page travels while this one is being stored.
                    ahead = asyncio.create_task(self._ask(at)) if at is not None else None
                    if load is not None:
                        await self._keeper.keep([load])
                    reply = await ahead if ahead is not None else None
        finally:
            if ahead is not None and not ahead.done():
                ahead.cancel()

    async def _ask(self, url: str) -> Reply | None:
        if self._halt is not None:
            return None
        reply = await self._portal.get(url)
        if isinstance(reply, Answer):
            self._pace.saw(len(reply.body), reply.took_s)
        return reply

    async def _digest_or_end(self, chain: _Chain, reply: Reply) -> tuple[Load | None, str | None]:
        try:
            return await self._digest(chain, reply)
        except _Ended as ended:
            again = self._second_try(chain, ended.told)
            if again is not None:
                return None, again
            self._told.append(ended.told)
            if ended.told.end in ("unreached", "sign_in"):
                self._halt = ended.told
            return None, None

    def _second_try(self, chain: _Chain, told: Told) -> str | None:
        """Ask in smaller pages where a page was larger than we take, and past what has come where the next page is gone."""
        if told.reason == "page_gone" and chain.restarts < limits.PAGE_RESTARTS:
            chain.restarts += 1
            chain.visited.clear()
            chain.last_ids = ()
            return self._past_newest(chain) or self._instead(chain, chain.ask.params(self._count(), can=self._can))
        if told.reason != "too_large" or chain.is_second_try:
            return None
        chain.is_second_try = True
        chain.params = chain.ask.params(10, can=self._can)
        chain.received, chain.last_ids = 0, ()
        return self._portal.url(chain.ask.kind.type, chain.params)

    async def _digest(self, chain: _Chain, reply: Reply) -> tuple[Load, str | None]:
        """Judge one page: return what to store and where to go next. *Raises* _Ended."""
        ask = chain.ask
        if isinstance(reply, Unreached):
            end: Literal["unreached", "distrusted"] = "distrusted" if reply.reason == "too_large" else "unreached"
            raise _Ended(Told(ask, end, reason=reply.reason))
        if isinstance(reply, Refused):
            if reply.status in (429, 503) or (reply.status >= 500 and not reply.is_fhir):
                raise _Ended(Told(ask, "unreached", reply.status, reply.codes, "refused", reply.retry_after_s))
            if (chain.visited or chain.restarts) and reply.status not in (401, 403):
                raise _Ended(Told(ask, "distrusted", reply.status, reply.codes, "page_gone"))
            raise _Ended(Told(ask, "sign_in" if reply.status == 401 else "refused", reply.status, reply.codes))
        page = await self._page(ask, reply, kinds=frozenset((ask.kind.type,)))
        is_first = chain.began is None and not chain.visited
        chain.began = chain.began or reply.server_time
        chain.visited.add(reply.url)
        missing = plan.forgotten(page.self_url, chain.params) if is_first else ()
        if missing and (missing != ("_lastUpdated",) or not page.entries):
            raise _Ended(Told(ask, "distrusted", reason="ignored_parameter"))
        matches = [entry for entry in page.entries if entry.mode == "match"]
        chain.received += len(matches)
        times = [shapes.instant(entry.last_updated) for entry in matches]
        known = [at for at in times if at is not None]
        chain.is_sorted &= self._can.sort and len(known) == len(times) and known == sorted(known)
        chain.newest = max([*known, *([chain.newest] if chain.newest else [])], default=None)
        if ask.mode == "look":
            self._told.append(Told(ask, "done"))
            return self._load(ask, page, ()), None
        ids = tuple(f"{entry.type}/{entry.id}/{entry.version_id}" for entry in page.entries)
        onward = self._onward(chain, page, reply.url, ids)
        chain.last_ids = ids
        if onward is None:
            self._told.append(Told(ask, "done"))
            done = Place(ask.place.generation, True, self._since(chain))
            # Where kinds are asked together the oldest place decides for all: after news they all move on.
            is_news = ask.mode == "full" or self._can.many_kinds or plan.is_worth_writing(ask.place, done)
            is_news |= not self._keeper.is_old_news(self._load(ask, page, ()))
            return self._load(ask, page, ((ask.kind, done),) if is_news else ()), None
        at = shapes.fhir_time(known[-1]) if chain.is_sorted and known else ask.place.at
        here = Place(ask.place.generation, False, self._since(chain), at)
        return self._load(ask, page, ((ask.kind, here),) if ask.mode == "full" else ()), onward

    async def _page(self, ask: Ask, reply: Answer, *, kinds: frozenset[str]) -> Page:
        try:
            page = await self._read(reply.body)
        except Unreadable as error:
            raise _Ended(Told(ask, "distrusted", reason=error.reason)) from error
        if page.type != "searchset":
            raise _Ended(Told(ask, "distrusted", reason="not_a_page"))
        return only(page, kinds)

    def _since(self, chain: _Chain) -> str | None:
        place_ = chain.ask.place
        if chain.ask.mode == "full" and place_.at is not None and place_.since is not None:
            return place_.since
        return plan.since(chain.began, newest=chain.newest, known=place_.since)

    def _onward(self, chain: _Chain, page: Page, asked: str, ids: tuple[str, ...]) -> str | None:
        """Return the address of the next page, None after the last. *Raises* _Ended where the list cannot be finished."""
        if ids and ids == chain.last_ids:
            raise _Ended(Told(chain.ask, "distrusted", reason="no_progress"))
        if len(chain.visited) >= limits.PAGES_PER_KIND:
            raise _Ended(Told(chain.ask, "distrusted", reason="endless"))
        url = self._portal.address(page.next, asked=asked) if page.next else None
        if url is not None:
            if url in chain.visited:
                raise _Ended(Told(chain.ask, "distrusted", reason="no_progress"))
            return url
        if page.next is None and (page.total is None or chain.received >= page.total):
            return None
        url = self._without_links(chain, page) if page.entries else None
        if url is None:
            raise _Ended(Told(chain.ask, "distrusted", reason="no_next"))
        return url

    def _without_links(self, chain: _Chain, page: Page) -> str | None:
        """Go on where the portal says there is more and gives no usable link. *Source*: servers.md quirks 3-6."""
        count = int(dict(chain.params)["_count"])
        total = page.total if page.total is not None else limits.PAGE_ENTRIES
        if count < total <= limits.PAGE_ENTRIES:
            return self._instead(chain, (*(pair for pair in chain.params if pair[0] != "_count"), ("_count", str(total))))
        return self._past_newest(chain)

    def _past_newest(self, chain: _Chain) -> str | None:
        """Ask for what is newer than all that has come; None where the portal cannot, or where that was asked."""
        if not (chain.is_sorted and self._can.delta) or chain.newest is None:
            return None
        mine = [pair for pair in chain.params if pair[0] != "_lastUpdated"]
        return self._instead(chain, (("_lastUpdated", f"ge{shapes.fhir_time(chain.newest)}"), *mine))

    def _instead(self, chain: _Chain, params: tuple[tuple[str, str], ...]) -> str | None:
        url = self._portal.url(chain.ask.kind.type, params)
        if url in chain.visited:
            return None
        chain.params, chain.received = params, 0
        return url
