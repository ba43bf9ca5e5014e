"""How scenes and tests wait for a window: until a thing is so, or until the window has come to rest. Nothing here waits for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractEventDispatcher, QTimer
from PySide6.QtWidgets import QApplication

from desktop.views.asking import give

if TYPE_CHECKING:
    from desktop.views.window import Window

_LONGEST_S: Final = 60
# What is put off so briefly belongs to the work under way: a search that waits for the next letter, a skeleton that waits to be needed.
_BRIEF_MS: Final = 500
# What is put off to the next turn may put off in its turn.
_QUIET_TURNS: Final = 3


async def until(is_so: Callable[[], object], *, timeout_s: float = _LONGEST_S) -> None:
    """Return as soon as `is_so()` is true: looked at whenever Qt's loop has done all it can and is about to wait. *Raises* TimeoutError."""
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


async def settle(window: Window) -> None:
    """Return when nothing of the window's work is under way and what was put off to the next turn has been done. *Raises* TimeoutError."""
    quiet = 0
    while quiet < _QUIET_TURNS:
        await until(lambda: not _is_busy(window))
        await _put_off()
        QApplication.sendPostedEvents()
        quiet = 0 if _is_busy(window) else quiet + 1


def _is_busy(window: Window) -> bool:
    shell = window.shell
    if window.is_busy() or (shell is not None and (shell.is_gathering() or (shell.page is not None and shell.page.is_loading()))):
        return True
    return any(timer.isActive() and timer.isSingleShot() and timer.interval() <= _BRIEF_MS for timer in window.findChildren(QTimer))


async def _put_off() -> None:
    """Let whatever was put off to the next turn go first."""
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    QTimer.singleShot(0, lambda: give(gone, None))
    await gone
