"""What the marks of the month mean, and whose hue is whose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.session.rows import PersonRow
from desktop.views import theme, wording
from desktop.views.parts import Body, Box, Card, Divider, FlowLayout, Meta, clear, column, row
from desktop.views.parts.given import layout_of
from desktop.views.parts.month import paint_day_mark
from desktop.words import tr


class _Mark(QWidget):
    def __init__(self, kind: str, hue: int | None) -> None:
        super().__init__()
        self._kind, self._hue = kind, hue
        self.setFixedSize(theme.px(14), theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_day_mark(painter, QPointF(self.width() / 2, self.height() / 2), self._kind, self._hue)


class Legend(Card):
    """«Обозначения»."""

    def __init__(self) -> None:
        super().__init__(pad=(16, 20), gap=6)
        self.body.addWidget(Meta(tr("bookings.legend"), weight=500))
        for kind, key in (("dot", "confirmed"), ("ring", "pending"), ("diamond", "clash")):
            line = row(_Mark(kind, None), Body(tr(f"bookings.legend_{key}")), gap=12)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        self._people = Box(column(gap=6))
        self.body.addWidget(self._people)

    def show_people(self, people: Sequence[PersonRow]) -> None:
        """Name the hues that are on the page."""
        place = layout_of(self._people)
        clear(place)
        self._people.setVisible(bool(people))
        if people:
            place.addWidget(Divider())
            names = [Box(row(_Mark("dot", person.hue), Meta(wording.person_name(person), wrap=False))) for person in people]
            place.addWidget(Box(FlowLayout(*names, gap=12, line_gap=4)))
