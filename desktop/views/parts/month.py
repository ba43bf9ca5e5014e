"""A month with marks: filled dot (confirmed), hollow ring (not yet), diamond (needs a decision), in people's hues."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts.buttons import IconButton
from desktop.views.parts.layouts import column, row
from desktop.views.parts.messages import announce
from desktop.views.parts.plain import Heading
from desktop.words import tr

DOT: Final = "dot"
RING: Final = "ring"
DIAMOND: Final = "diamond"


@dataclass(frozen=True, slots=True)
class DayMark:
    """One mark under a day; `said` is what a screen reader hears («Наталья: кардиолог, 10:40»)."""

    kind: str
    hue: int
    said: str = ""


def paint_day_mark(painter: QPainter, place: QPointF, kind: str, hue: int | None) -> None:
    """Paint one mark around `place`; without a hue in ink, for a legend."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tone = theme.colour("ink" if hue is None else theme.spine_role(hue))
    real = theme.scale().real
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("warnLine") if kind == DIAMOND else tone)
    if kind == RING:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tone, real(2)))
        painter.drawEllipse(place, real(4.2), real(4.2))
    elif kind == DIAMOND:
        painter.translate(place)
        painter.rotate(45)
        painter.drawRect(QRectF(-real(4.5), -real(4.5), real(9), real(9)))
    else:
        painter.drawEllipse(place, real(5), real(5))
    painter.restore()


class MonthGrid(QWidget):
    """The days of one month. Arrows move the day, Page Up and Page Down the month, Enter chooses. `chosen` gives the date."""

    chosen = Signal(date)
    turned = Signal(date)

    def __init__(self, *, today: date, day: date | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today, self._day, self._cursor = today, day, day or today
        self._marks: Mapping[date, Sequence[DayMark]] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)
        self._say()

    @property
    def month(self) -> date:
        """Return the first day of the month shown."""
        return self._cursor.replace(day=1)

    @property
    def day(self) -> date | None:
        """Return the chosen day."""
        return self._day

    def set_marks(self, marks: Mapping[date, Sequence[DayMark]]) -> None:
        """Show other marks."""
        self._marks = marks
        self._say()
        self.update()

    def choose(self, day: date | None) -> None:
        """Choose a day without a signal and show its month."""
        self._day = day
        if day is not None:
            self._move_to(day)
        self.update()

    def turn(self, months: int) -> None:
        """Show a month later (or earlier) by so many."""
        number = self._cursor.year * 12 + self._cursor.month - 1 + months
        year, month = divmod(number, 12)
        last = calendar.monthrange(year, month + 1)[1]
        self._move_to(date(year, month + 1, min(self._cursor.day, last)))

    def _move_to(self, day: date) -> None:
        before = self.month
        self._cursor = day
        if self.month != before:
            self.updateGeometry()
            self.turned.emit(self.month)
        self._say()
        self.update()

    def _say(self) -> None:
        marks = "; ".join(mark.said for mark in self._marks.get(self._cursor, ()) if mark.said)
        said = tr("parts.day_name", day=self._cursor.day, month=tr(f"parts.month_of_{self._cursor.month}"))
        self.setAccessibleName(f"{said}: {marks}" if marks else said)
        if self.hasFocus():
            announce(self, self.accessibleName())

    def _lead(self) -> int:
        return self.month.weekday()

    def _weeks(self) -> int:
        days = calendar.monthrange(self.month.year, self.month.month)[1]
        return -(-(self._lead() + days) // 7)

    def sizeHint(self) -> QSize:
        """Return seven columns of 44 and the weeks of the month, rows of 52 with gaps of 2."""
        return QSize(theme.px(44) * 7, theme.px(28) + self._weeks() * theme.px(54))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return self.sizeHint()

    def cell(self, day: date) -> QRect:
        """Return the place of a day of the month shown."""
        at = self._lead() + day.day - 1
        wide, tall = theme.px(44), theme.px(52)
        step = (self.width() - wide) / 6
        return QRect(round(at % 7 * step), theme.px(28) + at // 7 * theme.px(54), wide, tall)

    def ring_rect(self) -> QRect:
        """Return what the focus ring goes round: the day the arrows stand on."""
        return self.cell(self._cursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names of days, days and marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("ink3"))
        for n in range(7):
            area = self.cell(self.month)
            step = (self.width() - area.width()) / 6
            place = QRectF(n * step, 0, area.width(), theme.px(28))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr(f"parts.weekday_{n}"))
        days = calendar.monthrange(self.month.year, self.month.month)[1]
        for number in range(1, days + 1):
            self._paint_day(painter, self.month.replace(day=number))

    def _paint_day(self, painter: QPainter, day: date) -> None:
        area = QRectF(self.cell(day))
        real, marks = theme.scale().real, self._marks.get(day, ())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if day == self._day:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(theme.colour("accentTint"))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), real(10), real(10))
        today = day == self._today
        number = QRectF(area.center().x() - real(14), area.top() + real(6), real(28), real(24))
        if today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("ink"))
            painter.drawRoundedRect(number, real(12), real(12))
        strong = today or bool(marks) or day == self._day
        painter.setFont(theme.font("body", weight=600 if strong else 400, tnum=True))
        rest = day.weekday() >= 5 and not strong
        painter.setPen(theme.colour("card" if today else "ink3" if rest else "ink"))
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(day.day))
        shown = marks[:3]
        for n, mark in enumerate(shown):
            x = area.center().x() + (n - (len(shown) - 1) / 2) * real(13)
            paint_day_mark(painter, QPointF(x, area.bottom() - real(12)), mark.kind, mark.hue)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, turn with Page Up and Page Down, choose with Enter or Space."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        key = event.key()
        if key in steps:
            self._move_to(self._cursor + timedelta(days=steps[Qt.Key(key)]))
        elif key == Qt.Key.Key_PageDown:
            self.turn(1)
        elif key == Qt.Key.Key_PageUp:
            self.turn(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose_cursor()
        else:
            super().keyPressEvent(event)

    def _choose_cursor(self) -> None:
        self._day = self._cursor
        self.update()
        self.chosen.emit(self._cursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the day under the pointer."""
        days = calendar.monthrange(self.month.year, self.month.month)[1]
        for number in range(1, days + 1):
            day = self.month.replace(day=number)
            if self.cell(day).contains(event.position().toPoint()):
                self._move_to(day)
                self._choose_cursor()
                return
        super().mousePressEvent(event)


class MonthView(QWidget):
    """A month with its name and two buttons to turn it. `chosen` gives a date, `turned` the first day of a new month."""

    chosen = Signal(date)
    turned = Signal(date)

    def __init__(self, *, today: date, day: date | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = MonthGrid(today=today, day=day)
        self.grid.setObjectName("month")
        self._title = Heading(wrap=False)
        self.earlier = IconButton("chevron-left", tr("parts.month_earlier"))
        self.later = IconButton("chevron-right", tr("parts.month_later"))
        self.earlier.clicked.connect(lambda: self.grid.turn(-1))
        self.later.clicked.connect(lambda: self.grid.turn(1))
        head = row(gap=0, pad=(0, 0, 6, 4))
        head.addWidget(self._title, 1)
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        self.setLayout(column(head, self.grid, gap=0))
        self.grid.chosen.connect(self.chosen)
        self.grid.turned.connect(self._turned)
        self._name()

    def set_marks(self, marks: Mapping[date, Sequence[DayMark]]) -> None:
        """Show other marks."""
        self.grid.set_marks(marks)

    def choose(self, day: date | None) -> None:
        """Choose a day without a signal."""
        self.grid.choose(day)

    def _turned(self, month: date) -> None:
        self._name()
        self.turned.emit(month)

    def _name(self) -> None:
        month = self.grid.month
        self._title.set_text(f"{tr(f'parts.month_{month.month}')} {month.year}")
