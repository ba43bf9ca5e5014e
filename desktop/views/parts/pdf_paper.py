"""What a PDF's pages are to the window: pictures from another process, packed for the printer, and the ground they lie on."""

from __future__ import annotations

import zlib
from typing import Any, Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from desktop.views import theme


class Picture(Protocol):
    """A painted page: RGB32 pixels without padding."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def pixels(self) -> bytes: ...


class Reader(Protocol):
    """What opens a PDF elsewhere."""

    page_sizes: tuple[tuple[float, float], ...]

    async def open(self) -> int: ...
    async def page(self, index: int, *, width_px: int) -> Any: ...
    async def text(self, index: int) -> str: ...
    def close(self) -> None: ...


def image_of(picture: Picture) -> QImage:
    """Return a page as an image that owns its pixels."""
    made = QImage(picture.pixels, picture.width, picture.height, picture.width * 4, QImage.Format.Format_RGB32)
    return made.copy()


def packed_page(picture: Picture) -> tuple[int, int, bytes]:
    """Return a page with its pixels packed: paper is mostly white, and many pages wait for the printer."""
    return picture.width, picture.height, zlib.compress(picture.pixels, 1)


def unpacked(page: tuple[int, int, bytes]) -> QImage:
    """Return a packed page as an image."""
    width, height, data = page
    return QImage(zlib.decompress(data), width, height, width * 4, QImage.Format.Format_RGB32).copy()


def rounded_below(area: QRectF) -> QPainterPath:
    """Return an area whose lower corners are the card's."""
    corner = theme.scale().radius("card") - theme.border_px()
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(area, corner, corner)
    path.addRect(QRectF(area.left(), area.top(), area.width(), min(corner, area.height())))
    return path


class Table(QWidget):
    """The ground that pages lie on, within the lower corners of a card; `is_bare` leaves the card's own ground."""

    def __init__(self, layout: QLayout, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self._is_bare = True
        theme.changed.connect(self.update)

    def set_bare(self, on: bool) -> None:
        """Show the card's ground, or the table's."""
        self._is_bare = on
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        if not self._is_bare:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(rounded_below(QRectF(self.rect())), theme.colour("sunken"))
