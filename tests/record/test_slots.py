"""Replacements by habit, watches, overlaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.record.slots import FreeSlot, Wanted, Watch, distance_km, found, matches, nearest, overlaps, part_of

NOW = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
DAY = NOW + timedelta(days=6)


def slot(name: str, *, hours: float = 0, **more: object) -> FreeSlot:
    starts_at = DAY + timedelta(hours=hours)
    base = FreeSlot(
        id=name,
        version="v",
        schedule="sch",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        specialty="окулист",
    )
    return replace(base, **more)  # type: ignore[arg-type]


WANTED = Wanted(starts_at=DAY, specialty="окулист", doctor_id="d1", clinic_id="c1", place=(55.75, 37.6))


def test_same_doctor_then_same_clinic_then_near_by() -> None:
    free = [
        slot("far", place=(59.9, 30.3)),
        slot("near", place=(55.8, 37.7)),
        slot("clinic", hours=30, clinic_id="c1", doctor_id="d2"),
        slot("doctor", hours=60, doctor_id="d1", clinic_id="c9"),
        slot("other", specialty="хирург"),
    ]
    assert [one.id for one in nearest(free, WANTED, now=NOW, limit=9)] == ["doctor", "clinic", "near", "far"]


def test_time_that_has_passed_is_never_offered() -> None:
    assert nearest([slot("s", hours=-24 * 30, doctor_id="d1")], WANTED, now=NOW) == ()


def test_closest_to_the_wanted_hour_comes_first() -> None:
    free = [
        slot("later", hours=5, doctor_id="d1"),
        slot("soon", hours=1, doctor_id="d1"),
        slot("before", hours=-2, doctor_id="d1"),
    ]
    assert [one.id for one in nearest(free, WANTED, now=NOW)] == ["soon", "before", "later"]


@pytest.mark.parametrize(
    ("change", "is_match"),
    [
        ({}, True),
        ({"specialty": "хирург"}, False),
        ({"doctors": frozenset({"d2"})}, False),
        ({"clinics": frozenset({"c1"})}, True),
        ({"first_day": date(2026, 5, 21)}, False),
        ({"last_day": date(2026, 5, 19)}, False),
        ({"weekdays": frozenset({2})}, True),
        ({"weekdays": frozenset({5, 6})}, False),
        ({"parts": frozenset({"evening"})}, False),
        ({"parts": frozenset({"morning", "evening"})}, True),
    ],
)
def test_watch_waits_for_exactly_what_was_wished(change: dict[str, object], is_match: bool) -> None:
    watch = replace(Watch(id="w", person=1, specialty="окулист"), **change)  # type: ignore[arg-type]
    assert matches(watch, slot("s", doctor_id="d1", clinic_id="c1"), now=NOW) is is_match


def test_watch_takes_the_soonest() -> None:
    watch = Watch(id="w", person=1, specialty="окулист")
    chosen = found(watch, [slot("b", hours=2), slot("a", hours=1)], now=NOW)
    assert chosen is not None
    assert chosen.id == "a"
    assert found(watch, [], now=NOW) is None


def test_person_cannot_be_in_two_places() -> None:
    one = slot("s")
    assert overlaps(one, [(DAY + timedelta(minutes=10), DAY + timedelta(minutes=30))])
    assert overlaps(one, [(DAY, None)])
    assert not overlaps(one, [(DAY + timedelta(minutes=15), DAY + timedelta(minutes=30))])


@given(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
def test_distance_is_symmetric_and_never_past_half_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert abs(distance_km(one, other) - distance_km(other, one)) < 1e-6
    assert 0 <= distance_km(one, other) <= 20_020


def test_parts_of_the_day() -> None:
    assert [part_of(datetime(2026, 5, 20, hour, tzinfo=UTC)) for hour in (8, 12, 17)] == ["morning", "day", "evening"]
