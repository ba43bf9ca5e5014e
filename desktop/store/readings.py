"""What lenses made of bodies lately. Pages ask for the same rows again and again, and reading JSON is the dearest part of an answer.

Owns: the memory of single bodies, named by the packed body itself so that it can never be old; the memory of whole lists, which
lasts until anything is written; and the bounds of both. *Thread*: store thread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from desktop import limits
from desktop.record.fhir import read
from desktop.store.database import Database
from desktop.store.packing import Bodies

T = TypeVar("T")
Lens = Callable[[read.Json], T]


class Readings:
    """Remembers up to READINGS_KEPT answers; the oldest go first."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._kept: dict[tuple[Lens[Any], int, bytes], Any] = {}

    def of(self, lens: Lens[T], dictionary: int, body: bytes) -> T:
        """Return what `lens` makes of a packed body. `lens` is a function of a module: one made for a question is never met again."""
        key = (lens, dictionary, body)
        try:
            found: T = self._kept[key]
        except KeyError:
            if len(self._kept) >= limits.READINGS_KEPT:
                for old in list(self._kept)[: limits.READINGS_KEPT // 4]:
                    del self._kept[old]
            found = self._kept[key] = lens(read.parse(self._bodies.read(dictionary, body)))
        return found

    def forget(self) -> None:
        """Drop everything: a person has gone."""
        self._kept.clear()


class Answers:
    """Remembers up to ANSWERS_KEPT lists until the next write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._at = -1
        self._kept: dict[Hashable, tuple[Any, ...]] = {}

    def of(self, asked: Hashable, make: Callable[[], tuple[T, ...]]) -> tuple[T, ...]:
        """Return the answer to a question: the last one while nothing has been written since, else what `make` makes of it."""
        if self._at != self._database.changes or len(self._kept) >= limits.ANSWERS_KEPT:
            self._kept.clear()
            self._at = self._database.changes
        found: tuple[T, ...] | None = self._kept.get(asked)
        if found is None:
            found = make()
            # What is written can still be taken back, and the count of changes would not tell.
            if not self._database.is_writing:
                self._kept[asked] = found
        return found

    def forget(self) -> None:
        """Drop everything: a person has gone."""
        self._kept.clear()
