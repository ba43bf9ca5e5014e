"""Decide what to ask next, from what is known. Pure: no network, no vault, no clock.

Owns: the order of a run, search parameters, positions of cursors, page sizes, whether an answer answers the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from desktop import limits
from desktop.record.kinds import KINDS, Kind
from desktop.sync import shapes
from desktop.sync.capability import Capability

Mode = Literal["look", "full", "delta"]
_EXPECTED_ENTRY_BYTES: Final = 2_000
_CONTROL: Final = frozenset({"_count", "_sort", "_total", "_elements"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose record is asked for: the vault's number and the portal's id; 0 and None for what all share."""

    person: int
    patient: str | None


SHARED: Final = Subject(0, None)


@dataclass(frozen=True, slots=True)
class Tail:
    """The resource of a subject that changed last, as far as is known. A portal that lacks it has lost something."""

    type: str
    id: str
    version: str
    at: str


@dataclass(frozen=True, slots=True)
class Place:
    """How far a kind of a subject has been read.

    `since`: server time from which changes are still unknown. `at`: how far an unfinished full pass has come,
    None at its start. `generation` marks the rows of the newest full pass.
    """

    generation: int = 0
    is_complete: bool = False
    since: str | None = None
    at: str | None = None

    def position(self) -> str:
        """Return the text that the vault keeps."""
        return f"{self.since or ''}|{self.at or ''}"


def place(position: str | None, *, generation: int, is_complete: bool) -> Place:
    """Read what `Place.position` wrote."""
    since, _, at = (position or "").partition("|")
    return Place(generation, is_complete, since or None, at or None)


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of one subject to be read, and where from."""

    subject: Subject
    kind: Kind
    mode: Mode
    place: Place = Place()

    def params(self, count: int, *, can: Capability) -> tuple[tuple[str, str], ...]:
        """Return the search parameters of the first page."""
        found = [(self.kind.by, self.subject.patient)] if self.kind.by and self.subject.patient else []
        start = self.place.since if self.mode == "delta" else self.place.at
        if start is not None and self.mode != "look" and can.delta:
            found.append(("_lastUpdated", f"ge{start}"))
        if self.mode == "look":
            found.append(("_sort", "-_lastUpdated"))
        elif can.sort:
            found.append(("_sort", "_lastUpdated"))
        return (*found, ("_count", str(count)))


Key = tuple[int, int]
"""(person, kind code)."""


def asks_for(
    subject: Subject, kinds: Iterable[Kind], places: Mapping[Key, Place], *, can: Capability, anew: bool = False
) -> tuple[Ask, ...]:
    """Return what must be asked about a subject: changes where a pass was finished, else everything.

    `anew` begins another full pass of what was finished (the portal lost something).
    """
    found = []
    for kind in kinds:
        known = places.get((subject.person, kind.code), Place())
        if known.is_complete and known.since is not None and can.delta and not anew:
            found.append(Ask(subject, kind, "delta", known))
        elif known.is_complete or known.generation == 0:
            found.append(Ask(subject, kind, "full", Place(known.generation + 1)))
        else:
            goes_on = can.sort and can.delta
            found.append(Ask(subject, kind, "full", known if goes_on else Place(known.generation, since=known.since)))
    return tuple(found)


def with_tail(asks: Sequence[Ask], tail: Tail | None) -> tuple[Ask, ...]:
    """Ask from the tail on for its kind, so that the answer must hold it: its absence shows a restored portal."""
    at = shapes.instant(tail.at) if tail else None
    if tail is None or at is None or not tail.id:
        return tuple(asks)
    text = shapes.fhir_time(at)
    return tuple(
        replace(ask, place=replace(ask.place, since=min(ask.place.since, text)))
        if ask.mode == "delta" and ask.kind.type == tail.type and ask.place.since is not None else ask
        for ask in asks
    )


def is_worth_writing(known: Place, step: Place) -> bool:
    """Say whether a place that moved without any news is worth a commit; asking from a little earlier costs nothing."""
    before, after = shapes.instant(known.since), shapes.instant(step.since)
    if before is None or after is None or known.is_complete != step.is_complete:
        return True
    return abs((after - before).total_seconds()) >= limits.PLACE_EVERY_S


def first_look(subject: Subject, places: Mapping[Key, Place]) -> tuple[Ask, ...]:
    """Return the newest rows of what the first screen shows, while nothing of it has been read to the end."""
    kinds = [kind for kind in KINDS if kind.stage == 1 and kind.is_shared == (subject.person == 0)]
    if any(places.get((subject.person, kind.code), Place()).is_complete for kind in kinds):
        return ()
    return tuple(Ask(subject, kind, "look") for kind in kinds)


def person_kinds(stages: Sequence[int] = (1, 2, 3)) -> tuple[Kind, ...]:
    """Return the kinds that belong to a person, those of the first screen first."""
    return tuple(sorted((k for k in KINDS if not k.is_shared and k.stage in stages), key=lambda k: (k.stage, k.code)))


def shared_kinds() -> tuple[Kind, ...]:
    """Return the kinds that all people share."""
    return tuple(kind for kind in KINDS if kind.is_shared)


def in_order(subjects: Sequence[Subject], *, first: int | None) -> tuple[Subject, ...]:
    """Return the person on screen first, the others as they stand."""
    return tuple(sorted(subjects, key=lambda one: one.person != first))


def since(server_time: datetime | None, *, newest: datetime | None, known: str | None) -> str | None:
    """Return from where the next run must ask: the portal's clock less the overlap, never our own.

    *Source*: servers.md quirks 12-14: late commits become visible with older timestamps, up to two minutes.
    """
    base = server_time or newest
    if base is None:
        return known
    return shapes.fhir_time(base - timedelta(seconds=limits.CURSOR_OVERLAP_S))


def forgotten(link: str | None, params: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return which filters that were asked are missing in the self link: the portal did not apply them.

    A link without any of our words (an opaque page address) says nothing.  *Source*: servers.md §1.
    """
    if link is None:
        return ()
    echoed = {name.partition(":")[0] for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
    asked = [name for name, _ in params]
    if not echoed & set(asked):
        return ()
    return tuple(name for name in asked if name not in echoed and name not in _CONTROL)


class Pace:
    """How large a page may be: what a few seconds of this line carry, within the caps."""

    def __init__(self) -> None:
        self._bytes_per_s: float | None = None

    def saw(self, size_bytes: int, took_s: float) -> None:
        """Learn from one answer; small ones say nothing about the line."""
        if size_bytes < 20_000:
            return
        rate = size_bytes / max(took_s, 0.001)
        self._bytes_per_s = rate if self._bytes_per_s is None else 0.5 * (self._bytes_per_s + rate)

    def count(self) -> int:
        """Return how many entries to ask for."""
        if self._bytes_per_s is None:
            return limits.PAGE_COUNT
        fitting = int(self._bytes_per_s * limits.QUICK_PAGE_S / _EXPECTED_ENTRY_BYTES)
        most = min(limits.PAGE_COUNT_CAP, limits.RESPONSE_BYTES // (4 * _EXPECTED_ENTRY_BYTES))
        return max(50, min(most, fitting))
