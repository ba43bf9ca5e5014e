"""Immunization, ImmunizationRecommendation, CarePlan → record/prevention. *Source*: HL7 FHIR R4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from desktop.record import prevention
from desktop.record.fhir import lens_care, read

Resource = Mapping[str, Any]
_OVER: Final = frozenset({"complete", "immune", "contraindicated", "notRecommended", "not-recommended"})
_SKIPPED: Final = frozenset({"cancelled", "stopped", "entered-in-error"})
_MOST_MINUTES: Final = 24 * 60


def injection(resource: Resource) -> prevention.Injection | None:
    """Read an Immunization; None for one that was not done or was entered in error."""
    if read.text(resource, "status") != "completed" or not read.is_safe(resource):
        return None
    known = lens_care.vaccination(resource)
    return prevention.Injection(
        id=known.id,
        title=known.title,
        on=known.on,
        lot=known.lot,
        expires_on=read.day(resource.get("expirationDate")),
        number=read.text(resource, "identifier", 0, "value"),
        clinic=known.clinic,
        doctor=known.doctor,
        codes=read.codes(resource, "vaccineCode"),
        diseases=known.diseases,
        certificate=known.certificate,
    )


def forecasts(resource: Resource, *, today: date) -> tuple[prevention.Forecast, ...]:
    """Read an ImmunizationRecommendation; what is over or not wanted is left out."""
    found = []
    for number, one in enumerate(read.each(resource, "recommendation")):
        status = read.code(one, "forecastStatus")
        if status in _OVER:
            continue
        on = read.day(read.obj(one, "dateCriterion", 0, "value"))
        is_ahead = status != "overdue" and on is not None and on > today
        found.append(
            prevention.Forecast(
                id=f"{read.text(resource, 'id')}.{number}",
                title=read.concept(one, "targetDisease") or read.concept(one, "vaccineCode"),
                standing="later" if is_ahead else "overdue" if status == "overdue" else "due",
                on=on,
                diseases=tuple(code for _, code in read.codes(one, "targetDisease")),
            )
        )
    return tuple(found)


def checkup_plan(resource: Resource) -> prevention.CheckupPlan:
    """Read a CarePlan of a check-up."""
    group = read.extension(resource, "health-group")
    steps = (_step(one) for one in read.each(resource, "activity"))
    return prevention.CheckupPlan(
        id=read.text(resource, "id"),
        title=read.text(resource, "title") or read.concept(resource, "category"),
        status=read.text(resource, "status"),
        since=read.day(read.obj(resource, "period", "start")),
        until=read.day(read.obj(resource, "period", "end")),
        clinic=read.display(resource, "author"),
        clinic_id=read.reference(resource, "author")[1],
        note=read.text(resource, "description"),
        group=read.concept(group) if isinstance(group, dict) else "",
        steps=tuple(step for step in steps if step is not None),
    )


def is_checkup(resource: Resource) -> bool:
    """Say whether a CarePlan or Procedure belongs to a check-up: by its category, or because nothing says otherwise."""
    found = {code for _, code in read.codes(resource, "category")}
    return not found or "check-up" in found


def _step(activity: Resource) -> prevention.Step | None:
    detail = read.obj(activity, "detail")
    if not isinstance(detail, dict) or read.text(detail, "status") in _SKIPPED:
        return None
    status = read.text(detail, "status")
    starts_at = read.moment(read.obj(detail, "scheduledPeriod", "start"))
    standing: prevention.StepStanding = "done" if status == "completed" else "left"
    if standing == "left" and (status in ("scheduled", "in-progress") or starts_at is not None):
        standing = "booked"
    minutes = read.number(detail, "dailyAmount", "value")
    return prevention.Step(
        title=read.concept(detail, "code") or read.text(detail, "description"),
        code=read.code(detail, "code"),
        standing=standing,
        starts_at=starts_at,
        ends_at=read.moment(read.obj(detail, "scheduledPeriod", "end")),
        minutes=int(minutes) if minutes is not None and 0 < minutes <= _MOST_MINUTES else None,
        place=read.text(detail, "description") or read.display(detail, "location"),
        result=read.reference(activity, "outcomeReference", 0),
    )
