"""A lab value on a line with its range: dot within, diamond outside, hollow dot for the last time. Says the same in words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts.marks import Mark
from desktop.words import tr


def figure(value: float) -> str:
    """Write a number as a person reads it: decimals with the language's mark, no needless zeros."""
    return f"{value:.12g}".replace(".", tr("parts.decimal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value and its range, in one unit. Either end of the range may be open (None); `previous` is the last time's."""

    value: float
    low: float | None = None
    high: float | None = None
    previous: float | None = None

    @property
    def standing(self) -> str:
        """Return "below", "above", "within", or "unknown" when there is no range."""
        if self.low is None and self.high is None:
            return "unknown"
        if self.low is not None and self.value < self.low:
            return "below"
        return "above" if self.high is not None and self.value > self.high else "within"

    def range_words(self) -> str:
        """Return the range as it is written: «117–155», «до 5», «от 40», or nothing."""
        if self.low is not None and self.high is not None:
            return f"{figure(self.low)}–{figure(self.high)}"
        if self.high is not None:
            return tr("parts.range_up_to", high=figure(self.high))
        return tr("parts.range_from", low=figure(self.low)) if self.low is not None else ""

    def words(self) -> str:
        """Return the reading in words: «114, ниже нормы 117–155, было 119»."""
        said = figure(self.value)
        if self.standing != "unknown":
            said = tr(f"parts.reading_{self.standing}", value=said, range=self.range_words())
        if self.previous is not None:
            said = tr("parts.reading_previous", said=said, value=figure(self.previous))
        return said


def _span(reading: Reading) -> tuple[float, float]:
    """Return the ends of the line: the range with room around it, wide enough for both values."""
    known = [value for value in (reading.low, reading.high, reading.value, reading.previous) if value is not None]
    low, high = min(known), max(known)
    if reading.low is not None and reading.high is not None:
        room = (reading.high - reading.low) * 0.45
        low, high = min(low, reading.low - room), max(high, reading.high + room)
    edge = (high - low) * 0.06 or abs(high) * 0.2 or 1.0
    return low - edge, high + edge


def paint_range_bar(painter: QPainter, area: QRectF, reading: Reading) -> None:
    """Paint a reading into `area`, for delegates; the height in use is 28 px of the drawing."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    real, contrast = theme.scale().real, theme.current().contrast
    start, end = _span(reading)
    left, wide = area.left() + real(6), area.width() - real(12)
    middle, thick = area.center().y(), real(8)

    def x(value: float) -> float:
        return left + wide * (value - start) / (end - start)

    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("sunken"))
    track = QRectF(area.left() + 1, middle - thick / 2, area.width() - 2, thick)
    painter.drawRoundedRect(track, thick / 2, thick / 2)
    if reading.low is not None or reading.high is not None:
        low = track.left() if reading.low is None else x(reading.low)
        high = track.right() if reading.high is None else x(reading.high)
        painter.setPen(QPen(theme.colour("goodMark"), 2 if contrast else 1.25))
        painter.setBrush(theme.colour("goodTint"))
        painter.drawRoundedRect(QRectF(low, middle - thick / 2, high - low, thick), 2, 2)
    if reading.previous is not None:
        painter.setPen(QPen(theme.colour("ink3"), 1.5))
        painter.setBrush(theme.colour("card"))
        painter.drawEllipse(QPointF(x(reading.previous), middle), real(4), real(4))
    paint_mark(painter, QPointF(x(reading.value), middle), reading.standing, real(7))
    painter.restore()


def paint_mark(painter: QPainter, place: QPointF, standing: str, radius: float) -> None:
    """Paint the mark of a value: a green dot within the range, a red diamond outside, a plain dot when unknown."""
    painter.save()
    painter.setPen(QPen(theme.colour("card"), 2))
    if standing in ("below", "above"):
        painter.setBrush(theme.colour("badMark"))
        painter.translate(place)
        painter.rotate(45)
        half = radius * 0.91
        painter.drawRect(QRectF(-half, -half, 2 * half, 2 * half))
    else:
        painter.setBrush(theme.colour("goodMark" if standing == "within" else "ink2"))
        painter.drawEllipse(place, radius, radius)
    painter.restore()


class RangeBar(QWidget):
    """A reading on its line, 230×28."""

    def __init__(self, reading: Reading, *, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self.show_reading(reading)

    def show_reading(self, reading: Reading) -> None:
        """Show another reading."""
        self._reading = reading
        said = reading.words()
        self.setAccessibleName(f"{self._label}: {said}" if self._label else said)
        self.update()

    def sizeHint(self) -> QSize:
        """Return 230×28."""
        return QSize(theme.px(230), theme.px(28))

    def minimumSizeHint(self) -> QSize:
        """Return the least size that still shows a place on the line."""
        return QSize(theme.px(120), theme.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        paint_range_bar(QPainter(self), QRectF(self.rect()), self._reading)


class MarkLegend(Mark):
    """One mark of the legend under a table: `standing` within, above (outside), or previous."""

    def __init__(self, standing: str, parent: QWidget | None = None) -> None:
        super().__init__(20, parent=parent)
        self._standing = standing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).center()
        if self._standing != "previous":
            paint_mark(painter, place, self._standing, theme.scale().real(7))
            return
        painter.setPen(QPen(theme.colour("ink3"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, theme.scale().real(4.5), theme.scale().real(4.5))
