"""Squares of a street map in the vault: bounded, of one source only, and never in the clear."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop import limits
from desktop.record.streets import Tile
from tests.store.kit import Home

SOURCE = "https://streets.example/{z}/{x}/{y}.png"


def test_square_comes_back_with_its_day_and_a_newer_one_takes_its_place(home: Home) -> None:
    streets, tile = home.vault.streets, Tile(14, 1, 2)
    assert streets.get(SOURCE, [tile]) == {}
    streets.put(SOURCE, {tile: b"old"})
    first = home.clock.now()
    home.clock.advance(60)
    streets.put(SOURCE, {Tile(14, 1, 3): b"other"})
    assert streets.get(SOURCE, [tile, Tile(15, 1, 2)]) == {tile: (b"old", first)}
    streets.put(SOURCE, {tile: b"new"})
    assert streets.get(SOURCE, [tile]) == {tile: (b"new", first + timedelta(seconds=60))}


def test_oldest_squares_go_where_there_would_be_too_many(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STREETS_BYTES", 1_000)
    streets = home.vault.streets
    for number in range(6):
        streets.put(SOURCE, {Tile(14, number, 0): b"%d" % number * 300})
        home.clock.advance(1)
    assert sorted(streets.get(SOURCE, [Tile(14, number, 0) for number in range(6)])) == [Tile(14, number, 0) for number in (3, 4, 5)]


def test_squares_of_another_source_go_when_the_new_one_answers(home: Home) -> None:
    home.vault.streets.put(SOURCE, {Tile(14, 1, 2): b"a"})
    home.vault.streets.put("https://other.example/{z}/{x}/{y}.png", {Tile(14, 1, 2): b"b"})
    assert home.vault.streets.get(SOURCE, [Tile(14, 1, 2)]) == {}


def test_squares_are_not_in_the_clear_on_the_disk(home: Home) -> None:
    mark = b"where somebody looked at the map" * 40
    home.vault.streets.put(SOURCE, {Tile(14, 1, 2): mark})
    assert home.vault.folder is not None
    files = [file.read_bytes() for file in home.vault.folder.iterdir() if file.is_file()]
    assert files
    assert all(mark not in data and b"streets.example" not in data for data in files)
