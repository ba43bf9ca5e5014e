"""Drawing that several painted parts share: rosettes, cut corners, text that fits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.views import theme
from desktop.views.scale import Scale

_LOBES = 12
_STEPS = 240
_TURN = tuple((math.cos(2 * math.pi * step / _STEPS), math.sin(2 * math.pi * step / _STEPS)) for step in range(_STEPS + 1))


def rounded(area: QRectF, radius: float) -> QPainterPath:
    """Return a rounded rectangle as a path."""
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    return path


def keep_within(painter: QPainter, part: QWidget, card: QWidget) -> None:
    """Keep what is painted of `part` within the rounded edge of the card it lies in."""
    wide = theme.border_px()
    inside = QRectF(card.rect()).adjusted(wide, wide, -wide, -wide)
    inside.translate(QPointF(part.mapFrom(card, QPoint())))
    look = painter.worldTransform()
    painter.resetTransform()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(rounded(inside, theme.scale().radius("card") - wide), Qt.ClipOperation.IntersectClip)
    painter.setWorldTransform(look)


def _curve(x: float, y: float, base: float, phase: float) -> QPainterPath:
    angles = [2 * math.pi * step / _STEPS for step in range(_STEPS // _LOBES)]
    lobe = [base * (1 + 0.085 * math.cos(_LOBES * angle + phase) + 0.03 * math.cos(2 * _LOBES * angle - phase)) for angle in angles]
    path = QPainterPath()
    # Every lobe is the first one turned.
    around = zip(cycle(lobe), _TURN, strict=False)
    path.addPolygon(QPolygonF([QPointF(x + reach * right, y + reach * down) for reach, (right, down) in around]))
    return path


def ratio_of(painter: QPainter) -> float:
    """Return how many pixels of the screen stand for one of what is painted on."""
    device = painter.device()
    return device.devicePixelRatioF() if device is not None else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What any ground depends on that is drawn once and shown often; each kind adds its own. *Units*: `size` in logical pixels."""

    size: tuple[int, int]
    look: theme.Theme
    scale: Scale
    ratio: float


def drawn(size: tuple[int, int], ratio: float, paint: Callable[[QPainter], None]) -> QPixmap:
    """Return a picture of a size with what `paint` puts on it, and nothing elsewhere."""
    made = QPixmap(QSize(round(size[0] * ratio), round(size[1] * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    return made


@lru_cache(maxsize=64)
def _rosette(size: tuple[int, int], seed: int, place: tuple[float, float, float], colour: str, ratio: float) -> QPixmap:
    return drawn(size, ratio, lambda painter: _paint_rings(painter, seed, place, colour))


def _paint_rings(painter: QPainter, seed: int, place: tuple[float, float, float], colour: str) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    tone = QColor(colour)
    tone.setAlphaF(0.26)
    painter.setPen(QPen(tone, 0.9))
    x, y, radius = place
    rings = 9
    for ring in range(rings):
        base = radius * (0.30 + 0.70 * ring / (rings - 1))
        painter.drawPath(_curve(x, y, base, seed * 0.7 + ring * 0.22))


def paint_rosette(painter: QPainter, area: QRectF, *, seed: int, centre: QPointF, radius: float) -> None:
    """Paint the guilloche of a policy card or a ticket's stub into `area`; nothing in the contrast themes.

    `centre` counts from the corner of `area`. The picture is drawn once for each size, seed and look.
    """
    if theme.current().contrast:
        return
    size = (math.ceil(area.width()), math.ceil(area.height()))
    place = (round(centre.x(), 1), round(centre.y(), 1), round(radius, 1))
    painter.drawPixmap(area.topLeft(), _rosette(size, seed, place, theme.current().role("onPerson"), ratio_of(painter)))


@lru_cache(maxsize=512)
def fitted(text: str, font: QFont, width: float) -> str:
    """Return `text` cut with «…» to `width` pixels. Remembered: a page that is shown again has the same words."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0))


def write(painter: QPainter, area: QRectF, text: str, font: QFont, tone: str, *, right: bool = False) -> None:
    """Write one line of text in the middle height of `area`, cut to its width."""
    painter.setFont(font)
    painter.setPen(theme.colour(tone))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    flags = int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
    painter.drawText(area, flags, fitted(text, font, area.width()))
