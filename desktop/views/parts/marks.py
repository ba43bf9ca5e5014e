"""Small marks that say a state with icon and word: icon, tile, tag, counter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.views import icons, theme
from desktop.views.parts.layouts import row
from desktop.views.parts.plain import Meta, shown

KINDS: Final = {
    "good": ("goodTint", "good"),
    "warn": ("warnTint", "warn"),
    "bad": ("badTint", "bad"),
    "accent": ("accentTint", "accent"),
    "quiet": ("quietTint", "quiet"),
    "aside": ("sunken", "ink2"),
    "dashed": ("card", "ink2"),
}
"""The ground and the text role of each kind of tag, tile and notice."""


class Mark(QWidget):
    """What paints itself in a place of one size, wide as tall unless said otherwise, and is no target of the mouse."""

    def __init__(self, size_px: float, tall_px: float | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._tall = size_px, tall_px or size_px
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return its one size in the look in force."""
        return QSize(theme.px(self._size), theme.px(self._tall))


class IconLabel(Mark):
    """An icon that is not pressed, as tall as the line of text that it stands beside when `tall_px` says so.

    Give `name` when no word beside it says the same.
    """

    def __init__(
        self,
        icon: str,
        tone: str = "ink2",
        size_px: float = 20,
        *,
        name: str = "",
        tall_px: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(size_px, tall_px, parent=parent)
        self._icon, self._tone = icon, tone
        self.setAccessibleName(shown(name))

    def set_icon(self, icon: str, tone: str | None = None) -> None:
        """Show another icon."""
        self._icon, self._tone = icon, tone or self._tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon in the middle."""
        side = theme.px(self._size)
        picture = icons.pixmap(self._icon, self._tone, self._size, ratio=self.devicePixelRatioF())
        QPainter(self).drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, picture)


class Tile(Mark):
    """A square with an icon. `kind`: accent, warn, bad, good, quiet, dashed (only on the portal)."""

    def __init__(self, icon: str, *, kind: str = "quiet", size_px: float = 44, parent: QWidget | None = None) -> None:
        super().__init__(size_px, parent=parent)
        self._icon, self._kind = icon, kind

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and icon."""
        paint_tile(QPainter(self), QRectF(self.rect()), self._icon, self._kind)


def paint_tile(painter: QPainter, area: QRectF, icon: str, kind: str, *, ground: str | None = None) -> None:
    """Paint a tile into `area`; delegates use it too."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tint, tone = KINDS[kind]
    radius = theme.px(12)
    contrast = theme.current().contrast
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(ground or tint))
    inner = area
    if kind == "dashed":
        inner = area.adjusted(1, 1, -1, -1)
        painter.setPen(dashed_pen())
    elif contrast:
        inner = area.adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.colour("line"), 2))
    painter.drawRoundedRect(inner, radius, radius)
    size = 24 if area.width() >= theme.px(44) else 22
    side = theme.px(size)
    middle = area.center() - QPointF(side / 2, side / 2)
    painter.drawPixmap(middle.toPoint(), icons.pixmap(icon, tone, size))
    painter.restore()


def dashed_pen(tone: str = "control", width: float = 2) -> QPen:
    """Return the pen of everything that is not yet certain."""
    pen = QPen(theme.colour(tone), width)
    pen.setDashPattern([5 / width, 4 / width])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


class KeyCap(QFrame):
    """A word on a small grey ground: a key, the layout of the keyboard."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Meta(text, tone="ink2", weight=500, wrap=False)
        self.setLayout(row(self._text, gap=0, pad=(4, 10)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show another word."""
        self._text.set_text(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.edge_pen() if theme.current().contrast else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("desk"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))


class Tag(QFrame):
    """A state in icon and word. `kind`: good, warn, bad, accent, quiet, dashed."""

    def __init__(self, text: str, *, icon: str, kind: str = "quiet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        tone = KINDS[kind][1]
        self._icon = IconLabel(icon, tone, 18)
        self._text = Meta(text, tone=tone, weight=500, wrap=False)
        self.setLayout(row(self._icon, self._text, gap=6, pad=(0, 10)))
        self._restyle()
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        """Return the word."""
        return self._text.text()

    def set_state(self, text: str, *, icon: str, kind: str) -> None:
        """Show another state."""
        self._kind = kind
        self._icon.set_icon(icon, KINDS[kind][1])
        self._text.set_tone(KINDS[kind][1])
        self._text.set_text(text)
        self.update()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.px(28))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if self._kind == "dashed":
            painter.setPen(dashed_pen(width=1.5))
            area.adjust(0.75, 0.75, -0.75, -0.75)
        elif theme.current().contrast:
            painter.setPen(QPen(theme.colour("line"), 2))
            area.adjust(1, 1, -1, -1)
        painter.setBrush(theme.colour(KINDS[self._kind][0]))
        radius = theme.scale().radius("chip")
        painter.drawRoundedRect(area, radius, radius)


def paint_counter(painter: QPainter, right: float, middle: float, count: int, *, inverted: bool = False) -> float:
    """Paint a round counter that ends at `right` and return its left edge; «9+» past nine."""
    text = str(count) if count <= 9 else "9+"
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.font("label", tnum=True))
    side = theme.px(22)
    width = max(side, painter.fontMetrics().horizontalAdvance(text) + theme.px(12))
    area = QRectF(right - width, middle - side / 2, width, side)
    painter.setPen(QPen(theme.colour("line"), 2) if theme.current().contrast else Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("card" if inverted else "warnTint"))
    painter.drawRoundedRect(area, side / 2, side / 2)
    painter.setPen(theme.colour("warn"))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return area.left()
