"""Clinics as a person chooses among them: hours on the clinic's own clock, who works there, which are mine.

Pure. Owns no words: standing and kinds are codes, weekdays are numbers (0 is Monday).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

WEEKDAYS: Final = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_DAY_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a clinic is open on some days. Seconds since midnight on its own clock; a whole day is 0 to 86,400."""

    days: tuple[int, ...]
    opens_s: int
    closes_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Whether a clinic is open, and when that changes. `days_ahead` counts from today on the clinic's clock."""

    standing: Literal["open", "closed", "round", "unknown"]
    at: time | None = None
    days_ahead: int = 0
    weekday: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doctor:
    """One post of one doctor at one clinic. `id` is the PractitionerRole's, `doctor_id` the Practitioner's."""

    id: str
    doctor_id: str
    name: str
    title: str
    qualification: str
    since_year: int | None
    rating: float | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """One Location with what its organization adds."""

    id: str
    organization_id: str
    name: str
    full_name: str
    kind: str
    kind_words: str
    address: str
    street: str
    town: str
    region: str
    phone: str
    latitude: float | None
    longitude: float | None
    hours: tuple[Hours, ...]
    rating: float | None
    ratings: int
    specialties: tuple[str, ...]
    services: tuple[str, ...]
    doctors: tuple[Doctor, ...]
    takes_policy: bool


def seconds(words: str) -> int | None:
    """Return a time of day as seconds since midnight; None for what is no time."""
    try:
        hours, minutes = int(words[0:2]), int(words[3:5])
    except ValueError:
        return None
    return hours * 3600 + minutes * 60 if words[2:3] == ":" and 0 <= hours <= 24 and 0 <= minutes < 60 else None


def doors(hours: Sequence[Hours], *, now: datetime) -> Doors:
    """Say whether a clinic is open. `now` must be on the clinic's own clock."""
    if not hours:
        return Doors(standing="unknown")
    if all(one.opens_s == 0 and one.closes_s >= _DAY_S for one in hours) and _covers_week(hours):
        return Doors(standing="round")
    passed = now.hour * 3600 + now.minute * 60 + now.second
    for one in _on(hours, now.weekday()):
        if one.opens_s <= passed < one.closes_s:
            return Doors(standing="open", at=_clock(one.closes_s), weekday=now.weekday())
    for ahead in range(8):
        day = now + timedelta(days=ahead)
        for one in _on(hours, day.weekday()):
            if ahead or one.opens_s > passed:
                return Doors(standing="closed", at=_clock(one.opens_s), days_ahead=ahead, weekday=day.weekday())
    return Doors(standing="closed")


def _on(hours: Iterable[Hours], weekday: int) -> list[Hours]:
    return sorted((one for one in hours if weekday in one.days), key=lambda one: one.opens_s)


def _covers_week(hours: Iterable[Hours]) -> bool:
    return {day for one in hours for day in one.days} >= set(range(7))


def _clock(passed_s: int) -> time:
    return time(passed_s // 3600 % 24, passed_s % 3600 // 60)
