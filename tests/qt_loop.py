"""The loop of tests with widgets: Qt's own, known to its tasks as the running one whenever Qt lets them take a step."""

from __future__ import annotations

import asyncio

import qasync
from PySide6.QtCore import QTimerEvent
from PySide6.QtWidgets import QApplication


def made() -> asyncio.AbstractEventLoop:
    """Return a new loop over the one application."""
    loop = qasync.QEventLoop(QApplication.instance() or QApplication([]), already_running=False)

    class Steps(qasync._SimpleTimer):  # type: ignore[misc]
        def timerEvent(self, event: QTimerEvent) -> None:
            # Between a test and its end pytest-qt lets Qt's events through, and qasync's timers are among them: a window that still
            # stands goes on, and "no running event loop" would be the answer to its next question.
            before = asyncio._get_running_loop()
            asyncio._set_running_loop(loop)
            try:
                super().timerEvent(event)
            finally:
                asyncio._set_running_loop(before)

    loop._timer = Steps()
    return loop
