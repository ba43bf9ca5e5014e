"""Tabs over a page: a line under the chosen one, arrows move. Owns no pages: the page reacts to `changed`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QWidget

from desktop.views import theme
from desktop.views.parts.plain import shown


class Tabs(QTabBar):
    """Tabs of (key, text). `changed` gives the key of the new tab."""

    changed = Signal(str)

    def __init__(self, tabs: Sequence[tuple[str, str]], *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(shown(name))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._keys = [key for key, _ in tabs]
        for _, text in tabs:
            self.addTab(shown(text).replace("&", "&&"))
        self._restyle()
        self.currentChanged.connect(lambda index: self.changed.emit(self._keys[index]))
        theme.changed.connect(self._restyle)

    def chosen(self) -> str:
        """Return the key of the chosen tab."""
        return self._keys[self.currentIndex()]

    def choose(self, key: str) -> None:
        """Choose by key."""
        self.setCurrentIndex(self._keys.index(key))

    def _restyle(self) -> None:
        self.setFont(theme.font("bodyStrong"))
        self.updateGeometry()
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        """Return the size of a tab with its text in bold, so that choosing moves nothing."""
        text = self.tabText(index).replace("&&", "&")
        width = QFontMetrics(theme.font("bodyStrong")).horizontalAdvance(text) + theme.px(32)
        return QSize(width, theme.scale().control())

    def _write(self, painter: QPainter, area: QRectF, text: str, *, on: bool) -> None:
        """Write a tab's word; a count at its end stands apart and is quieter."""
        word, _, count = text.rpartition(" ")
        if not count.isdigit():
            word, count = text, ""
        font, quiet = theme.font("body", weight=600 if on else 500), theme.font("body", weight=500, tnum=True)
        gap = theme.px(8) if count else 0
        wide = QFontMetrics(font).horizontalAdvance(word)
        left = area.center().x() - (wide + gap + QFontMetrics(quiet).horizontalAdvance(count)) / 2
        painter.setFont(font)
        painter.setPen(theme.colour("ink" if on else "ink2"))
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, area.top(), wide + 1, area.height()), middle, word)
        if count:
            painter.setFont(quiet)
            painter.setPen(theme.colour("ink2"))
            painter.drawText(QRectF(left + wide + gap, area.top(), area.width(), area.height()), middle, count)

    def ring_rect(self) -> object:
        """Return what the focus ring goes round: the chosen tab."""
        return self.tabRect(self.currentIndex()).adjusted(theme.px(4), 4, -theme.px(4), -6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words, the base line and the line under the chosen tab."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = theme.border_px()
        painter.fillRect(0, self.height() - base, self.width(), base, theme.colour("line"))
        for index in range(self.count()):
            on = index == self.currentIndex()
            area = QRectF(self.tabRect(index))
            self._write(painter, area, self.tabText(index).replace("&&", "&"), on=on)
            if on:
                inset, thick = theme.px(10), theme.px(3)
                line = QRectF(area.left() + inset, self.height() - thick, area.width() - 2 * inset, thick)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawRoundedRect(line, thick / 2, thick / 2)
