"""The left side of the pages before the record: mark, a picture of policies without names, and what is true of the record.

Knows no person: the cards carry no names and the same four hues, whoever lives in the vault.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.views import icons, theme
from desktop.views.parts import STRETCH, Body, Divider, Fill, IconLabel, PlainLabel, column, row
from desktop.views.parts.paint import paint_rosette, rounded
from desktop.words import tr

_CARD: Final = (380.0, 232.0)
_FILLED: Final = ((4, 44.0, -96.0, 13.0), (3, 24.0, -58.0, 7.0), (2, 6.0, -16.0, 1.0), (1, -14.0, 34.0, -5.0))
_EMPTY: Final = ((30.0, -60.0, 8.0), (10.0, -16.0, 2.0), (-10.0, 30.0, -4.0))


class Mark(QWidget):
    """The sign of the product: a spine and a cross."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(theme.px(40), theme.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 40, self.height() / 40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(0, 0, 40, 40), 11, 11)
        painter.setBrush(theme.colour("onAccent", 0.55))
        painter.drawRoundedRect(QRectF(8, 9, 4, 22), 2, 2)
        painter.setPen(QPen(theme.colour("onAccent"), 4.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(23.5, 13), QPointF(23.5, 27))
        painter.drawLine(QPointF(16.5, 20), QPointF(30.5, 20))


class Cover(Fill):
    """The picture with its lines; `is_empty` draws dashed cards, `lines` are (icon, bold, text)."""

    def __init__(self, *, is_empty: bool, lines: Sequence[tuple[str, str, str]]) -> None:
        self._is_empty = is_empty
        name = PlainLabel(tr("shell.app"), style="h2", wrap=False)
        said = []
        for icon, bold, text in lines:
            words: list[QWidget] = [Body(bold, bold=True)] if bold else []
            words += [Body(text, tone="ink2" if bold else "ink")] if text else []
            picture = IconLabel(icon, "ink2", 24)
            mark = row(picture, column(*words, gap=0), gap=12)
            mark.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
            mark.setStretch(1, 1)
            said.append(mark)
        super().__init__(
            column(row(Mark(), name, STRETCH, gap=12), STRETCH, *said, gap=12, pad=(44, 64, 44, 48)), tone="desk"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the cards."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = 640.0 if not self._is_empty else 560.0
        fit = min(theme.scale().factor, self.width() / wide, self.height() / 900)
        left = 122.0 if not self._is_empty else 86.0
        painter.translate((self.width() - wide * fit) / 2, (self.height() - 900 * fit) / 3)
        painter.scale(fit, fit)
        painter.translate(left, 300 if not self._is_empty else 286)
        if self._is_empty:
            for dx, dy, turn in _EMPTY:
                self._card(painter, dx, dy, turn, None, (dx, dy, turn) == _EMPTY[-1])
        else:
            for hue, dx, dy, turn in _FILLED:
                self._card(painter, dx, dy, turn, theme.colour(theme.person_role(hue)), hue == 1)

    def _card(self, painter: QPainter, dx: float, dy: float, turn: float, fill: QColor | None, is_front: bool) -> None:
        wide, high = _CARD
        painter.save()
        # The drawing turns a filled card round its corner and an empty one round its middle.
        pivot = QPointF(wide / 2, high / 2) if fill is None else QPointF()
        painter.translate(QPointF(dx, dy) + pivot)
        painter.rotate(turn)
        painter.translate(-pivot)
        area = QRectF(0, 0, wide, high)
        if fill is None:
            pen = QPen(theme.colour("control"), 3)
            pen.setDashPattern([2.4, 1.8])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.setBrush(theme.colour("desk"))
            painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -1.5), 22, 22)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("desk"))
            painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), 25, 25)
            painter.setPen(QPen(theme.colour("line"), 2) if theme.current().contrast else Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(area, 22, 22)
            painter.save()
            painter.setClipPath(rounded(area, 22))
            paint_rosette(painter, area, seed=3, centre=QPointF(278, 130), radius=150)
            painter.restore()
        if fill is not None or is_front:
            painter.setPen(theme.colour("ink2" if fill is None else "onPerson"))
            font = theme.font("lead", weight=600)
            font.setPixelSize(18)
            painter.setFont(font)
            painter.drawText(QRectF(28, 24, 250, 28), Qt.AlignmentFlag.AlignVCenter, tr("lock.card_title"))
        if fill is None:
            self._blank(painter, is_front)
        elif is_front:
            painter.drawPixmap(QRectF(322, 26, 30, 30), icons.pixmap("seal", "onPerson", 30), QRectF())
        if fill is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("onPerson", 0.34))
            painter.drawRoundedRect(QRectF(28, 174, 150, 12), 6, 6)
            painter.setBrush(theme.colour("onPerson", 0.22))
            painter.drawRoundedRect(QRectF(28, 196, 96, 12), 6, 6)
        painter.restore()

    def _blank(self, painter: QPainter, is_front: bool) -> None:
        if not is_front:
            return
        font = theme.font("body")
        font.setPixelSize(16)
        painter.setFont(font)
        painter.drawText(QRectF(28, 182, 320, 24), Qt.AlignmentFlag.AlignVCenter, tr("lock.card_empty"))
        pen = QPen(theme.colour("control"), 2)
        pen.setDashPattern([2.5, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(323, 27, 28, 28))


class _Area(QScrollArea):
    """Scrolls its one widget, and is as tall as that needs to be while there is room."""

    def sizeHint(self) -> QSize:
        """Return the height of what is within at this width."""
        side = self.widget()
        layout = side.layout() if side is not None else None
        return QSize(0, layout.totalHeightForWidth(self.width())) if layout is not None else super().sizeHint()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when what is within has changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height when words wrap otherwise."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class Split(QWidget):
    """Cover, neutral spine, and a side that scrolls when text is large. The cover goes when there is no room for both."""

    def fill(self, cover: Cover, side: QWidget, *, cover_px: float, need_px: float, foot: QWidget | None = None) -> None:
        """Put both halves in; `foot` stands under the side and stays in sight when that scrolls."""
        self._cover, self._cover_px, self._need_px = cover, cover_px, need_px
        spine = Divider(vertical=True, tone="control")
        spine.setFixedWidth(theme.px(8))
        self._spine = spine
        area = _Area() if foot is not None else QScrollArea()
        # A viewport of ours: to ask Qt for its own makes PySide build every class of widgets there is, before the first paint.
        ground_of_area = QWidget()
        ground_of_area.setAutoFillBackground(False)
        area.setViewport(ground_of_area)
        area.setProperty("role", "page")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(side)
        side.setProperty("role", "clear")
        ground = Fill(tone="sheet")
        inner = QVBoxLayout(ground)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(area)
        if foot is not None:
            area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            inner.addWidget(foot)
            inner.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for widget in (cover, spine):
            whole.addWidget(widget)
        whole.addWidget(ground, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width: the side first."""
        super().resizeEvent(event)
        room = self.width() - theme.px(self._need_px)
        width = min(theme.px(self._cover_px), room)
        self._cover.setVisible(width >= theme.px(300))
        if width >= theme.px(300):
            self._cover.setFixedWidth(width)
