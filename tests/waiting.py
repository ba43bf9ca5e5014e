"""Wait for a thing, never for a time: the one place where a test looks again and again, under a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(is_so: Callable[[], object], *, timeout_s: float = 60) -> None:
    """Return as soon as `is_so()` is true. *Raises* TimeoutError."""
    async with asyncio.timeout(timeout_s):
        while not is_so():
            await asyncio.sleep(0.01)
