"""How a test waits: for its turn or for a thing to be so, never for a time. Whatever sleeps elsewhere in tests/ is refused by the house."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def turn(times: int = 1) -> None:
    """Let everyone go first who is ready to."""
    for _ in range(times):
        await asyncio.sleep(0)


async def at_once(_pause_s: float) -> None:
    """Stand where the product makes a pause: the others get their turn, and no time goes by."""
    await turn()


async def until(is_so: Callable[[], object], *, timeout_s: float = 60) -> None:
    """Return as soon as `is_so()` is true: looked at whenever Qt's loop has done all it can and is about to wait. *Raises* TimeoutError."""
    # The processes that chaos starts wait too, and know no Qt.
    from PySide6.QtCore import QAbstractEventDispatcher

    seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def look() -> None:
        try:
            if not seen.done() and is_so():
                seen.set_result(None)
        except Exception as error:
            seen.set_exception(error)

    loop = QAbstractEventDispatcher.instance()
    loop.aboutToBlock.connect(look)
    try:
        async with asyncio.timeout(timeout_s):
            look()
            await seen
    finally:
        loop.aboutToBlock.disconnect(look)
