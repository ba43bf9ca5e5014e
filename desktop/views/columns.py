"""Two columns that become one when there is no room for both, or when the text is large."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.views import theme


class Columns(QWidget):
    """`left` and `right` side by side from `least_px` of width on, else one under another."""

    def __init__(self, left: QWidget, right: QWidget, *, least_px: float, gap: float = 24, share: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self._least_px = least_px
        self._lay = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lay.setContentsMargins(0, 0, 0, 0)
        self._lay.setSpacing(theme.px(16 if theme.scale().large else gap))
        self._lay.addWidget(left, share[0])
        self._lay.addWidget(right, share[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the direction."""
        super().resizeEvent(event)
        wide = not theme.scale().large and self.width() >= theme.px(self._least_px)
        self._lay.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
