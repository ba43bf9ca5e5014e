"""Read the program's modules while the person types the passphrase, so that the record opens at once.

What draws is read on the GUI thread, one module a turn; what does not is read beside it.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Final

from PySide6.QtCore import QObject, QTimer

from desktop import limits

_BESIDE: Final = "desktop.session.session"
_PARTS: Final = ("buttons", "layouts", "marks", "messages", "nav", "people", "plain", "policy", "rows", "ticket")
_TURNS: Final = (
    *(f"desktop.views.parts.{name}" for name in _PARTS), "desktop.views.page", "desktop.views.sidebar", "desktop.views.topbar",
    "desktop.views.search_popup", "desktop.views.switcher", "desktop.views.shell", "desktop.views.pages.home",
)  # fmt: skip


class Warming(QObject):
    """Begins WARM_AFTER_MS after it was made, ends by itself."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left = list(reversed(_TURNS))
        self._beside = threading.Thread(target=import_module, args=(_BESIDE,), name="warming", daemon=True)
        self._timer = QTimer(self, singleShot=True, interval=limits.WARM_AFTER_MS)
        self._timer.timeout.connect(self._next)
        self._timer.start()

    @property
    def is_done(self) -> bool:
        """Whether everything has been read."""
        return not self._left and not self._beside.is_alive()

    def _next(self) -> None:
        if len(self._left) == len(_TURNS):
            self._beside.start()
        if self._left:
            import_module(self._left.pop())
            self._timer.start(limits.WARM_EVERY_MS)
