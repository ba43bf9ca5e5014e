"""What a choice becomes: another time for a visit that stands moves it, whatever the clinic had against the time first asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.record.clashes import Clash, decide
from desktop.record.intents import Intent

NOW = datetime(2026, 5, 14, 9, 38, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["slot_gone", "expired", "same_time", "other_age", "already_booked", "moved"])
def test_another_time_for_a_visit_that_stands_moves_it_and_books_no_second_one(kind: str) -> None:
    move = Intent(id="i", seq=1, portal=1, person=1, kind="reschedule", subject="b", body={"booking": "b", "slot": "s1"}, created_at=NOW,
                  release_at=NOW)  # fmt: skip
    clash = Clash(id="c", intent=move, kind=kind, theirs={"booking": "b", "version": "1", "status": "booked"}, found_at=NOW)
    made = decide(clash, "other_slot", slot={"slot": "s2", "starts_at": "2026-05-20T09:00:00+03:00"})
    assert made is not None
    assert (made.kind, made.body["booking"]) == ("reschedule", "b")
