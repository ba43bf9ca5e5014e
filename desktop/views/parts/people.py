"""Whose record it is: avatar, pill beside the page's title, the coloured spine. Hue, initials and name go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.views import theme
from desktop.views.parts.layouts import row
from desktop.views.parts.marks import Mark
from desktop.views.parts.plain import PlainLabel, shown

VERIFIED: Final = "verified"
CHECKING: Final = "checking"
UNVERIFIED: Final = "unverified"
STANDING_ICON: Final = {VERIFIED: "seal", CHECKING: "clock", UNVERIFIED: "alert"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What the kit shows of a person. `hue` counts from 1; `line` is «41 год · вы»; `policy` is «ОМС •• 4417»."""

    name: str
    hue: int
    initials: str
    line: str = ""
    policy: str = ""
    standing: str = VERIFIED


def paint_avatar(
    painter: QPainter, area: QRectF, initials: str, hue: int, *, on_card: bool = False, size_px: float = 15
) -> None:
    """Paint a circle with initials; `on_card` is the one that lies on a policy card of the same hue."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    inverted = on_card and theme.current().contrast
    ground = theme.colour("onPerson", 1.0 if inverted else 0.2) if on_card else theme.colour(theme.person_role(hue))
    painter.setBrush(ground)
    if not on_card and theme.current().name == "contrastDark":
        painter.setPen(QPen(theme.colour("line"), 2))
        area = area.adjusted(1, 1, -1, -1)
    painter.drawEllipse(area)
    painter.setPen(theme.colour(theme.person_role(hue) if inverted else "onPerson"))
    painter.setFont(theme.font("label", size_px=size_px))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, shown(initials, chars=3))
    painter.restore()


class Avatar(Mark):
    """A person's circle. The name stands beside it, so a screen reader is told only when `name` is given."""

    def __init__(
        self, initials: str, *, hue: int, size_px: float = 44, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(size_px, parent=parent)
        self._initials, self._hue = initials, hue
        self.setAccessibleName(shown(name))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle."""
        side = min(self.width(), self.height())
        area = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        text = 15 if self._size >= 40 else max(self._size * 0.42, 10)
        paint_avatar(QPainter(self), area, self._initials, self._hue, size_px=text)


class PersonPill(QFrame):
    """«Наталья, 41 год» beside the page's title, edged in the person's hue."""

    def __init__(self, text: str, *, hue: int | None = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hue = hue
        self._text = PlainLabel(text, style="caption", weight=500, wrap=False)
        self.setLayout(row(self._text, pad=(0, 12, 0, 30)))
        self._restyle()
        theme.changed.connect(self._restyle)

    def show_person(self, text: str, *, hue: int | None) -> None:
        """Show another person."""
        self._text.set_text(text)
        if hue != self._hue:
            self._hue = hue
            self.update()

    def text(self) -> str:
        """Return the words."""
        return self._text.text()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.px(32))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edge and the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = theme.colour(theme.spine_role(self._hue))
        width = 2.0 if theme.current().contrast else 1.5
        painter.setPen(QPen(tone, width))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone)
        dot = theme.px(12)
        painter.drawEllipse(QRectF(theme.px(10), (self.height() - dot) / 2, dot, dot))


class Spine(QWidget):
    """The stripe between sidebar and page in the hue of the open record; neutral when none is open."""

    def __init__(self, *, hue: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hue = hue
        self._shown = theme.colour(theme.spine_role(hue))
        self._motion = QVariantAnimation(self)
        self._motion.setEasingCurve(theme.easing())
        self._motion.valueChanged.connect(self._step)
        self._restyle()
        theme.changed.connect(self._restyle)

    @property
    def hue(self) -> int | None:
        """Return the hue shown."""
        return self._hue

    def set_hue(self, hue: int | None) -> None:
        """Move to another person's hue."""
        if hue == self._hue:
            return
        self._hue = hue
        end = theme.colour(theme.spine_role(hue))
        time_ms = theme.duration_ms("normal")
        self._motion.stop()
        if not time_ms or not self.isVisible():
            self._step(end)
            return
        self._motion.setDuration(time_ms)
        self._motion.setStartValue(self._shown)
        self._motion.setEndValue(end)
        self._motion.start()

    def _step(self, colour: QColor) -> None:
        self._shown = colour
        self.update()

    def _restyle(self) -> None:
        self.setFixedWidth(theme.scale().size("spine"))
        self._shown = theme.colour(theme.spine_role(self._hue))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stripe, edged in the contrast themes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._shown)
        if theme.current().contrast:
            painter.fillRect(0, 0, 2, self.height(), theme.colour("line"))
