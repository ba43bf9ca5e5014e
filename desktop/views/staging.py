"""What a scene is, and how to wait until a window has come to rest. The scenes themselves are in scenes*.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from desktop.views.window import Window

_TURNS: Final = 400
_QUIET_TURNS: Final = 12

Stage = Callable[["Window"], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One page in one state. `record` is which record stands behind it: "full", "empty" or "none" (no vault, or locked)."""

    name: str
    record: str
    stage: Stage
    mockup: str = ""


async def settle(window: Window) -> None:
    """Wait until nothing of the window's work is under way and the loop is quiet."""
    quiet = 0
    for _ in range(_TURNS):
        await asyncio.sleep(0.005)
        QApplication.sendPostedEvents()
        page = window.shell.page if window.shell is not None else None
        told = window.shell is not None and window.shell.is_gathering()
        is_busy = told or window.is_busy() or (page is not None and page.is_loading())
        quiet = 0 if is_busy else quiet + 1
        if quiet >= _QUIET_TURNS:
            return
