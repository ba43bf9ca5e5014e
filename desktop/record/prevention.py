"""Vaccinations given and check-ups planned, as facts of one resource each, beyond what record/care holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

StepStanding = Literal["done", "booked", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One Immunization that took place. `codes` are (system, code) of the vaccine; `certificate` is a document's id."""

    id: str
    title: str
    on: date | None
    lot: str
    expires_on: date | None
    number: str
    clinic: str
    doctor: str
    codes: tuple[tuple[str, str], ...]
    diseases: tuple[str, ...]
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One line of the portal's own recommendation, with the ICD codes of what it is against."""

    id: str
    title: str
    standing: Literal["due", "overdue", "later"]
    on: date | None
    diseases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One examination of a check-up. `minutes` is how long it takes where the portal says so; `result` is (type, id)."""

    title: str
    code: str
    standing: StepStanding
    starts_at: datetime | None
    ends_at: datetime | None
    minutes: int | None
    place: str
    result: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckupPlan:
    """One CarePlan of a check-up. `group` is the health group in the portal's words."""

    id: str
    title: str
    status: str
    since: date | None
    until: date | None
    clinic: str
    clinic_id: str
    note: str
    group: str
    steps: tuple[Step, ...]
