"""Where a list stands, said by what stands there: rows that came or went meanwhile do not move it. Plain values, fit to be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Place = Mapping[str, Any]
"""How far a list is scrolled, and which rows are near, each with its distance from the upper edge; empty: at the top."""

_NEAR: Final = 12


def place_at(at: int, rows: Iterable[tuple[str, int]]) -> Place:
    """Return a place scrolled by `at`; `rows` are keys and where each begins, both counted from the top of the whole."""
    near = sorted(((key, top - at) for key, top in rows), key=lambda one: abs(one[1]))[:_NEAR]
    return {"at": at, "near": [[key, below] for key, below in near]}


def keys_of(place: Place) -> tuple[str, ...]:
    """Return the keys of the rows that a place is known by, the nearest first."""
    near = place.get("near")
    return tuple(str(one[0]) for one in near) if isinstance(near, list) else ()


def found_at(place: Place, top_of: Callable[[str], int | None]) -> int | None:
    """Return how far to scroll so that the nearest row that is still there stands where it stood; where none is left, as far as then.

    `top_of` says where a row begins, or that it is not there.
    """
    near = place.get("near")
    for key, below in near if isinstance(near, list) else ():
        top = top_of(str(key))
        if top is not None:
            return max(top - int(below), 0)
    at = place.get("at")
    return at if isinstance(at, int) else None
