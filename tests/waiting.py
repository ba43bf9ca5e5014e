"""How a test lets others go first. For a thing to be so, tests wait with desktop/views/resting.py; for a time, never: the house refuses it."""

from __future__ import annotations

from collections.abc import Generator
from types import coroutine


@coroutine
def turn() -> Generator[None]:
    """Let everyone go first who is ready to."""
    yield


async def at_once(_pause_s: float) -> None:
    """Stand where the product makes a pause: the others get their turn, and no time goes by."""
    await turn()
