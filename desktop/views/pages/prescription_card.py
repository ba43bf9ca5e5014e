"""One prescription in the list: name, tag, how to take it, and the bar of its term (mockup 07)."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.session.pharmacy import PrescriptionRow
from desktop.views import theme, wording
from desktop.views.pages import prescription_words as words
from desktop.views.parts import Inlaid, Meta, PlainLabel, Tag, column, row, shown
from desktop.words import tr

_BAR_PX = 8


class TermBar(QWidget):
    """How much of the term is left: full on the first day, amber when it ends soon. The words beside it say the same."""

    def __init__(self, share: float, *, is_soon: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._soon = min(max(share, 0.0), 1.0), is_soon
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return a bar 8 high."""
        return QSize(theme.px(120), theme.px(_BAR_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track and what is left of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = area.height() / 2
        painter.setPen(QPen(theme.colour("control" if theme.current().contrast else "line"), 1))
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(area, radius, radius)
        if self._share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("warnMark" if self._soon else "accent"))
            painter.drawRoundedRect(QRectF(area.left(), area.top(), max(area.width() * self._share, area.height()), area.height()),
                                    radius, radius)  # fmt: skip


def share_left(one: PrescriptionRow, *, today: date) -> float:
    """Return which part of the term is left, between 0 and 1."""
    if one.standing not in ("active", "on_hold") or one.valid_until is None or one.written_on is None:
        return 0.0
    whole = (one.valid_until - one.written_on).days
    return (one.valid_until - today).days / whole if whole > 0 else 0.0


class PrescriptionCard(Inlaid):
    """A card of the list: pressed, it opens beside it. Arrows move between the cards of one group."""

    def __init__(self, one: PrescriptionRow, *, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.id = one.id
        self.setObjectName(f"prescription_{one.id}")
        self.setCheckable(True)
        text, icon, kind = words.tag(one)
        until = words.until(one, today=today)
        standing = words.standing(one)
        if text.lower() not in standing.lower():
            standing += f", {text}"
        self.setAccessibleName(shown(tr("prescriptions.said", medicine=one.medicine, standing=standing, until=until)))
        title = PlainLabel(words.name(one), style="lead", weight=600)
        line = PlainLabel(
            ". ".join(part for part in (one.pack, one.how) if part), style="caption", tone="ink2", max_lines=2
        )
        written = wording.day(one.written_on, today=today) if one.written_on is not None else ""
        dates = row(Meta(tr("prescriptions.written", day=written) if written else "", wrap=False), gap=12)
        dates.addStretch(1)
        dates.addWidget(Meta(until, wrap=False, tone="warn" if one.ends_soon else "ink2"))
        tag = Tag(text, icon=icon, kind=kind)
        head = row(gap=8)
        head.addWidget(title, 1)
        head.addWidget(tag, 0, Qt.AlignmentFlag.AlignTop)
        bar = TermBar(share_left(one, today=today), is_soon=one.ends_soon)
        self.setLayout(column(head, line, 4, bar, 2, dates, gap=2, pad=(16, 20)))

    def ring_radius(self) -> float:
        """Return the corner radius."""
        return theme.scale().real(16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground; the chosen one has the wider edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = theme.chosen_px() if self.isChecked() else theme.border_px()
        painter.setPen(QPen(theme.colour("accent"), wide) if self.isChecked() else theme.edge_pen())
        painter.setBrush(theme.colour("sunken" if self.underMouse() and not self.isChecked() else "card"))
        radius = theme.scale().radius("card")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2), radius, radius)
