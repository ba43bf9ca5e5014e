"""The packaged layers of the map as paths, in kilometres from the middle of the region. Source and licence: resources/map/LICENSE.md.

Owns the projection. LIMIT: one flat projection for one region; away from it shapes grow wrong.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

_FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "map"
MIDDLE: Final = (55.6, 37.6)
KM_PER_DEGREE: Final = 111.2
_EAST: Final = KM_PER_DEGREE * math.cos(math.radians(MIDDLE[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A name on the map; `rank` 1 is seen from afar."""

    name: str
    rank: int
    at: QPointF


def place(latitude: float, longitude: float) -> QPointF:
    """Return where a point lies, in kilometres east and south of the middle."""
    return QPointF((longitude - MIDDLE[1]) * _EAST, (MIDDLE[0] - latitude) * KM_PER_DEGREE)


def degrees(at: QPointF) -> tuple[float, float]:
    """Return the latitude and longitude of a point in kilometres."""
    return MIDDLE[0] - at.y() / KM_PER_DEGREE, MIDDLE[1] + at.x() / _EAST


@cache
def path(layer: str) -> QPainterPath:
    """Return a layer of lines or areas: boundaries, urban, lakes, rivers, roads_schematic."""
    made = QPainterPath()
    for feature in _features(layer):
        geometry = feature["geometry"]
        _add(made, geometry["coordinates"], is_area="Polygon" in geometry["type"])
    return made


@cache
def towns() -> tuple[Town, ...]:
    """Return the towns, the largest first."""
    found = [Town(name=one["properties"]["name"], rank=one["properties"]["rank"], at=_at(one["geometry"]["coordinates"]))
             for one in _features("towns")]  # fmt: skip
    return tuple(sorted(found, key=lambda town: (town.rank, town.name)))


def _features(layer: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((_FOLDER / f"{layer}.geojson").read_text("utf-8"))["features"]
    return features


def _at(pair: list[float]) -> QPointF:
    return place(pair[1], pair[0])


def _add(made: QPainterPath, coordinates: Any, *, is_area: bool) -> None:
    if isinstance(coordinates[0][0], list):
        for part in coordinates:
            _add(made, part, is_area=is_area)
        return
    line = QPolygonF([_at(pair) for pair in coordinates])
    made.addPolygon(line)
    if is_area:
        made.closeSubpath()
