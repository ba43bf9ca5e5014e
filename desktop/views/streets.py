"""Streets under the pins of a map, where the administrator of this computer has named a source of them.

Owns: which squares are in sight, their pictures in memory, what the map says of them. Does not own: where pictures come from
(session/streets.py). The packaged layers stay beneath, so a place whose streets are not here looks as it did without them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QObject, QRect, QSize, QTimer
from PySide6.QtGui import QImage, QImageReader, QPainter, QPixmap
from shiboken6 import isValid

from desktop import limits
from desktop.record.streets import SIDE_PX, Tile, covering, ground, zoom_for
from desktop.views import map_layers, theme
from desktop.views.page import Host
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.streets import StreetSource
    from desktop.views.parts import TownMap

_REST_MS: Final = 150
_NEAREST_KM: Final = 0.5
_LEVELS: Final = 4
_DIM: Final = 0.72
"""What a dark look leaves of the pictures' light."""


class Streets(QObject):
    """The streets of one map, for as long as the map lives."""

    def __init__(self, host: Host, of: TownMap) -> None:
        super().__init__(of)
        self._host, self._map = host, of
        self._source: StreetSource | None = None
        self._pictures: OrderedDict[Tile, QPixmap] = OrderedDict()
        self._asked: set[Tile] = set()
        self._is_reached = True
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(lambda: host.spawn(self._begin() if self._source is None else self._look()))
        self._has_none = False
        of.looked.connect(self._moved)

    def _moved(self) -> None:
        if not self._has_none:
            self._rest.start()

    async def _begin(self) -> None:
        source = await self._host.session.streets.source()
        if not isValid(self):
            return
        if source is None:
            self._has_none = True
            return
        self._source = source
        self._map.nearest_km = _NEAREST_KM
        self._map.over_ground = self._paint
        await self._look()

    # --- what is in sight
    def in_sight(self) -> tuple[Tile, ...]:
        """Return the squares in sight; none where one looks from too far for streets."""
        if self._source is None or not self._map.isVisible():
            return ()
        area = self._map.area()
        near = zoom_for(self._map.transform().m11(), latitude=(area.north + area.south) / 2)
        for zoom in range(min(near, self._source.nearest), self._source.farthest - 1, -1):
            if len(tiles := covering(area, zoom)) <= limits.STREETS_DRAWN:
                return tiles
        return ()

    async def _look(self) -> None:
        """Bring what is in sight: from the vault, then from the network."""
        source, tiles = self._source, self.in_sight()
        wanted = [one for one in tiles if one not in self._pictures and one not in self._asked]
        if source is not None and wanted:
            kept, asked = await self._host.session.streets.kept(source, wanted)
            await self._take(kept)
            self._asked.update(asked)
            try:
                self._is_reached = await self._host.session.streets.fetch(source, asked, self._take_one)
            finally:
                self._asked.difference_update(asked)
        if isValid(self):
            self._tell()

    async def _take_one(self, tile: Tile, picture: bytes) -> None:
        await self._take({tile: picture})

    async def _take(self, pictures: Mapping[Tile, bytes]) -> None:
        read = await asyncio.to_thread(lambda: {tile: picture_of(data) for tile, data in pictures.items()})
        if not isValid(self):
            return
        for tile, image in read.items():
            if not image.isNull():
                self._pictures[tile] = QPixmap.fromImage(image)
                self._pictures.move_to_end(tile)
        while len(self._pictures) > limits.STREETS_DRAWN:
            self._pictures.popitem(last=False)
        self._map.viewport().update()

    def _tell(self) -> None:
        """Say whose streets these are, or that they are not here yet."""
        tiles, text = self.in_sight(), ""
        if self._source is not None and tiles:
            is_whole = self._is_reached or all(one in self._pictures for one in tiles)
            text = tr("parts.map_streets" if is_whole else "parts.map_no_streets", by=self._source.attribution)
        self._map.say(text)

    # --- drawing
    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(_DIM if theme.current().dark else 1.0)
        for tile in self.in_sight():
            found = next((up for up in range(_LEVELS) if tile.above(up) in self._pictures), None)
            if found is not None:
                picture = self._pictures[tile.above(found)]
                painter.drawPixmap(self._place(tile), picture, _part(tile, found, picture.size()))

    def _place(self, tile: Tile) -> QRect:
        """Return where a square lies on the view; neighbours share their edges to the pixel."""
        area = ground(tile)
        first = self._map.mapFromScene(map_layers.place(area.north, area.west))
        last = self._map.mapFromScene(map_layers.place(area.south, area.east))
        return QRect(first, QSize(last.x() - first.x(), last.y() - first.y()))


def _part(tile: Tile, up: int, size: QSize) -> QRect:
    """Return which part of a picture, `up` levels above a square, shows that square."""
    many = 1 << up
    wide, high = size.width() // many, size.height() // many
    return QRect(tile.x % many * wide, tile.y % many * high, wide, high)


def picture_of(data: bytes) -> QImage:
    """Read a picture whose size is sound, by the two readers that are expected; a null one for all else."""
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"png" if data.startswith(b"\x89PNG") else b"jpeg"))
    size = reader.size()
    if not SIDE_PX <= size.width() <= limits.STREET_SIDE_PX or size.height() != size.width():
        return QImage()
    return reader.read()
