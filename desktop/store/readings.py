"""What lenses made of bodies lately. Pages ask for the same rows again and again, and reading JSON is the dearest part of an answer.

Owns: the memory and its bound. An entry is named by the packed body itself, so it can never be old. *Thread*: store thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from desktop import limits
from desktop.record.fhir import read
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
