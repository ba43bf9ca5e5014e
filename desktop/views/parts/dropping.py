"""Where a file can be let go: while one is over the place a dashed line says so. Reads no file; what may be taken is the place's to say."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.views import theme


class DropPlace(QObject):
    """Takes one file of this computer that is let go over `over`. `dropped` gives its path."""

    dropped = Signal(object)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.mark = _Mark(over)
        over.setAcceptDrops(True)
        over.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is dragged over the place."""
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop) and isinstance(event, QDropEvent):
            path = _file_of(event)
            if path is None:
                return False
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.mark.follow(kind != QEvent.Type.Drop)
            if kind == QEvent.Type.Drop:
                self.dropped.emit(path)
            return True
        if kind == QEvent.Type.DragLeave:
            self.mark.follow(False)
        return super().eventFilter(watched, event)


class _Mark(QWidget):
    """The dashed line around a place."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def follow(self, on: bool) -> None:
        """Stand around the place, in front of all that is in it, or go."""
        if on:
            self.setGeometry(self._over.rect())
            self.raise_()
        self.setVisible(on)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = theme.px(2)
        painter.setPen(QPen(theme.colour("accent"), wide, Qt.PenStyle.DashLine))
        radius = theme.scale().radius("card")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(wide, wide, -wide, -wide), radius, radius)


def _file_of(event: QDropEvent) -> Path | None:
    """Return the one file of this computer that is dragged, or nothing."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
