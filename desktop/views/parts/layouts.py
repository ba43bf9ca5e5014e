"""How parts stand beside and under each other: rows, columns, cards. Owns no text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import delete, isValid

from desktop.views import theme

STRETCH = object()
"""Put between children of `row` or `column` to take the free space."""


def _fill(
    layout: QBoxLayout, children: Iterable[object], gap: float, pad: tuple[float, ...], align: Qt.AlignmentFlag | None
) -> None:
    layout.setSpacing(theme.px(gap))
    layout.setContentsMargins(*(theme.px(side) for side in four(pad)))
    for child in children:
        if child is STRETCH:
            layout.addStretch(1)
        elif isinstance(child, QLayout):
            layout.addLayout(child)
        elif isinstance(child, QWidget):
            layout.addWidget(child) if align is None else layout.addWidget(child, 0, align)
        elif isinstance(child, int):
            layout.addSpacing(theme.px(child))


def four(pad: tuple[float, ...]) -> tuple[float, float, float, float]:
    """Return CSS-like paddings (all | vertical, horizontal | top, sides, bottom | top, right, bottom, left) as Qt wants them."""
    if len(pad) == 1:
        return pad[0], pad[0], pad[0], pad[0]
    if len(pad) == 2:
        return pad[1], pad[0], pad[1], pad[0]
    if len(pad) == 3:
        return pad[1], pad[0], pad[1], pad[2]
    return pad[3], pad[0], pad[1], pad[2]


def row(
    *children: object, gap: float = 8, pad: tuple[float, ...] = (0,), align: Qt.AlignmentFlag | None = None
) -> QHBoxLayout:
    """Return a row of widgets, layouts, `STRETCH` and whole numbers (extra gaps); padding as in CSS."""
    layout = QHBoxLayout()
    _fill(layout, children, gap, pad, align)
    return layout


def column(
    *children: object, gap: float = 8, pad: tuple[float, ...] = (0,), align: Qt.AlignmentFlag | None = None
) -> QVBoxLayout:
    """Return a column of widgets, layouts, `STRETCH` and whole numbers (extra gaps)."""
    layout = QVBoxLayout()
    _fill(layout, children, gap, pad, align)
    return layout


def clear(layout: QLayout) -> None:
    """Take everything out of `layout` and delete it, nested layouts too."""
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            clear(inner)
            inner.deleteLater()
            continue
        widget = item.widget()
        delete(item)
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def take_out(layout: QLayout, widget: QWidget) -> None:
    """Take a widget out of its layout, if it stands there; it keeps its parent.

    This and `clear` delete the item here: one that Qt deletes by itself stays in PySide's books, and the next widget that comes to lie
    at its address takes the process down when it is destroyed (docs/decisions/0029).
    """
    if (item := layout.takeAt(layout.indexOf(widget))) is not None:
        delete(item)


class Box(QWidget):
    """A bare widget around a layout."""

    def __init__(self, layout: QLayout | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if layout is not None:
            self.setLayout(layout)


class Snug(QFrame):
    """A frame as tall as its content needs at its width, and never taller."""

    def sizeHint(self) -> QSize:
        """Return the content's width and its height at the present width."""
        layout = self.layout()
        hint = super().sizeHint()
        if layout is None:
            return hint
        laid = self.testAttribute(Qt.WidgetAttribute.WA_Resized)
        width = self.width() if laid else min(hint.width(), self.maximumWidth())
        return QSize(hint.width(), layout.totalHeightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height when the width changes."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def be_snug(self) -> None:
        """Take the policy; call it when the layout is set."""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class Card(QFrame):
    """A card: white ground, hairline, radius 16. `role`: card, sunken, pending, conflict, empty.

    Add children through `card.body` (a column) or give a layout.
    """

    def __init__(
        self,
        layout: QBoxLayout | None = None,
        *,
        role: str = "card",
        pad: tuple[float, ...] = (20, 24),
        gap: float = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.body: QBoxLayout = layout if layout is not None else column(gap=gap)
        self.body.setContentsMargins(*(theme.px(side) for side in four(pad)))
        self.setLayout(self.body)

    @staticmethod
    def around(part: QWidget) -> Card | None:
        """Return the card that a part lies in, however deep."""
        outer = part.parentWidget()
        while outer is not None and not isinstance(outer, Card):
            outer = outer.parentWidget()
        return outer

    def set_role(self, role: str) -> None:
        """Change the look: card, sunken, pending, conflict, empty."""
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()


class Divider(QWidget):
    """A hairline, lying or standing."""

    def __init__(self, *, vertical: bool = False, tone: str = "line", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vertical, self._tone = vertical, tone
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        if self._vertical:
            self.setFixedWidth(theme.border_px())
        else:
            self.setFixedHeight(theme.border_px())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        QPainter(self).fillRect(self.rect(), theme.colour(self._tone))


class Fill(QWidget):
    """A widget on a plain ground of one role, around a layout."""

    def __init__(self, layout: QLayout | None = None, *, tone: str = "sheet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        if layout is not None:
            self.setLayout(layout)
        theme.changed.connect(self.update)

    def ground(self) -> QColor:
        """Return the colour of the ground."""
        return theme.colour(self._tone)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        QPainter(self).fillRect(event.rect(), self.ground())


class FlowLayout(QLayout):
    """Puts widgets in a line and goes to the next line when the width ends."""

    def __init__(self, *widgets: QWidget, gap: float = 8, line_gap: float | None = None) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self._gap, self._line_gap = gap, gap if line_gap is None else line_gap
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return the item at `index`, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at `index`, None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Ask for no more space than the items need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines in `width` pixels."""
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Measure anew: a part has changed."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of all items in one line."""
        shown = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in shown) + theme.px(self._gap) * max(len(shown) - 1, 0)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        """Return the size of the largest item."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        # Qt may ask once more while a window is taken apart and its items are gone: an error here would end the process.
        return [item for item in self._items if isValid(item) and not item.isEmpty()]

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line_height = rect.x(), rect.y(), 0
        gap, line_gap = theme.px(self._gap), theme.px(self._line_gap)
        line: list[tuple[QLayoutItem, QSize, int]] = []

        def finish() -> None:
            for item, size, left in line:
                if move:
                    item.setGeometry(QRect(QPoint(left, y + (line_height - size.height()) // 2), size))
            line.clear()

        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(rect.width(), item.minimumSize().width()), 1 << 20))
            if x > rect.x() and x + size.width() > rect.right() + 1:
                finish()
                x, y, line_height = rect.x(), y + line_height + line_gap, 0
            line.append((item, size, x))
            x, line_height = x + size.width() + gap, max(line_height, size.height())
        finish()
        return y + line_height - rect.y()
