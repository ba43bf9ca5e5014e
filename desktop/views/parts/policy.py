"""The pile of policy cards: the switcher in the sidebar and the cards that it opens. The front card is the open record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views import icons, theme
from desktop.views.parts.layouts import column
from desktop.views.parts.paint import Ground, drawn, paint_rosette, ratio_of, rounded, write
from desktop.views.parts.people import STANDING_ICON, Face, paint_avatar
from desktop.views.parts.plain import set_tooltip, shown
from desktop.views.parts.pressing import Painted
from desktop.words import tr

_EDGE = 10
_FRONT = 102
_BACKS = 3
_GROUNDS_KEPT: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground(Ground):
    """The ground of a card or of the pile.

    The card begins at `top` and is smaller by `inset` on each side; `behind` are the hues of a pile, nearest first;
    `rosette` is where its guilloche turns and how far it reaches.
    """

    top: int = 0
    inset: int = 0
    radius: float
    hue: int
    behind: tuple[int, ...] | None = None
    edge: str = ""
    rosette: tuple[float, float, float] | None = None


@lru_cache(maxsize=_GROUNDS_KEPT)
def _ground(of: _Ground) -> QPixmap:
    """Draw the ground once for all alike: a clip that is smooth costs more than all words of the card."""
    return drawn(of.size, of.ratio, lambda painter: _paint_ground(painter, of))


def _paint_ground(painter: QPainter, of: _Ground) -> None:
    """Paint edges, card and guilloche."""
    card = QRectF(0, of.top, of.size[0], of.size[1] - of.top).adjusted(of.inset, of.inset, -of.inset, -of.inset)
    if of.behind is not None:
        _paint_edges(painter, card, of.behind, of)
    path = rounded(card, of.radius)
    line = "line" if of.look.contrast else of.edge
    painter.setPen(QPen(of.look.colour(line), 2) if line else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(of.look.colour(theme.person_role(of.hue)))
    painter.drawPath(path)
    if of.rosette is not None:
        x, y, reach = of.rosette
        painter.setClipPath(path)
        paint_rosette(painter, card, seed=of.hue, centre=QPointF(x, y), radius=reach)


def _paint_edges(painter: QPainter, card: QRectF, behind: Sequence[int], of: _Ground) -> None:
    """Paint what is seen of the cards that lie behind, and the gap between them and the first."""
    real = of.scale.real
    painter.setPen(QPen(of.look.colour("desk"), real(3)))
    for depth in range(len(behind), 0, -1):
        inset = real(6 * depth)
        area = QRectF(inset, card.top() - real(_EDGE * depth), card.width() - 2 * inset, real(60))
        painter.setBrush(of.look.colour(theme.person_role(behind[depth - 1])))
        painter.drawRoundedRect(area, of.radius, of.radius)
    painter.drawRoundedRect(card, of.radius, of.radius)


class PolicyStack(Painted):
    """The switcher: the open record's card on top, the edges of the others behind. `clicked` opens the cards.

    With large text and in the contrast themes only the front card is drawn; in a rail only its initials.
    """

    def __init__(self, front: Face, behind: Sequence[int] = (), *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._front, self._behind, self._rail = front, tuple(behind)[:_BACKS], False
        self._say()

    def show_faces(self, front: Face, behind: Sequence[int] = ()) -> None:
        """Show another open record; `behind` are the hues of the others, nearest first."""
        if (front, tuple(behind)[:_BACKS]) != (self._front, self._behind):
            self._front, self._behind = front, tuple(behind)[:_BACKS]
            self._say()

    def _say(self) -> None:
        front = self._front
        said = tr("parts.stack_name", name=shown(front.name), line=shown(front.line))
        self.setAccessibleName(said)
        set_tooltip(self, said if self._rail else "")
        self.restyle()

    def set_rail(self, rail: bool) -> None:
        """Become a 48×48 square with initials, or the whole pile again."""
        self._rail = rail
        self._say()

    def _alone(self) -> bool:
        return theme.current().contrast or theme.scale().large

    def sizeHint(self) -> QSize:
        """Return 240×132, the front card alone, or the rail's square."""
        if self._rail:
            return QSize(theme.px(48), theme.px(48))
        front = 72 if theme.scale().large else _FRONT
        return QSize(theme.px(240), theme.px(front if self._alone() else front + _EDGE * _BACKS))

    def ring_rect(self) -> object:
        """Return what the focus ring goes round: the front card."""
        return self._card().toAlignedRect()

    def ring_radius(self) -> float:
        """Return the card's radius."""
        return theme.scale().real(14)

    def _top(self) -> int:
        return 0 if self._alone() or self._rail else theme.px(_EDGE * _BACKS)

    def _card(self) -> QRectF:
        return QRectF(0, self._top(), self.width(), self.height() - self._top())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the edges behind, then the front card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        real, look = theme.scale().real, theme.current()
        inset = 1 if look.contrast else 0
        card = self._card().adjusted(inset, inset, -inset, -inset)
        rosette = None if self._rail else (real(196), real(96), real(96))
        ground = _Ground(
            size=(self.width(), self.height()), top=self._top(), inset=inset, radius=real(14), hue=self._front.hue,
            behind=None if self._alone() or self._rail else self._behind, rosette=rosette,
            look=look, scale=theme.scale(), ratio=ratio_of(painter),
        )  # fmt: skip
        painter.drawPixmap(0, 0, _ground(ground))
        if self._rail:
            painter.setPen(theme.colour("onPerson"))
            painter.setFont(theme.font("bodyStrong"))
            painter.drawText(card, Qt.AlignmentFlag.AlignCenter, shown(self._front.initials, chars=3))
            return
        self._words(painter, card)

    def _words(self, painter: QPainter, card: QRectF) -> None:
        real, face = theme.scale().real, self._front
        left, top = card.left() + real(14), card.top() + real(12)
        if self._alone() and theme.scale().large:
            top = card.center().y() - real(20)
        paint_avatar(painter, QRectF(left, top, real(40), real(40)), face.initials, face.hue, on_card=True)
        room = card.right() - real(46) - (left + real(52))
        write(painter, QRectF(left + real(52), top - real(2), room, real(24)), shown(face.name),
              theme.font("lead", weight=600), "onPerson")  # fmt: skip
        write(painter, QRectF(left + real(52), top + real(22), room, real(18)), shown(face.line),
              theme.font("caption"), "onPerson")  # fmt: skip
        chevrons = icons.pixmap("chevrons", "onPerson", 22)
        painter.drawPixmap(QPointF(card.right() - real(14 + 22), top + real(9)), chevrons)
        if theme.scale().large:
            return
        below = QRectF(left, top + real(53), real(100), real(20))
        font = theme.font("caption", weight=500, tnum=True)
        word = tr(f"parts.{face.standing}")
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(word)
        x = card.right() - real(14) - width
        number = number_beside(shown(face.policy), painter.fontMetrics(), room_px=x - real(24 + 6) - left)
        write(painter, below, number, font, "onPerson")
        painter.drawText(QRectF(x, below.top(), width + 1, real(20)), int(Qt.AlignmentFlag.AlignVCenter), word)
        seal = icons.pixmap(STANDING_ICON[face.standing], "onPerson", 20)
        painter.drawPixmap(QPointF(x - real(24), below.top()), seal)


def number_beside(policy: str, metrics: QFontMetrics, *, room_px: float) -> str:
    """Return «ОМС •• 4417», or without its first word where a long standing leaves no room for it."""
    return policy if metrics.horizontalAdvance(policy) <= room_px else policy.partition(" ")[2]


class PolicyCard(Painted):
    """One card of the pile. `right` stands at the right of the name: «Ctrl 2», or the standing when empty.

    `note` replaces the face's line. `tall_px` is the card's whole height; what a page puts into `body` lies in the
    lower part of an open card.
    """

    def __init__(
        self,
        face: Face,
        *,
        right: str = "",
        note: str = "",
        tall_px: float = 116,
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.face, self._right, self._note, self._tall, self._big = face, right, note, tall_px, big
        self.covered = False
        standing = tr(f"parts.{face.standing}")
        self.setAccessibleName(", ".join(shown(part) for part in (face.name, note or face.line, standing) if part))
        head, side, foot = (86, 22, 18) if big else (64, 16, 14)
        self.body: QVBoxLayout = column(gap=4, pad=(head, side, foot, side))
        self.setLayout(self.body)
        self.restyle()

    def sizeHint(self) -> QSize:
        """Return the card's size."""
        return QSize(theme.px(420 if self._big else 390), theme.px(self._tall))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(theme.px(240), theme.px(self._tall))

    def ring_radius(self) -> float:
        """Return the card's radius."""
        return theme.scale().real(20 if self._big else 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, rosette, avatar and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        real, face = theme.scale().real, self.face
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        reach = real(150 if self._big else 104)
        ground = _Ground(
            size=(self.width(), self.height()), inset=1, radius=self.ring_radius(), hue=face.hue,
            edge="sheet" if self._big else "card", rosette=(card.width() - reach * 0.55, min(card.height(), reach * 1.1), reach),
            look=theme.current(), scale=theme.scale(), ratio=ratio_of(painter),
        )  # fmt: skip
        painter.drawPixmap(0, 0, _ground(ground))
        disc, left, top = (48, 22, 18) if self._big else (44, 16, 13)
        place = QRectF(real(left), real(top), real(disc), real(disc))
        paint_avatar(painter, place, face.initials, face.hue, on_card=True, size_px=17 if self._big else 15)
        x, edge = place.right() + real(12), card.right() - real(left)
        line, small = shown(self._note or face.line), theme.font("caption")
        is_long = QFontMetricsF(small).horizontalAdvance(line) > edge - self._right_px() - real(8) - x
        # What is known of the person comes before the key: a line that does not fit beside it goes under it.
        self._right_words(painter, place.top() + real(12) if is_long else place.center().y(), edge)
        room = edge - self._right_px() - real(8) - x
        write(painter, QRectF(x, place.top(), room, real(24)), shown(face.name), theme.font("lead", weight=600),
              "onPerson")  # fmt: skip
        write(painter, QRectF(x, place.top() + real(24), edge - x if is_long else room, real(20)), line, small, "onPerson")

    def _right_said(self) -> tuple[str, QFont]:
        word = shown(self._right) or tr(f"parts.{self.face.standing}")
        return word, theme.font("caption", weight=400 if self._right else 500, tnum=True)

    def _right_px(self) -> float:
        word, font = self._right_said()
        return QFontMetricsF(font).horizontalAdvance(word) + 1 + (0 if self._right else theme.scale().real(24))

    def _right_words(self, painter: QPainter, middle: float, right: float) -> None:
        real, (word, font) = theme.scale().real, self._right_said()
        left = right - self._right_px()
        if not self._right:
            painter.drawPixmap(QPointF(left, middle - real(10)), icons.pixmap(STANDING_ICON[self.face.standing], "onPerson", 20))
            left += real(24)
        write(painter, QRectF(left, middle - real(10), right - left + 1, real(20)), word, font, "onPerson")


class PolicyPile(QWidget):
    """Cards lying on each other, the last one whole; `head_px` of every other is seen (70 in the switcher, 86 on a page)."""

    def __init__(self, cards: Sequence[PolicyCard], *, head_px: float = 70, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = tuple(cards)
        self._head = head_px
        for card in self.cards:
            card.setParent(self)
            card.raise_()
        theme.changed.connect(self._place)
        self._place()

    def sizeHint(self) -> QSize:
        """Return the size of the pile."""
        if not self.cards:
            return QSize(0, 0)
        tall = theme.px(self._head) * (len(self.cards) - 1) + self.cards[-1].sizeHint().height()
        return QSize(max(card.sizeHint().width() for card in self.cards), tall)

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(theme.px(240), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cards as wide as the pile."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap = theme.px(2)
        for n, card in enumerate(self.cards):
            last = n == len(self.cards) - 1
            tall = card.sizeHint().height() if last else theme.px(self._head) + 2 * round(card.ring_radius())
            tall = tall if last else min(tall, self.height() - n * theme.px(self._head) - gap)
            card.setGeometry(0, n * theme.px(self._head), self.width(), tall)
        self.updateGeometry()
