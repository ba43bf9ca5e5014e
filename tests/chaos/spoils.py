"""What the machine throws in: a nest too deep to be read, and the full box that every run begins with."""

from __future__ import annotations

from typing import Any

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from tests.chaos import small

_BOX: list[bytes] = []


def deep() -> list[Any]:
    """Return JSON nested past the door's limit."""
    nest: list[Any] = []
    for _ in range(80):
        nest = [nest]
    return nest


def account_of(people: tuple[str, ...]) -> str:
    """Return the account that a token for these people stands for."""
    return "test:" + "+".join(sorted(people))


def full_box() -> bytes:
    """Return the world as a box's backup, made once."""
    if not _BOX:
        box = DemoPortal(small.world(), clock=ManualClock(small.START), seed=1)
        box.shelf.deepen()
        for item in box.shelf.items("WHERE live AND type='Appointment'"):
            family = next(family for family in small.FAMILIES if item.id.rpartition("-")[2] in family)
            box.shelf.claim(item.id.removeprefix("visit-"), account_of(family))
        _BOX.append(box.backup())
        box.close()
    return _BOX[0]
