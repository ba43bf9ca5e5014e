"""The vaccination calendar as lines with stops: done, missed, ahead. What a stop means medically is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import icons, theme
from desktop.views.parts.messages import announce
from desktop.views.parts.paint import write
from desktop.views.parts.plain import shown
from desktop.words import tr

_ROW, _COLUMN, _LABELS, _HEAD = 42, 58, 225, 56
_DOTS = (0.1, 3.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One dose. `kind`: done, missed, ahead; `said` is «Полиомиелит, 20 месяцев, пропущена»."""

    id: str
    column: int
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class VaccineLine:
    """One disease with its doses in the order of columns."""

    name: str
    stops: tuple[Stop, ...]


class VaccineMatrix(QWidget):
    """Lines of doses over ages. `now` is the column of the present age; its word goes under «Сейчас».

    Arrows move between stops, which `moved` says; Enter opens one: `opened` gives its id.
    """

    opened = Signal(str)
    moved = Signal()

    def __init__(
        self,
        lines: Sequence[VaccineLine] = (),
        *,
        columns: Sequence[str],
        now: int | None = None,
        caption: str = "",
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns, self._now, self._caption, self._name = tuple(columns), now, caption, shown(name)
        self._lines: tuple[VaccineLine, ...] = ()
        self._cursor = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self.show_lines(lines)

    def show_lines(self, lines: Sequence[VaccineLine]) -> None:
        """Show other lines; those without stops are left out."""
        self._lines = tuple(line for line in lines if line.stops)
        self._cursor = (0, 0)
        self._say()
        self.updateGeometry()
        self.update()

    def stop(self) -> Stop | None:
        """Return the stop that the arrows stand on."""
        if not self._lines:
            return None
        line, place = self._cursor
        return self._lines[line].stops[place]

    def sizeHint(self) -> QSize:
        """Return labels, columns of 58 and rows of 42."""
        wide = _LABELS + _COLUMN * len(self._columns)
        return QSize(theme.px(wide), theme.px(_HEAD + _ROW * len(self._lines) + 6))

    def minimumSizeHint(self) -> QSize:
        """Return a size at which stops still stand apart."""
        wide = 140 + 34 * len(self._columns)
        return QSize(theme.px(wide), self.sizeHint().height())

    def readable_px(self) -> int:
        """Return the least width at which the ages over the stops stand apart too."""
        metrics = QFontMetrics(theme.font("caption", tnum=True))
        step = max((metrics.horizontalAdvance(word) + theme.px(6) for word in self._columns), default=0)
        return max(self.minimumSizeHint().width(), theme.px(140) + step * len(self._columns))

    def _step(self) -> float:
        room = self.width() - min(theme.px(_LABELS), self.width() * 0.24)
        return room / max(len(self._columns), 1)

    def place(self, line: int, column: int) -> QPointF:
        """Return the middle of a stop."""
        left = self.width() - self._step() * len(self._columns)
        y = theme.px(_HEAD) + theme.scale().real(_ROW) * (line + 0.5)
        return QPointF(left + self._step() * (column + 0.5), y)

    def now_rect(self) -> QRect | None:
        """Return the column of the present age, if there is one."""
        if self._now is None:
            return None
        step = self._step()
        return QRectF(self.place(0, self._now).x() - step / 2, 0, step, self.height()).toAlignedRect()

    def ring_rect(self) -> QRect:
        """Return what the focus ring goes round: one stop."""
        stop = self.stop()
        if stop is None:
            return self.rect()
        middle, reach = self.place(self._cursor[0], stop.column), theme.px(14)
        return QRect(round(middle.x()) - reach, round(middle.y()) - reach, 2 * reach, 2 * reach)

    def ring_radius(self) -> float:
        """Return the radius of a stop."""
        return theme.scale().real(14)

    def _say(self) -> None:
        stop = self.stop()
        self.setAccessibleName(f"{self._name}. {shown(stop.said)}" if stop is not None else self._name)
        if self.hasFocus() and stop is not None:
            announce(self, stop.said)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the present, the ages, the lines and the stops."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._head(painter)
        for n, line in enumerate(self._lines):
            if n:
                y = theme.px(_HEAD) + theme.scale().real(_ROW) * n
                painter.fillRect(QRectF(0, y, self.width(), theme.border_px()), theme.colour("line"))
            self._line(painter, n, line)
            self._name_of(painter, n, line)

    def _name_of(self, painter: QPainter, n: int, line: VaccineLine) -> None:
        """Write a line's name where it is in sight: what is scrolled sideways passes beneath it."""
        hidden = self.visibleRegion().boundingRect().left()
        middle = self.place(n, 0)
        wide = middle.x() - self._step() / 2 - theme.px(6)
        if not hidden:
            # It may reach as far as the line's own first stop.
            wide = min(max(wide, self.place(n, line.stops[0].column).x() - theme.px(20)), middle.x() + self._step())
        room = QRectF(hidden, middle.y() - theme.px(14), wide, theme.px(28))
        if hidden:
            painter.fillRect(room.adjusted(0, -theme.px(4), 0, theme.px(4)), theme.colour("card"))
        write(painter, room, shown(line.name), theme.font("body", weight=500), "ink")

    def _head(self, painter: QPainter) -> None:
        step, line = self._step(), theme.px(20)
        if self._now is not None:
            middle = self.place(0, self._now).x()
            painter.setPen(QPen(theme.colour("accent"), 2) if theme.current().contrast else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accentTint"))
            radius = theme.scale().radius("control")
            painter.drawRoundedRect(QRectF(middle - step / 2, 1, step, self.height() - 2), radius, radius)
            painter.setPen(theme.colour("accent"))
            painter.setFont(theme.font("label"))
            painter.drawText(
                QRectF(middle - step, theme.px(6), 2 * step, line), Qt.AlignmentFlag.AlignCenter, tr("parts.now")
            )
        if self._caption:
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.colour("ink2"))
            left = self.place(0, 0).x()
            end = self.place(0, (self._now or len(self._columns)) - 1).x()
            painter.drawText(QRectF(left, 0, end - left, line), Qt.AlignmentFlag.AlignCenter, shown(self._caption))
        for n, word in enumerate(self._columns):
            painter.setFont(theme.font("caption", tnum=True))
            painter.setPen(theme.colour("accent" if n == self._now else "ink2"))
            room = QRectF(self.place(0, n).x() - step, theme.px(27), 2 * step, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown(word))

    def _line(self, painter: QPainter, n: int, line: VaccineLine) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for first, second in zip(line.stops, line.stops[1:], strict=False):
            certain = first.kind == second.kind == "done"
            pen = QPen(theme.colour("goodMark" if certain else "control"), 3 if certain else 1.5)
            if not certain:
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setDashPattern(_DOTS)
            painter.setPen(pen)
            painter.drawLine(self.place(n, first.column), self.place(n, second.column))
        for stop in line.stops:
            self._stop(painter, self.place(n, stop.column), stop.kind)

    def _stop(self, painter: QPainter, middle: QPointF, kind: str) -> None:
        painter.save()
        real = theme.scale().real
        painter.setPen(QPen(theme.colour("card"), 2))
        if kind == "done":
            painter.setBrush(theme.colour("goodMark"))
            painter.drawEllipse(middle, real(13), real(13))
            corner = middle - QPointF(real(9), real(9))
            painter.drawPixmap(corner, icons.pixmap("check", "card", 18))
        elif kind == "missed":
            painter.setBrush(theme.colour("warnMark"))
            painter.translate(middle)
            painter.rotate(45)
            painter.drawRect(QRectF(-real(10), -real(10), real(20), real(20)))
            painter.rotate(-45)
            painter.setFont(theme.font("bodyStrong"))
            painter.setPen(theme.colour("shade" if not theme.current().contrast else "card"))
            painter.drawText(QRectF(-real(10), -real(11), real(20), real(22)), Qt.AlignmentFlag.AlignCenter, "!")
        else:
            painter.setPen(QPen(theme.colour("control"), 2))
            painter.setBrush(theme.colour("card"))
            painter.drawEllipse(middle, real(11), real(11))
        painter.restore()

    def _go(self, line: int, place: int) -> None:
        self._cursor = (line, place)
        self._say()
        self.update()
        self.moved.emit()

    def _nearest(self, line: int, column: int) -> int:
        stops = self._lines[line].stops
        return min(range(len(stops)), key=lambda n: abs(stops[n].column - column))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, open with Enter or Space."""
        stop = self.stop()
        if stop is None:
            super().keyPressEvent(event)
            return
        line, place = self._cursor
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            there = place + (1 if key == Qt.Key.Key_Right else -1)
            self._go(line, min(max(there, 0), len(self._lines[line].stops) - 1))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            there = min(max(line + (1 if key == Qt.Key.Key_Down else -1), 0), len(self._lines) - 1)
            self._go(there, self._nearest(there, stop.column))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(stop.id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the stop under the pointer."""
        reach = max(self._step() / 2, theme.px(22))
        for n, line in enumerate(self._lines):
            for m, stop in enumerate(line.stops):
                apart = event.position() - self.place(n, stop.column)
                if abs(apart.x()) <= reach and abs(apart.y()) <= theme.px(21):
                    self._go(n, m)
                    self.opened.emit(stop.id)
                    return
        super().mousePressEvent(event)
