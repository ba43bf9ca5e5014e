"""One clinic in the list of clinics: number, name, doors and rating; the chosen one opens to its actions (mockup 11)."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.session.clinics import ClinicRow
from desktop.views import theme
from desktop.views.pages import clinic_words as words
from desktop.views.parts import (
    Body,
    Box,
    Button,
    Card,
    FlowLayout,
    IconButton,
    IconLabel,
    Inlaid,
    Meta,
    column,
    row,
)
from desktop.views.parts.paint import keep_within
from desktop.words import tr


class Number(QWidget):
    """The number of a clinic in a ring, as its pin on the map has it."""

    def __init__(self, number: int, *, chosen: bool) -> None:
        super().__init__()
        self._number, self._chosen = number, chosen
        self.setFixedSize(theme.px(32), theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ring and number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent" if self._chosen else "ink"), 2))
        painter.setBrush(theme.colour("accent" if self._chosen else "card"))
        side = self.width() / 2 - 1.5
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), side, side)
        painter.setPen(theme.colour("onAccent" if self._chosen else "ink"))
        painter.setFont(theme.font("bodyStrong" if self._number < 100 else "label", tnum=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


class ClinicHead(Inlaid):
    """What is pressed to choose a clinic; the keys of the list are the list's."""

    def __init__(self, found: ClinicRow, *, number: int, chosen: bool, mine: str) -> None:
        super().__init__()
        one = found.clinic
        said, tone = words.doors(found.doors)
        self.setCheckable(True)
        self.setChecked(chosen)
        marks = row(gap=6)
        if one.rating is not None:
            marks.addWidget(IconLabel("star-filled", "warn", 18))
            marks.addWidget(Meta(words.rating(one.rating), tone="ink", bold=True, wrap=False))
            marks.addSpacing(theme.px(8))
        marks.addWidget(Meta(said, tone=tone, weight=500), 1)
        texts = column(Body(one.name, bold=True), Meta(words.where(one)), marks, gap=2)
        if mine:
            texts.addWidget(Meta(mine))
        line = row(gap=12, pad=(12, 16))
        line.addWidget(Number(number, chosen=chosen), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        self.setLayout(line)
        stars = tr("clinics.rating_said", rating=words.rating(one.rating)) if one.rating is not None else ""
        parts = (f"{number}. {one.name}", words.where(one), stars, said, mine)
        self.setAccessibleName(". ".join(part for part in parts if part))

    def ring_radius(self) -> float:
        """Return the corner radius of the focus ring."""
        return theme.scale().real(10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrows to the list: a button of Qt would pass the focus on by itself."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        """Stay chosen: choosing is the page's."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground under the pointer."""
        if self.underMouse() and not self.isChecked():
            QPainter(self).fillRect(self.rect(), theme.colour("sunken"))


class ClinicEntry(QWidget):
    """A row of the list; chosen, it carries its actions. `pressed`, `booked`, `called`, `opened` name what was asked of it."""

    pressed = Signal()
    booked = Signal()
    called = Signal()
    opened = Signal()

    def __init__(self, found: ClinicRow, *, number: int, chosen: bool, mine: str, soonest: str, acts: bool) -> None:
        super().__init__()
        self.id, self._chosen = found.id, chosen
        self.setObjectName(f"clinic_{found.id}")
        name = found.clinic.name
        self.head = ClinicHead(found, number=number, chosen=chosen, mine=mine)
        self.head.clicked.connect(self.pressed)
        whole = column(self.head, gap=0)
        if chosen and acts:
            book = Button(tr("clinics.book"), role="primary", name=f"{tr('clinics.book')}: {name}")
            call = Button(tr("clinics.call"), icon="phone", tight=True, name=f"{tr('clinics.call')}: {name}")
            more = IconButton("more", tr("clinics.more", name=name), framed=True)
            for button, signal in ((book, self.booked), (call, self.called), (more, self.opened)):
                button.clicked.connect(signal)
            # Shown before it has a parent, a button would be a window of its own for a moment.
            if not found.clinic.phone:
                call.hide()
            inside = column(gap=10, pad=(0, 12, 14, 16))
            if soonest:
                inside.addWidget(Meta(soonest))
            inside.addWidget(Box(FlowLayout(book, call, more, gap=8)))
            whole.addLayout(inside)
        self.setLayout(whole)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, the bar of the chosen one and the line above."""
        painter = QPainter(self)
        if (card := Card.around(self)) is not None:
            keep_within(painter, self, card)
        area = QRectF(self.rect())
        if self._chosen:
            painter.fillRect(area, theme.colour("accentTint"))
            wide = theme.px(8 if theme.current().contrast else 4)
            painter.fillRect(QRectF(0, 0, wide, area.height()), theme.colour("accent"))
        painter.fillRect(QRectF(0, area.height() - theme.border_px(), area.width(), theme.border_px()), theme.colour("line"))


def more_button(rest: int) -> Button:
    """Make the button that shows the next clinics."""
    return Button(tr("clinics.show_more", rest), role="text")
