"""Two columns that become one when there is no room for both, or when the text is large."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.views import theme


class Columns(QWidget):
    """`left` and `right` side by side where both have room, from `least_px` of width on; else one under another."""

    def __init__(self, left: QWidget, right: QWidget, *, least_px: float = 0, gap: float = 24, share: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self._parts, self._least_px = (left, right), least_px
        self._lay = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lay.setContentsMargins(0, 0, 0, 0)
        self._lay.setSpacing(theme.px(16 if theme.scale().large else gap))
        self._lay.addWidget(left, share[0])
        self._lay.addWidget(right, share[1])

    def _least(self) -> list[int]:
        return [max(part.minimumWidth(), part.minimumSizeHint().width()) for part in self._parts]

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of the wider part alone: beside each other they would hold the page as wide as both."""
        return QSize(max(self._least()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the direction."""
        super().resizeEvent(event)
        least = max(theme.px(self._least_px), sum(self._least()) + self._lay.spacing())
        is_wide = not theme.scale().large and self.width() >= least
        self._lay.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
