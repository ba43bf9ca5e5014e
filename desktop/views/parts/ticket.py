"""The ticket of a booking and the clinic's stamp. Edge and fill say how certain the visit is (DESIGN.md §1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.views import theme
from desktop.views.parts.layouts import STRETCH, Box, FlowLayout, column, row
from desktop.views.parts.marks import IconLabel, dashed_pen
from desktop.views.parts.paint import Ground, drawn, paint_rosette, ratio_of, rounded
from desktop.views.parts.people import Avatar, Face
from desktop.views.parts.plain import Body, Lead, Meta, PlainLabel, shown
from desktop.words import tr

CONFIRMED: Final = "confirmed"
PENDING: Final = "pending"
CONFLICT: Final = "conflict"
PAST: Final = "past"
_STUB = {"home": 152, "list": 116, "side": 126}
_NOTCH = 10
_GROUNDS_KEPT: Final = 12
_STUB_TONE = {CONFIRMED: "onPerson", PENDING: "ink", CONFLICT: "ink2", PAST: "ink2"}
_STATUS_TONE = {CONFIRMED: "accent", PENDING: "ink2", CONFLICT: "warn", PAST: "ink2"}


class Stamp(QWidget):
    """«ПОДТВЕРЖДЕНО КЛИНИКОЙ»: tilted by 5 degrees, upright in the contrast themes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = 1.0
        self.setAccessibleName(tr("parts.stamp_name"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._motion = QVariantAnimation(self)
        self._motion.setEasingCurve(theme.easing())
        self._motion.valueChanged.connect(self._step)
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def land(self) -> None:
        """Let the stamp land; call it only when the clinic confirms while the user watches."""
        time_ms = theme.duration_ms("stamp")
        if not time_ms:
            return
        self._motion.setDuration(time_ms)
        self._motion.setStartValue(1.15)
        self._motion.setEndValue(1.0)
        self._motion.start()

    def _step(self, size: float) -> None:
        self._size = size
        self.update()

    def _width(self) -> float:
        metrics = max(self._text_width(line) for line in tr("parts.stamp").split("\n"))
        return max(theme.scale().real(152), metrics + theme.scale().real(30))

    def _text_width(self, line: str) -> float:
        return QFontMetricsF(self._font()).horizontalAdvance(line)

    def _font(self) -> QFont:
        font = theme.font("label")
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, theme.scale().real(0.6))
        return font

    def sizeHint(self) -> QSize:
        """Return the room that the tilted stamp needs."""
        return QSize(round(self._width() + theme.px(6)), theme.px(68))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the double line and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        real = theme.scale().real
        painter.translate(self.width() / 2, self.height() / 2)
        if not theme.current().contrast:
            painter.rotate(-5)
        painter.scale(self._size, self._size)
        wide, tall = self._width(), real(52)
        outer = QRectF(-wide / 2, -tall / 2, wide, tall)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRoundedRect(outer.adjusted(1, 1, -1, -1), real(8), real(8))
        inset = real(5)
        painter.setPen(QPen(theme.colour("accent"), 1))
        painter.drawRoundedRect(outer.adjusted(inset, inset, -inset, -inset), real(5), real(5))
        painter.setFont(self._font())
        line = real(18)
        for n, text in enumerate(tr("parts.stamp").split("\n")):
            painter.drawText(QRectF(-wide / 2, -line + n * line, wide, line), Qt.AlignmentFlag.AlignCenter, text)


class Ticket(QFrame):
    """A booking as a ticket: date stub, perforation, body. `kind`: confirmed, pending, conflict, past.

    `size` is "home" (the next visit), "list" or "side" (one of two that stand against each other). `lines` are (icon, text) pairs;
    `status` is one (icon, text). Put buttons in with `add_action`; anything else goes into `body`.
    With `subtitle_below` the page shows the subtitle itself. `spoken` is what a screen reader calls one that is no visit.
    """

    def __init__(
        self,
        kind: str = CONFIRMED,
        *,
        day: str,
        month: str,
        time: str,
        title: str,
        subtitle: str = "",
        lines: Sequence[tuple[str, str]] = (),
        status: tuple[str, str] | None = None,
        caption: str = "",
        size: str = "list",
        hue: int = 1,
        person: Face | None = None,
        stamped: bool | None = None,
        subtitle_below: bool = False,
        spoken: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._spoken = spoken
        self.kind, self._hue, self._home, self._has_hour_below = kind, hue, size == "home", size == "side"
        self._stub_px = _STUB[size]
        self.stamp: Stamp | None = None
        if stamped if stamped is not None else self._home and kind == CONFIRMED:
            self.stamp = Stamp()
        self._stub = self._make_stub(day, month, time, caption)
        self.body: QVBoxLayout = column(gap=4, pad=(20, 24, 18, 24) if self._home else (14, 20))
        self._head(title, "" if subtitle_below else subtitle, person)
        self._lines(lines, status)
        self._actions: QHBoxLayout | FlowLayout | None = None
        self._far_count = 0
        whole = QHBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._stub)
        whole.addLayout(self.body, 1)
        self.setLayout(whole)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._name((day, month), time, title, subtitle, [text for _, text in lines], status)
        self._restyle()
        theme.changed.connect(self._restyle)

    def _name(
        self, date: tuple[str, str], time: str, title: str, subtitle: str, lines: list[str],
        status: tuple[str, str] | None,
    ) -> None:  # fmt: skip
        parts = [" ".join(date), time, title, subtitle, *lines, status[1] if status else ""]
        said = ", ".join(shown(part) for part in parts if part)
        self.setAccessibleName(f"{self._spoken or tr(f'parts.ticket_{self.kind}')}: {said}")

    def _make_stub(self, day: str, month: str, time: str, caption: str) -> QWidget:
        tone = _STUB_TONE[self.kind]
        struck = self.kind == CONFLICT
        wordy = len(day) > 2
        if self._home:
            number = PlainLabel(day, style="display", tone=tone, size_px=36 if wordy else 68, line_px=68, tnum=True,
                                wrap=False, struck=struck)  # fmt: skip
            date = PlainLabel(month, style="lead", tone=tone, weight=500, line_px=24, tnum=True)
            hour = PlainLabel(time, style="h1", tone=tone, size_px=28, line_px=32, tnum=True, wrap=False, struck=struck)
            top = PlainLabel(caption, style="label", tone=tone)
            layout = column(top, 14, number, date, gap=0, pad=(20, 4, 20, 24))
        else:
            number = PlainLabel(day, style="h1", tone=tone, weight=600, size_px=20 if wordy else 32,
                                line_px=28 if wordy else 36, tnum=True, wrap=False, struck=struck)  # fmt: skip
            date = Meta(month, tone=tone)
            hour = PlainLabel(time, style="bodyStrong", tone=tone, tnum=True, struck=struck)
            layout = column(number, date, gap=0, pad=(14, 4, 14, 18))
            if not wordy and not self._has_hour_below:
                # The hour stands by its day in a list; «до 18:00» of today stands at the foot.
                layout.addWidget(hour)
                layout.addStretch(1)
                return Box(layout)
        layout.addStretch(1)
        layout.addWidget(hour)
        return Box(layout)

    def _head(self, title: str, subtitle: str, person: Face | None) -> None:
        tone = "ink2" if self.kind == PAST else "ink"
        if self._home:
            names = column(
                PlainLabel(title, style="h2", tone=tone), PlainLabel(subtitle, style="lead", line_px=26), gap=0
            )
        else:
            names = column(Lead(title, bold=True, tone=tone), gap=2)
            if subtitle:
                names.addWidget(Meta(subtitle))
        line = row(gap=12)
        line.addLayout(names, 1)
        top = Qt.AlignmentFlag.AlignTop
        if self.stamp is not None:
            line.addWidget(self.stamp, 0, top)
        if person is not None:
            face = row(Avatar(person.initials, hue=person.hue, size_px=24), Meta(person.name, wrap=False), gap=8)
            line.addWidget(Box(face), 0, top)
        self.body.addLayout(line)

    def _lines(self, lines: Sequence[tuple[str, str]], status: tuple[str, str] | None) -> None:
        if self._home and lines:
            self.body.addSpacing(theme.px(6))
        for icon, text in lines:
            words = Body(text) if self._home else Meta(text)
            line = row(gap=8)
            line.addWidget(IconLabel(icon, "ink2", 20, tall_px=24 if self._home else 20), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            self.body.addLayout(line)
        if status is not None:
            tone = _STATUS_TONE[self.kind]
            line = row(IconLabel(status[0], tone, 20), gap=8)
            line.addWidget(Meta(status[1], bold=True, tone=tone), 1)
            self.body.addSpacing(theme.px(4))
            self.body.addLayout(line)

    def add_action(self, button: QWidget, *, far: bool = False) -> None:
        """Put a button at the foot of the ticket; `far` puts it at the right end."""
        if self._actions is None:
            self.body.addStretch(1)
            self.body.addSpacing(theme.px(12 if self._home else 6))
            # Large words stand under each other where one line is too short for them.
            if theme.scale().large:
                self._actions = FlowLayout(gap=8, line_gap=8)
                self.body.addWidget(Box(self._actions))
            else:
                self._actions = row(STRETCH, gap=8)
                self.body.addLayout(self._actions)
        if isinstance(self._actions, FlowLayout):
            self._actions.addWidget(button)
            return
        if far:
            self._actions.addWidget(button)
            self._far_count += 1
        else:
            self._actions.insertWidget(self._actions.count() - 1 - self._far_count, button)

    def _restyle(self) -> None:
        self._stub.setFixedWidth(theme.px(self._stub_px))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        ground = _Ground(
            kind=self.kind, size=(self.width(), self.height()), split=theme.px(self._stub_px), hue=self._hue,
            is_home=self._home, look=theme.current(), scale=theme.scale(), ratio=ratio_of(painter),
        )  # fmt: skip
        painter.drawPixmap(0, 0, _ground(ground))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground(Ground):
    """The ground of a ticket; `split` is where the stub ends."""

    kind: str
    split: int
    hue: int
    is_home: bool


@lru_cache(maxsize=_GROUNDS_KEPT)
def _ground(of: _Ground) -> QPixmap:
    """Draw the ground once for all tickets alike: cut corners cost more than all words of a ticket."""
    return drawn(of.size, of.ratio, lambda painter: _paint_ground(painter, of))


def _paint_ground(painter: QPainter, of: _Ground) -> None:
    """Paint ground, stub, perforation and edge."""
    strong = of.kind in (PENDING, CONFLICT) or of.look.contrast
    body = _outline(of, 1.0 if strong else 0.5)
    grounds = {CONFLICT: "warnTint", PAST: "sunken"}
    painter.fillPath(body, of.look.colour(grounds.get(of.kind, "card")))
    edge = {PENDING: "control", CONFLICT: "warnLine"}.get(of.kind, "line")
    height = of.size[1]
    if of.kind == CONFIRMED:
        stub = QPainterPath()
        stub.addRect(QRectF(0, 0, of.split, height))
        _paint_stub(painter, body.intersected(stub), of)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(dashed_pen("line" if edge == "line" else edge, 2))
    painter.drawLine(QPointF(of.split, of.scale.px(14)), QPointF(of.split, height - of.scale.px(14)))
    pen = dashed_pen(edge, 2) if of.kind == PENDING else QPen(of.look.colour(edge), 2 if strong else 1)
    painter.setPen(pen)
    painter.drawPath(body)


def _outline(of: _Ground, inset: float) -> QPainterPath:
    area = QRectF(0, 0, *of.size).adjusted(inset, inset, -inset, -inset)
    body = rounded(area, of.scale.radius("card"))
    reach = of.scale.px(_NOTCH)
    for y in (area.top(), area.bottom()):
        hole = QPainterPath()
        hole.addEllipse(QPointF(of.split, y), reach, reach)
        body = body.subtracted(hole)
    return body


def _paint_stub(painter: QPainter, stub: QPainterPath, of: _Ground) -> None:
    painter.fillPath(stub, of.look.colour(theme.person_role(of.hue)))
    if not of.is_home:
        return
    painter.save()
    painter.setClipPath(stub)
    real = of.scale.real
    area = QRectF(0, 0, of.split, of.size[1])
    paint_rosette(painter, area, seed=of.hue, centre=QPointF(real(140), real(40)), radius=real(120))
    painter.restore()
