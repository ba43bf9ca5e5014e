"""The two-colour focus ring: one overlay for each window, following the focus. `install(app)` once; pages do nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from desktop.views import theme

_MARGIN = 6
_DEFAULT_RADIUS = 10.0


class FocusRing(QWidget):
    """The overlay: yellow inside, dark outside, so that it is seen on any ground.

    A widget may say what is to be ringed with `ring_rect()` and `ring_radius()`; an item view that has a current row
    rings it itself.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName("focusRing")
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._inner = QRectF()
        self._radius = _DEFAULT_RADIUS
        self.hide()
        theme.changed.connect(self.follow)

    @property
    def target(self) -> QWidget | None:
        """Return the widget that is ringed."""
        return self._target

    def set_target(self, target: QWidget | None) -> None:
        """Go round another widget, or vanish."""
        for former in self._watched:
            if isValid(former):
                former.removeEventFilter(self)
        self._watched = []
        self._target = target
        widget = target
        while widget is not None and widget is not self.parent():
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self.follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow moves, scrolling and hiding of the target and what it stands in."""
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.UpdateRequest)
        if event.type() in kinds:
            self.follow()
        return False

    def follow(self) -> None:
        """Take the place of the target; hide when it is out of sight."""
        target = self._target
        window = self.parentWidget()
        if target is None or window is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        rect = target.ring_rect() if hasattr(target, "ring_rect") else target.rect()
        rect = QRect(target.mapTo(window, rect.topLeft()), rect.size())
        seen = self._seen(target, window).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        outer = rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        place = outer.intersected(seen)
        if rect.isEmpty() or place.isEmpty() or not rect.intersects(seen.adjusted(1, 1, -1, -1)):
            self.hide()
            return
        radius = target.ring_radius() if hasattr(target, "ring_radius") else theme.scale().real(_DEFAULT_RADIUS)
        self._radius = float(radius)
        self._inner = QRectF(rect.translated(-place.topLeft()))
        self.setGeometry(place)
        self.raise_()
        self.show()
        self.update()

    def _seen(self, target: QWidget, window: QWidget) -> QRect:
        seen = window.rect()
        widget = target.parentWidget()
        while widget is not None and widget is not window:
            holder = widget.parentWidget()
            if isinstance(holder, QAbstractScrollArea) and holder.viewport() is widget:
                seen = seen.intersected(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()))
            widget = holder
        return seen

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the two lines."""
        painter = QPainter(self)
        paint_ring(painter, self._inner, self._radius)


def paint_ring(painter: QPainter, inner: QRectF, radius: float, *, inside: bool = False) -> None:
    """Paint the ring round `inner`, or within it (rows of a list)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for offset, tone in ((2, "focusIn"), (4, "focusOut")):
        grow = offset - 5 if inside else offset
        painter.setPen(QPen(theme.colour(tone), 2))
        corner = max(radius + grow, 0)
        painter.drawRoundedRect(inner.adjusted(-grow, -grow, grow, grow), corner, corner)
    painter.restore()


class _Rings(QObject):
    """Moves the ring of each window as the focus moves."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._last: FocusRing | None = None
        app.focusChanged.connect(self._moved)

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        # Nothing is asked of `old`: it may be inside its own destructor, and its window too.
        last = self._last
        if last is not None and isValid(last) and last.isVisible() and (new is None or last.parent() is not new.window()):
            last.set_target(None)
        if new is None or new.inherits("QMenu") or new.window().inherits("QComboBoxPrivateContainer"):
            return
        own = isinstance(new, QAbstractItemView) and new.currentIndex().isValid()
        self._last = ring = ring_of(new.window()) or FocusRing(new.window())
        ring.set_target(None if own else new)


def ring_of(window: QWidget) -> FocusRing | None:
    """Return the ring of a window, None before anything in it had the focus."""
    found = window.findChild(FocusRing, "focusRing", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, FocusRing) else None


def install(app: QApplication) -> None:
    """Ring the focus in every window of `app` from now on."""
    # A property, not a search among children: that would make PySide build every class of objects there is.
    if app.property("medkartaRings") is None:
        app.setProperty("medkartaRings", True)
        _Rings(app)
