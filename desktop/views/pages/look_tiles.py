"""Tiles to choose a text size or a look: each shows what it brings. They behave as radio buttons for keys and readers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from desktop.views import theme
from desktop.views.parts import row
from desktop.views.parts.paint import rounded


class SizeTile(QRadioButton):
    """«Аа» in the size it stands for."""

    def __init__(self, key: str, text: str, letters_px: float) -> None:
        super().__init__()
        self.key, self._text, self._letters_px = key, text, letters_px
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.px(16)

    def sizeHint(self) -> QSize:
        """Return the room for the letters and the words."""
        words = self.fontMetrics().boundingRect(self._text).width() + theme.px(16)
        return QSize(max(theme.px(96), min(words, theme.px(150))), theme.px(76))

    def hitButton(self, _place: object) -> bool:
        """Take presses anywhere."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tile."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        ground, words = theme.chosen_tones() if on else ("card", "ink")
        edge = _edge(is_chosen=on)
        painter.setPen(edge)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(_inside(QRectF(self.rect()), edge), theme.px(16), theme.px(16))
        painter.setPen(theme.colour(words))
        letters = theme.font("bodyStrong")
        letters.setPixelSize(round(self._letters_px))
        painter.setFont(letters)
        top = QRectF(0, theme.px(8), self.width(), theme.px(34))
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, "Аа")
        painter.setFont(theme.font("caption", weight=600 if on else 400))
        painter.setPen(theme.colour(words if on else "ink2"))
        under = QRectF(2, theme.px(42), self.width() - 4, self.height() - theme.px(44))
        painter.drawText(under, int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap), self._text)


class LookTile(QRadioButton):
    """A small window in the colours of a look; «Как в системе» is half light, half dark."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key, self._text = key, text
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.px(10)

    def sizeHint(self) -> QSize:
        """Return the room for the window and two lines."""
        return QSize(theme.px(82), theme.px(60 + 6 + 40))

    def hitButton(self, _place: object) -> bool:
        """Take presses anywhere."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the small window and its name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        edge = _edge(is_chosen=on)
        area = _inside(QRectF(0, 0, self.width(), theme.px(60)), edge)
        # A frame of the window's own shade would not be seen: in the contrast themes the ground shows between the two.
        gap = edge.widthF() if on and theme.current().contrast else 0
        inner = area.adjusted(gap, gap, -gap, -gap)
        painter.setClipPath(rounded(inner, theme.px(10) - gap))
        if self.key == theme.SYSTEM:
            _small_window(painter, inner, "light")
            painter.setClipRect(QRectF(area.center().x(), 0, area.width(), area.height() + 2), Qt.ClipOperation.IntersectClip)
            _small_window(painter, inner, "dark")
        else:
            _small_window(painter, inner, self.key)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(edge)
        painter.drawPath(rounded(area, theme.px(10)))
        painter.setPen(theme.colour("accent" if on else "ink2"))
        painter.setFont(theme.font("caption", weight=600 if on else 400))
        under = QRectF(0, theme.px(66), self.width(), self.height() - theme.px(66))
        painter.drawText(under, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap), self._text)


def _edge(*, is_chosen: bool) -> QPen:
    if is_chosen:
        return QPen(theme.colour("accent"), theme.chosen_px())
    return QPen(theme.colour("control"), 2 if theme.current().contrast else 1.5)


def _inside(area: QRectF, edge: QPen) -> QRectF:
    inset = edge.widthF() / 2
    return area.adjusted(inset, inset, -inset, -inset)


def _small_window(painter: QPainter, area: QRectF, name: str) -> None:
    look = theme.named(name)

    def role(key: str) -> QColor:
        return QColor(look.role(key))

    px = theme.px
    painter.fillRect(area, role("desk"))
    sheet = QRectF(area.left() + px(22), area.top() + px(8), area.width(), area.height())
    painter.fillRect(sheet, role("card"))
    painter.fillRect(QRectF(sheet.left(), sheet.top(), px(5), sheet.height()), role("spine1"))
    line = QRectF(sheet.left() + px(15), sheet.top() + px(10), area.width() * 0.36, px(7))
    painter.fillRect(line, role("ink"))
    painter.fillRect(line.translated(0, px(14)).adjusted(0, 0, area.width() * 0.12, 0), role("accentLine"))


class Tiles(QWidget):
    """Tiles in a row, of which one is chosen. `changed` gives its key."""

    changed = Signal(str)

    def __init__(self, tiles: Sequence[SizeTile | LookTile], *, chosen: str, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.tiles = tuple(tiles)
        self._group = QButtonGroup(self)
        line = row(gap=8)
        for tile in tiles:
            tile.setChecked(tile.key == chosen)
            self._group.addButton(tile)
            line.addWidget(tile, 1)
        self.setLayout(line)
        self._group.buttonToggled.connect(self._toggled)

    def _toggled(self, tile: QRadioButton, on: bool) -> None:
        if on and isinstance(tile, (SizeTile, LookTile)):
            self.changed.emit(tile.key)
