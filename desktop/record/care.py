"""Prescriptions, vaccinations, check-ups, visits, referrals, health summary, notices and places, as facts of one resource each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """One MedicationRequest. `qr` is the payload that a pharmacy reads."""

    id: str
    medicine: str
    number: str
    series: str
    status: str
    is_funded: bool
    written_on: date | None
    valid_until: date | None
    how: str
    doctor: str
    clinic: str
    qr: str
    is_safe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccination:
    """One Immunization, whatever became of it, as `show` tells it; one that was given is a prevention.Injection."""

    id: str
    title: str
    on: date | None
    lot: str
    clinic: str
    doctor: str
    status: str
    diseases: tuple[str, ...]
    product_codes: tuple[str, ...]
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckupItem:
    """One examination of a check-up."""

    title: str
    code: str
    status: str
    on: date | None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One CarePlan of a check-up, as `show` tells it; its page reads a prevention.CheckupPlan."""

    id: str
    title: str
    status: str
    since: date | None
    until: date | None
    clinic: str
    note: str
    items: tuple[CheckupItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """One Encounter."""

    id: str
    title: str
    status: str
    started_at: datetime | None
    clinic: str
    clinic_id: str
    doctor: str
    reason: str
    booking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One ServiceRequest that a person may act on."""

    id: str
    title: str
    kind: str
    number: str
    status: str
    valid_until: date | None
    clinic: str
    department: str
    doctor: str
    written_on: date | None
    is_hospital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFact:
    """One line of the health summary with its source and day; not `is_safe`: it carries a mark that may turn its meaning round."""

    id: str
    kind: Literal["blood_group", "allergy", "condition", "medicine"]
    title: str
    detail: str
    source: str
    on: date | None
    status: str
    is_safe: bool


DENIED: Final = frozenset({"entered-in-error", "refuted"})
"""States of a fact that is none: the clinic took it back, or looked and found it is not so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One Communication: a notice or words between people."""

    id: str
    title: str
    text: str
    sender: str
    sent_at: datetime | None
    is_notice: bool
    about: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One clinic: a Location with its hours. `hours` are (days, opens, closes) as the portal writes them."""

    id: str
    name: str
    kind: str
    address: str
    phone: str
    town: str
    organization_id: str
    latitude: float | None
    longitude: float | None
    hours: tuple[tuple[tuple[str, ...], str, str], ...]
    rating: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One HealthcareService."""

    id: str
    title: str
    clinic: str
    clinic_id: str
    category: str
    specialties: tuple[str, ...]
    detail: str
