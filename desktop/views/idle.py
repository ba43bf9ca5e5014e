"""Auto-lock: nobody at the computer, the computer was asleep, or its clock was moved. Warns before, in good time.

Input is heard at the native windows (not at every widget), so that listening costs nothing while pages paint.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from desktop import limits
from desktop.clock import Clock

_INPUT: Final = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate, QEvent.Type.TabletPress, QEvent.Type.InputMethod,
})  # fmt: skip


class Idle(QObject):
    """Counts the time since the last touch of a key, a mouse or a screen."""

    soon = Signal(int)
    """Locks after so many *seconds* unless somebody moves."""
    back = Signal()
    due = Signal()

    def __init__(self, clock: Clock, *, limit_s: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.limit_s = limit_s
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.look)
        self._is_warned = False
        self.touched()
        self._lag_s = self._lag()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._listen)

    def start(self) -> None:
        """Begin to count."""
        self.touched()
        self._lag_s = self._lag()
        for window in QGuiApplication.topLevelWindows():
            self._listen(window)
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()

    def touched(self) -> None:
        """Take note that somebody is here."""
        self._last_s = self._clock.monotonic()
        if self._is_warned:
            self._is_warned = False
            self.back.emit()

    def look(self) -> None:
        """Compare the clocks with the limit: once a second, and when told."""
        lag = self._lag()
        if abs(lag - self._lag_s) > limits.CLOCK_JUMP_S:
            self.stop()
            self.due.emit()
            return
        self._lag_s = lag
        left_s = self.limit_s - (self._clock.monotonic() - self._last_s)
        if left_s <= 0:
            self.stop()
            self.due.emit()
        elif left_s <= limits.LOCK_WARNING_S and not self._is_warned:
            self._is_warned = True
            self.soon.emit(round(left_s))

    def _lag(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear input and pass it on."""
        if event.type() in _INPUT:
            self.touched()
        return False
