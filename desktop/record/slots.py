"""Free time: what a person may take, what stands nearest to what they wanted, and watches that wait for it.

Pure. A free slot here is a memory of the portal with an age; taking it is always checked again on the wire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from math import asin, cos, radians, sin, sqrt
from typing import Final, Literal

PartOfDay = Literal["morning", "day", "evening"]
NOON: Final = time(12)
EVENING: Final = time(17)
EARTH_KM: Final = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSlot:
    """One free slot with the doctor and the place it belongs to. `place` is latitude and longitude in degrees."""

    id: str
    version: str
    schedule: str
    starts_at: datetime
    ends_at: datetime | None = None
    specialty: str = ""
    doctor: str = ""
    doctor_id: str = ""
    clinic: str = ""
    clinic_id: str = ""
    address: str = ""
    room: str = ""
    place: tuple[float, float] | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person wanted when the time was lost: the habits that alternatives are ranked by."""

    starts_at: datetime
    specialty: str = ""
    doctor_id: str = ""
    clinic_id: str = ""
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A wish that waits: evaluated against every fresh set of free slots. Empty sets mean any. `weekdays` are 0 (Monday) to 6."""

    id: str
    person: int
    specialty: str
    doctors: frozenset[str] = frozenset()
    clinics: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    weekdays: frozenset[int] = frozenset()
    parts: frozenset[PartOfDay] = frozenset()
    books_by_itself: bool = False


def part_of(moment: datetime) -> PartOfDay:
    """Return the part of the day, in the time zone that `moment` carries."""
    clock = moment.time()
    return "morning" if clock < NOON else "day" if clock < EVENING else "evening"


def nearest(free: Iterable[FreeSlot], wanted: Wanted, *, now: datetime, limit: int = 3) -> tuple[FreeSlot, ...]:
    """Return the best replacements: the same doctor, else the same specialty in the same clinic, else the same specialty near by.

    Inside a rank the slot closest to the wanted moment comes first; ties are broken by id, so that the answer is always the same.
    """
    candidates = [
        slot
        for slot in free
        if slot.starts_at > now and (_is_same_doctor(slot, wanted) or slot.specialty == wanted.specialty)
    ]

    def key(slot: FreeSlot) -> tuple[int, float, float, str]:
        rank = 0 if _is_same_doctor(slot, wanted) else 1 if slot.clinic_id and slot.clinic_id == wanted.clinic_id else 2
        far_km = distance_km(slot.place, wanted.place) if rank == 2 else 0.0
        return rank, far_km, abs((slot.starts_at - wanted.starts_at).total_seconds()), slot.id

    return tuple(sorted(candidates, key=key)[:limit])


def _is_same_doctor(slot: FreeSlot, wanted: Wanted) -> bool:
    return bool(wanted.doctor_id) and slot.doctor_id == wanted.doctor_id


def distance_km(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float:
    """Return the great-circle distance; unknown places are far away."""
    if one is None or other is None:
        return float("inf")
    (lat1, lon1), (lat2, lon2) = ((radians(value) for value in pair) for pair in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def matches(watch: Watch, slot: FreeSlot, *, now: datetime) -> bool:
    """Say whether a free slot is what a watch waits for."""
    day = slot.starts_at.date()
    return (
        slot.starts_at > now
        and slot.specialty == watch.specialty
        and (not watch.doctors or slot.doctor_id in watch.doctors)
        and (not watch.clinics or slot.clinic_id in watch.clinics)
        and (watch.first_day is None or day >= watch.first_day)
        and (watch.last_day is None or day <= watch.last_day)
        and (not watch.weekdays or slot.starts_at.weekday() in watch.weekdays)
        and (not watch.parts or part_of(slot.starts_at) in watch.parts)
    )


def found(watch: Watch, free: Iterable[FreeSlot], *, now: datetime) -> FreeSlot | None:
    """Return the soonest slot that a watch waits for, or None."""
    return min(
        (slot for slot in free if matches(watch, slot, now=now)),
        key=lambda slot: (slot.starts_at, slot.id),
        default=None,
    )


def overlaps(slot: FreeSlot, taken: Iterable[tuple[datetime, datetime | None]]) -> bool:
    """Say whether a person is already somewhere at that time: a pure check made before anything is sent."""
    ends_at = slot.ends_at or slot.starts_at
    return any(
        (starts < max(ends_at, slot.starts_at) and slot.starts_at < (ends or starts)) or starts == slot.starts_at
        for starts, ends in taken
    )
