"""«Ваш талон»: the ticket that the wizard fills in, row by row. An answered row can be opened again; the present one is marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts import Avatar, Body, Box, Card, Face, Heading, IconButton, IconLabel, Meta, clear, column, row
from desktop.views.parts.given import layout_of
from desktop.views.parts.marks import dashed_pen
from desktop.words import tr

WIDE_PX = 288


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: what it asks, the answer in words, whether it is the present one and whether it may be opened again."""

    step: str
    value: str
    is_now: bool = False
    may_edit: bool = False
    face: Face | None = None


class _Row(QWidget):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._is_now = line.is_now
        name = tr(f"wizard.row_{line.step}")
        if line.is_now:
            name = tr("wizard.row_check_here") if line.step == "check" else tr("wizard.row_here", name=name)
        value = line.value or tr("wizard.not_yet")
        is_answer = bool(line.value) and (line.step != "check" or line.is_now)
        words = column(
            Meta(name, tone="accent" if line.is_now else "ink2", bold=line.is_now),
            Body(value, bold=is_answer, tone="ink" if is_answer else "ink2" if line.value else "ink3"),
            gap=0,
        )
        words.setContentsMargins(0, 0, 0, 0)
        lay = row(gap=12, pad=(10, 8, 10, 20))
        lay.addWidget(self._mark(line), 0, Qt.AlignmentFlag.AlignTop)
        lay.addLayout(words, 1)
        self.edit: IconButton | None = None
        if line.may_edit and not line.is_now:
            self.edit = IconButton("edit", tr("wizard.edit", what=tr(f"wizard.row_{line.step}")), size_px=20)
            self.edit.setObjectName(f"edit_{line.step}")
            lay.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(lay)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _mark(self, line: Line) -> QWidget:
        if line.face is not None:
            return Avatar(line.face.initials, hue=line.face.hue, size_px=28)
        icon = "seal" if line.step == "check" else "clock" if line.step == "time" and line.is_now else "check-circle"
        if line.step != "check" and not line.value:
            icon = "minus"
        tone = "accent" if line.is_now else "good" if line.value and line.step != "check" else "ink3"
        return IconLabel(icon, tone, 28)

    def sizeHint(self) -> QSize:
        """Return the row's height at its width."""
        width = self.width() if self.testAttribute(Qt.WidgetAttribute.WA_Resized) else theme.px(WIDE_PX - 4)
        return QSize(theme.px(WIDE_PX - 4), layout_of(self).totalHeightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and the bar of the present row."""
        if not self._is_now:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("accentTint"))
        painter.fillRect(0, 0, theme.px(4), self.height(), theme.colour("accent"))


class _StampPlace(QWidget):
    """Where the stamp will be."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(theme.px(112), theme.px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a dashed frame as tilted as the stamp."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        if not theme.current().contrast:
            painter.rotate(-5)
        painter.setPen(dashed_pen())
        real = theme.scale().real
        painter.drawRoundedRect(QRectF(-real(50), -real(21), real(100), real(42)), real(6), real(6))


class _Perforation(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashed line across."""
        painter = QPainter(self)
        painter.setPen(dashed_pen())
        painter.drawLine(theme.px(14), self.height() // 2, self.width() - theme.px(14), self.height() // 2)


class TicketPanel(Card):
    """The ticket. `edit` gives the step of the row that is to be opened again."""

    edit = Signal(str)

    def __init__(self) -> None:
        super().__init__(role="pending", pad=(18, 2, 18), gap=0)
        self.setFixedWidth(theme.px(WIDE_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)

    def show_lines(self, lines: list[Line], *, number: int, total: int) -> None:
        """Show the answers so far."""
        clear(self.body)
        head = row(Heading(tr("wizard.ticket")), gap=8, pad=(0, 20, 6))
        head.setStretch(0, 1)
        head.addWidget(Meta(tr("wizard.step_of", n_step=number, total=total), wrap=False))
        self.body.addLayout(head)
        for line in lines:
            made = _Row(line)
            self.body.addWidget(made)
            if made.edit is not None:
                made.edit.clicked.connect(lambda _on=False, step=line.step: self.edit.emit(step))
        self.body.addWidget(_Perforation())
        foot = row(Meta(tr("wizard.stamp_place")), gap=8, pad=(2, 18, 0, 20))
        foot.setStretch(0, 1)
        foot.addWidget(_StampPlace())
        self.body.addWidget(Box(foot))
