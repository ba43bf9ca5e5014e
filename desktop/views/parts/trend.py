"""The course of one lab value over time, painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts.plain import shown
from desktop.views.parts.range_bar import Reading, figure, paint_mark
from desktop.words import tr


@dataclass(frozen=True, slots=True)
class Point:
    """One value: `when` is the axis word («мар 24»)."""

    when: str
    value: float


class TrendChart(QWidget):
    """Values on a line, the range as a band, every value labelled unless labels would collide, the last one marked."""

    def __init__(
        self,
        points: Sequence[Point] = (),
        *,
        label: str,
        unit: str = "",
        low: float | None = None,
        high: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label, self._unit, self._low, self._high = label, unit, low, high
        self._points: tuple[Point, ...] = ()
        self._labels: tuple[object, tuple[tuple[int, QRectF], ...]] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self.show_points(points)

    def show_points(self, points: Sequence[Point]) -> None:
        """Show other values, oldest first."""
        self._points = tuple(points)
        if self._points:
            first, last = self._points[0], self._points[-1]
            said = tr("parts.trend_name", label=shown(self._label), first=figure(first.value), last=figure(last.value),
                      unit=shown(self._unit), since=shown(first.when), until=shown(last.when))  # fmt: skip
            words = self._reading(last).range_words()
            said = tr("parts.trend_range", said=said, range=words) if words else said
        else:
            said = shown(self._label)
        self.setAccessibleName(said)
        self.update()

    def _reading(self, point: Point) -> Reading:
        return Reading(value=point.value, low=self._low, high=self._high)

    def sizeHint(self) -> QSize:
        """Return 410×182."""
        return QSize(theme.px(410), theme.px(182))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that keeps the labels apart."""
        return QSize(theme.px(280), theme.px(182))

    def _scale(self) -> tuple[float, float]:
        values = [point.value for point in self._points]
        known = values + [end for end in (self._low, self._high) if end is not None]
        low, high = min(known), max(known)
        room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
        return low - room, high + room

    def places(self) -> tuple[QPointF, ...]:
        """Return where the values stand, in widget pixels."""
        if not self._points:
            return ()
        plot = self._plot()
        low, high = self._scale()
        inset = theme.px(18)
        step = (plot.width() - 2 * inset) / max(len(self._points) - 1, 1)
        start = plot.left() + inset + (0 if len(self._points) > 1 else (plot.width() - 2 * inset) / 2)
        return tuple(
            QPointF(start + n * step, plot.bottom() - plot.height() * (point.value - low) / (high - low))
            for n, point in enumerate(self._points)
        )

    def _plot(self) -> QRectF:
        px = theme.px
        ends = [figure(end) for end in (self._low, self._high) if end is not None]
        metrics = QFontMetricsF(theme.font("caption", tnum=True))
        left = max([px(12), *(metrics.horizontalAdvance(word) + px(16) for word in ends)])
        return QRectF(left, px(14), self.width() - left - px(20), self.height() - px(14 + 54))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint band, line, values and labels."""
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        self._band(painter, plot)
        places = self.places()
        painter.setPen(QPen(theme.colour("ink"), 2))
        painter.drawPolyline(list(places))
        radius = theme.scale().real(5.5)
        for place in places[:-1]:
            painter.setPen(QPen(theme.colour("ink"), 2))
            painter.setBrush(theme.colour("card"))
            painter.drawEllipse(place, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_mark(painter, places[-1], self._reading(self._points[-1]).standing, theme.scale().real(8))
        self._values(painter, places)
        self._dates(painter, places)

    def _band(self, painter: QPainter, plot: QRectF) -> None:
        if self._low is None and self._high is None:
            return
        low, high = self._scale()

        def y(value: float) -> float:
            return plot.bottom() - plot.height() * (value - low) / (high - low)

        top = plot.top() if self._high is None else y(self._high)
        bottom = plot.bottom() if self._low is None else y(self._low)
        band = QRectF(plot.left(), top, plot.width(), bottom - top)
        painter.fillRect(band, theme.colour("goodTint"))
        pen = QPen(theme.colour("goodMark"), 1.5, Qt.PenStyle.DotLine)
        painter.setFont(theme.font("caption", tnum=True))
        line = theme.px(20)
        for end, place in ((self._high, top), (self._low, bottom)):
            if end is None:
                continue
            painter.setPen(pen)
            painter.drawLine(QPointF(plot.left(), place), QPointF(plot.right(), place))
            painter.setPen(theme.colour("ink2"))
            flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(0, place - line / 2, plot.left() - theme.px(8), line), flags, figure(end))
        painter.setFont(theme.font("caption", weight=500))
        painter.setPen(theme.colour("good"))
        self._norm = QRectF(plot.right() - theme.px(90), top + theme.px(4), theme.px(80), line)
        if band.height() > line * 1.5:
            flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(self._norm, flags, tr("parts.norm"))

    def label_rects(self) -> tuple[tuple[int, QRectF], ...]:
        """Return which values are labelled and where: the last always, the others when they touch no label before them."""
        key = (self._points, self.places())
        if self._labels is None or self._labels[0] != key:
            self._labels = (key, self._placed(key[1]))
        return self._labels[1]

    def _placed(self, places: tuple[QPointF, ...]) -> tuple[tuple[int, QRectF], ...]:
        metrics = QFontMetricsF(theme.font("caption", weight=600, tnum=True))
        line, gap = theme.px(20), theme.px(9)
        made: list[tuple[int, QRectF]] = []
        for n in sorted(range(len(places)), key=lambda n: (n != len(places) - 1, n)):
            wide = metrics.horizontalAdvance(figure(self._points[n].value)) + 2
            falls = n > 0 and places[n - 1].y() < places[n].y() - 1
            under = QRectF(places[n].x() - wide / 2, places[n].y() + gap, wide, line)
            over = QRectF(places[n].x() - wide / 2, places[n].y() - gap - line, wide, line)
            last = n == len(places) - 1
            for rect in (under, over) if last and falls else (over, under):
                # Labels come from left to right behind the last value's own, which stands first.
                near = (*made[:1], *made[-1:])
                if not any(rect.intersects(known) for _, known in near) and not self._on_line(rect, places, n):
                    made.append((n, rect))
                    break
            else:
                if last:
                    made.append((n, under))
        return tuple(sorted(made, key=lambda item: item[0]))

    def _on_line(self, rect: QRectF, places: tuple[QPointF, ...], own: int) -> bool:
        reach = theme.px(7)
        step = places[1].x() - places[0].x() if len(places) > 1 else 1.0
        # Values stand at equal steps: only those under the label can touch it.
        span = int((rect.width() / 2 + reach) / max(step, 0.01)) + 1
        return any(
            rect.intersects(QRectF(places[n].x() - reach, places[n].y() - reach, 2 * reach, 2 * reach))
            for n in range(max(own - span, 0), min(own + span + 1, len(places)))
            if n != own
        )

    def _values(self, painter: QPainter, places: tuple[QPointF, ...]) -> None:
        for n, rect in self.label_rects():
            last = n == len(places) - 1
            painter.setFont(theme.font("caption", weight=700 if last else 500, tnum=True))
            painter.setPen(theme.colour("ink"))
            wide = rect.adjusted(-theme.px(6), 0, theme.px(6), 0)
            painter.drawText(wide, Qt.AlignmentFlag.AlignCenter, figure(self._points[n].value))

    def _dates(self, painter: QPainter, places: tuple[QPointF, ...]) -> None:
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("ink2"))
        metrics = painter.fontMetrics()
        line, taken = theme.px(20), self.width() + 1.0
        for n in range(len(places) - 1, -1, -1):
            word = shown(self._points[n].when)
            wide = metrics.horizontalAdvance(word) + 2
            left = min(max(places[n].x() - wide / 2, 0), self.width() - wide)
            if left + wide > taken - theme.px(8):
                continue
            painter.drawText(
                QRectF(left, self.height() - line - theme.px(4), wide, line), Qt.AlignmentFlag.AlignCenter, word
            )
            taken = left
