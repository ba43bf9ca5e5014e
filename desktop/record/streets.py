"""The squares of a street map: which of them cover an area, and what ground each covers.

*Source*: the numbering that map services share: Web Mercator, 2^zoom by 2^zoom squares of 256 pixels, (0, 0) in the north-west.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

SIDE_PX: Final = 256
_AROUND_EARTH_KM: Final = 40_075.017
_FARTHEST_NORTH: Final = 85.0511


class Tile(NamedTuple):
    """One square: `x` counts eastwards, `y` southwards."""

    zoom: int
    x: int
    y: int

    def above(self, levels: int) -> Tile:
        """Return the square of so many levels less that this one lies in."""
        return Tile(self.zoom - levels, self.x >> levels, self.y >> levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A stretch of ground. *Units*: degrees."""

    north: float
    west: float
    south: float
    east: float


def zoom_for(px_per_km: float, *, latitude: float) -> int:
    """Return the zoom whose squares are shown nearest to their own size."""
    km = _AROUND_EARTH_KM * math.cos(math.radians(latitude))
    return round(math.log2(max(px_per_km, 1e-9) * km / SIDE_PX))


def covering(area: Area, zoom: int) -> tuple[Tile, ...]:
    """Return the squares that cover an area, row by row from the north-west."""
    left, top = _numbers(area.north, area.west, zoom)
    right, bottom = _numbers(area.south, area.east, zoom)
    return tuple(Tile(zoom, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1))


def ground(tile: Tile) -> Area:
    """Return what a square covers."""
    return Area(north=_latitude(tile.y, tile.zoom), south=_latitude(tile.y + 1, tile.zoom),
                west=_longitude(tile.x, tile.zoom), east=_longitude(tile.x + 1, tile.zoom))  # fmt: skip


def _numbers(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    many = 1 << zoom
    lat = math.radians(min(max(latitude, -_FARTHEST_NORTH), _FARTHEST_NORTH))
    x = math.floor((longitude + 180) / 360 * many)
    y = math.floor((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * many)
    return min(max(x, 0), many - 1), min(max(y, 0), many - 1)


def _latitude(y: int, zoom: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << zoom)))))


def _longitude(x: int, zoom: int) -> float:
    return x / (1 << zoom) * 360 - 180
