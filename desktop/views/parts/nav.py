"""What stands in the sidebar below the pile: sections and the chip of the exchange."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.views import icons, theme
from desktop.views.parts.marks import dashed_pen, paint_counter
from desktop.views.parts.paint import write
from desktop.views.parts.plain import Meta, set_tooltip, shown
from desktop.views.parts.pressing import Painted
from desktop.words import tr


class NavItem(Painted):
    """A section of the sidebar. `count` is only for what needs the user."""

    def __init__(self, text: str, *, icon: str, count: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words, self._icon, self._count, self._rail = shown(text), icon, 0, False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self._say(count)

    def set_count(self, count: int) -> None:
        """Change the counter; 0 takes it away."""
        # Every switch of the person tells all of them, and painting the whole sidebar for nothing takes longer than the page.
        if count != self._count:
            self._say(count)

    def _say(self, count: int) -> None:
        self._count = count
        said = tr("parts.nav_count", count, name=self._words) if count else self._words
        self.setAccessibleName(said)
        set_tooltip(self, said if self._rail else "")
        self.update()

    def set_rail(self, rail: bool) -> None:
        """Show the icon alone with a tooltip, or icon and word."""
        self._rail = rail
        self._say(self._count)
        self.restyle()

    def words(self) -> str:
        """Return the section's name."""
        return self._words

    def sizeHint(self) -> QSize:
        """Return 240×44 (taller in large text), or the rail's square."""
        height = max(theme.scale().control(), theme.px(54) if theme.scale().large else 0)
        return QSize(theme.px(40 if self._rail else 240), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, bar, icon, word and counter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px, on, contrast = theme.px, self.isChecked(), theme.current().contrast
        radius = theme.scale().radius("control")
        painter.setPen(Qt.PenStyle.NoPen)
        if on or self.underMouse():
            painter.setBrush(theme.colour("ink" if on and contrast else "card", 1.0 if on else 0.5))
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if on and not contrast:
            painter.setBrush(theme.colour("accent"))
            bar = QRectF(0, (self.height() - px(22)) / 2, px(3), px(22))
            painter.drawRoundedRect(bar, px(1.5), px(1.5))
        inverted = on and contrast
        tone = "card" if inverted else "accent" if on else "ink" if contrast else "ink2"
        side = px(22)
        left = (self.width() - side) / 2 if self._rail else px(12)
        painter.drawPixmap(QPointF(left, (self.height() - side) / 2), icons.pixmap(self._icon, tone, 22))
        if self._rail:
            if self._count:
                painter.setBrush(theme.colour("warnMark"))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawEllipse(QPointF(self.width() - px(8), px(10)), px(5), px(5))
            return
        right: float = self.width() - px(12)
        if self._count:
            right = paint_counter(painter, right, self.height() / 2, self._count, inverted=inverted) - px(6)
        font = theme.font("body", weight=600 if on else 500)
        area = QRectF(px(46), 0, right - px(46), self.height())
        write(painter, area, self._words, font, "card" if inverted else "ink")


class NavGroup(Meta):
    """The name of a group of sections."""

    def __init__(self, text: str) -> None:
        super().__init__(text, tone="ink3", weight=500, wrap=False)
        self._pad()
        theme.changed.connect(self._pad)

    def _pad(self) -> None:
        self.setContentsMargins(0, 0, 0, 0)
        self.setIndent(0)

    def sizeHint(self) -> QSize:
        """Return the height with the gaps above and below."""
        hint = super().sizeHint()
        return QSize(hint.width() + theme.px(24), theme.px(28))

    def minimumSizeHint(self) -> QSize:
        """Return the same as the size."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the word."""
        area = QRectF(theme.px(12), theme.px(4), self.width() - theme.px(24), self.height() - theme.px(4))
        write(QPainter(self), area, self.text(), self.font(), "ink3")


SENT: Final = "sent"
SENDING: Final = "sending"
OFFLINE: Final = "offline"
DOWN: Final = "down"
DECISION: Final = "decision"
SIGNED_OUT: Final = "signedOut"
DEMO: Final = "demo"
_CHIP: Final = {
    SENT: ("cloud-check", "good", ""),
    SENDING: ("sync", "accent", ""),
    OFFLINE: ("cloud-off", "ink2", "dashed"),
    DOWN: ("cloud-off", "ink2", "dashed"),
    DECISION: ("conflict", "warn", "warn"),
    SIGNED_OUT: ("key", "ink2", "dashed"),
    DEMO: ("info", "accent", "solid"),
}


class SyncChip(Painted):
    """How the exchange with the portal stands: `state` sent, sending, offline, down, decision, signedOut, demo."""

    def __init__(self, state: str = SENT, title: str = "", detail: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._rail = False
        self._say(state, title, detail)

    def show_state(self, state: str, title: str, detail: str) -> None:
        """Show another state; the words are the caller's (DESIGN.md §8)."""
        if (state, shown(title), shown(detail)) != (self._state, self._title, self._detail):
            self._say(state, title, detail)

    def _say(self, state: str, title: str, detail: str) -> None:
        self._state, self._title, self._detail = state, shown(title), shown(detail)
        said = ". ".join(part for part in (self._title, self._detail) if part)
        self.setAccessibleName(said)
        set_tooltip(self, said if self._rail else "")
        self.update()

    @property
    def state(self) -> str:
        """Return the state shown."""
        return self._state

    def set_rail(self, rail: bool) -> None:
        """Show the icon alone with a tooltip, or icon and words."""
        self._rail = rail
        self._say(self._state, self._title, self._detail)
        self.restyle()

    def sizeHint(self) -> QSize:
        """Return 240×60, or the rail's square."""
        return QSize(theme.px(40), theme.px(44)) if self._rail else QSize(theme.px(240), theme.px(60))

    def ring_radius(self) -> float:
        """Return the corner radius."""
        return theme.scale().real(12)

    def words_px(self) -> int:
        """Return how wide a line of words may be."""
        return self.width() - theme.px(46 + 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon and two lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme.px
        icon, tone, edge = _CHIP[self._state]
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        width = 2.0 if theme.current().contrast else 1.5
        pens = {"dashed": dashed_pen(width=width), "warn": QPen(theme.colour("warnLine"), width)}
        pens["solid"] = QPen(theme.colour("accentLine"), width)
        painter.setPen(pens.get(edge, QPen(Qt.PenStyle.NoPen)))
        grounds = {"dashed": "card", "warn": "warnTint", "solid": "accentTint"}
        if edge or self.underMouse():
            painter.setBrush(theme.colour(grounds.get(edge, "card"), 1.0 if edge else 0.5))
            painter.drawRoundedRect(area, px(12), px(12))
        side = px(24)
        x = (self.width() - side) / 2 if self._rail else px(13)
        painter.drawPixmap(QPointF(x, (self.height() - side) / 2), icons.pixmap(icon, tone, 24))
        if self._rail:
            return
        left, room = px(46), self.words_px()
        top = (self.height() - px(42)) / 2
        write(painter, QRectF(left, top, room, px(22)), self._title, theme.font("bodyStrong"), "ink")
        detail = QRectF(left, top + px(22), room, px(20))
        write(painter, detail, self._detail, theme.font("caption", tnum=True), "ink2")
        arrow = icons.pixmap("chevron-right", "ink2", 20)
        painter.drawPixmap(QPointF(self.width() - px(24), (self.height() - px(20)) / 2), arrow)
