"""Find out, once per portal, what it really does; what it says of itself is a hint.

Owns: the read probes, the remembered answer, the list of what this portal cannot do, as wording keys.
Write probes (client ids, conditional create, rollback) answer None until push asks them.  *Source*: servers.md §2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from desktop.record.kinds import BY_CODE, BY_TYPE
from desktop.sync import shapes
from desktop.sync.portal import Answer, Params, Portal, Reply
from desktop.sync.wire import Unreached

_FAR: Final = "ge2999-01-01T00:00:00Z"


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What a portal was seen to do. None: not asked yet, or the portal held too little to tell."""

    batch: bool = False
    many_kinds: bool = False
    delta: bool = False
    sort: bool = False
    elements: bool = False
    next_links: bool | None = None
    total: bool = False
    compartments: bool = False
    client_ids: bool | None = None
    conditional_create: bool | None = None
    transactions_roll_back: bool | None = None
    refused_topics: tuple[str, ...] = ()

    @property
    def cannot(self) -> tuple[str, ...]:
        """Return what this portal cannot do, as keys of the wording catalogue."""
        short = [name for name, can in (
            ("no_batch", self.batch), ("no_delta", self.delta), ("no_sort", self.sort), ("no_elements", self.elements),
            ("no_next", self.next_links), ("no_client_ids", self.client_ids),
            ("no_conditional_create", self.conditional_create), ("no_rollback", self.transactions_roll_back),
        ) if can is False]
        return tuple(f"capability.{name}" for name in short) + tuple(
            f"capability.without_{topic}" for topic in self.refused_topics
        )

    def dump(self) -> dict[str, Any]:
        """Return the form that the vault keeps."""
        kept: dict[str, Any] = msgspec.to_builtins(self)
        return kept


def load(kept: Mapping[str, Any]) -> Capability | None:
    """Read what the vault kept; None where nothing usable was."""
    try:
        return msgspec.convert(dict(kept), Capability) if kept else None
    except msgspec.ValidationError:
        return None


async def probe(portal: Portal, *, patient: str, known: Capability | None = None) -> tuple[Capability, bool]:
    """Ask a handful of small questions at once, and say whether the answers are worth remembering.

    A question without an answer counts as "cannot" for now. What only writing shows is kept from `known`.
    """
    own: tuple[str, str] = ("_id", patient)
    rows: tuple[str, str] = ("patient", patient)
    asked: Mapping[str, tuple[str, Params]] = {
        "plain": ("Observation", (rows, ("_count", "2"))),
        "total": ("Observation", (rows, ("_count", "1"), ("_total", "accurate"))),
        "sort": ("Observation", (rows, ("_count", "5"), ("_sort", "_lastUpdated"))),
        "future": ("Patient", (own, ("_lastUpdated", _FAR))),
        "elements": ("Patient", (own, ("_elements", "id,meta"))),
        "self": ("Patient", (own,)),
        "many": ("", (rows, ("_type", "Patient,Observation"), ("_lastUpdated", _FAR), ("_count", "2"))),
        "some": ("", (rows, ("_type", "Patient"), ("_count", "2"))),
        "compartment": (f"Patient/{patient}/Observation", (("_count", "1"),)),
    }
    replies = await asyncio.gather(*(portal.search(kind, params) for kind, params in asked.values()))
    found = dict(zip(asked, replies, strict=True))
    paths = [portal.url("Patient", (own,))[len(portal.base) + 1:]] * 2
    batch = await portal.batch(paths)
    has_person = _rows(found["self"]) == 1
    found_out = Capability(
        batch=isinstance(batch, tuple) and all(_rows(one) == 1 for one in batch),
        many_kinds=_rows(found["some"]) == 1 and _rows(found["many"]) == 0 and _echoes(found["many"], "_type"),
        delta=has_person and _rows(found["future"]) == 0 and _echoes(found["future"], "_lastUpdated"),
        sort=_is_sorted(found["sort"]),
        elements=has_person and 0 < _size(found["elements"]) < _size(found["self"]) and _rows(found["elements"]) == 1,
        next_links=_has_next(found["plain"], found["total"]),
        total=_total(found["total"]) is not None,
        compartments=_rows(found["compartment"]) is not None,
        client_ids=known.client_ids if known else None,
        conditional_create=known.conditional_create if known else None,
        transactions_roll_back=known.transactions_roll_back if known else None,
        refused_topics=known.refused_topics if known else (),
    )
    was_heard = not any(isinstance(one, Unreached) for one in (*replies, batch))
    return found_out, has_person and was_heard


def _rows(reply: Reply) -> int | None:
    found = shapes.sketches(reply.body) if isinstance(reply, Answer) else None
    return None if found is None or not isinstance(reply, Answer) or shapes.envelope(reply.body) is None else len(found)


def _size(reply: Reply) -> int:
    """Return the bytes of the first resource of a page."""
    page = shapes.envelope(reply.body) if isinstance(reply, Answer) else None
    return len(bytes(page.entry[0])) if page is not None and page.entry else 0


def _total(reply: Reply) -> int | None:
    page = shapes.envelope(reply.body) if isinstance(reply, Answer) else None
    return page.total if page is not None else None


def _echoes(reply: Reply, name: str) -> bool:
    page = shapes.envelope(reply.body) if isinstance(reply, Answer) else None
    link = page.link_to("self") if page is not None else None
    return link is None or "?" not in link or f"{name}=" in link


def _is_sorted(reply: Reply) -> bool:
    found = shapes.sketches(reply.body) if isinstance(reply, Answer) else None
    if not found or not _echoes(reply, "_sort"):
        return bool(found is not None and _echoes(reply, "_sort"))
    times = [shapes.instant(one.last_updated) for one in found]
    known = [at for at in times if at is not None]
    return len(known) == len(times) and known == sorted(known)


def _has_next(plain: Reply, total: Reply) -> bool | None:
    page = shapes.envelope(plain.body) if isinstance(plain, Answer) else None
    if page is None:
        return None
    if page.link_to("next") is not None:
        return True
    known = page.total if page.total is not None else _total(total)
    return False if known is not None and known > len(page.entry) else None


def cut_short(types: Iterable[str]) -> tuple[str, ...]:
    """Name the topics of kinds that did not come to their end, as keys of the wording catalogue."""
    return tuple(sorted({f"capability.short_{BY_TYPE[one].topic}" for one in types if one in BY_TYPE}))


def topics_refused(refused: set[str]) -> tuple[str, ...]:
    """Return the topics of which every kind was refused."""
    by_topic: dict[str, set[str]] = {}
    for kind in BY_CODE.values():
        by_topic.setdefault(kind.topic, set()).add(kind.type)
    return tuple(sorted(topic for topic, types in by_topic.items() if types <= refused & BY_TYPE.keys()))
