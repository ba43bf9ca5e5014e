"""How a named bug is planted for one run: other things are put in the place of attributes, and taken out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from desktop.sync import attempt

BUDGET = 90
Plant = Callable[[], AbstractContextManager[object]]
PLANTED: dict[str, Plant] = {}


@contextmanager
def swapped(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Put other things in the place of attributes while the body runs."""
    before = [(place, name, place.__dict__[name]) for place, name, _ in changes]
    for place, name, new in changes:
        setattr(place, name, new)
    try:
        yield
    finally:
        for place, name, old in before:
            setattr(place, name, old)


def bug(place: Any, name: str, make: Callable[[Any], Any], *, called: str) -> None:
    """Plant one bug: `make` gets what stands there and gives what shall stand there instead."""
    PLANTED[called] = lambda: swapped((place, name, make(place.__dict__[name])))


_Act = attempt.Attempt

# --- exactly once
