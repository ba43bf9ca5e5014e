"""Compare ids and versions with the portal: what was deleted, what was missed.

Owns: the listing pass, the difference, proof before removal.  Does not own: when it is due (plan), removing (store).
Acts only on kinds whose list came whole.  *Source*: architecture.md §4 (Manifest); servers.md quirk 16; security.md I18.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from desktop import limits
from desktop.record.bundle import read_entry
from desktop.record.kinds import BY_TYPE, Kind
from desktop.sync import plan, shapes
from desktop.sync.capability import Capability
from desktop.sync.plan import Subject
from desktop.sync.portal import Answer, Portal, Refused, Reply
from desktop.sync.wire import Unreached

Name = tuple[str, str]
"""(type, id)."""


@dataclass(slots=True)
class Listing:
    """What the portal lists of one subject. `whole`: the kinds whose list came to its end."""

    versions: dict[Name, str | None] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    refused: dict[str, Refused] = field(default_factory=dict)
    unreached: Unreached | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What must be done so that the replica equals the portal."""

    gone: tuple[Name, ...]
    missed: tuple[Name, ...]


async def listing(portal: Portal, subject: Subject, kinds: Sequence[Kind], *, can: Capability) -> Listing:
    """Ask for id and version of everything of a subject."""
    found = Listing()
    urls = {kind: portal.url(kind.type, _params(subject, kind, can)) for kind in kinds}
    first: Mapping[Kind, Reply] = {}
    if can.batch and len(kinds) > 1:
        whole = await portal.batch([url[len(portal.base) + 1:] for url in urls.values()])
        if isinstance(whole, tuple):
            first = dict(zip(kinds, whole, strict=True))
    turn = asyncio.Semaphore(limits.PAGES_IN_FLIGHT)

    async def follow(kind: Kind) -> None:
        async with turn:
            if found.unreached is None:
                await _list_kind(portal, kind, urls[kind], first.get(kind), found, dict(_params(subject, kind, can)))

    await asyncio.gather(*(follow(kind) for kind in kinds))
    return found


def _params(subject: Subject, kind: Kind, can: Capability) -> tuple[tuple[str, str], ...]:
    mine = ((kind.by, subject.patient),) if kind.by and subject.patient else ()
    order = (("_sort", "_lastUpdated"),) if can.sort else ()
    return (*mine, ("_elements", "id,meta"), *order, ("_count", str(limits.PAGE_COUNT_CAP)))


async def _list_kind(
    portal: Portal, kind: Kind, url: str, reply: Reply | None, found: Listing, params: Mapping[str, str]
) -> None:
    rows: dict[Name, str | None] = {}
    seen: set[str] = set()
    at: str | None = url
    total: int | None = None
    is_first = True
    while at is not None:
        if at in seen or len(seen) >= limits.PAGES_PER_KIND:
            return
        seen.add(at)
        reply = reply if reply is not None else await portal.get(at)
        page = shapes.envelope(reply.body) if isinstance(reply, Answer) else None
        some = shapes.sketches(reply.body) if isinstance(reply, Answer) else None
        if page is None or some is None or (is_first and plan.forgotten(page.link_to("self"), list(params.items()))):
            _note(kind, reply, found)
            return
        rows |= {(row.type, row.id): row.version for row in some if row.type == kind.type}
        total = page.total if page.total is not None else total
        onward = page.link_to("next")
        asked, reply, is_first = at, None, False
        at = portal.address(onward, asked=asked) if onward else None
        if onward and at is None:
            return
        if at is None and total is not None and len(rows) < total:
            if total > limits.PAGE_ENTRIES or "total" in seen:
                return
            seen.add("total")
            at = portal.url(kind.type, tuple({**params, "_count": str(total)}.items()))
    found.versions |= rows
    found.whole.add(kind.type)


def _note(kind: Kind, reply: Reply, found: Listing) -> None:
    if isinstance(reply, Unreached):
        found.unreached = reply
    elif isinstance(reply, Refused):
        found.refused[kind.type] = reply


def difference(here: Mapping[Name, str], there: Listing) -> Difference:
    """Compare. A version that either side does not know says nothing about change."""
    gone = tuple(name for name in here if name[0] in there.whole and name not in there.versions)
    missed = tuple(
        name for name, version in there.versions.items()
        if name[0] in there.whole and (name not in here or _differs(here[name], version))
    )
    return Difference(gone, missed)


def _differs(here: str, there: str | None) -> bool:
    return there is not None and not here.startswith("~") and here != there


def is_massive(removed: int, *, rows: int) -> bool:
    """Say whether so many rows of a person would go that the person is asked first. *Source*: security.md R-37, I18."""
    return removed >= limits.MASS_REMOVAL_ROWS and removed >= limits.MASS_REMOVAL_SHARE * rows


async def proven(
    portal: Portal, subject: Subject, gone: Sequence[Name], *, can: Capability
) -> tuple[Name, ...] | None:
    """Read each resource that a list lacked, and return those that are really gone; None where that was not learnt.

    A list that shifts while it is paged, or an empty answer that is none, must not cost a row.
    """
    sure: list[Name] = []
    for at in range(0, len(gone), limits.IDS_PER_REQUEST):
        some = gone[at:at + limits.IDS_PER_REQUEST]
        replies = await portal.batch([f"{type_}/{quote(id, safe='')}" for type_, id in some]) if can.batch else None
        if not isinstance(replies, tuple):
            replies = tuple(await asyncio.gather(*(portal.read(type_, id) for type_, id in some)))
        for name, reply in zip(some, replies, strict=True):
            is_gone = _is_gone(reply, subject)
            if is_gone is None:
                return None
            if is_gone:
                sure.append(name)
    return tuple(sure)


def _is_gone(reply: Reply, subject: Subject) -> bool | None:
    if isinstance(reply, Answer):
        head = read_entry(reply.body).head
        return head is not None and bool(head.owners) and subject.patient is not None and subject.patient not in head.owners
    if isinstance(reply, Refused) and reply.is_fhir and reply.status in (403, 404, 410):
        return True
    return None


async def counts(portal: Portal, subject: Subject, kinds: Sequence[Kind], *, can: Capability) -> dict[str, int] | None:
    """Ask how many there are of each kind; None where the portal does not say. A refused kind is left out."""
    paths = []
    for kind in kinds:
        mine = ((kind.by, subject.patient),) if kind.by and subject.patient else ()
        paths.append(portal.url(kind.type, (*mine, ("_summary", "count")))[len(portal.base) + 1:])
    if not can.batch:
        return None
    replies = await portal.batch(paths)
    if not isinstance(replies, tuple):
        return None
    found: dict[str, int] = {}
    for kind, reply in zip(kinds, replies, strict=True):
        page = shapes.envelope(reply.body) if isinstance(reply, Answer) else None
        if isinstance(reply, Refused):
            continue
        if page is None or page.total is None:
            return None
        found[kind.type] = page.total
    return found


def fetches(portal: Portal, subject: Subject, missed: Iterable[Name]) -> list[tuple[Kind, str]]:
    """Return the addresses that bring the named resources, a few dozen at a time."""
    return [
        (kind, portal.url(kind.type, _named(subject, kind, some)))
        for kind, ids in _by_kind(missed) for some in _chunks(ids)
    ]


def _named(subject: Subject, kind: Kind, ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    mine = ((kind.by, subject.patient),) if kind.by and kind.by != "_id" and subject.patient else ()
    return (*mine, ("_id", ",".join(ids)), ("_count", str(len(ids))))


def _by_kind(names: Iterable[Name]) -> list[tuple[Kind, list[str]]]:
    kinds: dict[str, list[str]] = {}
    for type_, id in names:
        kinds.setdefault(type_, []).append(id)
    return [(BY_TYPE[type_], ids) for type_, ids in kinds.items() if type_ in BY_TYPE]


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at:at + limits.IDS_PER_REQUEST] for at in range(0, len(ids), limits.IDS_PER_REQUEST)]
