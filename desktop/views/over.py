"""What covers the window until it is answered: the rest is dimmed, Tab stays inside, Esc leaves, the focus goes back where it was.

Does not own what is asked (switcher, step_up) nor which keys of the window still work meanwhile (window).
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

from desktop.views import theme
from desktop.views.parts import Card, ScrollPage, column
from desktop.views.parts.given import ground_of

_WIDEST_PX: Final = 560
_EDGE_PX: Final = 16


class Over(QWidget):
    """A panel over the dimmed `parent`. `closed` is sent once."""

    closed = Signal()
    keeps_keys: ClassVar[bool] = False
    """Whether the window's commands wait until this is answered."""

    def __init__(self, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.asker: asyncio.Task[Any] | None = None
        """The work that waits for the answer, if any does."""
        self._back_to = parent.window().focusWidget()
        self.panel = QFrame(self)
        self.panel.setProperty("role", "popup")
        self.panel.setAccessibleName(name)

    def place(self) -> None:
        """Give the panel its place in this widget."""
        raise NotImplementedError

    def open(self, first: QWidget) -> None:
        """Cover the window and give the focus to `first`."""
        self.setGeometry(ground_of(self).rect())
        self.place()
        ground_of(self).installEventFilter(self)
        self.show()
        self.raise_()
        first.setFocus()

    def leave(self) -> None:
        """Go away because the person wants it."""
        self.close_now()

    def close_now(self) -> None:
        """Go away and give the focus back."""
        ground_of(self).removeEventFilter(self)
        self.hide()
        if self._back_to is not None and isValid(self._back_to):
            self._back_to.setFocus()
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window however it is resized."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(ground_of(self).rect())
            self.place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what is behind."""
        QPainter(self).fillRect(event.rect(), theme.colour("shade", 0.28))


class CardOver(Over):
    """A card in the middle, as wide as a dialog may be; it scrolls where the window is low."""

    keeps_keys = True

    def __init__(self, parent: QWidget, card: Card, *, name: str) -> None:
        super().__init__(parent, name=name)
        self.card = card
        self._scroll = ScrollPage(column(card), pad=(0,), parent=self.panel)
        self.panel.setLayout(column(self._scroll, gap=0, pad=(0,)))
        card.installEventFilter(self)

    def place(self) -> None:
        edge = theme.px(_EDGE_PX)
        wide = min(theme.px(_WIDEST_PX), self.width() - 2 * edge)
        frame = 2 * self.panel.frameWidth()
        high = min(self.card.heightForWidth(wide - frame) + frame, self.height() - 2 * edge)
        self.panel.setGeometry((self.width() - wide) // 2, (self.height() - high) // 2, wide, high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with what the card has to say."""
        if watched is self.card and event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().eventFilter(watched, event) if watched is not self.card else False

    def mousePressEvent(self, event: object) -> None:
        """Let no press through to what is covered."""
