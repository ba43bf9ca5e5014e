"""Squares of a street map: numbered as map services number them, covering what they say, without a gap."""

from __future__ import annotations

import pytest

from desktop.record.streets import Area, Tile, covering, ground, zoom_for


def test_squares_bear_the_numbers_that_map_services_give_them() -> None:
    # The Kremlin, and Greenwich at the equator, as the numbering's own description has them.
    assert covering(Area(north=55.7517, south=55.7517, west=37.6178, east=37.6178), 10) == (Tile(10, 619, 320),)
    assert covering(Area(north=0.0, south=0.0, west=0.0, east=0.0), 1) == (Tile(1, 1, 1),)


def test_squares_cover_an_area_without_a_gap_and_without_one_too_many() -> None:
    area = Area(north=55.45, south=55.40, west=38.40, east=38.55)
    tiles = covering(area, 14)
    grounds = {tile: ground(tile) for tile in tiles}
    assert min(one.west for one in grounds.values()) <= area.west < area.east <= max(one.east for one in grounds.values())
    assert max(one.north for one in grounds.values()) >= area.north > area.south >= min(one.south for one in grounds.values())
    for tile, one in grounds.items():
        assert one.west <= area.east
        assert one.east >= area.west
        assert one.south <= area.north
        assert one.north >= area.south
        right = grounds.get(Tile(14, tile.x + 1, tile.y))
        below = grounds.get(Tile(14, tile.x, tile.y + 1))
        assert right is None or right.west == one.east
        assert below is None or below.north == one.south


def test_square_lies_in_the_one_above_it() -> None:
    tile = Tile(16, 39_623, 20_490)
    inner, outer = ground(tile), ground(tile.above(2))
    assert tile.above(2) == Tile(14, 9_905, 5_122)
    assert outer.west <= inner.west < inner.east <= outer.east
    assert outer.south <= inner.south < inner.north <= outer.north


def test_zoom_is_the_one_whose_squares_are_nearest_to_their_own_size() -> None:
    # At this latitude a square of zoom 14 is 1.38 km wide.
    assert zoom_for(256 / 1.38, latitude=55.6) == 14
    assert zoom_for(256 / 1.38 * 1.9, latitude=55.6) == 15
    assert zoom_for(256 / 1.38 / 1.9, latitude=55.6) == 13


def test_ends_of_the_earth_have_squares_too() -> None:
    every = covering(Area(north=90.0, south=-90.0, west=-180.0, east=180.0), 2)
    assert len(every) == 16
    with pytest.raises(ValueError, match="negative shift"):
        ground(Tile(-1, 0, 0))
