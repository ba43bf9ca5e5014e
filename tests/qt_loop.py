"""The loop of tests with widgets: Qt's own, and while it does not run, no task takes a step."""

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
            # stands would go on with no loop running. What is left fires again.
            if loop.is_running() or self._stopped:
                super().timerEvent(event)

    loop._timer = Steps()
    return loop
