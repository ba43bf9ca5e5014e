"""Free times of one doctor: days by morning, day, evening; each time a radio button, each empty day its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts.layouts import Box, Divider, clear, column
from desktop.views.parts.plain import Meta, PlainLabel, shown
from desktop.words import tr

_PARTS = ("morning", "day", "evening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One free time. `part` is 0 for the morning, 1 for the day, 2 for the evening; `said` is its whole name."""

    id: str
    time: str
    part: int
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDay:
    """One day: «Пн», «18», its free times, or the reason why there are none («Врач на учёбе»)."""

    weekday: str
    number: str
    slots: tuple[Slot, ...] = ()
    reason: str = ""


class SlotButton(QRadioButton):
    """One free time, painted as a button; a screen reader hears a radio button."""

    def __init__(self, slot: Slot, *, day: SlotDay) -> None:
        super().__init__(shown(slot.time))
        self.slot, self.day = slot, day
        self.setAccessibleName(shown(slot.said or f"{day.weekday} {day.number}, {slot.time}"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return at least 72×44."""
        return QSize(theme.px(72), theme.scale().control())

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def hitButton(self, place: object) -> bool:
        """Take the whole button as the target."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, edge and time."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, contrast = self.isChecked(), theme.current().contrast
        width = 2.0 if contrast else 1.5
        painter.setPen(QPen(theme.colour("accent" if on else "control"), width))
        painter.setBrush(theme.colour("accent" if on else "sunken" if self.underMouse() else "card"))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(area, theme.scale().radius("control"), theme.scale().radius("control"))
        painter.setFont(theme.font("bodyStrong", tnum=True))
        painter.setPen(theme.colour("onAccent" if on else "ink"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())


class SlotGrid(QWidget):
    """Days across, parts of the day down. Arrows move between times, Enter or Space chooses; `chosen` gives the id."""

    chosen = Signal(str)

    def __init__(
        self, days: Sequence[SlotDay] = (), *, chosen: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(shown(name))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(0)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._grid)
        self._group: QButtonGroup | None = None
        self._columns: list[list[SlotButton]] = []
        self._heads: list[QWidget] = []
        self.show_days(days, chosen=chosen)
        theme.changed.connect(self.update)

    def buttons(self) -> tuple[SlotButton, ...]:
        """Return all times in the order of days."""
        return tuple(button for day in self._columns for button in day)

    def chosen_id(self) -> str:
        """Return the id of the chosen time, empty when none is."""
        return next((button.slot.id for button in self.buttons() if button.isChecked()), "")

    def show_days(self, days: Sequence[SlotDay], *, chosen: str = "") -> None:
        """Show other days; says nothing through the signal."""
        clear(self._grid)
        if self._group is not None:
            self._group.deleteLater()
        self._group = QButtonGroup(self)
        self._columns, self._heads = [[] for _ in days], []
        self._grid.setColumnMinimumWidth(0, theme.px(56))
        for part, word in enumerate(_PARTS):
            self._grid.addWidget(Divider(), part * 2 + 1, 0, 1, len(days) + 1)
            label = Box(column(Meta(tr(f"parts.part_{word}"), bold=True, wrap=False), pad=(16, 0, 16, 0)))
            self._grid.addWidget(label, part * 2 + 2, 0, Qt.AlignmentFlag.AlignTop)
        for n, day in enumerate(days):
            self._grid.setColumnStretch(n + 1, 1)
            self._fill(n, day)
        for button in self.buttons():
            button.setChecked(button.slot.id == chosen)
            button.installEventFilter(self)
            button.toggled.connect(self._toggled)
        self._rove(next((b for b in self.buttons() if b.isChecked()), next(iter(self.buttons()), None)))

    def _fill(self, n: int, day: SlotDay) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        tone = "ink" if day.slots else "ink3"
        number = PlainLabel(day.number, style="h3", tone=tone, tnum=True, align=centre, wrap=False, line_px=26)
        weekday = PlainLabel(day.weekday, style="caption", tone="ink2", align=centre, wrap=False)
        head = Box(column(weekday, number, gap=0, pad=(6, 0, 8)))
        self._heads.append(head)
        self._grid.addWidget(head, 0, n + 1)
        for part in range(len(_PARTS)):
            times = column(gap=6, pad=(8, 4))
            if part == 0 and day.reason and not day.slots:
                times.addSpacing(theme.px(8))
                times.addWidget(PlainLabel(day.reason, style="caption", tone="ink3", align=centre))
            for slot in (slot for slot in day.slots if slot.part == part):
                button = SlotButton(slot, day=day)
                self._columns[n].append(button)
                if self._group is not None:
                    self._group.addButton(button)
                times.addWidget(button)
            times.addStretch(1)
            self._grid.addWidget(Box(times), part * 2 + 2, n + 1)

    def _toggled(self, on: bool) -> None:
        self.update()
        button = self.sender()
        if on and isinstance(button, SlotButton):
            self._rove(button)
            self.chosen.emit(button.slot.id)

    def _rove(self, button: SlotButton | None) -> None:
        """Make one time the stop of Tab, so that Tab leaves the grid."""
        for other in self.buttons():
            other.setFocusPolicy(Qt.FocusPolicy.StrongFocus if other is button else Qt.FocusPolicy.ClickFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with the arrows, choose with Enter."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, SlotButton):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            watched.setChecked(True)
            return True
        there = self._neighbour(watched, event.key())
        if there is not None:
            self._rove(there)
            there.setFocus(Qt.FocusReason.TabFocusReason)
        return event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)

    def _neighbour(self, button: SlotButton, key: int) -> SlotButton | None:
        n = next(n for n, times in enumerate(self._columns) if button in times)
        place = self._columns[n].index(button)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = place + (1 if key == Qt.Key.Key_Down else -1)
            return self._columns[n][step] if 0 <= step < len(self._columns[n]) else None
        if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            return None
        aside = range(n + 1, len(self._columns)) if key == Qt.Key.Key_Right else range(n - 1, -1, -1)
        times = next((self._columns[m] for m in aside if self._columns[m]), None)
        if times is None:
            return None
        top = button.mapTo(self, button.rect().topLeft()).y()
        return min(times, key=lambda other: abs(other.mapTo(self, other.rect().topLeft()).y() - top))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of the chosen day."""
        n = next((n for n, times in enumerate(self._columns) if any(b.isChecked() for b in times)), None)
        if n is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = self._heads[n].geometry()
        painter.setPen(QPen(theme.colour("accent"), 2) if theme.current().contrast else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accentTint"))
        radius = theme.scale().radius("control")
        painter.drawRoundedRect(QRectF(head.x(), 1, head.width(), self.height() - 2), radius, radius)
