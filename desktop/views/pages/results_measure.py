"""One value of a report: a line that opens to its course over the years and to what the doctor said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QStackedWidget, QWidget

from desktop.session.rows import MeasureRow, TrendPoint
from desktop.views import theme, wording
from desktop.views.pages import results_words
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    FlowLayout,
    IconLabel,
    Meta,
    Painted,
    PlainLabel,
    Point,
    RangeBar,
    Tag,
    TrendChart,
    clear,
    column,
    row,
    take_out,
)
from desktop.views.parts.given import layout_of
from desktop.views.parts.paint import keep_within
from desktop.words import tr

WIDE_FROM_PX = 660
_SIDE = 24


class MeasureHead(Painted):
    """The line itself: name, value, where it stands, the range. Two lines where the width is short."""

    def __init__(self, measure: MeasureRow, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.measure = measure
        self.setCheckable(True)
        self.setObjectName(f"measure_{measure.id}")
        out = results_words.is_out(measure)
        self._chevron = IconLabel("chevron-right", "ink3", 18)
        self._title = PlainLabel(measure.title, style="body", weight=600 if out else 500)
        title = row(self._chevron, gap=8)
        title.addWidget(self._title, 1)
        self._title_box = Box(title)
        self._value_box = Box(self._value(measure))
        reading = results_words.reading(measure)
        self._bar: QWidget = RangeBar(reading, label=measure.title) if reading is not None else Box()
        self._range = PlainLabel(results_words.range_words(measure), style="caption", tone="ink2", tnum=True,
                                 align=Qt.AlignmentFlag.AlignRight)  # fmt: skip
        for part in (self._title_box, self._value_box, self._bar, self._range):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.px(_SIDE), theme.px(8), theme.px(_SIDE), theme.px(8))
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(theme.px(4))
        self._is_wide: bool | None = None
        self._arrange(is_wide=True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.toggled.connect(self._tell)
        self._tell(False)

    def _value(self, measure: MeasureRow) -> FlowLayout:
        if not measure.is_safe_to_show:
            return FlowLayout(Meta(tr("results.measure_unsafe"), tone="warn", weight=500))
        is_figure = measure.value is not None or bool(measure.unit)
        words = results_words.value_words(measure)
        value = PlainLabel(words, style="body", weight=600, tnum=True, size_px=18 if is_figure else None, wrap=not is_figure)
        return FlowLayout(value, *([Meta(measure.unit, wrap=False)] if measure.unit else []), gap=5, line_gap=0)

    def _arrange(self, *, is_wide: bool) -> None:
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        grid, middle = self._grid, Qt.AlignmentFlag.AlignVCenter
        for part in (self._title_box, self._value_box, self._bar, self._range):
            take_out(grid, part)
        if is_wide:
            self._title_box.setFixedWidth(theme.px(200))
            self._value_box.setFixedWidth(theme.px(124))
            self._bar.setFixedWidth(theme.px(230))
            for at, part in enumerate((self._title_box, self._value_box, self._bar, self._range)):
                grid.addWidget(part, 0, at, middle) if at < 3 else grid.addWidget(part, 0, at)
            grid.setColumnStretch(0, 0)
            grid.setColumnStretch(3, 1)
        else:
            for part in (self._title_box, self._bar):
                part.setMinimumWidth(0)
                part.setMaximumWidth((1 << 24) - 1)
            self._value_box.setFixedWidth(theme.px(150))
            grid.addWidget(self._title_box, 0, 0)
            grid.addWidget(self._value_box, 0, 1, middle)
            grid.addWidget(self._bar, 1, 0)
            grid.addWidget(self._range, 1, 1)
            grid.setColumnStretch(0, 1)
            grid.setColumnStretch(3, 0)
        self._bar.setVisible(isinstance(self._bar, RangeBar) or is_wide)

    def _tell(self, on: bool) -> None:
        self._chevron.set_icon("chevron-down" if on else "chevron-right", "accent" if on else "ink3")
        self.setAccessibleName(results_words.measure_said(self.measure))
        self.setAccessibleDescription(tr("results.opened" if on else "results.closed"))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take one line or two."""
        super().resizeEvent(event)
        self._arrange(is_wide=event.size().width() >= theme.px(WIDE_FROM_PX))

    def sizeHint(self) -> QSize:
        """Return the size of what is inside, 46 high at least."""
        return QSize(theme.px(320), max(layout_of(self).sizeHint().height(), theme.px(46)))

    def minimumSizeHint(self) -> QSize:
        """Return the least size of what is inside."""
        return QSize(theme.px(280), theme.px(46))

    def heightForWidth(self, width: int) -> int:
        """Return the height of what is inside."""
        return max(layout_of(self).totalHeightForWidth(width), theme.px(48 if self.isChecked() else 46))

    def ring_radius(self) -> float:
        """Return the corner radius."""
        return theme.scale().real(6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground under the pointer; the open line's ground belongs to the whole."""
        if self.underMouse() and not self.isChecked():
            QPainter(self).fillRect(self.rect(), theme.colour("sunken"))


class MeasureLine(QWidget):
    """A value with what opens under it. `opened` asks for the course; `asked` that the question form be shown."""

    opened = Signal()
    asked = Signal()

    def __init__(self, measure: MeasureRow, *, today: date, question: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measure = measure
        self._question, self._today = question, today
        self.head = MeasureHead(measure)
        self.head.toggled.connect(self._toggle)
        self.inside: QWidget | None = None
        self.chart: TrendChart | None = None
        self.pages: QStackedWidget | None = None
        self.table_button: Button | None = None
        self.ask_button: Button | None = None
        self.table: QWidget | None = None
        self._column = column(self.head, gap=0, pad=(0, 0, 1))
        self.setLayout(self._column)

    def open(self) -> None:
        """Open the line."""
        self.head.setChecked(True)

    def _toggle(self, on: bool) -> None:
        if on and self.inside is None:
            self.inside = self._details()
            self._column.addWidget(self.inside)
            self.opened.emit()
        if self.inside is not None:
            self.inside.setVisible(on)
        self.update()

    def _details(self) -> QWidget:
        self._chart_place = column(gap=0, pad=(10, 8, 4, 10))
        self._chart_card = Card(self._chart_place, pad=(10, 8, 4, 10))
        self._chart_card.setMinimumWidth(theme.px(290))
        self._both = row(gap=16, pad=(6, _SIDE, 14))
        self._both.addWidget(self._chart_card)
        self._both.addWidget(self._words(), 1)
        return Box(self._both)

    def _words(self) -> QWidget:
        measure = self.measure
        head = row(IconLabel("comment", "accent", 20), gap=8)
        head.addWidget(Meta(tr("results.comment"), tone="ink", bold=True), 1)
        inside = column(head, gap=0, pad=(12, 16))
        inside.addSpacing(theme.px(6))
        if measure.note:
            inside.addWidget(PlainLabel(measure.note, style="body", line_px=22))
            by = measure.note_by
            if by and measure.note_on is not None:
                by = tr("results.comment_by", name=by, on=wording.day(measure.note_on, today=self._today))
            if by:
                inside.addSpacing(theme.px(6))
                inside.addWidget(Meta(by))
        else:
            inside.addWidget(Body(tr("results.no_comment"), tone="ink2"))
        if self._question:
            inside.addSpacing(theme.px(6))
            inside.addLayout(row(Tag(self._question, icon="hourglass", kind="dashed"), STRETCH))
        self.ask_button = Button(tr("results.ask"), role="text", tight=True, name=f"{tr('results.ask')}: {measure.title}")
        self.ask_button.clicked.connect(self.asked)
        self.table_button = Button(tr("results.table"), role="text", tight=True)
        self.table_button.clicked.connect(self._turn)
        self.table_button.hide()
        buttons = Box(FlowLayout(self.ask_button, self.table_button, gap=0))
        inside.addWidget(buttons)
        inside.addStretch(1)
        return Card(inside, pad=(12, 16, 4, 16))

    # --- the course
    def show_course(self, points: Sequence[TrendPoint]) -> None:
        """Show the values of all the years as a chart, with the same in a table behind it."""
        clear(self._chart_place)
        measure = self.measure
        if measure.value is None and not points:
            self._chart_place.addWidget(Body(tr("results.not_number"), tone="ink2"))
        elif len(points) < 2:
            self._chart_place.addWidget(Body(tr("results.first_time"), tone="ink2"))
        else:
            marks = [Point(results_words.short_month(point.at.date()), point.value) for point in points]
            is_held = measure.value is None or results_words.reading(measure) is not None
            low, high = (measure.low, measure.high) if is_held else (None, None)
            self.chart = TrendChart(marks, label=measure.title, unit=measure.unit, low=low, high=high)
            self.pages = QStackedWidget()
            self.pages.addWidget(self.chart)
            self.table = self._table(points)
            self.pages.addWidget(self.table)
            self._chart_place.addWidget(self.pages)
            if self.table_button is not None:
                self.table_button.show()
            self._narrow()
            return
        self._chart_place.addStretch(1)
        self._narrow()

    def _table(self, points: Sequence[TrendPoint]) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(8))
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(4))
        for at, key in enumerate(("on", "value", "standing")):
            grid.addWidget(Meta(tr(f"results.table_{key}")), 0, at)
        for line, point in enumerate(reversed(points), start=1):
            value = f"{results_words.digits(point.text)} {self.measure.unit}".strip()
            standing = tr(f"results.standing_{point.standing}") if point.standing != "unknown" else ""
            for at, text in enumerate((results_words.full_day(point.at.date()), value, standing)):
                grid.addWidget(Body(text, tnum=True, bold=at == 1), line, at)
        grid.setColumnStretch(2, 1)
        made = Box(column(Box(grid), STRETCH, gap=0))
        made.setAccessibleName(tr("results.table_name", title=self.measure.title))
        return made

    def _turn(self) -> None:
        if self.pages is None or self.table_button is None:
            return
        self.pages.setCurrentIndex(1 - self.pages.currentIndex())
        is_table = self.pages.currentIndex() == 1
        self.table_button.setText(tr("results.chart" if is_table else "results.table"))
        self._narrow()

    def _narrow(self) -> None:
        """Put the doctor's words under the chart where the width is short."""
        if self.inside is None:
            return
        is_wide = self.width() >= theme.px(WIDE_FROM_PX)
        to = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(to)
        self._chart_card.setMaximumWidth(theme.px(430) if is_wide else (1 << 24) - 1)
        if is_wide:
            self._chart_card.setMinimumWidth(theme.px(min(430, max(290, 0.62 * self.width() / max(theme.scale().real(1), 1)))))
        if self.pages is not None:
            for at in range(self.pages.count()):
                shown = at == self.pages.currentIndex()
                tall = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
                if (page := self.pages.widget(at)) is not None:
                    page.setSizePolicy(QSizePolicy.Policy.Preferred, tall)
            self.pages.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep chart and words beside each other while there is room."""
        super().resizeEvent(event)
        self._narrow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground of an open line, or the hairline under a closed one."""
        painter = QPainter(self)
        if (card := Card.around(self)) is not None:
            keep_within(painter, self, card)
        if self.head.isChecked():
            painter.fillRect(self.rect(), theme.colour("accentTint"))
        else:
            side = theme.px(_SIDE)
            painter.fillRect(QRectF(side, self.height() - 1, self.width() - 2 * side, 1), theme.colour("line"))
