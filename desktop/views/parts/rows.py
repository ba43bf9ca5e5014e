"""Rows: what asks for attention, what can be pressed whole, and the painted rows of long lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.views import icons, theme
from desktop.views.parts.buttons import Button
from desktop.views.parts.layouts import column, row
from desktop.views.parts.marks import Tile, paint_tile
from desktop.views.parts.paint import fitted, rounded
from desktop.views.parts.plain import Body, Meta, bound, shown
from desktop.views.parts.pressing import Inlaid
from desktop.views.parts.ring import paint_ring
from desktop.views.row_model import FACE, ROW

_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


class AttentionRow(QWidget):
    """One thing that needs the user: tile, bold fact, detail, one button. `acted` says that the button was pressed."""

    acted = Signal()

    def __init__(
        self,
        title: str,
        detail: str = "",
        *,
        icon: str,
        kind: str = "accent",
        action: str = "",
        pad: tuple[float, ...] = (16, 20),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(". ".join(shown(part) for part in (title, detail) if part))
        texts = column(Body(title, bold=True), gap=0)
        if detail:
            texts.addWidget(Meta(detail))
        line = row(gap=16)
        line.addWidget(Tile(icon, kind=kind), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        self._whole = row(gap=16, pad=pad)
        self._whole.addLayout(line, 1)
        self.button: Button | None = None
        if action:
            self.button = Button(action, name=f"{action}: {title}")
            self.button.clicked.connect(self.acted)
            self._whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(self._whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the button under the words where the width is short."""
        super().resizeEvent(event)
        narrow = event.size().width() < theme.px(440)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if direction != self._whole.direction():
            self._whole.setDirection(direction)
            self._whole.setSpacing(theme.px(8 if narrow else 16))
            if self.button is not None:
                side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignVCenter
                self._whole.setAlignment(self.button, side)

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the button may go below."""
        return QSize(theme.px(240), super().minimumSizeHint().height())


class PressRow(Inlaid):
    """A whole row or card that is pressed: something at the left, bold text, detail, a chevron. `card` gives it an edge.

    `leading` is any small widget (Avatar, Tile, IconLabel). `meta_first` puts the detail above the text.
    """

    def __init__(
        self,
        title: str,
        detail: str = "",
        *,
        leading: QWidget | None = None,
        card: bool = False,
        detail_tone: str = "ink2",
        meta_first: bool = False,
        chevron: bool = True,
        pad: tuple[float, ...] = (12, 20),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._card, self._chevron = card, chevron
        self.setAccessibleName(". ".join(shown(part) for part in (title, detail) if part))
        self.title = Body(title, bold=True)
        self.detail = Meta(detail, tone=detail_tone, weight=500 if detail_tone != "ink2" else None)
        texts = column(gap=0)
        texts.addStretch(1)
        for label in (self.detail, self.title) if meta_first else (self.title, self.detail):
            texts.addWidget(label)
        texts.addStretch(1)
        # Shown before it has a parent, a label would be a window of its own for a moment.
        if not detail:
            self.detail.hide()
        line = row(gap=16, pad=pad)
        if leading is not None:
            line.addWidget(leading)
        line.addLayout(texts, 1)
        if chevron:
            line.addSpacing(theme.px(24))
        self.setLayout(line)

    def ring_radius(self) -> float:
        """Return the corner radius."""
        return theme.scale().real(16 if self._card else 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and chevron."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._card:
            wide = theme.border_px()
            area = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
            painter.setPen(theme.edge_pen())
            painter.setBrush(theme.colour("sunken" if self.underMouse() else "card"))
            painter.drawRoundedRect(area, theme.scale().radius("card"), theme.scale().radius("card"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.colour("sunken"))
        if self._chevron:
            side = theme.px(20)
            place = QPointF(self.width() - theme.px(20) - side, (self.height() - side) / 2)
            painter.drawPixmap(place, icons.pixmap("chevron-right", "ink2", 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFace:
    """What a list row shows. `third` is a last line with its own icon and tone; `trailing` an icon at the right."""

    title: str
    detail: str = ""
    third: str = ""
    third_icon: str = ""
    third_tone: str = "ink2"
    third_bold: bool = False
    icon: str = ""
    kind: str = "quiet"
    trailing: str = ""
    trailing_tone: str = "good"
    dim: bool = False


@lru_cache(maxsize=512)
def _lines(title: str, font: QFont, room: int) -> int:
    """Return how many lines a title takes; asked for several times each time that its row is laid out or painted."""
    metrics = QFontMetrics(font)
    box = metrics.boundingRect(QRect(0, 0, max(room, 1) + 1, 1 << 14), _WRAP, title)
    return max(round(box.height() / metrics.lineSpacing()), 1)


class RowDelegate(QStyledItemDelegate):
    """Paints `RowFace` rows: tile, up to three lines, selection with a bar, the focus ring within."""

    def __init__(self, *, uniform: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._uniform = uniform

    def _text_left(self, face: RowFace) -> int:
        return theme.px(16 + 40 + 12) if face.icon else theme.px(16)

    def _title_height(self, face: RowFace, width: int) -> int:
        line = theme.scale().type("bodyStrong").line_px
        if self._uniform:
            return line
        room = width - self._text_left(face) - theme.px(16 + (32 if face.trailing else 0))
        return _lines(bound(shown(face.title, chars=200)), theme.font("bodyStrong"), room) * line

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the row's height at the view's width."""
        view = option.widget
        width = view.viewport().width() if isinstance(view, QAbstractItemView) else option.rect.width()
        face = index.data(FACE)
        if not isinstance(face, RowFace):
            return QSize(width, theme.px(76))
        small = theme.scale().type("caption").line_px
        lines = self._title_height(face, width) + small * (bool(face.detail) + bool(face.third))
        return QSize(width, max(theme.px(64), lines + theme.px(24)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        face = index.data(FACE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        view = option.widget
        if isinstance(view, RowList) and view.rounded:
            corner = theme.scale().radius("card") - theme.border_px()
            whole = QRectF(view.viewport().rect())
            # Only a row that reaches into the corners is cut by them, and cutting costs as much as the text.
            if area.top() < whole.top() + corner or area.bottom() > whole.bottom() - corner:
                painter.setClipPath(rounded(whole, corner), Qt.ClipOperation.IntersectClip)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        contrast = theme.current().contrast
        if chosen:
            painter.fillRect(area, theme.colour("accentTint"))
            bar = QRectF(area.left(), area.top(), theme.px(8 if contrast else 4), area.height())
            painter.fillRect(bar, theme.colour("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.colour("sunken"))
        if index.row():
            painter.fillRect(QRectF(area.left(), area.top(), area.width(), theme.border_px()), theme.colour("line"))
        if isinstance(face, RowFace):
            self._paint_face(painter, area, face, chosen)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, area, theme.scale().real(6), inside=True)
        painter.restore()

    def _paint_face(self, painter: QPainter, area: QRectF, face: RowFace, chosen: bool) -> None:
        px = theme.px
        if face.icon:
            side = px(40)
            tile = QRectF(area.left() + px(16), area.center().y() - side / 2, side, side)
            kind = "accent" if chosen and face.kind == "quiet" else face.kind
            paint_tile(painter, tile, face.icon, kind, ground="card" if chosen and kind == "accent" else None)
        left = area.left() + self._text_left(face)
        right = area.right() - px(16)
        if face.trailing:
            size = px(20)
            place = QPointF(right - size, area.center().y() - size / 2)
            painter.drawPixmap(place, icons.pixmap(face.trailing, face.trailing_tone, 20))
            right -= px(32)
        small = theme.scale().type("caption").line_px
        tall = self._title_height(face, round(area.width()))
        y = area.center().y() - (tall + small * (bool(face.detail) + bool(face.third))) / 2
        font = theme.font("bodyStrong")
        painter.setFont(font)
        painter.setPen(theme.colour("ink2" if face.dim else "ink"))
        title = shown(face.title, chars=200)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        if self._uniform:
            painter.drawText(QRectF(left, y, right - left, tall), middle, fitted(title, font, right - left))
        else:
            wrap = middle | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(left, y, right - left + 1, tall), wrap, bound(title))
        y += tall
        if face.detail:
            font = theme.font("caption", tnum=True)
            painter.setFont(font)
            painter.setPen(theme.colour("ink2"))
            words = fitted(shown(face.detail, chars=300), font, right - left)
            painter.drawText(QRectF(left, y, right - left, small), middle, words)
            y += small
        if face.third:
            self._paint_third(painter, QRectF(left, y, right - left, small), face)

    def _paint_third(self, painter: QPainter, area: QRectF, face: RowFace) -> None:
        font = theme.font("caption", weight=600 if face.third_bold else 500 if face.third_tone != "ink2" else 400)
        left = area.left()
        if face.third_icon:
            side = theme.px(18)
            place = QPointF(left, area.center().y() - side / 2)
            painter.drawPixmap(place, icons.pixmap(face.third_icon, face.third_tone, 18))
            left += side + theme.px(4)
        painter.setFont(font)
        painter.setPen(theme.colour(face.third_tone))
        room = QRectF(left, area.top(), area.right() - left, area.height())
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(room, middle, fitted(shown(face.third, chars=300), font, room.width()))


class RowList(QListView):
    """A list of painted rows over a `RowModel` or `PagedRows`.

    `chosen` gives the row under the selection, `opened` the row that was pressed with Enter or the mouse. `uniform` is
    for very long lists: rows of one height, titles cut. `rounded` keeps the rows within the corners of the card.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        model: QAbstractItemModel | None = None,
        *,
        name: str,
        uniform: bool = False,
        rounded: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rounded = rounded
        self.setProperty("role", "rows")
        self.setAccessibleName(shown(name))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(RowDelegate(uniform=uniform, parent=self))
        self.setUniformItemSizes(uniform)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._open)
        theme.changed.connect(self._restyle)
        if model is not None:
            self.setModel(model)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Show the rows of `model`."""
        super().setModel(model)
        if self.selectionModel() is not None:
            self.selectionModel().currentChanged.connect(self._moved)

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.data(ROW))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(ROW))

    def choose(self, place: int) -> None:
        """Select the row at a place."""
        model = self.model()
        if model is not None and 0 <= place < model.rowCount():
            self.setCurrentIndex(model.index(place, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)


def tall_enough(view: QListView, rows: Sequence[int] | None = None) -> int:
    """Return the height at which `view` shows all its rows without scrolling."""
    model = view.model()
    if model is None:
        return 0
    option = QStyleOptionViewItem()
    option.widget = view
    delegate = view.itemDelegate()
    return sum(delegate.sizeHint(option, model.index(n, 0)).height() for n in rows or range(model.rowCount()))
