"""The map of the region: packaged layers, numbered pins that are the numbers of a list, moved by keys, buttons or the mouse.

Owns drawing and the choice among pins; a page owns what the pins stand for. Everything that the map says, the list beside it says
too, so a person who cannot see it loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from desktop.record.streets import Area
from desktop.views import map_layers, theme
from desktop.views.parts.buttons import IconButton
from desktop.views.parts.layouts import Card, Fill, row
from desktop.views.parts.marks import IconLabel
from desktop.views.parts.paint import keep_within, rounded
from desktop.views.parts.plain import Meta, shown
from desktop.words import tr

_STEP: Final = 1.5
_NEAREST_KM: Final = 2.0
_FARTHEST_KM: Final = 420.0
_AROUND_KM: Final = 10.0
_PIN_PX: Final = 34
_HEAP_PX: Final = (56, 40)  # Across and down: a pill over a heap is wider than it is high.
_LABELS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One place with its number in the list."""

    id: str
    number: int
    latitude: float
    longitude: float
    name: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Pins that stand too near to be told apart, at their mean place on the view."""

    pins: tuple[Pin, ...]
    at: QPointF

    @property
    def words(self) -> str:
        """Return the numbers: «3», «2, 5», «1 +4»."""
        numbers = sorted(pin.number for pin in self.pins)
        return ", ".join(str(n) for n in numbers) if len(numbers) <= 2 else f"{numbers[0]} +{len(numbers) - 1}"


class TownMap(QGraphicsView):
    """The map. `pressed` gives the id of a pin that was pressed with the mouse.

    `over_ground` may paint more on the ground, in the view's own pixels; `nearest_km` is how near one can come.
    """

    pressed = Signal(str)
    looked = Signal()
    """Another stretch of ground is in sight."""

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setScene(QGraphicsScene(self))
        self.scene().setSceneRect(-_FARTHEST_KM, -_FARTHEST_KM, 2 * _FARTHEST_KM, 2 * _FARTHEST_KM)
        self._name = name
        self._pins: tuple[Pin, ...] = ()
        self._towns: tuple[map_layers.Town, ...] = ()
        self._chosen = ""
        self._whole = QRectF(-150, -150, 300, 300)
        self._seen = QRectF(self._whole)
        self._grip: QPointF | None = None
        self._was_moved = False
        self.nearest_km = _NEAREST_KM
        self.over_ground: Callable[[QPainter], None] | None = None
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(theme.px(240), theme.px(200))
        self._controls()
        theme.changed.connect(self.viewport().update)
        self._tell()

    def _controls(self) -> None:
        self.closer = IconButton("plus", tr("parts.map_closer"), framed=True)
        self.farther = IconButton("minus", tr("parts.map_farther"), framed=True)
        self.all = IconButton("map", tr("parts.map_all"), framed=True)
        for button in (self.closer, self.farther, self.all):
            button.setParent(self)
        self.closer.clicked.connect(lambda: self.zoom(_STEP))
        self.farther.clicked.connect(lambda: self.zoom(1 / _STEP))
        self.all.clicked.connect(self.fit)
        self._said = Meta(tr("parts.map_kept"))
        self._note = _Note(row(IconLabel("device", "ink2", 20), self._said, gap=10, pad=(6, 14)), parent=self)

    def say(self, text: str) -> None:
        """Say below what the ground is, and where it comes from; by itself the map says that it is kept here."""
        self._said.set_text(text or tr("parts.map_kept"))
        self._place_note()

    # --- what is on it
    def set_pins(self, pins: Sequence[Pin], *, towns: Sequence[map_layers.Town] = ()) -> None:
        """Show other pins, and names of towns that the layers lack; the view stays where it is."""
        self._pins, self._towns = tuple(pins), tuple(towns)
        if all(pin.id != self._chosen for pin in self._pins):
            self._chosen = ""
        self._tell()
        self.viewport().update()

    def pins(self) -> tuple[Pin, ...]:
        """Return the pins."""
        return self._pins

    def chosen(self) -> str:
        """Return the id of the chosen pin."""
        return self._chosen

    def choose(self, id: str) -> None:
        """Choose a pin and bring it into sight; an unknown id chooses none."""
        pin = next((one for one in self._pins if one.id == id), None)
        self._chosen = pin.id if pin is not None else ""
        if pin is not None:
            at = map_layers.place(pin.latitude, pin.longitude)
            inner = self._seen.adjusted(*(part * 0.12 for part in (self._seen.width(), self._seen.height(),
                                                                   -self._seen.width(), -self._seen.height())))  # fmt: skip
            if not inner.contains(at):
                self._seen.moveCenter(at)
                self._place_view()
        self._tell()
        self.viewport().update()

    def _tell(self) -> None:
        pin = next((one for one in self._pins if one.id == self._chosen), None)
        self.setAccessibleName(shown(self._name))
        said = tr("parts.map_pins", len(self._pins))
        if pin is not None:
            said += " " + tr("parts.map_chosen", number=pin.number, name=pin.name)
        self.setAccessibleDescription(shown(f"{said} {tr('parts.map_keys')}"))

    # --- where it looks
    def fit(self) -> None:
        """Show all pins, or the whole region when there are none."""
        points = [map_layers.place(pin.latitude, pin.longitude) for pin in self._pins]
        self._seen = self._around(points) if points else QRectF(self._whole)
        self._place_view()

    def look_at(self, ids: Sequence[str]) -> None:
        """Show these pins with some ground around them; unknown ids change nothing."""
        points = [map_layers.place(pin.latitude, pin.longitude) for pin in self._pins if pin.id in ids]
        if points:
            self._seen = self._around(points)
            self._place_view()

    def _around(self, points: Sequence[QPointF]) -> QRectF:
        xs, ys = [point.x() for point in points], [point.y() for point in points]
        box = QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))
        more = max(_AROUND_KM - max(box.width(), box.height()), 0) / 2 + max(box.width(), box.height()) * 0.2
        return box.adjusted(-more, -more, more, more)

    def zoom(self, factor: float) -> None:
        """Come closer (over 1) or go away, around the middle."""
        wide = min(max(self._seen.width() / factor, self.nearest_km), _FARTHEST_KM)
        high = self._seen.height() * wide / max(self._seen.width(), 1e-6)
        middle = self._seen.center()
        self._seen = QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)
        self._place_view()

    def area(self) -> Area:
        """Return the stretch of ground in sight."""
        corners = self.viewport().rect()
        north, west = map_layers.degrees(self.mapToScene(corners.topLeft()))
        south, east = map_layers.degrees(self.mapToScene(corners.bottomRight()))
        return Area(north=north, west=west, south=south, east=east)

    def span_km(self) -> float:
        """Return how many kilometres the view is wide."""
        return self.viewport().width() / max(self.transform().m11(), 1e-9)

    def pan(self, right: float, down: float) -> None:
        """Look elsewhere, by parts of what is in sight."""
        self._seen.translate(right * self._seen.width(), down * self._seen.height())
        middle = self._seen.center()
        limit = _FARTHEST_KM / 2
        self._seen.moveCenter(QPointF(min(max(middle.x(), -limit), limit), min(max(middle.y(), -limit), limit)))
        self._place_view()

    def _place_view(self) -> None:
        area = self.viewport().rect()
        scale = min(area.width() / max(self._seen.width(), 1e-6), area.height() / max(self._seen.height(), 1e-6))
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(self._seen.center())
        self.viewport().update()
        self.looked.emit()

    # --- what a person does
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows, come closer and go away with + and −, see all with Home."""
        moves = {Qt.Key.Key_Left: (-0.2, 0), Qt.Key.Key_Right: (0.2, 0), Qt.Key.Key_Up: (0, -0.2), Qt.Key.Key_Down: (0, 0.2)}
        key = Qt.Key(event.key())
        if key in moves and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.pan(*moves[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 / _STEP)
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come closer and go away with the wheel."""
        self.zoom(_STEP ** (event.angleDelta().y() / 240))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the ground."""
        self._grip, self._was_moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the ground."""
        if self._grip is None:
            return
        moved = event.position() - self._grip
        if self._was_moved or moved.manhattanLength() > theme.px(6):
            self._was_moved, self._grip = True, event.position()
            self.pan(-moved.x() / max(self.viewport().width(), 1), -moved.y() / max(self.viewport().height(), 1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the pin under the pointer; a heap of pins is looked at more closely."""
        grip, self._grip = self._grip, None
        if grip is None or self._was_moved:
            return
        reach = theme.px(_PIN_PX)
        near = [one for one in self.clusters() if (one.at - QPointF(0, reach / 2) - event.position()).manhattanLength() <= reach]
        if near and len(near[0].pins) == 1:
            self.choose(near[0].pins[0].id)
            self.pressed.emit(near[0].pins[0].id)
        elif near:
            self.look_at([pin.id for pin in near[0].pins])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the controls in their corners and the same ground in sight."""
        super().resizeEvent(event)
        self._place_view()
        top, side = theme.px(16), theme.px(44)
        for n, button in enumerate((self.closer, self.farther, self.all)):
            button.setGeometry(self.width() - side - top, top + n * (side + theme.px(6 if n < 2 else 12)), side, side)
        self._place_note()
        QTimer.singleShot(0, self, self.viewport().update)

    def _place_note(self) -> None:
        side, layout = theme.px(16), self._note.layout()
        words = self._said.fontMetrics().horizontalAdvance(self._said.text()) + theme.px(2)
        wide = min(self._note.sizeHint().width() - self._said.sizeHint().width() + words, self.closer.x() - 2 * side)
        high = layout.heightForWidth(wide) if layout is not None else 0
        self._note.setGeometry(side, self.height() - high - side, wide, high)

    # --- drawing
    def drawBackground(self, painter: QPainter, area: QRectF | QRect) -> None:
        """Paint the ground."""
        if (card := Card.around(self)) is not None:
            keep_within(painter, self.viewport(), card)
        colour = theme.colour
        painter.fillRect(area, colour("sunken"))
        painter.setPen(_pen(colour("control"), 1.5))
        painter.setBrush(colour("mapLand"))
        painter.drawPath(map_layers.path("boundaries"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("mapBuild"))
        painter.drawPath(map_layers.path("urban"))
        painter.setBrush(colour("mapWater"))
        painter.drawPath(map_layers.path("lakes"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(colour("mapWater"), theme.scale().real(3)))
        painter.drawPath(map_layers.path("rivers"))
        roads = map_layers.path("roads_schematic")
        for tone, wide in (("line", 5.0), ("mapRoad", 3.0)):
            painter.setPen(_pen(colour(tone), theme.scale().real(wide)))
            painter.drawPath(roads)
        if self.over_ground is not None:
            painter.save()
            painter.resetTransform()
            self.over_ground(painter)
            painter.restore()

    def drawForeground(self, painter: QPainter, area: QRectF | QRect) -> None:
        """Paint names and pins in the view's own pixels."""
        painter.save()
        painter.resetTransform()
        taken = self._paint_pins(painter)
        self._paint_names(painter, taken)
        painter.restore()

    def clusters(self) -> tuple[Cluster, ...]:
        """Return the pins as they stand on the view, those too near to one another as one."""
        heaps: list[tuple[list[Pin], QPointF]] = []
        wide, high = (theme.px(one) for one in _HEAP_PX)
        for pin in sorted(self._pins, key=lambda one: (one.id != self._chosen, one.number)):
            at = QPointF(self.transform().map(map_layers.place(pin.latitude, pin.longitude)))
            at -= QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
            heap = next((one for one in heaps if abs(one[1].x() - at.x()) < wide and abs(one[1].y() - at.y()) < high
                         and one[0][0].id != self._chosen), None)  # fmt: skip
            if heap is not None:
                heap[0].append(pin)
            else:
                heaps.append(([pin], at))
        return tuple(Cluster(tuple(pins), at) for pins, at in heaps)

    def _paint_pins(self, painter: QPainter) -> list[QRectF]:
        taken = []
        # The chosen pin is the first heap and is painted last, over the others.
        for heap in reversed(self.clusters()):
            is_chosen = heap.pins[0].id == self._chosen
            taken.append(_paint_pin(painter, heap, is_chosen=is_chosen))
        return taken

    def _paint_names(self, painter: QPainter, taken: list[QRectF]) -> None:
        font = theme.font("caption", weight=500)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        far = self.span_km()
        most = 1 if far > 330 else 3 if far > 150 else 4
        shown_area = QRectF(self.viewport().rect()).adjusted(4, 4, -4, -4)
        for town in [one for one in (*self._towns, *map_layers.towns()) if one.rank <= most][:_LABELS]:
            at = QPointF(self.mapFromScene(town.at))
            box = QRectF(at.x() + theme.px(8), at.y() - metrics.height() / 2, metrics.horizontalAdvance(town.name), metrics.height())
            if not shown_area.contains(box) or any(box.intersects(one) for one in taken):
                continue
            taken.append(box)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("ink2"))
            painter.drawEllipse(at, theme.px(3), theme.px(3))
            words = QPainterPath()
            words.addText(box.left(), box.top() + metrics.ascent(), font, town.name)
            painter.strokePath(words, QPen(theme.colour("mapLand"), theme.px(4)))
            painter.fillPath(words, theme.colour("ink"))


class _Note(Fill):
    def paintEvent(self, event: object) -> None:
        """Paint a rounded ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.edge_pen())
        painter.setBrush(theme.colour("card"))
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawPath(rounded(area, theme.px(10)))


def _pen(colour: QColor, wide: float) -> QPen:
    pen = QPen(colour, wide)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _paint_pin(painter: QPainter, heap: Cluster, *, is_chosen: bool) -> QRectF:
    """Paint a drop whose point is the place, or a pill over a heap; return what it covers."""
    painter.setFont(theme.font("bodyStrong", tnum=True))
    words = heap.words
    side = theme.px(_PIN_PX + (6 if is_chosen else 0))
    wide = max(side, painter.fontMetrics().horizontalAdvance(words) + theme.px(18))
    middle = heap.at - QPointF(0, side * 0.86)
    body = QRectF(middle.x() - wide / 2, middle.y() - side / 2, wide, side)
    drop = rounded(body, side / 2)
    point = QPainterPath(heap.at)
    point.lineTo(middle + QPointF(-side * 0.42, side * 0.28))
    point.lineTo(middle + QPointF(side * 0.42, side * 0.28))
    point.closeSubpath()
    painter.setPen(QPen(theme.colour("card" if is_chosen else "ink"), 2))
    painter.setBrush(theme.colour("accent" if is_chosen else "card"))
    painter.drawPath(drop.united(point))
    painter.setPen(theme.colour("onAccent" if is_chosen else "ink"))
    painter.drawText(body, Qt.AlignmentFlag.AlignCenter, words)
    return body.united(QRectF(heap.at, heap.at))
