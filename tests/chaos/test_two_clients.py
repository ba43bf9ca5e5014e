"""Two real processes on a bad line, killed again and again: a hundred bookings, each made once."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.two_clients import campaign


def test_hundred_bookings_of_two_killed_clients_are_made_once(tmp_path: Path) -> None:
    figures = campaign(100, folder=tmp_path, seed=3, kills=3, most_s=1.5)
    assert figures["booked"] + figures["decisions"] >= 100
    assert figures["kills"] >= 2
