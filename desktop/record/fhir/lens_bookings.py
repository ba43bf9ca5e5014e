"""Appointment, Slot, Schedule → bookings and free time. *Source*: HL7 FHIR R4 scheduling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from desktop.record.fhir import read
from desktop.record.fhir.acts import booking_seen, is_asked, version_of
from desktop.record.project import Step, Visit, VisitKind
from desktop.record.slots import FreeSlot

_HOUSE: Final = ("на дом", "house call", "home visit")


def visit(resource: Mapping[str, Any], *, person: int) -> Visit:
    """Read an Appointment."""
    seen = booking_seen(resource)
    (doctor, doctor_id), (clinic, clinic_id) = _participants(resource)
    words = " ".join(
        (
            read.concept(resource, "serviceType"),
            read.concept(resource, "appointmentType"),
            read.concept(resource, "serviceCategory"),
        )
    ).lower()
    kind: VisitKind = (
        "waiting" if seen.status == "waitlist" else "house_call" if any(word in words for word in _HOUSE) else "visit"
    )
    starts_at = read.moment(resource.get("start")) or read.moment(read.obj(resource, "requestedPeriod", 0, "start"))
    ends_at = read.moment(resource.get("end")) or read.moment(read.obj(resource, "requestedPeriod", 0, "end"))
    return Visit(
        id=seen.id,
        person=person,
        version=version_of(resource),
        kind=kind,
        status=seen.status if read.is_safe(resource) else "entered-in-error",
        starts_at=starts_at,
        ends_at=ends_at,
        slots=seen.slots,
        specialty=read.concept(resource, "specialty")
        or read.concept(resource, "serviceType").removeprefix("Приём: ").capitalize(),
        doctor=doctor,
        clinic=clinic,
        address=_address(resource) if kind == "house_call" else "",
        room="" if kind == "house_call" else read.text(resource, "comment"),
        advice=read.text(resource, "patientInstruction"),
        reason=read.concept(resource, "cancelationReason"),
        intents=seen.intents,
        doctor_id=doctor_id,
        clinic_id=clinic_id,
        cancelled_by=read.code(resource, "cancelationReason"),
        steps=_steps(resource),
        is_asked=kind == "visit" and (is_asked(resource) or (seen.status == "proposed" and not seen.intents)),
    )


def _address(resource: Mapping[str, Any]) -> str:
    """Return where the doctor is called to: the address as an extension, else what was written as a comment."""
    written = read.extension(resource, "address")
    return (read.text(written, "text") or read.text(written, "line", 0)) or read.text(resource, "comment")


def _steps(resource: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the steps of a house call in the order of the portal."""
    found = []
    for one in read.each(resource, "extension"):
        if read.text(one, "url").rsplit("/", 1)[-1] == "status-track":
            at = read.moment(read.extension(one, "at"))
            words = read.extension(one, "text")
            found.append(Step(code=str(read.extension(one, "code") or ""), text=words if isinstance(words, str) else "", at=at))
    return tuple(found)


def _participants(resource: Mapping[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return name and id of the doctor and of the place."""
    doctor, clinic = ("", ""), ("", "")
    for one in read.each(resource, "participant"):
        kind, id = read.reference(one, "actor")
        if kind in ("Practitioner", "PractitionerRole") and not doctor[1]:
            doctor = (read.display(one, "actor"), id)
        elif kind in ("Location", "HealthcareService", "Organization") and not clinic[1]:
            clinic = (read.display(one, "actor"), id)
    return doctor, clinic


def clinic_of(resource: Mapping[str, Any]) -> str:
    """Return the id of the Location that an Appointment names."""
    return next(
        (
            read.reference(one, "actor")[1]
            for one in read.each(resource, "participant")
            if read.reference(one, "actor")[0] == "Location"
        ),
        "",
    )


def free_slot(slot: Mapping[str, Any], schedule: Mapping[str, Any], *, as_of: datetime | None) -> FreeSlot | None:
    """Read a free Slot with its Schedule; None for one that is not free or has no beginning."""
    starts_at = read.moment(slot.get("start"))
    if starts_at is None or slot.get("status") != "free":
        return None
    actors = {read.reference(one)[0]: one for one in read.each(schedule, "actor")}
    doctor, place = actors.get("Practitioner") or actors.get("PractitionerRole") or {}, actors.get("Location") or {}
    return FreeSlot(
        id=read.text(slot, "id"),
        version=version_of(slot),
        schedule=read.text(schedule, "id"),
        starts_at=starts_at,
        ends_at=read.moment(slot.get("end")),
        specialty=read.concept(schedule, "specialty") or read.concept(slot, "specialty"),
        doctor=read.display(doctor),
        doctor_id=read.reference(doctor)[1],
        clinic=read.display(place),
        clinic_id=read.reference(place)[1],
        room=read.text(schedule, "comment"),
        as_of=as_of,
    )
